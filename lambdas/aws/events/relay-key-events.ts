// Publishes changes of relay keys on the account's event bus: enrolments, rotations and refused
// rotations. The source is `wherefrom`, as for health events. Relays and keys are named by id.

import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { PublishKeyEvent, RelayKeyChange } from '../../control/key-events.ts';

/** What rules match on: source and detail-type (docs/runbook.md, "Events of relays"). */
const source = 'wherefrom';
export const keyDetailTypes: Readonly<Record<RelayKeyChange, string>> = {
  enrolled: 'Relay enrolled',
  rotated: 'Relay keys rotated',
  'rotation-refused': 'Relay key rotation refused',
};

/**
 * Makes the publisher. Rejects when the bus does not take the event.
 * @param deps.busName name or ARN of the bus
 */
export function makeRelayKeyEvents(deps: {
  readonly client: Pick<EventBridgeClient, 'send'>;
  readonly busName: string;
}): PublishKeyEvent {
  return async ({ time, ...detail }) => {
    const answer = await deps.client.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: source,
            DetailType: keyDetailTypes[detail.change],
            Detail: JSON.stringify(detail),
            Time: new Date(time),
            EventBusName: deps.busName,
          },
        ],
      }),
    );
    if (answer.FailedEntryCount) throw new Error('KEY_EVENT: the bus did not take the event');
  };
}
