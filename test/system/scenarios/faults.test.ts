// What a bad day in the cloud may change: nothing. Every fault is played over the local cloud, from
// the sealed request to the tables on disk, and compared with a calm run of the same day: facts,
// session rows, detection ids and the rows of views across users must be equal. What is learned may
// drift (ARCHITECTURE); the drift is printed.

import { mkdirSync } from 'node:fs';
import type { LocalCloud } from '../../../local/cloud.ts';
import type { Chaos } from '../../../local/function-host.ts';
import type { Batch } from '../../../wire/batch.ts';
import { type ManualClock, manualClock } from '../../local/manual-clock.ts';
import { tempDir } from '../../local/temp-dir.ts';
import { locationOf, minuteMs } from '../../support/events.ts';
import {
  dayBatches,
  endDays,
  type FaultOptions,
  faultTables,
  prepareHabits,
  relayId,
  relayKeyId,
  runDay,
  ship,
  type Tables,
} from '../../support/fault-day.ts';
import { until } from '../../support/until.ts';

const path = tempDir();
const quick = { backoff: { startMs: 2, maxMs: 20 } };
const drift = new Map<string, { profiles: number; score: number; runs: number }>();
let calm: Tables;
let runs = 0;

function play(options: FaultOptions, live: (cloud: LocalCloud) => Promise<void>): Promise<Tables> {
  runs += 1;
  return runDay({ habits: path('habits'), folder: path(`run-${runs}`) }, options, live);
}

async function shipAll(cloud: LocalCloud, batches = dayBatches): Promise<void> {
  for (const batch of batches) expect(await ship(cloud, batch)).toBe(202);
}

beforeAll(async () => {
  mkdirSync(path('habits'), { recursive: true });
  await prepareHabits(path('habits'));
  calm = await play({}, async (cloud) => {
    for (const batch of dayBatches) {
      expect(await ship(cloud, batch)).toBe(202);
      await cloud.idle();
    }
  });
}, 120_000);

afterEach(endDays);

afterAll(() => {
  const lines = [...drift].map(
    ([name, { profiles, score, runs: count }]) =>
      `  ${name.padEnd(40)} ${count} runs, at most ${profiles} of ${calm.learned.size} profiles ` +
      `learned otherwise, scores off by at most ${score}`,
  );
  process.stderr.write(`learned, beside the calm run:\n${lines.join('\n')}\n`);
});

/** Compares with the calm run; how far the learned part drifted is noted once a name. */
function expectCalm(name: string, tables: Tables): void {
  expect(tables.facts).toEqual(calm.facts);
  expect(tables.sessions).toEqual(calm.sessions);
  expect(tables.detections).toEqual(calm.detections);
  expect(tables.index).toEqual(calm.index);
  expect(tables.open).toEqual(calm.open);
  expect(tables.deadLetters).toBe(0);
  const changed = [...calm.learned].filter(([user, text]) => tables.learned.get(user) !== text);
  const scores = [...calm.scores].map(([id, score]) =>
    Math.abs(score - (tables.scores.get(id) ?? 0)),
  );
  const widest = Math.max(0, ...scores);
  const before = drift.get(name) ?? { profiles: 0, score: 0, runs: 0 };
  drift.set(name, {
    profiles: Math.max(before.profiles, changed.length),
    score: Math.max(before.score, widest),
    runs: before.runs + 1,
  });
}

/** Repeatable numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = random(seed);
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

it('is a day worth comparing: a stolen account, a newcomer, roaming', () => {
  expect(calm.facts).toHaveLength(5);
  expect(calm.sessions.length).toBeGreaterThan(100);
  expect(calm.detections.length).toBeGreaterThan(0);
  expect(calm.deadLetters).toBe(0);
});

it('would notice a single batch that is missing', async () => {
  const tables = await play({}, async (cloud) => {
    await shipAll(cloud, dayBatches.slice(1));
    await cloud.idle();
  });

  // The next record of a session tells its start as well: the facts know better than to miss it.
  expect(tables.sessions).not.toEqual(calm.sessions);
});

it('ends the same when everything comes at once', async () => {
  const tables = await play({}, async (cloud) => {
    await Promise.all(dayBatches.map((batch) => ship(cloud, batch)));
    await cloud.idle();
  });

  expectCalm('all batches at once', tables);
});

it('ends the same when every batch is shipped and delivered twice', async () => {
  const chaos: Chaos = { arrange: (batch) => [batch, batch] };
  const tables = await play({ delivery: { ...quick, chaos } }, async (cloud) => {
    await shipAll(cloud);
    await shipAll(cloud);
    await cloud.idle();
  });

  expectCalm('duplicates', tables);
});

it.each([1, 2, 3])('ends the same when batches come in another order (%i)', async (seed) => {
  const tables = await play({}, async (cloud) => {
    for (const batch of shuffled(dayBatches, seed)) {
      expect(await ship(cloud, batch)).toBe(202);
      await cloud.idle();
    }
  });

  expectCalm(`reordering ${seed}`, tables);
});

it('ends the same when every answer of the function is lost once', async () => {
  const lost = new Set<number>();
  let invocations = 0;
  const dies = (when: 'before' | 'after') => {
    if (when === 'before') invocations += 1;
    return when === 'after' && invocations % 2 === 1 && !lost.has(invocations)
      ? Boolean(lost.add(invocations))
      : false;
  };
  const tables = await play({ delivery: { ...quick, chaos: { dies } } }, async (cloud) => {
    await shipAll(cloud);
    await cloud.idle();
  });

  expect(lost.size).toBeGreaterThan(0);
  expectCalm('redelivery after the work was done', tables);
});

const isWrite = (command: string): boolean => /^(Put|Update|Delete)Item$/.test(command);

/** Requests of the process function: not those of admit, of the test or of reading afterwards. */
const isOfProcess = (command: string, input: unknown): boolean =>
  /^(Get|Put|Update|Delete|BatchGet)Item$|^Query$/.test(command) &&
  !/"(BATCH#|KEY#|RELAYS)/.test(JSON.stringify(input));

