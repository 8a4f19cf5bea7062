// `journal ls`: what a journal holds, how much of it is shipped, its dead letters.
// Promise: quick, because it reads one record per segment and the last segment; it changes nothing.

import { join } from 'node:path';
import { type Covered, positionsIn, unshippedSpans } from '../../journal/covered.ts';
import { openCursor } from '../../journal/cursor.ts';
import { deadLetterMarks } from '../../journal/dead-letter-lines.ts';
import { nodeDisk } from '../../journal/disk.ts';
import { quarantineDirectory } from '../../journal/quarantine.ts';
import { makeReader } from '../../journal/reader.ts';
import { segmentNames } from '../../journal/recover.ts';
import { span } from '../../status/status-text.ts';
import type { VerbIo } from '../command-line.ts';

type ListedSegment = {
  readonly name: string;
  readonly firstPosition: number;
  readonly records: number;
  readonly bytes: number;
  /** RFC 3339; absent: empty or unreadable. */
  readonly firstArrival?: string;
  readonly state: 'shipped' | 'waiting' | 'partly shipped';
};

type Listing = {
  readonly segments: readonly ListedSegment[];
  readonly records: number;
  readonly bytes: number;
  readonly waiting: number;
  readonly oldestWaiting?: string;
  /** Records in aside/ that `redrive` can put back or that only their position is left of. */
  readonly setAside: number;
  readonly requeued: number;
  /** Copies of damaged stretches, for inspection. */
  readonly quarantined: readonly string[];
};

/** @throws JournalError JOURNAL_NEWER; the system error of the disk */
export async function listJournal(
  directory: string,
  { json }: { readonly json: boolean },
  io: VerbIo,
): Promise<number> {
  const listing = await readListing(directory);
  io.stdout(json ? `${JSON.stringify(listing)}\n` : listingText(listing, Date.now()));
  return 0;
}

/** What a journal holds. @throws JournalError JOURNAL_NEWER; the system error of the disk */
export async function readListing(directory: string): Promise<Listing> {
  const { position, ahead } = await openCursor({ directory, onError: () => undefined });
  const covered: Covered = { position, ahead };
  const names = segmentNames(await nodeDisk.list(directory));
  const lastPosition = await findLast(directory, names.at(-1)?.firstPosition ?? 1);
  const segments: ListedSegment[] = [];
  for (const [i, segment] of names.entries()) {
    const last = (names[i + 1]?.firstPosition ?? lastPosition + 1) - 1;
    const bytes = await sizeOf(join(directory, segment.name));
    // Deleted since it was listed: it was shipped.
    if (bytes === undefined) continue;
    const firstArrival = await arrivalAt(directory, segment.firstPosition, last);
    segments.push({
      ...segment,
      records: last - segment.firstPosition + 1,
      bytes,
      ...(firstArrival !== undefined && { firstArrival }),
      state: stateOf(covered, segment.firstPosition, last),
    });
  }
  const unshipped = unshippedSpans(covered, Math.max(lastPosition, position));
  const first = unshipped[0]?.first;
  const oldestWaiting = first && (await arrivalAt(directory, first, lastPosition));
  const marks = [...(await deadLetterMarks(nodeDisk, directory)).values()];
  return {
    segments,
    records: segments.reduce((sum, { records }) => sum + records, 0),
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    waiting: positionsIn(unshipped),
    ...(oldestWaiting && { oldestWaiting }),
    setAside: marks.filter(({ isRequeued }) => !isRequeued).length,
    requeued: marks.filter(({ isRequeued }) => isRequeued).length,
    quarantined: [...(await nodeDisk.list(join(directory, quarantineDirectory)))].sort(),
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  const file = await nodeDisk.open(path, 'read').catch(() => undefined);
  const bytes = await file?.size();
  await file?.close();
  return bytes;
}

/** The last position that can be read; one below `first` in an empty last segment. */
async function findLast(directory: string, first: number): Promise<number> {
  const reader = makeReader({ directory });
  try {
    let last = first - 1;
    for (;;) {
      const { entries } = await reader.readFrom(last + 1, 512, 1 << 20);
      const end = entries.at(-1);
      if (!end) return last;
      last = end.position;
    }
  } finally {
    await reader.close();
  }
}

async function arrivalAt(
  directory: string,
  position: number,
  last: number,
): Promise<string | undefined> {
  if (position > last) return undefined;
  const reader = makeReader({ directory });
  try {
    const [entry] = (await reader.readFrom(position, 1, 1)).entries;
    // Imported records are old by nature: their age says nothing of how long they have waited.
    const isLive = entry?.kind === 'record' && entry.record.type === 'datagram';
    return isLive ? new Date(entry.record.receivedTime).toISOString() : undefined;
  } finally {
    await reader.close();
  }
}

function stateOf(covered: Covered, first: number, last: number): ListedSegment['state'] {
  const waiting = positionsIn(unshippedSpans(covered, last, first));
  if (waiting === 0) return 'shipped';
  return waiting === last - first + 1 ? 'waiting' : 'partly shipped';
}

function listingText(listing: Listing, now: number): string {
  const { segments, records, bytes, waiting, oldestWaiting, setAside, requeued } = listing;
  const lines = segments.map(
    (one) =>
      `${one.name}  ${String(one.records).padStart(9)} records  ` +
      `${String(one.bytes).padStart(10)} octets  ` +
      `${one.firstArrival ?? '-'.padEnd(24)}  ${one.state}`,
  );
  const age = oldestWaiting ? `, the oldest ${span(now - Date.parse(oldestWaiting))} old` : '';
  const quarantined = listing.quarantined.map((name) => `quarantine/${name}`);
  return [
    ...lines,
    `${records} records in ${segments.length} segments, ${bytes} octets`,
    `${waiting} waiting to be shipped${age}`,
    `${setAside} dead letters${requeued > 0 ? `, ${requeued} put back before` : ''}`,
    ...(quarantined.length > 0 ? ['copies of damaged stretches:', ...quarantined] : []),
    '',
  ].join('\n');
}
