// What is learned of a user is the same in whatever order records come within ten minutes: a Stop
// after the next Start, a Start after the next one, an interim or a restart of the gateway that is
// heard of late, the copies of two relays.

import fc from 'fast-check';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { isWithdrawn } from '../../domain/detection.ts';
import type { PopulationView } from '../../domain/population/population.ts';
import { features, noveltyAt } from '../../domain/profile/learned.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { eventOf, hourMs, minuteMs, morning } from '../support/events.ts';
import { dayMs, london, makeOrganization, ordinaryDays } from '../support/life.ts';
import { runs } from '../support/property-runs.ts';

const nextTown = '2.125.160.216';
const lyon = '86.208.1.1';
const begin = morning + hourMs;

const day = fc.record({
  /** Where the second session comes from, and how long before the first one's Stop. */
  there: fc.constantFrom(nextTown, lyon, london),
  seconds: fc.integer({ min: -400, max: 900 }),
  minutes: fc.integer({ min: 5, max: 300 }),
  hasInterims: fc.boolean(),
  isRestarted: fc.boolean(),
});
type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

/** A first session, a second one about when it ends, and one more in the afternoon. */
function eventsOf(one: Day, index: number): readonly AccountingEvent[] {
  const { there, seconds, minutes, hasInterims, isRestarted } = one;
  const from = begin + index * dayMs;
  const end = from + minutes * minuteMs;
  const next = Math.max(from + 60_000, end - seconds * 1000);
  const first = { sessionId: `first-${index}`, address: london, device: 'LT-0412' };
  const second = { sessionId: `second-${index}`, address: there };
  const afternoon = { sessionId: `third-${index}`, address: london, device: 'LT-0412' };
  const stopAt = next + 30 * minuteMs;
  const middle = from + Math.floor(minutes / 2) * minuteMs;
  const on = { kind: 'gateway-on', form: 'none', user: '', at: end } as const;
  return [
    eventOf({ ...first, at: from }),
    ...(hasInterims
      ? [eventOf({ ...first, kind: 'interim', at: middle, seconds: (middle - from) / 1000 })]
      : []),
    isRestarted
      ? eventOf(on)
      : eventOf({ ...first, kind: 'stop', at: end, seconds: (end - from) / 1000 }),
    eventOf({ ...second, at: next }),
    eventOf({ ...second, kind: 'stop', at: stopAt, seconds: (stopAt - next) / 1000 }),
    eventOf({ ...afternoon, at: from + 12 * hourMs }),
    eventOf({ ...afternoon, kind: 'stop', at: from + 13 * hourMs, seconds: 3600 }),
  ];
}

/** What is learned in the end, and what stands. */
async function learnedFrom(events: readonly AccountingEvent[]) {
  const { store, population, play } = makeOrganization();
  await play(ordinaryDays(14));
  await play(events);
  const { learned, lastSeen } = store.profileOf('alice') as Profile;
  const novelty = features.map((feature) => ({
    feature,
    ...noveltyAt(learned.novelty, feature, lastSeen),
  }));
  const standing = [...store.detections.values()].filter((one) => !isWithdrawn(one));
  const { counts } = (await population.view([], lastSeen + dayMs)) as PopulationView;
  const counted = [...counts.asked, ...counts.fresh];
  return {
    novelty,
    counted,
    standing: standing.map(({ id, severity }) => `${id} ${severity}`).sort(),
  };
}

/** Levels are kept in steps of .3 %. */
const levelStep = 0.003;
/** And a session may be trusted a little more or less. */
const nearly = 0.05;

it('is learned alike in any order within ten minutes, and over two relays', async () => {
  const life = fc.record({
    days: fc.array(day, { minLength: 1, maxLength: 2 }),
    late: fc.array(fc.integer({ min: 0, max: 600_000 }), { minLength: 28, maxLength: 28 }),
    relays: fc.constantFrom(1, 2),
  });
  await fc.assert(
    fc.asyncProperty(life, async ({ days, late, relays }) => {
      const events = days.flatMap(eventsOf).sort((a, b) => a.time - b.time);
      const copies = Array.from({ length: relays }, (_, relay) =>
        events.map((event) => ({ ...event, receivedTime: event.receivedTime + relay * 4000 })),
      ).flat();
      const shuffled = copies
        .map((event, at) => ({ event, at: event.receivedTime + (late[at] ?? 0) }))
        .sort((a, b) => a.at - b.at);
      const inOrder = await learnedFrom(events);
      const other = await learnedFrom(shuffled.map(({ event }) => event));
      expect(other.standing).toEqual(inOrder.standing);
      const otherwise = other.novelty.filter(
        ({ asked, fresh }, at) =>
          Math.abs(asked - (inOrder.novelty[at]?.asked ?? 0)) > nearly ||
          Math.abs(fresh - (inOrder.novelty[at]?.fresh ?? 0)) > nearly,
      );
      expect(otherwise).toEqual([]);
      // Of six sessions or less that may have been judged otherwise.
      const apart = other.counted.map((one, at) => Math.abs(one - (inOrder.counted[at] ?? 0)));
      expect(Math.max(...apart)).toBeLessThan(6 * nearly);
    }),
    { numRuns: runs(80) },
  );
}, 120_000);

it('learns that a line changed, and nothing overlapped, though its Stop came late', async () => {
  const line = { there: nextTown, seconds: -4, minutes: 60, hasInterims: false } as const;
  const days = Array.from({ length: 6 }, (_, index) =>
    eventsOf({ ...line, isRestarted: false }, index),
  );
  const late = days.flatMap(([start, stop, next, ...rest]) => [start, next, stop, ...rest]);
  const overlap = async (events: readonly (AccountingEvent | undefined)[]) =>
    (await learnedFrom(events as AccountingEvent[])).novelty.find(
      ({ feature }) => feature === 'overlap',
    );
  const inOrder = await overlap(days.flat());
  const lateOnes = await overlap(late);
  expect([inOrder?.fresh, lateOnes?.fresh]).toEqual([0, 0]);
  // One step of the levels apart at most.
  const ratio = (lateOnes?.asked ?? 0) / (inOrder?.asked ?? 0);
  expect(Math.abs(ratio - 1)).toBeLessThan(levelStep);
});
