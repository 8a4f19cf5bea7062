// The account's default event bus, which receives detections and relay health events, and the
// functions that may publish there, each under its own source only.

import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';

export const eventBus = 'default';

/** Sources of published events (docs/siem.md). */
export const detectionSource = 'wherefrom.detections';
export const healthSource = 'wherefrom';

/** Lets a role put events of one source on the bus. */
export function allowEvents(role: IRole, source: string): void {
  const resource = `event-bus/${eventBus}`;
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [Stack.of(role).formatArn({ service: 'events', resource })],
      conditions: { StringEquals: { 'events:source': source } },
    }),
  );
}
