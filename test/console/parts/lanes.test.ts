import { lanesOf, overlappingPlaces, spanOf, ticksOf } from '../../../console/parts/lanes.ts';
import { busiestText, sunOffsetHours, weekOf } from '../../../console/text/hours.ts';
import { activityOf, now, placeOf } from '../sample-profile.ts';

const hourMs = 3_600_000;
const home = activityOf({ id: 'home', state: 'open', startedAt: '2026-11-23T02:00:00Z' });
const away = activityOf({ id: 'away', location: placeOf('Lyon, FR', 1) });
const later = activityOf({
  id: 'later',
  startedAt: '2026-11-23T07:10:00Z',
  endedAt: '2026-11-23T07:40:00Z',
});

describe('the lanes of the timeline', () => {
  it('show every session inside the time that they span, open ones until now', () => {
    const activities = [home, away, later];
    const span = spanOf(activities, now);
    const bars = lanesOf(activities, span, now).flatMap((lane) => lane.bars);

    expect(bars).toHaveLength(3);
    for (const { from, to } of bars) expect(0 <= from && from < to && to <= 1).toBe(true);
    expect(span.from).toBeLessThan(Date.parse(home.startedAt));
    expect(span.to).toBeGreaterThan(now);
  });

  it('put places apart, busiest first, and overlaps of one place in rows of their own', () => {
    const lanes = lanesOf([home, away, later], spanOf([home, away, later], now), now);

    expect(lanes.map(({ label, rows }) => [label, rows])).toEqual([
      ['London, GB', 2],
      ['Lyon, FR', 1],
    ]);
  });

  it('leave out what ended before the time shown', () => {
    expect(lanesOf([away], { from: now - 1000, to: now }, now)).toEqual([]);
  });

  it('name the places where one person was at the same time', () => {
    expect(overlappingPlaces([home, away], now)).toEqual(['London, GB', 'Lyon, FR']);
    expect(overlappingPlaces([away, later], now)).toEqual([]);
  });
});

describe('the axis of the timeline', () => {
  it('marks round hours of the zone, as many as there is room for', () => {
    const span = { from: now - 5 * hourMs - 1234, to: now };

    const ticks = ticksOf(span, 6, 0);

    expect(ticks.map((tick) => new Date(tick).toISOString().slice(11, 16))).toEqual([
      '03:00',
      '04:00',
      '05:00',
      '06:00',
      '07:00',
    ]);
    expect(ticksOf({ from: now - 180 * 24 * hourMs, to: now }, 9, 0).length).toBeLessThanOrEqual(9);
  });
});

describe('hours of the week', () => {
  /** Sunday 23:00 UTC. */
  const sundayNight = Array.from({ length: 168 }, (_, hour) => (hour === 23 ? 3 : 0));

  it('begin on Monday and move with the zone', () => {
    expect(weekOf(sundayNight, 0)[6]).toEqual({ name: 'Sun', hours: expect.anything() });
    expect(weekOf(sundayNight, 0)[6]?.hours[23]).toBe(3);
    expect(weekOf(sundayNight, 1)[0]?.hours[0]).toBe(3);
    expect(weekOf(sundayNight, -1)[6]?.hours[22]).toBe(3);
  });

  it('say the busiest hour in words', () => {
    expect(busiestText(weekOf(sundayNight, 0))).toBe('Most often Sun, 23:00 to 00:00.');
    expect(busiestText(weekOf([], 0))).toBe('No start has been counted yet.');
  });

  it('take the sun time from the longitude', () => {
    expect([sunOffsetHours(139.7), sunOffsetHours(-0.1), sunOffsetHours(-74)]).toEqual([9, 0, -5]);
  });
});
