// When a batch leaves that is not full. A record that somebody waits for, such as a Start, leaves
// at the latest after the flush time, and takes with it what else there is; records that nobody
// waits for, interim updates and Stops, wait ten times as long for company. Small batches are what
// most of the cloud's bill is made of below some 30,000 users (docs/scale.md).

import type { After } from '../timers.ts';

/** Records that nobody waits for wait so many flush times. */
export const unawaitedFlushes = 10;

export class FlushTimer {
  readonly #after: After;
  readonly #flushAfterMs: number;
  readonly #onDue: () => void;
  #cancelAwaited: (() => void) | undefined;
  #cancelAny: (() => void) | undefined;

  /** @param onDue told once for each flush */
  constructor(after: After, flushAfterMs: number, onDue: () => void) {
    this.#after = after;
    this.#flushAfterMs = flushAfterMs;
    this.#onDue = onDue;
  }

  /** Something waits; `isAwaited`: and somebody for it. What is set already stays. */
  arm(isAwaited: boolean): void {
    const due = (): void => {
      this.cancel();
      this.#onDue();
    };
    this.#cancelAny ??= this.#after(unawaitedFlushes * this.#flushAfterMs, due);
    if (isAwaited) this.#cancelAwaited ??= this.#after(this.#flushAfterMs, due);
  }

  /** Nothing waits any more. */
  cancel(): void {
    this.#cancelAwaited?.();
    this.#cancelAny?.();
    this.#cancelAwaited = undefined;
    this.#cancelAny = undefined;
  }
}
