// The schedule of the sweep in the local run: every five minutes, first five minutes after the
// start, never two at once. A failed run is logged by the sweep and its work done by the next.

import type { Clock } from './clock.ts';
import type { LocalFunction } from './local-function.ts';

const everyMs = 5 * 60_000;

/** Starts the schedule; the returned function stops it and waits for a run that is under way. */
export function startSweeping(sweep: LocalFunction<object>, clock: Clock): () => Promise<void> {
  let running = Promise.resolve();
  let cancel = (): void => undefined;
  let isStopped = false;
  const next = (): void => {
    if (isStopped) return;
    cancel = clock.after(everyMs, () => {
      running = sweep({})
        .then(
          () => undefined,
          () => undefined,
        )
        .finally(next);
    });
  };
  next();
  return async () => {
    isStopped = true;
    cancel();
    await running;
  };
}
