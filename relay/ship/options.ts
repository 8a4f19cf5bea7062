// The shipper's options, their bounds, and the events it reports.

import { batchEventsMax } from '../../domain/limits.ts';
import type { Cursor } from '../journal/cursor.ts';
import type { Log } from '../log.ts';
import type { After } from '../timers.ts';
import type { PostResult } from './answer.ts';
import { type PauseTimes, pauseDefaults } from './backoff.ts';
import type { SealedHeaders } from './delivery.ts';
import type { LoadDeps, ShipItem } from './load.ts';
import type { EncodeBatch } from './pack.ts';

export type ShipperDeps = {
  readonly relayId: string;
  readonly cursor: Cursor;
  /** Positions up to here are on disk. */
  readonly durablePosition: () => number;
  readonly load: LoadDeps;
  /** Raises the durable epoch by `by` and returns it (epoch.ts). */
  readonly raiseEpoch: (by: number) => Promise<number>;
  readonly encodeBatch: EncodeBatch;
  readonly seal: (request: { readonly body: string; readonly batchId: string }) => SealedHeaders;
  readonly post: (
    request: { readonly headers: SealedHeaders; readonly body: string },
    signal: AbortSignal,
  ) => Promise<PostResult>;
  /** Told what an accepted batch held, in the turn in which the cursor takes it in. */
  readonly onAccepted?: (items: readonly ShipItem[]) => void;
  /** Told when everything up to a position is shipped or dead-lettered. */
  readonly onShipped?: (position: number) => void;
  readonly log: Log;
  readonly now: () => number;
  /** Waits; absent: with the timers of the system. */
  readonly after?: After;
  /** In [0, 1), for the jitter. */
  readonly random: () => number;
  readonly limits?: Partial<ShipperLimits>;
};

export type ShipperLimits = PauseTimes & {
  /** A batch leaves when it is full or an awaited record has waited this long (flush-timer.ts). */
  readonly flushAfterMs: number;
  readonly batchRecordsMax: number;
  /** Batches under way at a time. */
  readonly inFlightMax: number;
  /** Above this many waiting records the newest ones are sent beside the backlog. */
  readonly freshAfter: number;
  /** An event that waited longer than this is sent as `late`. */
  readonly lateAfterMs: number;
  /** `stop` gives requests under way this long. */
  readonly stopWithinMs: number;
};

export const shipperDefaults: ShipperLimits = {
  ...pauseDefaults,
  flushAfterMs: 2000,
  batchRecordsMax: batchEventsMax,
  inFlightMax: 4,
  freshAfter: 20 * batchEventsMax,
  lateAfterMs: 10 * 60_000,
  stopWithinMs: 3000,
};

export type ShipperStatus = {
  /** 0 before the first batch. */
  readonly epoch: number;
  /** Everything up to here is shipped or dead-lettered. */
  readonly shippedPosition: number;
  readonly durablePosition: number;
  /** Records on disk that the cloud does not have yet. */
  readonly waiting: number;
  readonly setAsideTotal: number;
  /** Accepted since this start. */
  readonly batches: number;
  readonly records: number;
  readonly bytes: number;
  /** Failures in a row; 0 while all is well. */
  readonly failures: number;
  readonly lastAcceptedTime?: number;
  /** Arrival of the oldest record under way; absent when none is. */
  readonly oldestTime?: number;
  /** Why nothing is accepted at the moment, as a sentence. */
  readonly trouble?: string;
};

export type Shipper = {
  status(): ShipperStatus;
  /**
   * The journal's durable position has risen.
   * @param awaitedPosition somebody waits for this record and for none after it; absent: for all
   */
  notify(position: number, awaitedPosition?: number): void;
  /** Ends a pause: what kept the cloud from accepting may be over. */
  retryNow(): void;
  /** Ends after the requests under way; what was not accepted is sent after the next start. */
  stop(): Promise<void>;
};
