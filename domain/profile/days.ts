// Session starts by UTC hour of week and by UTC day: the 30 days up to the newest session, as a
// ring that moves with it.

import type { UnixMs } from '../accounting-event.ts';

export const daysKept = 30;
const dayMs = 24 * 3600 * 1000;
const hourMs = 3600 * 1000;

/** Days since 1970-01-01, UTC. */
export const dayOf = (time: UnixMs): number => Math.floor(time / dayMs);

/** What of a profile the counts belong to. */
export type DayCounts = {
  readonly sessions: number;
  readonly lastSeen: UnixMs;
  /** The day of `lastSeen` and those before it. */
  readonly days: readonly number[];
};

/** Sessions that began in the 30 days up to `now`, as the counts stand. */
export function sessionsInMonth({ days, lastSeen }: DayCounts, now: UnixMs): number {
  const newest = dayOf(lastSeen);
  const oldest = dayOf(now) - daysKept;
  return days.reduce((sum, count, at) => (newest - at > oldest ? sum + count : sum), 0);
}

/** The counts with the ring at the day of `lastSeen`: what leaves it is forgotten. */
export function daysAt(counts: DayCounts, lastSeen: UnixMs): readonly number[] {
  const shift = counts.sessions === 0 ? 0 : dayOf(lastSeen) - dayOf(counts.lastSeen);
  if (shift === 0) return counts.days;
  return counts.days.map((_, at) => counts.days[at - shift] ?? 0);
}

/** The ring with `by` more on the day of `start`, if that is still kept. */
export function addToDay(
  days: readonly number[],
  lastSeen: UnixMs,
  start: UnixMs,
  by: 1 | -1,
): readonly number[] {
  const age = dayOf(lastSeen) - dayOf(start);
  if (age < 0 || age >= daysKept) return days;
  const next = days.slice();
  next[age] = Math.max(0, (next[age] ?? 0) + by);
  return next;
}

/** The 168 hours of the week with `by` more at the hour of `start`. */
export function addToHour(hours: readonly number[], start: UnixMs, by: 1 | -1): readonly number[] {
  // 1970-01-01 was a Thursday: four days after a Sunday.
  const hour = (Math.floor(start / hourMs) + 4 * 24) % 168;
  const next = hours.slice();
  next[hour] = Math.max(0, (next[hour] ?? 0) + by);
  return next;
}
