// The sweep moves what stands under a key of before: nothing is lost, nothing counts twice, and
// nothing is left, wherever it is killed.

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { makeExpectedBook } from '../../../lambdas/aws/dynamodb/expected-book.ts';
import { healthLimitsOf } from '../../../lambdas/shared/relay-health.ts';
import { makeTableSweep } from '../../../lambdas/wiring/table-sweep.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';
import { storeUnderKey } from '../../support/former-rows.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
const key = 'alice@ex.com';
const former = 'alice@ex.com\0';

let cloud: TestCloud;
let now: number;

beforeEach(async () => {
  now = morning + 12 * hourMs;
  cloud = await startTestCloud(now);
});
afterEach(() => cloud.stop());

const sweep = () =>
  makeTableSweep({
    client: cloud.dynamo.client,
    profilesTable: cloud.tables.profiles,
    controlTable: cloud.tables.control,
    now: () => now,
    writeLog: () => undefined,
    publish: async () => undefined,
    limits: healthLimitsOf({ gapMinutes: 90, silentMinutes: 15 }),
  })();

const before: readonly AccountingEvent[] = [
  ...sessionEvents({ user: former, address: london, minutes: 120, interims: 3, device: 'lt-0412' }),
  eventOf({ user: former, address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs }),
];
const today = eventOf({
  user: key,
  address: london,
  sessionId: 's3',
  at: morning + 3 * hourMs,
  device: 'lt-0412',
});

async function rowsWith(text: string): Promise<string[]> {
  const { Items: items = [] } = await cloud.dynamo.client.send(
    new ScanCommand({ TableName: cloud.tables.profiles }),
  );
  return items
    .filter((item) => JSON.stringify(item).includes(JSON.stringify(text).slice(1, -1)))
    .map((item) => `${item['pk']?.S} ${item['sk']?.S}`);
}

const get = async (path: string) => (await cloud.get(path, { params: { user: key } })).body;

async function expectJoined(): Promise<void> {
  const profile = await get('GET /v1/users/{user}');
  expect(profile).toMatchObject({ user: key, sessions: 3 });
  expect(profile.spellings).toEqual([key, former]);
  const activities = await get('GET /v1/users/{user}/activities');
  expect(activities.items.map(({ sessionId }: { sessionId: string }) => sessionId)).toEqual([
    's3',
    's2',
    's1',
  ]);
  const users = (await cloud.get('GET /v1/users', {})).body.items;
  expect(users).toEqual([{ user: key, kind: 'person' }]);
  const devices = await cloud.get('GET /v1/devices/{device}', {
    params: { device: 'host:lt-0412' },
  });
  expect(devices.body.users.map(({ user }: { user: string }) => user)).toEqual([key]);
  const left = (await rowsWith(former)).filter((row) => !row.endsWith('Z#profile'));
  expect(left).toEqual([]);
}

it('moves profile, sessions, detections and index rows', async () => {
  const stored = await storeUnderKey(cloud, now, former, before);
  const detected = stored.pending.detections.map(({ id }) => id);
  const { client } = cloud.dynamo;
  const expected = makeExpectedBook({ client, tableName: cloud.tables.profiles, now: () => now });
  const trip = {
    id: 'trip',
    kind: 'country',
    key: 'JP',
    reason: 'a fair',
    by: 'analyst-1',
  } as const;
  await expected.change(former, () => [{ ...trip, from: now, until: now + hourMs, at: now }]);
  await cloud.deliver([[today]]);

  await sweep();

  await expectJoined();
  const detections = await get('GET /v1/users/{user}/detections');
  expect(detections.items.map(({ id }: { id: string }) => id).sort()).toEqual(
    expect.arrayContaining(detected),
  );
  expect((await expected.list(key)).map(({ id }) => id)).toEqual(['trip']);
});

it('joins in the fold that first meets the spelling: its history counts at once', async () => {
  await storeUnderKey(cloud, now, former, before);
  const padded = { ...today, user: { raw: former, account: former, form: 'plain' as const } };

  await cloud.deliver([[padded]]);

  expect(await get('GET /v1/users/{user}')).toMatchObject({ user: key, sessions: 3 });
  await sweep();
  await cloud.deliver([[{ ...today, eventId: padded.eventId }]]);
  await expectJoined();
});

it('reads no key of before where both agree, nor for a spelling that is listed', async () => {
  let queries = 0;
  cloud.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'QueryCommand') queries += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
  const countOf = async (event: AccountingEvent): Promise<number> => {
    queries = 0;
    await cloud.deliver([[event]]);
    return queries;
  };
  const padded = { raw: former, account: former, form: 'plain' as const };
  await countOf(eventOf({ user: 'bob' }));
  const plain = await countOf(eventOf({ user: 'carol' }));
  const first = await countOf({ ...eventOf({ sessionId: 's4', at: morning }), user: padded });
  const second = await countOf({ ...eventOf({ sessionId: 's5', at: morning }), user: padded });

  expect(first).toBe(plain + 1);
  expect(second).toBe(plain);
});

it('ends the same wherever it is killed', async () => {
  let writes = 0;
  let dieAt = Number.POSITIVE_INFINITY;
  cloud.dynamo.client.middlewareStack.add(
    (next, context) => async (args) => {
      const isWrite = /^(?:Put|Delete|BatchWrite)Item/.test(context.commandName ?? '');
      const table = (args.input as { TableName?: string }).TableName;
      if (isWrite && table !== cloud.tables.control) {
        writes += 1;
        if (writes >= dieAt) throw new Error('killed');
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  await storeUnderKey(cloud, now, former, before);
  await cloud.deliver([[today]]);
  // Each run dies one write later than the one before, until one gets through.
  let isThrough = false;
  for (let allowed = 1; !isThrough; allowed += 1) {
    now += 7 * hourMs;
    cloud.setNow(now);
    writes = 0;
    dieAt = allowed;
    isThrough = await sweep().then(
      () => true,
      () => false,
    );
  }
  dieAt = Number.POSITIVE_INFINITY;

  await expectJoined();
});
