// What the organisation's users do as a whole: how often things are new to them, where their
// scores lie (weeks.ts), and who else was seen on a network, prefix or in a country. Counts lie
// in periods of 30 days; two periods are read together, so old habits fade without anything being
// rewritten. Users are named by hashes, at most eight to a key. Approximate by contract: at most
// 1 % error.

import type { UnixMs } from '../accounting-event.ts';
import { populationSightersMax } from '../limits.ts';
import { type Answers, type Feature, features } from '../profile/learned.ts';
import { noWeeks, type WeekCounts, weeksAt } from './weeks.ts';

const dayMs = 24 * 3600 * 1000;
export const periodMs = 30 * dayMs;

/** The period a time lies in. */
export const periodOf = (time: UnixMs): number => Math.floor(time / periodMs);
/** When a period begins. */
export const periodStart = (period: number): UnixMs => period * periodMs;

/** Counts of one period. Plain sums: adding deltas in any order gives the same. */
export type PopulationCounts = {
  /** Users with at least one session in the period. */
  readonly users: number;
  /** In the order of `features`. */
  readonly asked: readonly number[];
  readonly fresh: readonly number[];
  /** Users' weeks by their greatest score, as weights at the beginning of the period. */
  readonly weeks: WeekCounts;
  readonly sessions: number;
  /** Time of the first session counted; users are few in an organisation's first days. */
  readonly since: UnixMs;
};

/** A user seen at a key, by hash. */
export type Sighter = {
  readonly user: string;
  readonly first: UnixMs;
  readonly last: UnixMs;
  /** Their first session there was anomalous by itself. */
  readonly isOdd: boolean;
};

/** Who uses a network (`n:3215`), prefix (`p:192.0.2.7`) or country (`c:FR`). */
export type Use = {
  readonly key: string;
  /** The first ones by time, at most eight. */
  readonly sighters: readonly Sighter[];
  /** The latest ones, at most eight: what a burst is counted from. */
  readonly latest: readonly Sighter[];
  /** Pairs of this key and a user, ever. */
  readonly people: number;
};

/** The population as a judge sees it. */
export type PopulationView = {
  readonly counts: PopulationCounts;
  /** Users of the period that had most. */
  readonly users: number;
  /** Days that `counts` spans. */
  readonly days: number;
  readonly use: (key: string) => Use | undefined;
  /**
   * Keys (as of uses, and `d:` for devices) an analyst called malicious, until when it weighs.
   */
  readonly malicious: ReadonlyMap<string, UnixMs>;
};

/** What a call's judgements add to the population. */
export type PopulationDelta = {
  readonly periods: ReadonlyMap<number, PopulationCounts>;
  /** The same as `periods`, session by session: `since` is the time of each. */
  readonly sessions?: readonly PopulationCounts[];
  /** In the order of time; several of one key. */
  readonly uses: readonly Use[];
};

export const emptyCounts: PopulationCounts = {
  users: 0,
  asked: features.map(() => 0),
  fresh: features.map(() => 0),
  weeks: noWeeks,
  sessions: 0,
  since: Number.MAX_SAFE_INTEGER,
};

/** An organisation of which nothing is known. */
export const emptyPopulation: PopulationView = {
  counts: emptyCounts,
  users: 0,
  days: 0,
  use: () => undefined,
  malicious: new Map(),
};

/** The counts of one judged session that stands for `times` sessions like it. */
export function countsOf(session: {
  readonly time: UnixMs;
  readonly answers: Answers;
  readonly weight: number;
  /** The user's first session in the period. */
  readonly isFirstInPeriod: boolean;
  readonly times: number;
}): PopulationCounts {
  const { answers, times } = session;
  const weight = session.weight * times;
  return {
    users: session.isFirstInPeriod ? 1 : 0,
    asked: features.map((feature) => (answers[feature] === undefined ? 0 : exact(weight))),
    fresh: features.map((feature) => exact((answers[feature] ?? 0) * weight)),
    weeks: noWeeks,
    sessions: times,
    since: session.time,
  };
}

/**
 * What to add where a session that was counted with `weight` is trusted with another one now. It
 * stands for itself alone: of those that stand for several each of them is told anew.
 */
