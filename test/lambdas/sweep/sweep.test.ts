// The sweep over a real DynamoDB API: what a crash left is finished, relays in trouble are told of
// once and once more when it is over, and one part's failure does not stop the others.

import { generateKeyPairSync } from 'node:crypto';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { Detection } from '../../../domain/detection.ts';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { queueKeyOf } from '../../../lambdas/aws/dynamodb/profile-keys.ts';
import { makeQueryStore } from '../../../lambdas/aws/dynamodb/query-store.ts';
import { putTriage } from '../../../lambdas/aws/dynamodb/triage-store.ts';
import { keyItem } from '../../../lambdas/aws/dynamodb/user-rows.ts';
import { healthLimitsOf } from '../../../lambdas/shared/relay-health.ts';
import type { Triage } from '../../../lambdas/shared/triage.ts';
import type { HealthEvent } from '../../../lambdas/sweep/sweep.ts';
import { makeTableSweep } from '../../../lambdas/wiring/table-sweep.ts';
import { publicJwkOf } from '../../../wire/signature.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';

let cloud: TestCloud;
let now: number;
let published: HealthEvent[];
let isBusDown: boolean;
let sweep: ReturnType<typeof makeTableSweep>;

beforeEach(async () => {
  now = morning + 2 * hourMs;
  published = [];
  isBusDown = false;
  cloud = await startTestCloud(now);
  sweep = makeTableSweep({
    client: cloud.dynamo.client,
    profilesTable: cloud.tables.profiles,
    controlTable: cloud.tables.control,
    now: () => now,
    writeLog: (line) => cloud.logLines.push(line),
    publish: async (event) => {
      if (isBusDown) throw new Error('the bus is down');
      published.push(event);
    },
    limits: healthLimitsOf({ gapMinutes: 90, silentMinutes: 15 }),
  });
});
afterEach(() => cloud.stop());

const control = () =>
  makeControlStore({
    client: cloud.dynamo.client,
    tableName: cloud.tables.control,
    now: () => now,
  });

const home = sessionEvents({ address: london, minutes: 120, interims: 3, device: 'lt-0412' });
const thief = eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs });

