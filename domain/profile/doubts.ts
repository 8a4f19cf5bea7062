// Sessions that called for an alert, by day: they are not the user's own to the learning gate until
// their detection is released (held.ts). Kept for the 30 days that the gate looks at.

import type { UnixMs } from '../accounting-event.ts';
import { dayOf, daysKept } from './days.ts';

/** Days since 1970-01-01, and doubted sessions of that day. */
export type DoubtedDay = { readonly day: number; readonly count: number };

const newest = (doubts: readonly DoubtedDay[]): readonly DoubtedDay[] => {
  const sorted = [...doubts].sort((a, b) => b.day - a.day);
  const from = (sorted[0]?.day ?? 0) - daysKept;
  return sorted.filter(({ day }) => day > from);
};

/** Whether a session of that day, or several, called for an alert. */
export const hasDoubt = (doubts: readonly DoubtedDay[], time: UnixMs): boolean =>
  doubts.some(({ day }) => day === dayOf(time));

/** With one more at a time. */
export const withDoubt = (doubts: readonly DoubtedDay[], time: UnixMs): readonly DoubtedDay[] =>
  joinDoubts(doubts, [{ day: dayOf(time), count: 1 }]);

/** With one less at a time. */
export function withoutDoubt(doubts: readonly DoubtedDay[], time: UnixMs): readonly DoubtedDay[] {
  const today = dayOf(time);
  return doubts
    .map((one) => (one.day === today ? { ...one, count: one.count - 1 } : one))
    .filter(({ count }) => count > 0);
}

/** Two lists as one. */
export function joinDoubts(
  a: readonly DoubtedDay[],
  b: readonly DoubtedDay[],
): readonly DoubtedDay[] {
  if (b.length === 0) return a;
  const counts = new Map<number, number>();
  for (const { day, count } of [...a, ...b]) counts.set(day, (counts.get(day) ?? 0) + count);
  return newest([...counts].map(([day, count]) => ({ day, count })));
}

/** Doubted sessions of the 30 days up to `now`. */
export function doubtedInMonth(doubts: readonly DoubtedDay[], now: UnixMs): number {
  const oldest = dayOf(now) - daysKept;
  return doubts.reduce((sum, { day, count }) => (day > oldest ? sum + count : sum), 0);
}
