// The population in the control table, against a real dynalite: sums without a hot row, uses that
// several invocations write at once, an analyst's word that expires.

import {
  countsOf,
  type PopulationDelta,
  periodOf,
  type Use,
  useOf,
} from '../../../../domain/population/population.ts';
import { makePopulationStore } from '../../../../lambdas/aws/dynamodb/population-store.ts';
import { startTestDynamo, type TestDynamo } from '../../../support/dynalite.ts';
import { hourMs, morning } from '../../../support/events.ts';

const dayMs = 24 * hourMs;
let dynamo: TestDynamo;
let tableName: string;
let now: number;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  now = morning;
  tableName = await dynamo.createTable();
});

const storeOf = (shard: number) =>
  makePopulationStore({ client: dynamo.client, tableName, now: () => now }, () => shard);

const used = (user: string, hours: number): Use =>
  useOf('n:3215', {
    user,
    first: morning + hours * hourMs,
    last: morning + hours * hourMs,
    isOdd: true,
  });

const delta = (uses: readonly Use[] = []): PopulationDelta => ({
  periods: new Map([
    [
      periodOf(morning),
      countsOf({
        time: morning,
        answers: { place: 1, network: 0 },
        weight: 0.5,
        score: 3,
        isFirstInPeriod: true,
        times: 1,
      }),
    ],
  ]),
  uses,
});

it('adds what many invocations counted, whatever shard each took', async () => {
  for (const shard of [0, 3, 7, 3]) await storeOf(shard).add(delta());

  const { counts, users } = await storeOf(1).view([], morning);
  expect([counts.sessions, users]).toEqual([4, 4]);
  expect(counts.asked.reduce((a, b) => a + b)).toBeCloseTo(4);
  expect(counts.fresh.reduce((a, b) => a + b)).toBeCloseTo(2);
  expect(counts.scores.reduce((a, b) => a + b)).toBe(4);
});

it('knows who used a network, though all wrote at once', async () => {
  await Promise.all(
    ['ann', 'bob', 'eve'].map((user, at) => storeOf(at).add(delta([used(user, at)]))),
  );

  const view = await storeOf(1).view(['n:3215', 'n:1'], morning);
  expect(view.use('n:3215')?.people).toBe(3);
  expect(view.use('n:3215')?.sighters.map(({ user }) => user)).toEqual(['ann', 'bob', 'eve']);
  expect(view.use('n:1')).toBeUndefined();
});

it('asks the table once a minute for counts and once in five for uses', async () => {
  const reader = storeOf(1);
  await reader.view(['n:3215'], morning);
  await storeOf(2).add(delta([used('ann', 0)]));

  expect((await reader.view(['n:3215'], morning)).counts.sessions).toBe(0);
  now += 61_000;
  expect((await reader.view(['n:3215'], morning)).counts.sessions).toBe(1);
  now += 5 * 60_000;
  expect((await reader.view(['n:3215'], morning)).use('n:3215')?.people).toBe(1);
});

it('reads what was called malicious beyond the first page of answers', async () => {
  const keys = Array.from({ length: 1_300 }, (_, n) => `p:${'long '.repeat(170)}${n}`);
  await storeOf(1).markMalicious(keys, morning + dayMs);

  const { malicious } = await storeOf(2).view([], morning);
  expect(malicious.size).toBe(keys.length);
});

it('tells every instance what an analyst called malicious, until it expires', async () => {
  await storeOf(1).markMalicious(['p:192.0.2.7'], morning + dayMs);

  const { malicious } = await storeOf(2).view([], morning);
  expect(malicious.get('p:192.0.2.7')).toBe(morning + dayMs);
});
