// Follows a record through the files of a running relay: its position in the journal, and whether
// the cursor covers it. It only reads, and works for any account that may read the data directory.

import { setTimeout as sleep } from 'node:timers/promises';
import { isCovered } from '../../journal/covered.ts';
import { openCursor } from '../../journal/cursor.ts';
import { deadLetterMarks } from '../../journal/dead-letter-lines.ts';
import { nodeDisk } from '../../journal/disk.ts';
import { makeReader } from '../../journal/reader.ts';
import { segmentNames } from '../../journal/recover.ts';

const pollMs = 100;
const pageRecords = 512;
const pageBytes = 1 << 20;

/**
 * The position of the record whose packet holds these octets; undefined when none does.
 * @throws the system error when the journal cannot be read
 */
export async function findRecord(
  directory: string,
  octets: Buffer,
  withinMs: number,
): Promise<number | undefined> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const names = segmentNames(await nodeDisk.list(directory));
    const from = (names.at(-2) ?? names.at(-1))?.firstPosition;
    const found = from === undefined ? undefined : await scan(directory, octets, from);
    if (found !== undefined || performance.now() > untilMs) return found;
    await sleep(pollMs);
  }
}

async function scan(directory: string, octets: Buffer, from: number): Promise<number | undefined> {
  const reader = makeReader({ directory });
  try {
    for (let next = from; ; ) {
      const { entries } = await reader.readFrom(next, pageRecords, pageBytes);
      const found = entries.find(
        (entry) => entry.kind === 'record' && entry.record.payload.includes(octets),
      );
      const last = entries.at(-1);
      if (found || !last) return found?.position;
      next = last.position + 1;
    }
  } finally {
    await reader.close();
  }
}

/** What became of a position within that time. @throws the system error */
export async function awaitShipped(
  directory: string,
  position: number,
  withinMs: number,
): Promise<'shipped' | 'a dead letter' | 'waiting'> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    if (isCovered(await openCursor({ directory }), position)) {
      const marks = await deadLetterMarks(nodeDisk, directory);
      return marks.has(position) ? 'a dead letter' : 'shipped';
    }
    if (performance.now() > untilMs) return 'waiting';
    await sleep(pollMs);
  }
}
