// What the journal finds at start (README.md "Recovery"): which segments there are, where the last
// record ends, what is torn or damaged. After it, everything that was found is on disk and synced.

import { join } from 'node:path';
import { readAround } from './bad-sectors.ts';
import { type JournalDisk, type JournalFile, syncFile } from './disk.ts';
import { isOutOfSpace } from './errors.ts';
import { quarantine, quarantineSegment, type Stretch } from './quarantine.ts';
import { writtenEnd } from './reserved.ts';
import { makeScanWindow, scanRecords } from './scan.ts';
import { decodeHeader, headerBytes, type SegmentHeader, segmentPosition } from './segment.ts';

/** A segment file. It ends before the next one's first position. */
export type SegmentFile = {
  readonly name: string;
  readonly firstPosition: number;
  readonly bytes: number;
};

export type Recovered = {
  /** Oldest first. */
  readonly segments: readonly SegmentFile[];
  /** The last position in use; 0 in an empty journal. */
  readonly lastPosition: number;
  /** Octets cut off the end of the last segment. */
  readonly tornBytes: number;
  /** Damaged stretches and unreadable segments found now. */
  readonly damaged: number;
};

/** Segment names in a directory listing, oldest first. */
export function segmentNames(
  names: readonly string[],
): readonly { readonly name: string; readonly firstPosition: number }[] {
  return names
    .flatMap((name) => {
      const firstPosition = segmentPosition(name);
      return firstPosition === undefined ? [] : [{ name, firstPosition }];
    })
    .sort((a, b) => a.firstPosition - b.firstPosition);
}

/** Reads a segment's header; undefined when it is unreadable or belongs to another name. */
export async function readHeader(
  file: JournalFile,
  segment: { readonly name: string; readonly firstPosition: number },
): Promise<SegmentHeader | undefined> {
  const bytes = Buffer.alloc(headerBytes);
  const got = await readAround(file, bytes, 0);
  const header = decodeHeader(bytes.subarray(0, got), segment.name);
  return header?.firstPosition === segment.firstPosition ? header : undefined;
}

/**
 * Checks the journal in `directory` and mends the end of its last segment.
 * @throws JournalError JOURNAL_NEWER before anything was changed; system errors as they come.
 */
export async function recoverJournal(disk: JournalDisk, directory: string): Promise<Recovered> {
  const names = await disk.list(directory);
  const readable: { segment: SegmentFile; header: SegmentHeader }[] = [];
  const unreadable: SegmentFile[] = [];
  for (const found of segmentNames(names)) {
    const file = await disk.open(join(directory, found.name), 'read');
    try {
      const segment = { ...found, bytes: await file.size() };
      const header = await readHeader(file, found);
      if (header) readable.push({ segment, header });
      else unreadable.push(segment);
    } finally {
      await file.close();
    }
  }
  const last = readable.at(-1);
  const end = last && (await mendEnd(disk, directory, last.segment, last.header));
  for (const segment of unreadable) await quarantineSegment(disk, directory, segment.name);
  for (const name of names.filter((each) => each.endsWith('.journal.new'))) {
    await disk.remove(join(directory, name));
  }
  // An unreadable last segment took its record count with it; its name still says where it began.
  const floors = unreadable.map(({ firstPosition }) => firstPosition - 1);
  return {
    segments: readable.map(({ segment }) =>
      segment === last?.segment ? { ...segment, bytes: end?.bytes ?? segment.bytes } : segment,
    ),
    lastPosition: Math.max(0, end?.lastPosition ?? 0, ...floors),
    tornBytes: end?.tornBytes ?? 0,
    damaged: unreadable.length + (end?.damaged ?? 0),
  };
}

type SegmentEnd = {
  readonly lastPosition: number;
  readonly bytes: number;
  readonly tornBytes: number;
  readonly damaged: number;
};

async function mendEnd(
  disk: JournalDisk,
  directory: string,
  segment: SegmentFile,
  header: SegmentHeader,
): Promise<SegmentEnd> {
  const stretches: Stretch[] = [];
  const file = await disk.open(join(directory, segment.name), 'write');
  try {
    const end = await scanRecords(
      {
        file,
        salt: header.salt,
        offset: headerBytes,
        from: header.firstPosition,
        to: Number.MAX_SAFE_INTEGER,
        window: makeScanWindow(1 << 20),
      },
      {
        record: () => true,
        damage: (offset, bytes) =>
          stretches.push({ segment: segment.name, offset, bytes, kind: 'damaged' }),
      },
    );
    const tornBytes = (await writtenEnd(file, end.offset, segment.bytes)) - end.offset;
    if (tornBytes > 0) {
      stretches.push({ segment: segment.name, offset: end.offset, bytes: tornBytes, kind: 'torn' });
    }
    const isCopied = await copyAll(disk, directory, stretches);
    // What could not be copied is not cut off: the next segment ends this one anyway.
    if (segment.bytes > end.offset && isCopied) await file.truncate(end.offset);
    // A process that was killed leaves records in the page cache only: they count from here on.
    await syncFile(file);
    return {
      lastPosition: end.position - 1,
      bytes: isCopied ? end.offset : segment.bytes,
      tornBytes,
      damaged: stretches.filter(({ kind }) => kind === 'damaged').length,
    };
  } finally {
    await file.close();
  }
}

/** False when the disk is full: the start must not fail on that, there may be a backlog to ship. */
async function copyAll(
  disk: JournalDisk,
  directory: string,
  stretches: readonly Stretch[],
): Promise<boolean> {
  try {
    for (const stretch of stretches) await quarantine(disk, directory, stretch);
    return true;
  } catch (error) {
    if (isOutOfSpace(error)) return false;
    throw error;
  }
}
