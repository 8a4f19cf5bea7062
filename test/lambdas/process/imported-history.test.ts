// What imported history does to profiles, over the real tables: the learning gate counts it, in
// whichever order it comes; what is older than sessions are kept feeds the profile alone.

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, morning, sessionEvents } from '../../support/events.ts';

const dayMs = 24 * hourMs;
const london = '81.2.69.142';
const tokyo = '126.0.0.1';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud(morning + 4 * hourMs);
});
afterEach(() => cloud.stop());

/** Eight hours from London on each of these days before today. */
const workdays = (days: number, from: number, flags: AccountingEvent['flags']): AccountingEvent[] =>
  Array.from({ length: days }, (_, at) => from - at).flatMap((ago) =>
    sessionEvents({
      address: london,
      device: 'lt-1',
      sessionId: `d${ago}`,
      minutes: 480,
      flags,
      at: morning - ago * dayMs,
    }),
  );

/** As batches of an import arrive: some days at a time. */
async function deliverInTurns(events: readonly AccountingEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += 10) await cloud.deliver([events.slice(at, at + 10)]);
}

const profile = async () =>
  (await cloud.get('GET /v1/users/{user}', { params: { user: 'alice' } })).body;
const thief = eventOf({ address: tokyo, sessionId: 'odd', at: morning + hourMs });

const activities = async (): Promise<number> => {
  const from = new Date(morning - 170 * dayMs).toISOString();
  const options = { params: { user: 'alice' }, query: { from } };
  return (await cloud.get('GET /v1/users/{user}/activities', options)).body.items.length;
};

it('opens the learning gate: the first odd live connection is a Medium alert', async () => {
  await deliverInTurns(workdays(40, 40, ['imported']));

  await cloud.deliver([[thief]]);

  expect((await profile()).learning).toMatchObject({ isOver: true });
  expect(cloud.sent).toHaveLength(1);
  expect(Number(cloud.sent[0]?.detail['severity_id'])).toBeGreaterThan(2);
});

it('opens it, too, when it comes after some days of live connections', async () => {
  await cloud.deliver([workdays(2, 2, [])]);
  expect((await profile()).learning).toMatchObject({ isOver: false });

  await deliverInTurns(workdays(38, 40, ['imported']));

  expect((await profile()).learning).toMatchObject({ isOver: true });
  await cloud.deliver([[thief]]);
  expect(Number(cloud.sent[0]?.detail['severity_id'])).toBeGreaterThan(2);
});

it('older than sessions are kept feeds the profile and leaves no activity', async () => {
  const old = workdays(10, 230, ['imported']);
  await cloud.deliver([old]);
  await cloud.deliver([old.slice(0, 4)]);
  await cloud.deliver([workdays(3, 3, [])]);

  const rows = await cloud.dynamo.client.send(
    new ScanCommand({ TableName: cloud.tables.profiles }),
  );
  const sessions = rows.Items?.filter((item) => item['sk']?.S?.startsWith('S#'));
  expect(sessions?.length).toBe(3);
  expect(await activities()).toBe(3);
  const { firstSeen, learning } = await profile();
  expect(Date.parse(firstSeen)).toBe(morning - 230 * dayMs);
  expect(learning).toMatchObject({ isOver: false, sessions: 3 });
});
