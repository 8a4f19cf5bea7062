// Walks the records of one segment in order and finds the way again behind damaged octets.
// It reads through a window of bounded size and never writes. What a stop means for the journal
// (a torn write, a missing stretch) is for the caller to judge.

import { readAround } from './bad-sectors.ts';
import type { JournalFile } from './disk.ts';
import { checkRecord, recordBytesMax } from './segment.ts';

/** What a walk meets, in file order. */
export type ScanVisitor = {
  /** An intact record at `at` in `window`; return false to stop behind it. */
  record(window: Buffer, at: number, position: number): boolean;
  /** Octets that are no record, with an intact record behind them. */
  damage(offset: number, bytes: number): void;
};

export type ScanStart = {
  readonly file: JournalFile;
  readonly salt: number;
  /** Where to begin: the octet at which a record is expected. */
  readonly offset: number;
  /** The position expected there, and the last one that counts (both inclusive). */
  readonly from: number;
  readonly to: number;
  /** At least `recordBytesMax` octets, so that any record fits. */
  readonly window: Buffer;
};

/**
 * How a walk ended. `offset` is where the next record is expected, `position` which one.
 * - `stopped`: the visitor said so.
 * - `end`: nothing more up to `to`, or the file ends behind the last record.
 * - `tail`: octets from `offset` on that are no record, and none follows.
 */
export type ScanEnd = {
  readonly kind: 'stopped' | 'end' | 'tail';
  readonly offset: number;
  readonly position: number;
};

/** Room for a scan window; larger windows mean fewer reads. */
export function makeScanWindow(bytes = 4 * recordBytesMax): Buffer {
  return Buffer.allocUnsafe(Math.max(bytes, recordBytesMax));
}

/** @throws JournalError JOURNAL_NEWER for an intact record of an unknown type. */
export async function scanRecords(start: ScanStart, visitor: ScanVisitor): Promise<ScanEnd> {
  const { file, salt, to, window } = start;
  let { offset, from: position } = start;
  let damagedFrom: number | undefined;
  while (position <= to) {
    const filled = await readAround(file, window, offset);
    const bytes = window.subarray(0, filled);
    const isFileEnd = filled < window.length;
    let at = 0;
    while (position <= to) {
      const frame = checkRecord(bytes, at, salt, { from: position, to });
      if (frame.kind === 'record') {
        if (damagedFrom !== undefined) visitor.damage(damagedFrom, offset + at - damagedFrom);
        damagedFrom = undefined;
        position = frame.position + 1;
        const goesOn = visitor.record(bytes, at, frame.position);
        at += frame.bytes;
        if (!goesOn) return { kind: 'stopped', offset: offset + at, position };
        continue;
      }
      if (frame.kind === 'short' && !isFileEnd) break;
      if (at >= filled) {
        if (damagedFrom !== undefined) return { kind: 'tail', offset: damagedFrom, position };
        return { kind: 'end', offset: offset + at, position };
      }
      // A wrong length may promise more octets than there are: a record can still begin later.
      damagedFrom ??= offset + at;
      at += 1;
    }
    offset += at;
  }
  return { kind: 'end', offset: damagedFrom ?? offset, position };
}
