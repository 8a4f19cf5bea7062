// The timeline of a user: by day as many sessions as there are rows, whatever the order of records,
// repeats and cuts, across months, with those that are open.

import fc from 'fast-check';
import { packMonth, unpackMonth } from '../../../domain/profile/month-days.ts';
import { startTestCloud } from '../../support/cloud-in-test.ts';
import { addresses, eventOf, hourMs } from '../../support/events.ts';
import { runs } from '../../support/property-runs.ts';

const begin = Date.parse('2026-10-25T06:00:00Z');
const end = Date.parse('2026-11-23T20:00:00Z');

type Life = { readonly hour: number; readonly hours: number; readonly place: number };

/** Start and Stop of sessions of one user. */
const eventsOf = (lives: readonly Life[]) =>
  lives.flatMap(({ hour, hours, place }, at) => {
    const start = begin + hour * hourMs + at * 1000;
    const named = { user: 'alice', sessionId: `s${at}`, address: addresses[place] ?? '' };
    return [
      eventOf({ ...named, kind: 'start', at: start }),
      eventOf({ ...named, kind: 'stop', at: start + hours * hourMs, seconds: hours * 3600 }),
    ];
  });

const life = fc.record({
  hour: fc.integer({ min: 0, max: 28 * 24 }),
  hours: fc.integer({ min: 1, max: 5 }),
  place: fc.integer({ min: 0, max: 1 }),
});

// Each member has tables of its own: three tests share them.
it.each([1, 2, 3])(
  'counts each session on its day, in any order and however often: %i',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat(1000)),
        fc.integer({ min: 1, max: 24 }),
        async (lives, order, portion) => {
          const cloud = await startTestCloud(end);
          try {
            const events = eventsOf(lives).map((event) => ({ event, at: order.next().value }));
            const shuffled = events.sort((a, b) => a.at - b.at).map(({ event }) => event);
            for (let from = 0; from < shuffled.length; from += portion) {
              const part = shuffled
                .slice(from, from + portion)
                .map((one) => ({ ...one, receivedTime: end }));
              const { batchItemFailures } = await cloud.deliver([part]);
              expect(batchItemFailures).toEqual([]);
              if (from % 2 === 0) await cloud.deliver([part], 2);
            }
            const { body } = await cloud.get('GET /v1/users/{user}/timeline', {
              params: { user: 'alice' },
              query: { from: 'P60D' },
            });
            const list = await cloud.get('GET /v1/users/{user}/activities', {
              params: { user: 'alice' },
              query: { from: 'P60D', limit: '100' },
            });
            const counted = new Map<string, number>();
            for (const { id } of list.body.items) {
              const day = new Date(Number(id.split('-')[0])).toISOString().slice(0, 10);
              counted.set(day, (counted.get(day) ?? 0) + 1);
            }

            expect(body.isComplete).toBe(true);
            expect(
              body.days.map((one: { date: string; sessions: number }) => [one.date, one.sessions]),
            ).toEqual([...counted].sort());
            expect(body.sessions).toBe(list.body.items.length);
            expect(list.body.items.length).toBe(lives.length);
          } finally {
            await cloud.stop();
          }
        },
      ),
      { numRuns: runs(8) },
    );
  },
);

it('packs a month without loss, a usual one into a write unit', () => {
  const place = fc.constantFrom('FR/Île-de-France/Paris', 'GB/England/London', 'unknown');
  const day = fc.record({
    day: fc.integer({ min: 1, max: 31 }),
    sessions: fc.integer({ min: 1, max: 5000 }),
    seconds: fc.nat(),
    places: fc.array(fc.record({ place, sessions: fc.integer({ min: 1, max: 500 }) }), {
      maxLength: 3,
    }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(day, { selector: (one) => one.day, maxLength: 31 }), (days) => {
      const bytes = packMonth(days);

      expect(unpackMonth(bytes)).toEqual(days);
      expect(bytes.length).toBeLessThan(800);
    }),
    { numRuns: runs(200) },
  );
});
