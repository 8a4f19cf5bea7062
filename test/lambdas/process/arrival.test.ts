// When the ingest edge took a message bounds every time in it, on the first delivery, on the tenth,
// and after it was a dead letter.

import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, morning } from '../../support/events.ts';

const london = '81.2.69.142';
const ahead = Date.parse('2036-11-29T08:00:00Z');

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud(morning);
});
afterEach(() => cloud.stop());

const profileOf = async (user: string) =>
  (await cloud.get('GET /v1/users/{user}', { params: { user } })).body;

/** A Start recorded by a relay whose clock ran ten years ahead. */
const future: AccountingEvent = eventOf({ address: london, at: ahead, sessionId: 'ahead' });

it('dates a Start of the future at its arrival, and says so', async () => {
  await cloud.deliverAt(morning, [future]);

  expect(await profileOf('alice')).toMatchObject({
    firstSeen: new Date(morning).toISOString(),
    lastSeen: new Date(morning).toISOString(),
  });
  const counted = cloud.logLines.filter((line) => line.includes('"clock-suspect":1'));
  expect(counted).toHaveLength(1);
});

it('says the same at a redelivery hours later', async () => {
  await cloud.deliverAt(morning, [future]);
  cloud.setNow(morning + 9 * hourMs);
  await cloud.deliverAt(morning, [future], 4);

  const profile = await profileOf('alice');
  expect(profile).toMatchObject({ sessions: 1, lastSeen: new Date(morning).toISOString() });
  expect(cloud.logLines.filter((line) => line.includes('"clock-suspect"'))).toHaveLength(1);
});

it('keeps the arrival with a dead letter, and the event as it came', async () => {
  const { client } = cloud.dynamo;
  const mallory = {
    ...future,
    user: { raw: 'mallory', account: 'mallory', form: 'plain' as const },
  };
  await cloud.deliverAt(morning, [mallory]);
  // Written by a newer version: nothing of this person can be folded.
  await client.send(
    new UpdateItemCommand({
      TableName: cloud.tables.profiles,
      Key: { pk: { S: 'USER#mallory' }, sk: { S: 'Z#profile' } },
      UpdateExpression: 'SET doc = :doc',
      ExpressionAttributeValues: { ':doc': { B: new Uint8Array([99]) } },
    }),
  );
  cloud.setNow(morning + hourMs);

  await cloud.deliverAt(morning, [mallory, future], 3);

  const { tables } = cloud;
  const control = makeControlStore({ client, tableName: tables.control, now: () => morning });
  const { entries } = await control.listDeadLetters(10);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ receivedAt: morning, event: mallory });
  expect(await profileOf('alice')).toMatchObject({ sessions: 1 });
});
