// A user's sessions by UTC day as lanes, one a place: what a timeline draws where there are too
// many sessions to draw each. A place that is seen on few days keeps its own lane as long as there
// is room, because that is the one to look at. Pure: days in, fractions of the axis out.

import type { TimelineDay } from '../api/types.ts';
import type { Span } from './lanes.ts';

const dayMs = 24 * 3600 * 1000;
const lanesMax = 7;

export type DayCell = {
  /** The UTC day, such as 2026-11-23. */
  readonly date: string;
  /** 0 to 1 of the axis. */
  readonly from: number;
  readonly to: number;
  readonly sessions: number;
};

export type DayLane = {
  /** Key of the place; '' for those that have no lane of their own. */
  readonly key: string;
  readonly label: string;
  readonly sessions: number;
  readonly days: number;
  readonly cells: readonly DayCell[];
};

/** Days that lie in a span, as far as they do. */
export const daysWithin = (days: readonly TimelineDay[], { from, to }: Span) =>
  days.filter(({ date }) => {
    const start = Date.parse(date);
    return start < to && start + dayMs > from;
  });

/** @param labelOf what a place is called */
export function dayLanesOf(
  days: readonly TimelineDay[],
  span: Span,
  labelOf: (place: string) => string,
): readonly DayLane[] {
  const counts = new Map<string, Map<string, number>>();
  const add = (place: string, date: string, sessions: number): void => {
    const own = counts.get(place) ?? new Map<string, number>();
    own.set(date, (own.get(date) ?? 0) + sessions);
    counts.set(place, own);
  };
  const shown = daysWithin(days, span);
  const ownLane = placesWithLane(shown);
  for (const { date, sessions, places } of shown) {
    let rest = sessions;
    for (const one of places) {
      rest -= one.sessions;
      add(ownLane.has(one.place) ? one.place : '', date, one.sessions);
    }
    if (rest > 0) add('', date, rest);
  }
  return [...counts]
    .map(([key, own]) => laneOf(key, own, span, labelOf))
    .sort((a, b) => Number(a.key === '') - Number(b.key === '') || b.sessions - a.sessions);
}

/** The busiest places, and those that were seen least, which are the rare ones. */
function placesWithLane(days: readonly TimelineDay[]): ReadonlySet<string> {
  const sums = new Map<string, number>();
  for (const { places } of days) {
    for (const { place, sessions } of places) sums.set(place, (sums.get(place) ?? 0) + sessions);
  }
  const sorted = [...sums].sort(([, a], [, b]) => b - a).map(([place]) => place);
  if (sorted.length <= lanesMax) return new Set(sorted);
  const busy = Math.ceil((lanesMax - 1) / 2);
  return new Set([...sorted.slice(0, busy), ...sorted.slice(busy + 1 - lanesMax)]);
}

function laneOf(
  key: string,
  own: ReadonlyMap<string, number>,
  span: Span,
  labelOf: (place: string) => string,
): DayLane {
  const length = span.to - span.from;
  const cells = [...own].map(([date, sessions]): DayCell => {
    const start = Date.parse(date);
    const from = Math.max(0, (start - span.from) / length);
    return { date, sessions, from, to: Math.min(1, (start + dayMs - span.from) / length) };
  });
  const sessions = cells.reduce((sum, cell) => sum + cell.sessions, 0);
  const label = key === '' ? 'other places' : labelOf(key);
  return { key, label, sessions, days: cells.length, cells };
}

/** Moments near each other as one mark: a place for each, however many there are. */
export type Mark<T> = { readonly at: number; readonly items: readonly T[] };

/**
 * Marks on the axis, left to right; none is nearer to the next than `gap`.
 * @param gap as a fraction of the axis
 */
export function marksOf<T>(
  items: readonly T[],
  timeOf: (item: T) => number,
  span: Span,
  gap: number,
): readonly Mark<T>[] {
  const marks: { at: number; items: T[] }[] = [];
  const placed = items
    .map((item) => ({ item, at: (timeOf(item) - span.from) / (span.to - span.from) }))
    .filter(({ at }) => at >= 0 && at <= 1)
    .sort((a, b) => a.at - b.at);
  for (const { item, at } of placed) {
    const last = marks.at(-1);
    if (last && at - last.at < gap) last.items.push(item);
    else marks.push({ at, items: [item] });
  }
  return marks;
}
