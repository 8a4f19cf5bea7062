// Sessions as bars on a time axis, one lane per place: overlaps at two places stand above each
// other, overlaps at one place get rows of their own. Pure: facts in, fractions of the axis out.

import type { Activity } from '../api/types.ts';

export type Bar = {
  readonly activity: Activity;
  /** 0 to 1 of the axis. */
  readonly from: number;
  readonly to: number;
  readonly row: number;
};

export type Lane = {
  readonly key: string;
  readonly label: string;
  readonly rows: number;
  readonly bars: readonly Bar[];
};

export type Span = { readonly from: number; readonly to: number };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The end of an activity as far as it is known; an open one goes on. */
export function endOf(activity: Activity, now: number): number {
  if (activity.state === 'open') return now;
  return Date.parse(activity.endedAt ?? activity.lastSeen);
}

/** The time the activities fill, with a little room; at least an hour. */
export function spanOf(activities: readonly Activity[], now: number): Span {
  if (activities.length === 0) return { from: now - dayMs, to: now };
  const from = Math.min(...activities.map(({ startedAt }) => Date.parse(startedAt)));
  const to = Math.max(...activities.map((activity) => endOf(activity, now)));
  const room = Math.max((to - from) * 0.03, (hourMs - (to - from)) / 2, minuteMs);
  return { from: from - room, to: Math.min(to + room, Math.max(to, now) + room) };
}

/** The lanes, busiest place first. Activities outside the span are left out. */
export function lanesOf(activities: readonly Activity[], span: Span, now: number): readonly Lane[] {
  const places = new Map<string, { label: string; inside: Activity[] }>();
  for (const activity of activities) {
    const start = Date.parse(activity.startedAt);
    if (start > span.to || endOf(activity, now) < span.from) continue;
    const { key = 'unknown', label = 'unknown location' } = activity.location ?? {};
    const place = places.get(key) ?? { label, inside: [] };
    place.inside.push(activity);
    places.set(key, place);
  }
  return [...places]
    .map(([key, { label, inside }]) => ({ key, label, ...packed(inside, span, now) }))
    .sort((a, b) => b.bars.length - a.bars.length);
}

function packed(
  activities: readonly Activity[],
  span: Span,
  now: number,
): Pick<Lane, 'rows' | 'bars'> {
  const length = span.to - span.from;
  const ends: number[] = [];
  const bars = [...activities]
    .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
    .map((activity): Bar => {
      const from = Math.max(0, (Date.parse(activity.startedAt) - span.from) / length);
      const to = Math.min(1, (endOf(activity, now) - span.from) / length);
      const free = ends.findIndex((end) => end <= from);
      const row = free === -1 ? ends.length : free;
      ends[row] = to;
      return { activity, from, to, row };
    });
  return { rows: ends.length, bars };
}

const steps = [
  ...[5, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 7, 14, 28].map((days) => days * dayMs),
];

/** Times to mark on the axis, at most `countMax`, on round hours or days of the zone. */
export function ticksOf(span: Span, countMax: number, offsetMs: number): readonly number[] {
  const length = span.to - span.from;
  const step = steps.find((one) => length / one <= countMax) ?? 28 * dayMs;
  const first = Math.ceil((span.from + offsetMs) / step) * step - offsetMs;
  const ticks: number[] = [];
  for (let tick = first; tick < span.to; tick += step) ticks.push(tick);
  return ticks;
}

/** Whether two sessions of different places ran at the same time. */
export function overlappingPlaces(activities: readonly Activity[], now: number): readonly string[] {
  const labels = new Set<string>();
  for (const a of activities) {
    for (const b of activities) {
      if (a === b || a.location?.key === b.location?.key) continue;
      const isBefore = endOf(a, now) <= Date.parse(b.startedAt);
      const isAfter = endOf(b, now) <= Date.parse(a.startedAt);
      if (!(isBefore || isAfter) && a.location) labels.add(a.location.label);
    }
  }
  return [...labels];
}