/** A function that dies just before its n-th write: from there on nothing of it gets through. */
function killAtWrite(n: number) {
  let writes = 0;
  let isDead = false;
  const killed = new Error('killed');
  const heal = faultTables((command, input) => {
    if (!isOfProcess(command, input)) return;
    if (isDead) throw killed;
    if (!isWrite(command)) return;
    writes += 1;
    if (writes !== n) return;
    isDead = true;
    throw killed;
  });
  const dies = (when: 'before' | 'after'): boolean => {
    const died = isDead && when === 'after';
    if (when === 'before' || died) isDead = false;
    return died;
  };
  return { heal, dies, writes: () => writes };
}

/** Every write with FAULTS=all; otherwise one in six, another set for each third of the day. */
const everyWrite = process.env['FAULTS'] === 'all' ? 1 : 6;

it('ends the same when the function is killed before any one of its writes', async () => {
  let n = 1;
  for (; ; n += everyWrite) {
    const { heal, dies, writes } = killAtWrite(n);
    const tables = await play({ delivery: { ...quick, chaos: { dies } } }, async (cloud) => {
      await shipAll(cloud);
      await cloud.idle();
    }).finally(heal);
    if (writes() < n) break;
    expectCalm('killed before a write', tables);
  }
  expect(n).toBeGreaterThan(30);
}, 300_000);

/** Throttled for less than a batch has deliveries: an invocation may end at its first request. */
const throttledRequests = 60;

it('ends the same when DynamoDB throttles two requests in three for a while', async () => {
  let requests = 0;
  const heal = faultTables((command, input) => {
    if (!isOfProcess(command, input)) return;
    requests += 1;
    if (requests > throttledRequests || requests % 3 === 0) return;
    throw Object.assign(new Error('slow down'), {
      name: 'ProvisionedThroughputExceededException',
      $metadata: { httpStatusCode: 400 },
    });
  });
  const tables = await play({ delivery: quick }, async (cloud) => {
    await shipAll(cloud);
    await cloud.idle();
  }).finally(heal);

  expect(requests).toBeGreaterThan(throttledRequests);
  expectCalm('throttled tables', tables);
});

it('ends the same when locate is down for an hour; meanwhile nothing is written', async () => {
  const clock = manualClock(Date.now());
  const upTime = clock.now() + 60 * minuteMs;
  let asked = 0;
  const locate = (address: string) => {
    asked += 1;
    if (clock.now() < upTime) throw new Error('locate is down');
    return locationOf(address);
  };
  // The delays of the deployed stack: a minute, doubled, an hour at most.
  const delivery = { backoff: { startMs: minuteMs, maxMs: 60 * minuteMs } };
  const options = { clock, locate, delivery };

  const tables = await play(options, async (cloud) => {
    for (const batch of dayBatches) expect(await ship(cloud, batch, clock)).toBe(202);
    await until(() => asked > 0, 'locate is asked');
    const users = await (await fetch(`${cloud.url}/v1/users/alice/activities?from=PT24H`)).json();
    expect(users).toMatchObject({ items: [] });
    await turnUntilIdle(clock, cloud);
  });

  expect(clock.now()).toBeGreaterThan(upTime);
  expectCalm('locate down for an hour', tables);
});

it('keeps what was admitted of a relay that is revoked in flight, and takes no more', async () => {
  const clock = manualClock(Date.now());
  let isHeld = true;
  const dies = (when: 'before' | 'after') => when === 'before' && isHeld;
  const delivery = { backoff: { startMs: minuteMs, maxMs: minuteMs }, chaos: { dies } };

  const tables = await play({ clock, delivery }, async (cloud) => {
    for (const batch of dayBatches) expect(await ship(cloud, batch, clock)).toBe(202);
    await cloud.control.revokeKey(relayId, relayKeyId);
    // admit remembers a key for a minute.
    await clock.advance(2 * minuteMs);
    const after = { ...(dayBatches[0] as Batch), epoch: 3 };
    expect(await ship(cloud, after, clock)).toBe(401);
    isHeld = false;
    await turnUntilIdle(clock, cloud);
  });

  expectCalm('relay revoked in flight', tables);
});

/** Less than the shortest time limit of a function: what begins in a turn has its time. */
const turnMs = 5_000;

/** Turns the clock until nothing is left to be delivered; it stands while an invocation runs. */
async function turnUntilIdle(clock: ManualClock, cloud: LocalCloud): Promise<void> {
  const isEmpty = () => cloud.queue.counts().visible + cloud.queue.counts().inFlight === 0;
  for (let turns = 0; !isEmpty() && turns < 10_000; turns += 1) {
    await cloud.settled();
    await clock.advance(turnMs);
  }
  await cloud.idle();
}