export function recountOf(session: {
  readonly time: UnixMs;
  readonly answers: Answers;
  readonly weight: number;
  readonly now: number;
}): PopulationCounts {
  const as = (weight: number): PopulationCounts =>
    countsOf({ ...session, weight, isFirstInPeriod: false, times: 1 });
  const [was, is] = [as(session.weight), as(session.now)];
  const less = (a: readonly number[], b: readonly number[]): readonly number[] =>
    a.map((value, at) => value - (b[at] ?? 0));
  return { ...is, asked: less(is.asked, was.asked), fresh: less(is.fresh, was.fresh), sessions: 0 };
}

/** To 1,024ths: their sums are exact, in whatever order they are added. */
const exact = (value: number): number => Math.round(value * 1024) / 1024;

/** Adds counts: commutative and associative, to the last digit. */
export function addCounts(a: PopulationCounts, b: PopulationCounts): PopulationCounts {
  return {
    users: a.users + b.users,
    asked: sum(a.asked, b.asked),
    fresh: sum(a.fresh, b.fresh),
    weeks: sum(a.weeks, b.weeks),
    sessions: a.sessions + b.sessions,
    since: Math.min(a.since, b.since),
  };
}

/**
 * The sum of two periods; `users` are those of the fuller one, `weeks` weigh what they do at
 * `time`.
 */
export function viewOf(
  periods: ReadonlyMap<number, PopulationCounts>,
  time: UnixMs,
  rest: Pick<PopulationView, 'use' | 'malicious'>,
): PopulationView {
  const period = periodOf(time);
  const both = [period, period - 1].flatMap((one) => {
    const known = periods.get(one);
    return known ? [{ ...known, weeks: weeksAt(known.weeks, periodStart(one), time) }] : [];
  });
  const counts = both.reduce(addCounts, emptyCounts);
  const since = Math.min(counts.since, time);
  return {
    counts,
    users: Math.max(0, ...both.map(({ users }) => users)),
    days: Math.max(1, (time - since) / dayMs),
    ...rest,
  };
}

/** One user seen at a key for the first time, or again. */
export function useOf(key: string, sighter: Sighter): Use {
  return { key, sighters: [sighter], latest: [sighter], people: 1 };
}

/**
 * Merges two views of who uses a key. A user known to both counts once while they are among the
 * kept ones; beyond that the number of users is approximate.
 */
export function mergeUses(a: Use, b: Use): Use {
  const known = new Set([...a.sighters, ...a.latest].map((sighter) => sighter.user));
  const repeated = new Set(
    [...b.sighters, ...b.latest].map((sighter) => sighter.user).filter((user) => known.has(user)),
  );
  const all = united([...a.sighters, ...a.latest, ...b.sighters, ...b.latest]);
  return {
    key: a.key,
    sighters: all.slice(0, populationSightersMax),
    latest: all.slice(-populationSightersMax),
    people: a.people + b.people - repeated.size,
  };
}

/**
 * How often the organisation's users answer "new", with `weight` sessions of `expected` before.
 */
export function populationRate(
  counts: PopulationCounts,
  feature: Feature,
  expected: number,
  weight: number,
): number {
  const at = features.indexOf(feature);
  return ((counts.fresh[at] ?? 0) + weight * expected) / ((counts.asked[at] ?? 0) + weight);
}

function sum(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, at) => value + (b[at] ?? 0));
}

/** Each user once, by their first appearance. */
function united(sighters: readonly Sighter[]): Sighter[] {
  const byUser = new Map<string, Sighter>();
  for (const sighter of sighters) {
    const known = byUser.get(sighter.user);
    byUser.set(sighter.user, known ? joined(known, sighter) : sighter);
  }
  return [...byUser.values()].sort((a, b) => a.first - b.first || (a.user < b.user ? -1 : 1));
}

function joined(a: Sighter, b: Sighter): Sighter {
  const isOdd = a.first === b.first ? a.isOdd && b.isOdd : (a.first < b.first ? a : b).isOdd;
  return {
    user: a.user,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    isOdd,
  };
}
