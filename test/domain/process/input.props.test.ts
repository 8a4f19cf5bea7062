// What a fold is given stays as it was, whatever it does with tables of its own: a store hands the
// same state to many.

import fc from 'fast-check';
import { processEvents } from '../../../domain/process/process-events.ts';
import { addresses, eventOf, hash, locate, morning, settings } from '../../support/events.ts';
import { makeMemoryStore } from '../../support/memory-store.ts';
import { runs } from '../../support/property-runs.ts';

const refuse = (): never => {
  throw new Error('what a fold was given is changed');
};

/** Makes every change of a value, and of what it holds, throw. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const one of value.values()) frozen(one);
    Object.assign(value, { set: refuse, delete: refuse, clear: refuse });
  } else if (value instanceof Set) {
    Object.assign(value, { add: refuse, delete: refuse, clear: refuse });
  }
  for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}

const record = fc.record({
  user: fc.constantFrom('ann', 'bob'),
  minute: fc.integer({ min: 0, max: 60 * 24 * 45 }),
  kind: fc.constantFrom('start' as const, 'interim' as const, 'stop' as const),
  sessionId: fc.constantFrom('s1', 's2', 's3'),
  seconds: fc.integer({ min: 0, max: 20_000 }),
  address: fc.constantFrom(...addresses, '203.0.113.7', '2001:db8::7'),
  device: fc.constantFrom('LT-1', 'LT-2'),
});

it('changes nothing of profiles, sessions and events that it is given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 2, maxLength: 40 }), async (records) => {
      const store = makeMemoryStore();
      const users: typeof store.users = {
        ...store.users,
        load: async (...args) => frozen(await store.users.load(...args)),
      };
      const ports = { users, gateways: store.gateways, locate, settings, hash };
      const events = records.map(({ minute, ...rest }) =>
        frozen(eventOf({ ...rest, at: morning + minute * 60_000 })),
      );
      for (let from = 0; from < events.length; from += 5) {
        const done = await processEvents(ports, events.slice(from, from + 5));
        expect(done.flatMap(({ error }) => (error === undefined ? [] : [String(error)]))).toEqual(
          [],
        );
      }
    }),
    { numRuns: runs(60) },
  );
});
