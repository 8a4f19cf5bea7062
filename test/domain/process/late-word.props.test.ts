// An interim that comes late is what it would have been in time: of a session's words the latest
// counts, whichever of them is in a row, among the words or in the call.

import fc from 'fast-check';
import type { Detection } from '../../../domain/detection.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { makeMemoryGateways } from '../../../local/replay/memory-gateways.ts';
import { eventOf, minuteMs, morning } from '../../support/events.ts';
import { london, makeOrganization } from '../../support/life.ts';
import { runs } from '../../support/property-runs.ts';

const chicago = '73.0.0.1';
const first = {
  user: 'ann',
  gateway: 'apm-paris',
  sessionId: 'first',
  address: chicago,
  device: 'KALI',
};
const second = {
  user: 'ann',
  gateway: 'asa-london',
  sessionId: 'second',
  address: london,
  device: 'LT-1',
};

/** Minutes after its Start at which the first session is heard of; the second begins after 40. */
const heard = fc.uniqueArray(fc.integer({ min: 1, max: 38 }), { minLength: 2, maxLength: 8 });
const interimAt = (minutes: number) =>
  eventOf({
    ...first,
    kind: 'interim',
    at: morning + minutes * minuteMs,
    seconds: minutes * 60,
  });
/** The second session's own interim, which gives a reason to judge it again. */
const end = eventOf({
  ...second,
  kind: 'interim',
  at: morning + 70 * minuteMs,
  seconds: 30 * 60,
});

async function detectionsOf(events: readonly ReturnType<typeof eventOf>[], size: number) {
  const { ports, store } = makeOrganization();
  const all = { ...ports, gateways: makeMemoryGateways(), isInOrder: true };
  for (let from = 0; from < events.length; from += size) {
    const done = await processEvents(all, events.slice(from, from + size));
    for (const { error } of done) if (error !== undefined) throw error;
  }
  return [...store.detections.values()];
}

/**
 * What a detection says in the end, whether at once or after a correction, which knows weights less
 * finely: two of nearly one weight may change places.
 */
const saidIn = ({ severity, score, reasons }: Detection) => ({
  severity,
  score,
  reasons: reasons.map(({ term, text }) => `${term}: ${text}`).sort(),
});

it('is no other than if it had come in time, in calls of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      heard,
      fc.nat(),
      fc.integer({ min: 1, max: 12 }),
      async (minutes, late, size) => {
        const inTime = [...minutes].sort((a, b) => a - b);
        // Not the latest: what only it says comes as a correction where it weighs.
        const held = inTime[late % (inTime.length - 1)] ?? 0;
        const start = eventOf({ ...first, at: morning });
        const next = eventOf({ ...second, at: morning + 40 * minuteMs });
        const others = inTime.filter((one) => one !== held).map(interimAt);

        const whole = await detectionsOf([start, ...inTime.map(interimAt), next, end], 1);
        const split = await detectionsOf([start, ...others, next, interimAt(held), end], size);
        expect(split.map(saidIn)).toEqual(whole.map(saidIn));
      },
    ),
    { numRuns: runs(60), endOnFailure: true },
  );
});
