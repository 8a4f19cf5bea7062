// A detection goes on for days: sessions join it for want of learning, and judgements are kept for
// one day. What a late record says of a session of today takes nothing from what stands since the
// day before yesterday (decision 0028).

import fc from 'fast-check';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';
import { eventOf, minuteMs, morning } from '../support/events.ts';
import { dayMs, london, makeOrganization, ordinaryDays } from '../support/life.ts';
import { runs } from '../support/property-runs.ts';

const nextTown = '2.125.160.216';

/** A day after the one on which a stranger's device was seen first. */
type Day = {
  /** Days since then. */
  readonly at: number;
  /** The user's own session ends so many minutes before the stranger's begins; after it: less. */
  readonly endsBefore: number;
  readonly minutes: number;
  /** Each record is held up for so many minutes. */
  readonly heldUp: readonly number[];
};

const day = (at: number): fc.Arbitrary<Day> =>
  fc.record({
    at: fc.constant(at),
    endsBefore: fc.integer({ min: -6, max: 12 }),
    minutes: fc.integer({ min: 5, max: 90 }),
    heldUp: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 4, maxLength: 4 }),
  });

const days = fc
  .subarray([1, 2, 3, 4, 6], { minLength: 1 })
  .chain((chosen) => fc.tuple(...chosen.map(day)));

const start = morning + dayMs;
const stranger = { address: nextTown, device: 'KALI' };

/** The records of such a day, each with the time at which it comes. */
function recordsOf({
  at,
  endsBefore,
  minutes,
  heldUp,
}: Day): (readonly [number, AccountingEvent])[] {
  const begin = start + at * dayMs;
  const change = begin + 60 * minuteMs;
  const ends = change - endsBefore * minuteMs;
  const over = change + minutes * minuteMs;
  const home = { sessionId: `home-${at}`, address: london };
  const next = { ...stranger, sessionId: `next-${at}` };
  const records = [
    eventOf({ ...home, at: begin }),
    eventOf({ ...home, kind: 'stop', at: ends, seconds: (ends - begin) / 1000 }),
    eventOf({ ...next, at: change }),
    eventOf({ ...next, kind: 'stop', at: over, seconds: minutes * 60 }),
  ];
  return records.map((event, index) => [event.time + (heldUp[index] ?? 0) * minuteMs, event]);
}

async function detectionsOf(events: readonly AccountingEvent[]): Promise<readonly Detection[]> {
  const organization = makeOrganization();
  await organization.play(ordinaryDays(40));
  await organization.play([eventOf({ ...stranger, sessionId: 'first', at: start })]);
  expect([...organization.store.detections.values()].map(isWithdrawn)).toEqual([false]);
  await organization.play(events);
  return [...organization.store.detections.values()];
}

const inOrder = (records: readonly (readonly [number, AccountingEvent])[]) =>
  [...records].sort(([a], [b]) => a - b).map(([, event]) => event);

const standing = (found: readonly Detection[]) =>
  found
    .filter((one) => !isWithdrawn(one))
    .map(({ id, severity }) => `${id} ${severity}`)
    .sort();

it('stands for what is not kept any more, whatever is said of later sessions', async () => {
  await fc.assert(
    fc.asyncProperty(days, async (drawn) => {
      const late = await detectionsOf(inOrder(drawn.flatMap(recordsOf)));
      const inTime = drawn.map((one) => ({ ...one, heldUp: [] }));
      const asItWas = await detectionsOf(inOrder(inTime.flatMap(recordsOf)));
      expect(standing(late)).toEqual(standing(asItWas));
      expect(standing(late)).toHaveLength(1);
    }),
    { numRuns: runs(24) },
  );
});
