// While history is coming in nobody waits for a single record: messages are gathered, so that a
// user is read and written once for many records. Live packets alone are processed as they come.

import type { HistoryTaker } from './history-taker.ts';

/**
 * Longer than a relay needs from one batch to the next, on a machine that has other work as well:
 * with 400 ms there was one batch to a reading of its users.
 */
const gatherMs = 1_500;
/** History that was handed over this long ago may still be on its way to the queue. */
const comingMs = 5_000;
/** Some 20,000 records. */
const batchSizeMax = 40;

export class HistoryPace {
  readonly #now: () => number;
  #takenAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of any clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The same; what it takes is noted. */
  noting({ plan, take }: HistoryTaker): HistoryTaker {
    return {
      plan,
      take: (plans, history, onProgress, signal) => {
        let taken = 0;
        const note: typeof onProgress = (progress) => {
          if (progress.taken > taken) this.#takenAt = this.#now();
          taken = progress.taken;
          onProgress(progress);
        };
        return take(plans, history, note, signal);
      },
    };
  }

  /** The batching window of the moment; undefined: none. */
  window(): { readonly waitMs: number; readonly batchSizeMax: number } | undefined {
    const isComing = this.#now() - this.#takenAt < comingMs;
    return isComing ? { waitMs: gatherMs, batchSizeMax } : undefined;
  }
}
