// While history is coming in, or waits in the queue, nobody waits for a single record: messages are
// gathered, so that a user is read and written once for many records. Live packets alone are
// processed as they come.

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
  /** The queue has not been empty since history was taken: what waits in it is history, mostly. */
  #isQueued = false;

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
          if (progress.taken > taken) {
            this.#takenAt = this.#now();
            this.#isQueued = true;
          }
          taken = progress.taken;
          onProgress(progress);
        };
        return take(plans, history, note, signal);
      },
    };
  }

  /**
   * The batching window of the moment; undefined: none. It stays open while history waits: a relay
   * that is held back until the queue has room takes none for as long as an invocation runs.
   * @param waiting messages that the queue holds and nobody has received
   */
  window(waiting: number): { readonly waitMs: number; readonly batchSizeMax: number } | undefined {
    const isComing = this.#now() - this.#takenAt < comingMs;
    if (!isComing && waiting === 0) this.#isQueued = false;
    return isComing || this.#isQueued ? { waitMs: gatherMs, batchSizeMax } : undefined;
  }
}
