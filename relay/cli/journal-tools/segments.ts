// Reads every record of a journal's segments and reports what is wrong, for `journal verify`.
// Promise: changes nothing, also beside a running relay; an unfinished write at the end of the last
// segment is no damage.

import { join } from 'node:path';
import type { JournalDisk, JournalFile } from '../../journal/disk.ts';
import { readHeader, segmentNames } from '../../journal/recover.ts';
import { writtenEnd } from '../../journal/reserved.ts';
import { makeScanWindow, scanRecords } from '../../journal/scan.ts';
import { decodeRecord, headerBytes } from '../../journal/segment.ts';

export type SegmentCheck = {
  readonly name: string;
  readonly firstPosition: number;
  readonly bytes: number;
  /** Records that are intact. */
  readonly records: number;
  /** RFC 3339; absent in an empty segment. */
  readonly firstArrival?: string;
  readonly lastArrival?: string;
  /** Positions that should be here and cannot be read. */
  readonly missing: number;
  /** Stretches that are no records, with records behind them. */
  readonly damaged: readonly { readonly offset: number; readonly bytes: number }[];
  /** Octets behind the last record: in the last segment a write under way or cut short. */
  readonly tailBytes: number;
  readonly isHeaderReadable: boolean;
};

type Segment = { readonly name: string; readonly firstPosition: number };

/** Reads every record of every segment, oldest first. @throws JournalError JOURNAL_NEWER */
export async function* checkSegments(
  disk: JournalDisk,
  directory: string,
): AsyncGenerator<SegmentCheck> {
  const segments = segmentNames(await disk.list(directory));
  for (const [i, segment] of segments.entries()) {
    const file = await openUnlessDeleted(disk, join(directory, segment.name));
    if (!file) continue;
    try {
      yield await checkSegment(file, segment, segments[i + 1]);
    } finally {
      await file.close();
    }
  }
}

/** The running relay may delete what is shipped at any time. */
async function openUnlessDeleted(
  disk: JournalDisk,
  path: string,
): Promise<JournalFile | undefined> {
  return disk.open(path, 'read').catch(() => undefined);
}

async function checkSegment(
  file: JournalFile,
  segment: Segment,
  next: Segment | undefined,
): Promise<SegmentCheck> {
  const { firstPosition } = segment;
  const to = next ? next.firstPosition - 1 : Number.MAX_SAFE_INTEGER;
  const expected = next ? next.firstPosition - firstPosition : 0;
  const bytes = await file.size();
  const facts = { ...segment, bytes, damaged: [] };
  const header = await readHeader(file, segment);
  if (!header) {
    return { ...facts, records: 0, missing: expected, tailBytes: 0, isHeaderReadable: false };
  }
  const damaged: { offset: number; bytes: number }[] = [];
  const arrivals: number[] = [];
  let records = 0;
  let lastPosition = firstPosition - 1;
  const end = await scanRecords(
    {
      file,
      salt: header.salt,
      offset: headerBytes,
      from: firstPosition,
      to,
      window: makeScanWindow(),
    },
    {
      record(window, at, position) {
        const { receivedTime } = decodeRecord(window, at);
        arrivals[arrivals.length === 0 ? 0 : 1] = receivedTime;
        records += 1;
        lastPosition = position;
        return true;
      },
      damage: (offset, length) => damaged.push({ offset, bytes: length }),
    },
  );
  const [first, last = first] = arrivals;
  const lastExpected = next ? next.firstPosition - 1 : lastPosition;
  return {
    ...facts,
    records,
    ...(first !== undefined && { firstArrival: new Date(first).toISOString() }),
    ...(last !== undefined && { lastArrival: new Date(last).toISOString() }),
    missing: Math.max(0, lastExpected - firstPosition + 1 - records),
    damaged,
    // What follows the first position of the next segment was never acknowledged.
    tailBytes: next ? 0 : (await writtenEnd(file, end.offset, bytes)) - end.offset,
    isHeaderReadable: true,
  };
}
