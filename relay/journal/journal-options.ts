// What the journal is told when it is opened, its bounds, and what it tells about itself.

import { randomInt } from 'node:crypto';
import { type JournalDisk, nodeDisk } from './disk.ts';
import type { NewJournalRecord } from './record.ts';

export type JournalOptions = {
  readonly directory: string;
  readonly now: () => number;
  /** A segment is closed above this size. */
  readonly segmentBytesMax?: number;
  /** A segment is closed above this age, so that what is shipped can be deleted in time. */
  readonly segmentAgeMsMax?: number;
  /** Bound of all segments together. */
  readonly journalBytesMax?: number;
  /** Octets of the disk that are left to others; of a small disk a twentieth. */
  readonly freeBytesMin?: number;
  /** Shipped segments are kept this long. */
  readonly keepShippedMs?: number;
  /** Bound of the records that wait in memory for one commit. */
  readonly commitBytesMax?: number;
  /** What the cursor says was shipped; positions go on above it. */
  readonly shippedPosition?: number;
  /** Period of `tick`; 0 leaves it to the caller. */
  readonly tickMs?: number;
  /**
   * Small commits are made on the calling thread while the disk is fast (commit-pace.ts): it stands
   * still for a sync. For a thread that has nothing better to do than to answer.
   */
  readonly isDirect?: boolean;
  /** With `isDirect`: zeros written ahead of records at a time (active-segment.ts). */
  readonly reserveBytes?: number;
  /** Whether somebody waits for what follows from a record; absent: for every one. */
  readonly isAwaited?: (record: NewJournalRecord) => boolean;
  /**
   * Told after each commit, when its records were acknowledged: the last position, and that of the
   * last record appended so far that somebody waits for (0: none yet).
   */
  readonly onDurable?: (position: number, awaitedPosition: number) => void;
  /** Told when the journal stops or begins to take records, with a sentence for the log. */
  readonly onState?: (isWritable: boolean, message: string) => void;
  readonly disk?: JournalDisk;
  /** Salt of this run's segments; random unless a test fixes it. */
  readonly salt?: number;
};

/** Bounds where the options leave them open. */
export const journalDefaults = {
  segmentBytesMax: 64 * 1024 * 1024,
  segmentAgeMsMax: 3600 * 1000,
  journalBytesMax: 10 * 1024 ** 3,
  freeBytesMin: 256 * 1024 * 1024,
  keepShippedMs: 24 * 3600 * 1000,
  commitBytesMax: 8 * 1024 * 1024,
  shippedPosition: 0,
  tickMs: 1000,
  isDirect: false,
  /** Room for some 260 packets: a sync waits until all of it is on disk. */
  reserveBytes: 128 * 1024,
} as const;

export type JournalStats = {
  readonly isWritable: boolean;
  /** Why not, as a sentence with a fixed code in front. */
  readonly trouble?: string;
  readonly firstPosition: number;
  readonly durablePosition: number;
  readonly segments: number;
  readonly bytes: number;
  readonly freeBytes: number;
  /** Since this start. */
  readonly records: number;
  readonly commits: number;
  readonly commitsFailed: number;
  /** Found at this start. */
  readonly tornBytes: number;
  readonly damaged: number;
};

/** Options with every default filled in. */
export type JournalSettings = Required<Omit<JournalOptions, Optional>> &
  Pick<JournalOptions, Optional>;
type Optional = 'isAwaited' | 'onDurable' | 'onState';

/** Fills in what the options leave open. */
export function withDefaults(options: JournalOptions): JournalSettings {
  return { ...journalDefaults, disk: nodeDisk, salt: randomInt(2 ** 32), ...options };
}
