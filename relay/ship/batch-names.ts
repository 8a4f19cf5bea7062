// Names of batches: relay, epoch, sequence. Promise: no name is given twice, across restarts and
// conflicts too, because the epoch is raised on disk before its first batch.

import type { BatchName } from '../../wire/batch.ts';

export class BatchNumbers {
  readonly #relayId: string;
  readonly #raise: (by: number) => Promise<number>;
  #epoch = 0;
  #sequence = 0;
  #step = 1;
  #raising: Promise<void> | undefined;

  constructor(relayId: string, raise: (by: number) => Promise<number>) {
    this.#relayId = relayId;
    this.#raise = raise;
  }

  /** 0 before the first batch. */
  get epoch(): number {
    return this.#epoch;
  }

  /** @throws what raising the epoch throws. */
  async next(): Promise<BatchName> {
    if (this.#epoch === 0 || this.#raising !== undefined) await this.#raiseOnce();
    this.#sequence += 1;
    return { relayId: this.#relayId, epoch: this.#epoch, sequence: this.#sequence };
  }

  /**
   * The cloud knows this name with another content: a new epoch, unless another batch has begun one
   * already. Steps double, so that an epoch file that was lost is made up for in a few tries.
   */
  async conflict(name: BatchName): Promise<void> {
    if (name.epoch === this.#epoch) await this.#raiseOnce();
  }

  /** The cloud took a batch: the epoch is good. */
  accepted(): void {
    this.#step = 1;
  }

  #raiseOnce(): Promise<void> {
    this.#raising ??= this.#raiseBy(this.#step).finally(() => {
      this.#raising = undefined;
    });
    return this.#raising;
  }

  async #raiseBy(by: number): Promise<void> {
    this.#epoch = await this.#raise(by);
    this.#sequence = 0;
    this.#step = Math.min(by * 2, 2 ** 30);
  }
}
