// How often a relay asks for its settings: often enough for a change or a revocation within a
// minute, not all relays at once, and ever less where it is refused.

import fc from 'fast-check';
import { fetchPauseMs } from '../../../relay/control/control-loop.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const good = { failures: 0, isRefused: false, retryAfterMs: 0 };

it('asks every 24 to 36 s while all is well', () => {
  fc.assert(
    fc.property(random, (chance) => {
      const pauseMs = fetchPauseMs(good, chance);

      expect(pauseMs).toBeGreaterThanOrEqual(24_000);
      expect(pauseMs).toBeLessThanOrEqual(36_000);
    }),
  );
});

it('asks at least once a minute while the cloud is away, however long', () => {
  fc.assert(
    fc.property(random, fc.integer({ min: 1, max: 100_000 }), (chance, failures) => {
      const pauseMs = fetchPauseMs({ ...good, failures }, chance);

      expect(pauseMs).toBeGreaterThanOrEqual(15_000);
      expect(pauseMs).toBeLessThanOrEqual(60_000);
    }),
  );
});

it('asks down to every 5 min while it is refused', () => {
  fc.assert(
    fc.property(random, fc.integer({ min: 5, max: 100_000 }), (chance, failures) => {
      const pauseMs = fetchPauseMs({ ...good, failures, isRefused: true }, chance);

      expect(pauseMs).toBeGreaterThanOrEqual(150_000);
      expect(pauseMs).toBeLessThanOrEqual(300_000);
    }),
  );
});

it('waits as long as the cloud asks it to, up to an hour', () => {
  const asked = (retryAfterMs: number): number =>
    fetchPauseMs({ ...good, failures: 1, retryAfterMs }, 0);

  expect(asked(600_000)).toBeGreaterThanOrEqual(600_000);
  expect(asked(9e9)).toBeLessThanOrEqual(3_660_000);
});
