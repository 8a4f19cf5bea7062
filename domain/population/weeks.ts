// Where an organisation's ordinary scores lie, for the term of it
// (`detect/terms/organisation.ts`): the greatest score of each user in each week, one count a
// user and week, however many sessions there were. Sessions that called for an alert are not
// counted, nor those before the learning gate: an attack that is seen says nothing of ordinary
// scores, and one account cannot say more than one count a week. Counts fade by half in a week
// (forward decay: later weeks weigh more), so what was wrong heals by itself. Beside them stands
// what is expected of an organisation that tells as many devices, worth 240 counts: it bounds what
// any one user can move (decision 0029). Pure.

import type { UnixMs } from '../accounting-event.ts';
import type { CountedWeek } from '../profile/learned.ts';

const dayMs = 24 * 3600 * 1000;
const weekMs = 7 * dayMs;
/** Counts weigh half after this. */
const halfLifeMs = weekMs;

/** Scores are counted in bins of this width, nats, from `scoreLow`; the outer bins are open. */
const binWidth = 0.5;
const scoreLow = -4;
export const weekBins = 24;

/** Counts of users' weeks by score bin; weights, not whole numbers. */
export type WeekCounts = readonly number[];

export const noWeeks: WeekCounts = new Array<number>(weekBins).fill(0);

/** Weeks since 1970-01-01. */
export const weekOf = (time: UnixMs): number => Math.floor(time / weekMs);

/** The bin of a score. */
export function binOf(score: number): number {
  return Math.min(weekBins - 1, Math.max(0, Math.floor((score - scoreLow) / binWidth)));
}

/** In organisations of more users one in four of their weeks is counted: that is enough to tell. */
const allCountedUsersMax = 1000;
const countedOneIn = 4;

/** Whether a user's week is among those counted. @param digest a hash of user and week */
export function isWeekCounted(users: number, digest: string): boolean {
  return users <= allCountedUsersMax || digest.charCodeAt(0) % countedOneIn === 0;
}

/**
 * What a session that called for no alert adds: its user's week, or that the week's greatest score
 * rose. The weight is as of `landmark`, the beginning of the period that is added to.
 * @returns undefined when it changes nothing
 */
export function countWeek(
  known: CountedWeek | undefined,
  session: { readonly time: UnixMs; readonly score: number },
  landmark: UnixMs,
): { readonly week: CountedWeek; readonly counts: WeekCounts } | undefined {
  const week = weekOf(session.time);
  const bin = binOf(session.score);
  // Of a week that is over no more is remembered: what comes late is not counted.
  if (known && known.week > week) return undefined;
  const isSame = known?.week === week;
  if (isSame && known.bin >= bin) return undefined;
  const weight = exactly(2 ** ((week * weekMs - landmark) / halfLifeMs));
  const counts = noWeeks.map((_, at) => {
    if (at === bin) return weight;
    return isSame && at === known.bin ? -weight : 0;
  });
  return { week: { week, bin }, counts };
}

/** To 1,024ths: their sums are exact, in whatever order they are added. */
const exactly = (weight: number): number => Math.round(weight * 1024) / 1024;

/** Adds counts of one landmark. */
export function addWeeks(a: WeekCounts, b: WeekCounts): WeekCounts {
  return a.map((count, bin) => count + (b[bin] ?? 0));
}

/** Counts as of `landmark`, as they weigh at `time`. */
export function weeksAt(counts: WeekCounts, landmark: UnixMs, time: UnixMs): WeekCounts {
  const factor = 2 ** ((landmark - time) / halfLifeMs);
  return counts.map((count) => Math.max(0, count * factor));
}

/** The share of users' weeks whose greatest unalerted score lies above the ordinary score. */
const ordinaryShare = 0.2;
/**
 * A standard organisation's ordinary score, how fast fewer weeks lie above higher scores there, and
 * how many of its weeks stand beside the organisation's own.
 */
const standard = { score: -1.2, natsPerE: 2.2, weight: 240 };
export const standardScore = standard.score;
/** A device that is known takes off of most sessions: without any, ordinary scores lie higher. */
const withoutDevices = 2.2;
/** Between worlds the score at the budget moves by so much for each nat of the ordinary score. */
const shiftPerNat = 0.37;

/** Any one user moves `scoreShift` by less, nats: .37 2.2 ln(48 / 46) where nobody else is. */
export const shiftPerUserMax = 0.05;

/**
 * The ordinary score to expect of an organisation of whose sessions this share tells a device: with
 * all of them the standard one's.
 */
export const expectedScore = (deviceShare: number): number =>
  standard.score + withoutDevices * (1 - deviceShare);

/** By how much a score at the budget lies above a standard one's, for an ordinary score, nats. */
export const shiftFor = (score: number): number => shiftPerNat * (score - standardScore);

/**
 * How many nats the organisation's ordinary scores lie above those of a standard one, as far as
 * that says where its alerts should begin.
 */
export const scoreShift = (counts: WeekCounts, expected = standardScore): number =>
  shiftFor(ordinaryScore(counts, expected));

/**
 * The score that a fifth of the users' weeks lies above, nats.
 * @param expected of 240 weeks that are counted beside them (`expectedScore`)
 */
export function ordinaryScore(counts: WeekCounts, expected = standardScore): number {
  const known = ordinary.get(counts);
  if (known?.expected === expected) return known.score;
  const score = computeOrdinary(counts, expected);
  ordinary.set(counts, { expected, score });
  return score;
}

/** Asked with each judgement, of counts that are read once a minute. */
const ordinary = new WeakMap<WeekCounts, { readonly expected: number; readonly score: number }>();

function computeOrdinary(counts: WeekCounts, expected: number): number {
  const all = counts.reduce((sum, count) => sum + count, standard.weight);
  const target = ordinaryShare * all;
  let low = scoreLow;
  let high = scoreLow + weekBins * binWidth;
  for (let step = 0; step < 24; step += 1) {
    const middle = (low + high) / 2;
    if (countAbove(counts, middle, expected) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Weeks above a score, the expected ones among them; within a bin they lie evenly. */
function countAbove(counts: WeekCounts, score: number, expected: number): number {
  const at = (score - scoreLow) / binWidth;
  let sum = standard.weight * ordinaryShare * Math.exp((expected - score) / standard.natsPerE);
  for (let bin = 0; bin < counts.length; bin += 1) {
    sum += (counts[bin] ?? 0) * Math.min(1, Math.max(0, bin + 1 - at));
  }
  return sum;
}
