// Publishes relay health conditions on the account's event bus, so that a rule can page, open a
// ticket or call a webhook. One event when a condition begins, one when it is over. Relays are
// named by id; no event names a user.

import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { ReportedTrouble } from '../../control/health-changes.ts';
import type { HealthEvent } from '../../sweep/sweep.ts';

type DetailTypes = Readonly<Record<HealthEvent['state'], string>>;

/** What rules match on: source and detail-type (docs/runbook.md, "Events of relays"). */
const source = 'wherefrom';
const detailTypes: ReadonlyMap<string, DetailTypes> = new Map([
  ['relay-silent', { began: 'Relay silent', recovered: 'Relay heard again' }],
  ['ledger-gap', { began: 'Records missing', recovered: 'Missing records came' }],
  ['gateway-silent', { began: 'Gateway silent', recovered: 'Gateway heard again' }],
  ['clock', { began: 'Relay clock off', recovered: 'Relay clock right again' }],
  ['wrong-secret', { began: 'Wrong gateway secret', recovered: 'Gateway secret right again' }],
]);
/** Whatever else a relay reports: its code is in the detail. */
const anyTrouble: DetailTypes = { began: 'Relay trouble', recovered: 'Relay trouble over' };

/**
 * Makes the publisher. Rejects when the bus does not take the event.
 * @param busName name or ARN of the bus
 */
export function makeHealthEvents(deps: {
  readonly client: Pick<EventBridgeClient, 'send'>;
  readonly busName: string;
}): (event: HealthEvent | ReportedTrouble) => Promise<void> {
  return async ({ time, ...detail }) => {
    const { trouble, state } = detail;
    const answer = await deps.client.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: source,
            DetailType: (detailTypes.get(trouble) ?? anyTrouble)[state],
            Detail: JSON.stringify(detail),
            Time: new Date(time),
            EventBusName: deps.busName,
          },
        ],
      }),
    );
    if (answer.FailedEntryCount) throw new Error('HEALTH_EVENT: the bus did not take the event');
  };
}
