// `journal verify`: reads every octet of a journal and reports damage.
// Promise: exit code 0 only when every acknowledged record can be read, and the small files beside
// the segments too. It repairs nothing: recovery does, when the relay starts.

import { basename, join } from 'node:path';
import * as v from 'valibot';
import { openCursor } from '../../journal/cursor.ts';
import { deadLetterFiles, readDeadLetterFile } from '../../journal/dead-letter-lines.ts';
import { type JournalDisk, nodeDisk } from '../../journal/disk.ts';
import { readDurable } from '../../journal/durable-value.ts';
import type { VerbIo } from '../command-line.ts';
import { checkSegments, type SegmentCheck } from './segments.ts';

/** Reads all; one line per segment, then what is wrong. */
export async function verifyJournal(
  directory: string,
  { json }: { readonly json: boolean },
  io: VerbIo,
): Promise<number> {
  const segments: SegmentCheck[] = [];
  for await (const segment of checkSegments(nodeDisk, directory)) {
    segments.push(segment);
    if (!json) io.stdout(segmentLine(segment));
  }
  const faults = await faultsIn(segments, directory);
  const records = segments.reduce((sum, one) => sum + one.records, 0);
  const tailBytes = segments.reduce((sum, one) => sum + one.tailBytes, 0);
  if (json) {
    io.stdout(`${JSON.stringify({ ok: faults.length === 0, records, faults, segments })}\n`);
  } else {
    if (tailBytes > 0) {
      io.stdout(
        `${tailBytes} octets at the end are no record yet: a write under way or cut short\n`,
      );
    }
    io.stdout(faults.map((fault) => `! ${fault}\n`).join(''));
    io.stdout(`${records} records read, ${faults.length === 0 ? 'all is well' : 'damaged'}\n`);
  }
  return faults.length === 0 ? 0 : 1;
}

/** What is damaged, as sentences. Reads every octet. @throws the system error */
export async function journalFaults(directory: string): Promise<readonly string[]> {
  const segments: SegmentCheck[] = [];
  for await (const segment of checkSegments(nodeDisk, directory)) segments.push(segment);
  return faultsIn(segments, directory);
}

async function faultsIn(segments: readonly SegmentCheck[], directory: string): Promise<string[]> {
  return [...segments.flatMap(faultsOf), ...(await stateFaults(nodeDisk, directory))];
}

function segmentLine({ name, records, bytes, firstArrival, missing }: SegmentCheck): string {
  const from = firstArrival === undefined ? 'empty' : `from ${firstArrival}`;
  const lost = missing > 0 ? `  ${missing} missing` : '';
  return `${name}  ${records} records  ${bytes} octets  ${from}${lost}\n`;
}

function faultsOf({ name, isHeaderReadable, missing, damaged }: SegmentCheck): string[] {
  if (!isHeaderReadable) return [`${name}: its header is unreadable, ${missing} records are lost`];
  const stretches = damaged.map(
    ({ offset, bytes }) => `${name}: ${bytes} damaged octets from offset ${offset}`,
  );
  return missing > 0 ? [...stretches, `${name}: ${missing} records cannot be read`] : stretches;
}

/** Cursor, epoch and dead-letter files: each carries a checksum or is JSON line by line. */
async function stateFaults(disk: JournalDisk, directory: string): Promise<string[]> {
  const faults: string[] = [];
  const onError = (): void => {
    faults.push('cursor: damaged, the relay will ship again from the oldest record');
  };
  await openCursor({ directory, disk, onError });
  await readDurable(disk, directory, 'epoch', v.unknown(), () => {
    faults.push('epoch: damaged, the relay will find a new one');
  });
  for (const path of await deadLetterFiles(disk, directory)) {
    const { unreadable } = await readDeadLetterFile(disk, path);
    // A line that a crash cut short is none: its record was still under way, and is kept anew.
    const damaged = unreadable.filter((line) => line.endsWith('}'));
    if (damaged.length === 0) continue;
    faults.push(`${join('aside', basename(path))}: ${damaged.length} lines cannot be read`);
  }
  return faults;
}
