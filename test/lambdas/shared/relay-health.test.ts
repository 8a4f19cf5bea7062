import { addCoverage, coverageOf } from '../../../lambdas/shared/coverage.ts';
import { healthLimitsOf, relayHealth } from '../../../lambdas/shared/relay-health.ts';
import { hourMs, minuteMs, morning } from '../../support/events.ts';

const limits = healthLimitsOf({ gapMinutes: 90, silentMinutes: 60 });
const batch = (firstPosition: number, lastPosition: number) => ({
  epoch: 1,
  sequence: firstPosition,
  firstPosition,
  lastPosition,
});
const whole = coverageOf(addCoverage(undefined, [batch(1, 10)], morning));
const holed = coverageOf(addCoverage(undefined, [batch(1, 10), batch(14, 20)], morning));

it('misses nobody that was never heard: it is being set up', () => {
  expect(relayHealth(undefined, morning, limits)).toEqual({ isSilent: false });
});

it('calls a relay that reports its health silent after its time, and not at it', () => {
  const silentAt = (now: number) => relayHealth(whole, now, limits, morning).isSilent;

  expect(silentAt(morning + hourMs)).toBe(false);
  expect(silentAt(morning + hourMs + 1)).toBe(true);
});

it('counts a report as a sign of life: there may be nothing to ship all night', () => {
  const now = morning + 8 * hourMs;

  expect(relayHealth(whole, now, limits, now - minuteMs)).toEqual({
    lastHeardAt: now - minuteMs,
    isSilent: false,
  });
});

it('gives a relay that only ships batches a day', () => {
  expect(relayHealth(whole, morning + 24 * hourMs, limits).isSilent).toBe(false);
  expect(relayHealth(whole, morning + 24 * hourMs + 1, limits).isSilent).toBe(true);
});

it('forgives a hole as long as redelivery may fill it, then says how much is missing', () => {
  expect(relayHealth(holed, morning + 90 * minuteMs, limits).gap).toBeUndefined();
  expect(relayHealth(holed, morning + 91 * minuteMs, limits).gap).toEqual({
    positions: 3,
    since: morning,
  });
});

it('has no gap any more when the missing records came', () => {
  const ledger = addCoverage(undefined, [batch(1, 10), batch(14, 20), batch(11, 13)], morning);

  expect(relayHealth(coverageOf(ledger), morning + 100 * hourMs, limits).gap).toBeUndefined();
});
