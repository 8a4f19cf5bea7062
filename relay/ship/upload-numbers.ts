// Metrics of uploads: attempts by result, durations, the last accepted batch, and the offset of the
// cloud's clock. Promise: a fixed few numbers, nothing of what was sent.

import { Histogram } from '../histogram.ts';
import type { PostResult } from './answer.ts';
import type { ShipItem } from './load.ts';

/**
 * Closed list: a label of a metric. `refused`: 401, 413, 422; `conflict`: 409; `later`: the rest.
 */
export const uploadResults = ['accepted', 'refused', 'conflict', 'later', 'no-answer'] as const;
export type UploadResult = (typeof uploadResults)[number];

export type UploadStatus = {
  readonly attempts: Readonly<Record<UploadResult, number>>;
  readonly times: Histogram;
  readonly lastBatchRecords?: number;
  /** From sending the last accepted batch to its 202. */
  readonly lastBatchMs?: number;
  /** The cloud's Date header less our clock; positive: ours is behind. */
  readonly clockAheadMs?: number;
};

type Last = { batchRecords?: number; batchMs?: number; clockAheadMs?: number };

export class UploadNumbers {
  readonly #attempts: Record<UploadResult, number> = {
    accepted: 0,
    refused: 0,
    conflict: 0,
    later: 0,
    'no-answer': 0,
  };
  readonly #times = new Histogram();
  readonly #last: Last = {};

  /** A POST has ended. */
  posted(result: PostResult, elapsedMs: number): void {
    const kind = kindOf(result);
    this.#attempts[kind] += 1;
    this.#times.observe(elapsedMs / 1000);
    if (kind === 'accepted') this.#last.batchMs = elapsedMs;
    if (result.kind === 'answer' && result.clockAheadMs !== undefined) {
      this.#last.clockAheadMs = result.clockAheadMs;
    }
  }

  accepted(items: readonly ShipItem[]): void {
    this.#last.batchRecords = items.length;
  }

  status(): UploadStatus {
    const { batchRecords, batchMs, clockAheadMs } = this.#last;
    return {
      attempts: { ...this.#attempts },
      times: this.#times,
      ...(batchRecords !== undefined && { lastBatchRecords: batchRecords }),
      ...(batchMs !== undefined && { lastBatchMs: batchMs }),
      ...(clockAheadMs !== undefined && { clockAheadMs }),
    };
  }
}

function kindOf(result: PostResult): UploadResult {
  if (result.kind === 'no-answer') return 'no-answer';
  if (result.status === 202) return 'accepted';
  if (result.status === 409) return 'conflict';
  return [401, 413, 422].includes(result.status) ? 'refused' : 'later';
}
