// The population in the control table, against a real dynalite: sums without a hot row, uses that
// several invocations write at once, an analyst's word that expires.

import {
  countsOf,
  mergeUses,
  type PopulationDelta,
  periodOf,
  periodStart,
  type Use,
  useOf,
} from '../../../../domain/population/population.ts';
import { binOf, countWeek, type WeekCounts } from '../../../../domain/population/weeks.ts';
import { makePopulationStore } from '../../../../lambdas/aws/dynamodb/population-store.ts';
import { startTestDynamo, type TestDynamo } from '../../../support/dynalite.ts';
import { hourMs, morning } from '../../../support/events.ts';

const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
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
      {
        ...countsOf({
          time: morning,
          answers: { place: 1, network: 0 },
          weight: 0.5,
          isFirstInPeriod: true,
          times: 1,
        }),
        weeks: countWeek(undefined, { time: morning, score: 3 }, periodStart(periodOf(morning)))
          ?.counts as WeekCounts,
      },
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
  // Counted as of the week's beginning, an hour and some days ago.
  expect(counts.weeks[binOf(3)]).toBeCloseTo(4 * 2 ** (-(morning % weekMs) / weekMs), 2);
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
  // A page is 1 MiB; the longest keys need the fewest rows.
  const keys = Array.from({ length: 1_080 }, (_, n) => `p:${'long '.repeat(195)}${n}`);
  await storeOf(1).markMalicious(keys, morning + dayMs);

  const { malicious } = await storeOf(2).view([], morning);
  expect(malicious.size).toBe(keys.length);
});

it('tells every instance what an analyst called malicious, until it expires', async () => {
  await storeOf(1).markMalicious(['p:192.0.2.7'], morning + dayMs);

  const { malicious } = await storeOf(2).view([], morning);
  expect(malicious.get('p:192.0.2.7')).toBe(morning + dayMs);
});

describe('people of a country and a network that many use', () => {
  const paris = 'c:FR';
  const provider = 'n:3215';
  const people = (key: string, from: number, to: number, isOdd = false): Use[] =>
    Array.from({ length: to - from }, (_, at) => {
      const time = morning + (from + at) * 1_000;
      return useOf(key, { user: `user-${from + at}`, first: time, last: time, isOdd });
    });
  const merged = (uses: readonly Use[]): Use => uses.reduce(mergeUses);
  const seenBy = async (key: string) => (await storeOf(0).view([key], morning)).use(key);

  /** Writes of the table, by partition key. */
  function countWrites(): Map<string, number> {
    const writes = new Map<string, number>();
    dynamo.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const { Item, Key } = args.input as { Item?: Keyed; Key?: Keyed };
          const pk = (Item ?? Key)?.['pk']?.S;
          if (pk && commandName !== 'GetItemCommand') writes.set(pk, (writes.get(pk) ?? 0) + 1);
          return next(args);
        },
      { step: 'initialize', name: 'countWrites', override: true },
    );
    return writes;
  }
  type Keyed = Readonly<Record<string, { readonly S?: string }>>;
  afterEach(() => {
    dynamo.client.middlewareStack.remove('countWrites');
  });

  it('are all counted, though no row is written for each of them', async () => {
    const writes = countWrites();
    const instances = Array.from({ length: 8 }, (_, shard) => storeOf(shard));
    for (let call = 0; call < 200; call += 1) {
      const [from, to] = [call * 5, call * 5 + 5];
      const uses = [merged(people(paris, from, to)), merged(people(provider, from, to))];
      // As process does: the call's keys are read, then written.
      await instances[call % 8]?.view([paris, provider], morning);
      await instances[call % 8]?.add(delta(uses));
    }

    expect((await seenBy(paris))?.people).toBe(1_000);
    expect((await seenBy(provider))?.sighters.map(({ user }) => user)).toEqual(
      people(provider, 0, 8).map(({ sighters }) => sighters[0]?.user),
    );
    // The first calls fill the row of each; then it rests. Nothing stands for all but shards.
    const { [`USE#${paris}`]: ofCountry = 0, [`USE#${provider}`]: ofNetwork = 0 } =
      Object.fromEntries(writes);
    expect(ofCountry).toBeLessThanOrEqual(16);
    expect(ofNetwork).toBeLessThanOrEqual(16);
    for (const [pk, count] of writes) {
      if (pk.startsWith('POPULATION#')) expect(count).toBeLessThanOrEqual(30);
    }
  });

  it('are counted once, as long as they are among those that are named', async () => {
    const first = people(paris, 0, 16);
    for (const use of first) await storeOf(1).add(delta([use]));
    await storeOf(2).add(delta([merged(first)]));
    await storeOf(2).add(delta([merged(people(paris, 14, 18))]));

    expect((await seenBy(paris))?.people).toBe(18);
  });

  it('lose nobody when twenty invocations meet at a key that is new', async () => {
    const calls = Array.from({ length: 20 }, (_, at) => people(paris, at * 3, at * 3 + 3));

    await Promise.all(calls.map((uses, at) => storeOf(at % 8).add(delta([merged(uses)]))));

    expect((await seenBy(paris))?.people).toBe(60);
  });

  it('still name who came first, should somebody earlier turn up late', async () => {
    await storeOf(1).add(delta([merged(people(provider, 100, 140))]));
    await storeOf(2).add(delta(people(provider, 3, 4)));

    expect((await seenBy(provider))?.sighters[0]?.user).toBe('user-3');
  });

  it('still show a burst on the first day of a network, and none of it later', async () => {
    await storeOf(1).add(delta([merged(people(provider, 0, 40))]));
    await storeOf(2).add(delta(people(provider, 50, 51, true)));
    const time = morning + 3 * dayMs;
    const late = useOf(provider, { user: 'late', first: time, last: time, isOdd: true });
    await storeOf(3).add(delta([late]));

    const odd = (await seenBy(provider))?.latest.filter(({ isOdd }) => isOdd);
    expect(odd?.map(({ user }) => user)).toEqual(['user-50']);
  });

  it('says after all others what could not be written of one', async () => {
    const send = dynamo.client.send.bind(dynamo.client);
    const broken = Object.assign(new Error('no'), { name: 'ValidationException' });
    const client = {
      send: (command: { input: { Item?: Keyed } }) =>
        command.input.Item?.['pk']?.S === 'USE#p:192.0.2.1'
          ? Promise.reject(broken)
          : send(command as never),
    } as unknown as TestDynamo['client'];
    const store = makePopulationStore({ client, tableName, now: () => now }, () => 0);
    const keys = ['p:192.0.2.1', 'p:192.0.2.2', 'p:192.0.2.3', paris];

    await expect(store.add(delta(keys.flatMap((key) => people(key, 0, 1))))).rejects.toBe(broken);

    for (const key of keys.slice(1)) expect((await seenBy(key))?.people).toBe(1);
  });
});
