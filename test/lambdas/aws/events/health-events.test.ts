// What the event bus hears of relays, through the real SDK: names that a rule can match on, once a
// trouble begins and once it is over.

import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { makeHealthEvents } from '../../../../lambdas/aws/events/health-events.ts';
import { makeRelayKeyEvents } from '../../../../lambdas/aws/events/relay-key-events.ts';
import { relayKeyEvent } from '../../../../lambdas/control/key-events.ts';
import { type LoopbackService, startLoopbackService } from '../../../support/loopback-service.ts';

const time = Date.parse('2026-11-23T08:00:00Z');
let service: LoopbackService;
let publish: ReturnType<typeof makeHealthEvents>;
let failedEntries: number;

beforeEach(async () => {
  failedEntries = 0;
  service = await startLoopbackService(() => ({
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ FailedEntryCount: failedEntries, Entries: [{ EventId: 'e' }] }),
  }));
  const client = new EventBridgeClient(service.clientConfig);
  publish = makeHealthEvents({ client, busName: 'default' });
});
afterEach(() => service.close());

const heard = () => JSON.parse(service.requests[0]?.body ?? '{}').Entries[0];

it.each([
  ['relay-silent', 'began', 'Relay silent'],
  ['relay-silent', 'recovered', 'Relay heard again'],
  ['ledger-gap', 'began', 'Records missing'],
  ['ledger-gap', 'recovered', 'Missing records came'],
] as const)('tells of %s that %s as "%s"', async (trouble, state, detailType) => {
  await publish({ trouble, state, relayId: 'relay-1', time });

  expect(heard()).toMatchObject({
    Source: 'wherefrom',
    DetailType: detailType,
    EventBusName: 'default',
    Time: time / 1000,
  });
  expect(JSON.parse(heard().Detail)).toEqual({ trouble, state, relayId: 'relay-1' });
});

it.each([
  ['enrolled', 'Relay enrolled'],
  ['rotated', 'Relay keys rotated'],
  ['rotation-refused', 'Relay key rotation refused'],
] as const)('tells of keys that are %s as "%s"', async (change, detailType) => {
  const client = new EventBridgeClient(service.clientConfig);
  const publish = makeRelayKeyEvents({ client, busName: 'default' });
  const event = relayKeyEvent({ change, relayId: 'relay-1', keyId: 'key', time });

  await publish(event);

  expect(heard()).toMatchObject({ Source: 'wherefrom', DetailType: detailType });
  const { time: _, ...detail } = event;
  expect(JSON.parse(heard().Detail)).toEqual(detail);
  failedEntries = 1;
  await expect(publish(event)).rejects.toThrow('KEY_EVENT');
});

it('says how many records are missing', async () => {
  await publish({ trouble: 'ledger-gap', state: 'began', relayId: 'relay-1', missing: 12, time });

  expect(JSON.parse(heard().Detail)).toMatchObject({ missing: 12 });
});

it('rejects when the bus does not take the event, so that it is told again', async () => {
  failedEntries = 1;

  const telling = publish({ trouble: 'relay-silent', state: 'began', relayId: 'relay-1', time });

  await expect(telling).rejects.toThrow('HEALTH_EVENT');
});
