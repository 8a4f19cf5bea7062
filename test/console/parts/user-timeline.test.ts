// The timeline of a user: what a zoom shows, sessions by day as lanes, marks of detections.

import fc from 'fast-check';
import { dayLanesOf, marksOf } from '../../../console/parts/day-lanes.ts';
import {
  zoomedBy,
  zoomMoved,
  zoomMsMin,
  zoomOf,
  zoomText,
  zoomTo,
} from '../../../console/parts/zoom.ts';
import { runs } from '../../support/property-runs.ts';

const dayMs = 24 * 3_600_000;
const start = Date.parse('2026-11-01T00:00:00Z');
const whole = { from: start, to: start + 30 * dayMs };

const dateOf = (day: number): string => new Date(start + day * dayMs).toISOString().slice(0, 10);

describe('the zoom of a timeline', () => {
  it('stays inside the range, an hour long at least, whatever is drawn or pressed', () => {
    const moment = fc.integer({ min: start - 60 * dayMs, max: start + 90 * dayMs });
    const step = fc.oneof(
      fc.constantFrom(2, 0.5).map((by) => ({ by })),
      fc.constantFrom(-0.5, 0.5).map((share) => ({ share })),
    );
    fc.assert(
      fc.property(moment, moment, fc.array(step, { maxLength: 12 }), (a, b, steps) => {
        let zoom = zoomTo({ from: Math.min(a, b), to: Math.max(a, b) }, whole);
        for (const one of steps) {
          zoom = 'by' in one ? zoomedBy(zoom, one.by, whole) : zoomMoved(zoom, one.share, whole);
          const { from, to } = zoom ?? whole;
          expect(from >= whole.from && to <= whole.to && to - from >= zoomMsMin).toBe(true);
        }
        expect(zoomOf(zoomText(zoom) ?? null, whole)).toEqual(zoom);
      }),
      { numRuns: runs(100) },
    );
  });

  it('is all of the range where it would show as much, or where the address names none', () => {
    const nonsense = ['', 'x..y', '2026-11-02T00:00:00Z', '2026-11-03..2026-11-02'];
    expect([null, ...nonsense].map((text) => zoomOf(text, whole))).toEqual(
      Array(5).fill(undefined),
    );
    expect(zoomTo({ from: start - dayMs, to: start + 40 * dayMs }, whole)).toBeUndefined();
    expect(zoomedBy({ from: start, to: start + 16 * dayMs }, 0.5, whole)).toBeUndefined();
  });
});

describe('sessions by day', () => {
  const day = (at: number, places: Readonly<Record<string, number>>, more = 0) => ({
    date: dateOf(at),
    sessions: Object.values(places).reduce((sum, count) => sum + count, more),
    seconds: 60,
    places: Object.entries(places).map(([place, sessions]) => ({ place, sessions })),
  });

  it('lose no session, and keep a lane for a place that was seen once among twenty', () => {
    const busy = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`P${at}`, 50 - at]));
    const others = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`Q${at}`, 10]));
    const days = [day(3, busy, 5), day(4, others), day(5, { thief: 1, P0: 40 })];
    const lanes = dayLanesOf(days, whole, (place) => place.toLowerCase());

    const sum = lanes.reduce((all, { sessions }) => all + sessions, 0);
    expect(sum).toBe(days.reduce((all, { sessions }) => all + sessions, 0));
    expect(lanes[0]).toMatchObject({ label: 'p0', sessions: 90, days: 2 });
    expect(lanes.find(({ key }) => key === 'thief')).toMatchObject({ sessions: 1, days: 1 });
    expect(lanes.at(-1)).toMatchObject({ key: '', label: 'other places' });
    expect(lanes.length).toBeLessThanOrEqual(8);
    for (const { from, to } of lanes.flatMap(({ cells }) => cells)) {
      expect(0 <= from && from < to && to <= 1).toBe(true);
    }
  });

  it('leave out what lies outside of what is shown, and cut what lies in it in part', () => {
    const span = { from: start + 1.5 * dayMs, to: start + 3 * dayMs };
    const lanes = dayLanesOf([day(0, { A: 1 }), day(1, { A: 2 }), day(3, { A: 4 })], span, String);

    expect(lanes.map(({ sessions }) => sessions)).toEqual([2]);
    expect(lanes[0]?.cells).toEqual([{ date: dateOf(1), from: 0, to: 1 / 3, sessions: 2 }]);
  });
});

it('marks stand apart, and together they hold every detection of the time', () => {
  const times = fc.array(fc.integer({ min: whole.from - dayMs, max: whole.to + dayMs }), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(times, (all) => {
      const marks = marksOf(all, (time) => time, whole, 0.02);
      const inside = all.filter((time) => time >= whole.from && time <= whole.to);
      expect(marks.flatMap(({ items }) => items).sort()).toEqual(inside.sort());
      const near = marks.filter(({ at }, index) => at - (marks[index - 1]?.at ?? -1) < 0.02);
      expect(near).toEqual([]);
    }),
    { numRuns: runs(60) },
  );
});
