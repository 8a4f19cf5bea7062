// Writes a commit on one of the ways that commit-pace.ts chooses between, and tells it what came
// of it. Promise: one commit at a time; `done` without error means written and synced.

import type { ActiveSegment } from './active-segment.ts';
import type { CommitBuffer } from './commit-buffer.ts';
import { CommitPace, type CommitWay } from './commit-pace.ts';
import type { JournalSettings } from './journal-options.ts';
import type { JournalSpace } from './journal-space.ts';

/** Told once; with `direct`, and with some errors, before `write` returns. */
export type WriteDone = (error: unknown, way: CommitWay) => void;

export type WriteOrder = {
  readonly active: ActiveSegment;
  readonly batch: CommitBuffer;
  /** Nobody waits for this thread meanwhile. */
  readonly canBeDirect: boolean;
};

export class CommitWriter {
  readonly #pace: CommitPace;
  readonly #space: JournalSpace;
  /** Reserved behind records at a time. */
  readonly #zeros: Buffer;
  #tookMs = 0;

  constructor(settings: JournalSettings, space: JournalSpace) {
    this.#pace = new CommitPace(settings.isDirect);
    this.#space = space;
    this.#zeros = Buffer.alloc(settings.isDirect ? settings.reserveBytes : 0);
  }

  /** Stops this thread while company may come for `records`; false: there was no reason to. */
  gather(records: number): boolean {
    const ms = this.#pace.gatherMs(records);
    // Finer than a timer, which comes up to a millisecond late.
    if (ms > 0) Atomics.wait(sleeper, 0, 0, ms);
    return ms > 0;
  }

  write({ active, batch, canBeDirect }: WriteOrder, done: WriteDone): void {
    const { bytes, used, records } = batch;
    const way = this.#pace.wayOf(records, used, canBeDirect);
    const zeros = this.#space.hasRoom(used + this.#zeros.length) ? this.#zeros : noZeros;
    if (way === 'pool') active.append(bytes, used, (error) => done(error, way));
    else if (way === 'split') active.appendSplit(bytes, used, zeros, (error) => done(error, way));
    else this.#writeNow(active, batch, zeros, done);
  }

  #writeNow(active: ActiveSegment, batch: CommitBuffer, zeros: Buffer, done: WriteDone): void {
    const beganMs = performance.now();
    try {
      active.appendNow(batch.bytes, batch.used, zeros);
    } catch (error) {
      done(error, 'direct');
      return;
    }
    this.#tookMs = performance.now() - beganMs;
    done(undefined, 'direct');
  }

  /** So many records arrived while the last direct commit was written. */
  arrived(records: number): void {
    this.#pace.committed(this.#tookMs, records);
  }
}

const noZeros = Buffer.alloc(0);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