/** Writes of one kind fail, as if the function died there. */
function killAt(word: string): { isArmed: boolean } {
  const killer: { isArmed: boolean } = { isArmed: true };
  cloud.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      const isWrite = context.commandName === 'PutItemCommand';
      if (killer.isArmed && isWrite && JSON.stringify(args.input).includes(word)) {
        throw new Error('killed');
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  return killer;
}

const counted = (name: string): number =>
  cloud.logLines
    .map((line) => JSON.parse(line))
    .filter((line) => line._aws)
    .reduce((sum, line) => sum + (line[name] ?? 0), 0);

describe('what a crash left pending', () => {
  it('is written by the sweep when the message never comes again', async () => {
    await cloud.deliver([home]);
    const killer = killAt('"DETECTIONS#');
    expect((await cloud.deliver([[thief]])).batchItemFailures).toHaveLength(1);
    killer.isArmed = false;
    expect((await cloud.get('GET /v1/detections')).body.items).toEqual([]);

    await sweep();

    const { body } = await cloud.get('GET /v1/detections');
    expect(body.items).toHaveLength(1);
    expect(counted('pending-finished')).toBeGreaterThan(0);
  });

  it('is looked for again after six hours, and then there is nothing to do', async () => {
    await cloud.deliver([home]);
    await sweep();
    const first = counted('pending-finished');

    now += 7 * hourMs;
    await sweep();

    expect(first).toBe(1);
    expect(counted('pending-finished')).toBe(first);
  });

  it('is a session that fell silent too: its last word outlives the rows of words', async () => {
    const [start, ...interims] = sessionEvents({ address: london, minutes: 110, interims: 10 });
    await cloud.deliver([[start ?? eventOf({})], ...interims.slice(0, -1).map((one) => [one])]);
    const sessionOf = async () =>
      (await cloud.get('GET /v1/users/{user}/activities', { params: { user: 'alice' } })).body
        .items[0];
    const last = new Date(morning + 100 * minuteMs).toISOString();
    now = morning + 105 * minuteMs;
    await sweep();
    expect(counted('sessions-closed')).toBe(0);

    now = morning + 9 * hourMs;
    await sweep();

    expect(counted('sessions-closed')).toBe(1);
    cloud.setNow(morning + 5 * 24 * hourMs);
    expect(await sessionOf()).toMatchObject({ state: 'silent', lastSeen: last, endedAt: last });
    // Whoever is heard of again goes on, and is not closed twice.
    cloud.setNow(morning + 130 * minuteMs);
    const late = { kind: 'interim', address: london, seconds: 7800 } as const;
    await cloud.deliver([[eventOf({ ...late, at: morning + 130 * minuteMs })]]);
    expect(await sessionOf()).toMatchObject({
      state: 'open',
      lastSeen: new Date(morning + 130 * minuteMs).toISOString(),
    });
  });

  it('is a detection of before there were rows of the queue, with its decision', async () => {
    await cloud.deliver([[...home, thief]]);
    const profiles = {
      client: cloud.dynamo.client,
      tableName: cloud.tables.profiles,
      now: () => now,
    };
    const [shown] = (await cloud.get('GET /v1/detections')).body.items;
    const detection = await makeQueryStore(profiles).detection(shown.id);
    const decided = { at: now, by: 'analyst-1', status: 'in-progress', version: 1, history: [] };
    await putTriage(profiles, detection as Detection, decided as Triage);
    const Key = keyItem(queueKeyOf(shown.id));
    await profiles.client.send(new DeleteItemCommand({ TableName: profiles.tableName, Key }));
    expect((await cloud.get('GET /v1/detections')).body.items).toEqual([]);

    await sweep();

    const query = { status: 'in-progress' };
    const { items } = (await cloud.get('GET /v1/detections', { query })).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([shown.id]);
    expect(counted('detections-listed')).toBe(1);
    await sweep();
    expect(counted('detections-listed')).toBe(1);
  });

  it('changes nothing that anybody reads', async () => {
    await cloud.deliver([[...home, thief]]);
    const read = async () => [
      (await cloud.get('GET /v1/users/{user}', { params: { user: 'alice' } })).body,
      (await cloud.get('GET /v1/detections')).body,
    ];
    const before = await read();

    await sweep();

    expect(await read()).toEqual(before);
  });

  it('is found among many users, over as many runs as it takes', async () => {
    const people = Array.from({ length: 120 }, (_, index) => `person-${index}`);
    await cloud.deliver([people.map((user) => eventOf({ user, address: london }))]);
    const noTime = { getRemainingTimeInMillis: () => 1_000 };

    await sweep(undefined, noTime);
    const inNoTime = counted('pending-finished');
    await sweep();

    expect(inNoTime).toBe(0);
    expect(counted('pending-finished')).toBe(120);
  });
});

describe('relays', () => {
  const batch = (firstPosition: number, lastPosition: number) => ({
    epoch: 1,
    sequence: firstPosition,
    firstPosition,
    lastPosition,
  });

  beforeEach(async () => {
    await control().registerKey('relay-1', publicJwkOf(generateKeyPairSync('ed25519').publicKey));
  });

  it('are not missed before they were ever heard', async () => {
    await sweep();

    expect(published).toEqual([]);
  });

  it('are told of once when they fall silent, and once when they are heard again', async () => {
    await control().recordCoverage('relay-1', [batch(1, 5)]);
    now += 25 * hourMs;
    await sweep();
    await sweep();
    expect(published).toEqual([
      { trouble: 'relay-silent', state: 'began', relayId: 'relay-1', time: now },
    ]);
    expect(counted('relay-silent')).toBe(2);

    await control().recordCoverage('relay-1', [batch(6, 9)]);
    await sweep();
    await sweep();

    expect(published).toHaveLength(2);
    expect(published[1]).toMatchObject({ trouble: 'relay-silent', state: 'recovered' });
  });

  it('that lost records are told of with how many, until the records came', async () => {
    await control().recordCoverage('relay-1', [batch(1, 5), batch(9, 12)]);
    now += hourMs;
    await sweep();
    expect(published).toEqual([]);

    now += hourMs;
    await sweep();
    expect(published).toEqual([
      { trouble: 'ledger-gap', state: 'began', relayId: 'relay-1', missing: 3, time: now },
    ]);
    expect(counted('ledger-gap')).toBe(1);

    await control().recordCoverage('relay-1', [batch(6, 8)]);
    await sweep();
    expect(published[1]).toMatchObject({ trouble: 'ledger-gap', state: 'recovered' });
  });

  it('that were shut out may be silent', async () => {
    await control().recordCoverage('relay-1', [batch(1, 5)]);
    const [key] = await control().relayKeys('relay-1');
    await control().revokeKey('relay-1', key?.keyId ?? '');
    now += 25 * hourMs;

    await sweep();

    expect(published).toEqual([]);
  });

  it('are told of in the next run when the bus was down; the rest is done meanwhile', async () => {
    await cloud.deliver([home]);
    await control().recordCoverage('relay-1', [batch(900, 905)]);
    now += 25 * hourMs;
    isBusDown = true;
    await expect(sweep()).rejects.toThrow('SWEEP');
    expect(counted('pending-finished')).toBe(1);

    isBusDown = false;
    await sweep();

    expect(published.map(({ trouble }) => trouble).sort()).toEqual(['ledger-gap', 'relay-silent']);
  });
});

it('says nothing of people in its log', async () => {
  await cloud.deliver([[...home, thief]]);
  await sweep();

  expect(cloud.logLines.join()).not.toMatch(/alice|81\.2\.69|126\.0\.0/);
});
