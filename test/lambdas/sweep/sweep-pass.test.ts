// The pass of the sweep over all users, with a directory of a million and a clock that calls and
// work move on: how many it visits in a day, what it reads, and what a cut or a user who cannot
// be finished costs.

import { assumptions } from '../../../cli/size/sizing-assumptions.ts';
import { emptyProfile, type Profile } from '../../../domain/profile/profile.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { makeSweep, type SweepDeps, type SweepState } from '../../../lambdas/sweep/sweep.ts';
import { hash, hourMs, minuteMs, morning } from '../../support/events.ts';

/** As slow as calls to a table ever are for long. */
const callMs = 25;
/**
 * Reading one profile of an answer and unpacking it, on the share of a processor that the function
 * has; measured 0.15 ms of a whole one.
 */
const userMs = 0.6;
const timeoutMs = 5 * minuteMs;

const idle = emptyProfile('idle', 'person');
const nameOf = (index: number): string => `user-${String(index).padStart(7, '0')}`;

/** A sweep over so many users, of whom some have something pending. */
function makePass(users: number, pending: (user: string) => boolean = () => false) {
  const seen = { visits: 0, readUnits: 0, writes: 0, finished: [] as string[] };
  const time = { now: morning, runBegan: morning };
  let state: SweepState | undefined;
  const failing = new Set<string>();
  const cut = { afterPages: Number.POSITIVE_INFINITY };
  const deps: SweepDeps = {
    query: {
      users: async (_, { limit, after }) => {
        time.now += callMs;
        if (cut.afterPages <= 0) throw new Error('cut off');
        cut.afterPages -= 1;
        const first = after === undefined ? 0 : Number(after.slice(5)) + 1;
        const count = Math.min(limit, users - first);
        const items = Array.from({ length: count }, (__, at) => ({
          user: nameOf(first + at),
          kind: 'person' as const,
        }));
        // Rows of some 100 octets, 4 KB to a unit, eventually consistent.
        seen.readUnits += Math.ceil((count * 100) / 4_096) / 2;
        const last = first + count < users ? nameOf(first + count - 1) : undefined;
        return { items, ...(last === undefined ? {} : { last }) };
      },
      sessions: async () => ({ items: [] }),
    },
    words: { heard: async (sessions) => sessions, add: async () => undefined },
    hash,
    profiles: async (keys) => {
      time.now += callMs + keys.length * userMs;
      seen.visits += keys.length;
      seen.readUnits += keys.length / 2;
      return keys.map((userKey) => ({ profile: profileOf(userKey), version: 1 }));
    },
    domains: async () => ({ netbios: {} }),
    joinUser: async () => false,
    users: {
      mergeDetection: async () => undefined,
      mergeSession: async () => undefined,
      putIndexRows: async ([row]) => {
        if (row && failing.has(row.userKey)) throw new Error('will never be written');
      },
      putProfile: async ({ userKey }) => {
        seen.finished.push(userKey);
        return 'written';
      },
    },
    relays: {
      relayIds: async () => [],
      relayKeys: async () => [],
      coverage: async () => undefined,
    },
    reportedAt: async () => undefined,
    state: {
      read: async () => state,
      write: async (next) => {
        time.now += callMs;
        seen.writes += 1;
        state = next;
      },
    },
    publish: async () => undefined,
    finishErasures: async () => 0,
    limits: { silentMs: hourMs, gapMs: hourMs } as unknown as SweepDeps['limits'],
    now: () => time.now,
    log: makeLog({ service: 'sweep', now: () => time.now, write: () => undefined }),
  };
  const profileOf = (userKey: string): Profile => {
    if (!pending(userKey)) return idle;
    const row = { type: 'directory', userKey, kind: 'person' } as const;
    return { ...emptyProfile(userKey, 'person'), pending: { detections: [], indexRows: [row] } };
  };
  const sweep = makeSweep(deps);
  /** One run of the schedule; the next comes five minutes after this one began. */
  const run = async (): Promise<void> => {
    time.runBegan = time.now;
    const getRemainingTimeInMillis = () => timeoutMs - (time.now - time.runBegan);
    try {
      await sweep(undefined, { getRemainingTimeInMillis });
    } finally {
      expect(time.now - time.runBegan).toBeLessThan(timeoutMs);
      time.now = time.runBegan + 5 * minuteMs;
    }
  };
  return { run, seen, failing, cut, state: () => state };
}

it('visits each of a million users within two hours, the last as well as the first', async () => {
  const users = 1_000_000;
  const { run, seen, state } = makePass(users, (user) => user === nameOf(users - 1));
  let runs = 0;
  for (; !state()?.isPassDone; runs += 1) await run();

  expect(runs * 5).toBeLessThanOrEqual(120);
  expect(seen.visits).toBe(users);
  expect(seen.finished).toEqual([nameOf(users - 1)]);
  // What `npm run size` counts of it, and how often it is written how far the pass is.
  expect(seen.readUnits / users).toBeLessThanOrEqual(assumptions.sweepReadUnitsPerUser);
  expect(seen.writes).toBeLessThanOrEqual(users / 1_000 + 1);
});

it('goes on where a run was cut off, a page before at most', async () => {
  const { run, seen, cut, state } = makePass(20_000);
  cut.afterPages = 7;
  await expect(run()).rejects.toThrow('SWEEP');
  expect(state()?.after).toBe(nameOf(6_999));

  cut.afterPages = Number.POSITIVE_INFINITY;
  await run();

  expect(state()?.isPassDone).toBe(true);
  expect(seen.visits).toBe(20_000);
});

it('is not held up by users who cannot be finished, and says that there are some', async () => {
  const pending = new Set([nameOf(10), nameOf(11), nameOf(2_500), nameOf(4_999)]);
  const { run, seen, failing, state } = makePass(5_000, (user) => pending.has(user));
  failing.add(nameOf(10)).add(nameOf(2_500));

  await expect(run()).rejects.toThrow('SWEEP');

  expect(seen.finished.sort()).toEqual([nameOf(11), nameOf(4_999)]);
  expect(state()?.isPassDone).toBe(true);
});
