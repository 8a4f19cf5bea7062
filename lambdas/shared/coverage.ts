// Coverage of journal positions: which of a relay's records were processed, and which positions are
// missing (gaps).
// Promise: a gap is never reported as covered; when bounds are reached, the error is a gap too
// many. Pure arithmetic over intervals; lambdas/aws/dynamodb/control-store.ts stores the result.

import type { UnixMs } from '../../domain/accounting-event.ts';

/** One processed batch as the ledger records it. Positions are inclusive. */
export type ProcessedBatch = {
  readonly epoch: number;
  readonly sequence: number;
  readonly firstPosition: number;
  readonly lastPosition: number;
};

/**
 * Positions [first, last] are processed. `since`: the earliest time at which something at or above
 * `first` was known processed, which is the age of the hole below it.
 */
export type Interval = {
  readonly first: number;
  readonly last: number;
  readonly since: UnixMs;
};

/** The stored form: disjoint intervals, never adjacent, rising. */
export type Ledger = {
  readonly intervals: readonly Interval[];
  /** The newest batch, by epoch and then sequence. */
  readonly epoch: number;
  readonly sequence: number;
  readonly lastSeen: UnixMs;
};

/** Positions [first, last] are missing although later ones were processed at `since`. */
export type Hole = Interval;

export type Coverage = {
  /** Every position up to and including this one is covered. */
  readonly coveredTo: number;
  /** The highest position covered. */
  readonly highest: number;
  readonly holes: readonly Hole[];
  readonly epoch: number;
  readonly sequence: number;
  readonly lastSeen: UnixMs;
};

/** Intervals kept for one relay: 255 holes, far beyond what reordering makes. */
export const ledgerIntervalsMax = 256;

/** Adds processed batches. Order and repetition of the batches do not matter to what is covered. */
export function addCoverage(
  ledger: Ledger | undefined,
  batches: readonly ProcessedBatch[],
  now: UnixMs,
): Ledger {
  let intervals = ledger?.intervals ?? [];
  let newest = { epoch: ledger?.epoch ?? 0, sequence: ledger?.sequence ?? 0 };
  for (const { epoch, sequence, firstPosition, lastPosition } of batches) {
    intervals = addInterval(intervals, { first: firstPosition, last: lastPosition, since: now });
    const isNewer = epoch > newest.epoch || (epoch === newest.epoch && sequence > newest.sequence);
    if (isNewer) newest = { epoch, sequence };
  }
  return { intervals, ...newest, lastSeen: Math.max(now, ledger?.lastSeen ?? 0) };
}

/** Reads holes off the intervals. Positions start at 1, so a missing start is a hole as well. */
export function coverageOf(ledger: Ledger): Coverage {
  const { intervals, epoch, sequence, lastSeen } = ledger;
  const holes: Hole[] = [];
  let next = 1;
  for (const { first, last, since } of intervals) {
    if (first > next) holes.push({ first: next, last: first - 1, since });
    next = last + 1;
  }
  const coveredTo = (holes[0]?.first ?? next) - 1;
  return { coveredTo, highest: next - 1, holes, epoch, sequence, lastSeen };
}

function addInterval(intervals: readonly Interval[], added: Interval): readonly Interval[] {
  const below = intervals.filter(({ last }) => last < added.first - 1);
  const above = intervals.filter(({ first }) => first > added.last + 1);
  const touching = intervals.slice(below.length, intervals.length - above.length);
  // A hole that a straggler splits is as old as it was; what lies above says since when.
  const since = Math.min(added.since, ...touching.map((t) => t.since), above[0]?.since ?? Infinity);
  const merged: Interval = {
    first: Math.min(added.first, touching[0]?.first ?? added.first),
    last: Math.max(added.last, touching.at(-1)?.last ?? added.last),
    since,
  };
  const result = [...below, merged, ...above];
  // Forgetting an interval shows a hole that is none; joining two would hide one.
  return result.length > ledgerIntervalsMax ? intervals : result;
}
