// Reads back what dead-letters.ts keeps: one JSON object per line.
// Promise: a line that a crash cut short or a disk has damaged is counted, never guessed at. A
// record that was put back stands here as a mark: where it was, and under which position it lives
// on.

import { join } from 'node:path';
import * as v from 'valibot';
import { type DeadLetterLine, deadLetterDirectory } from './dead-letters.ts';
import type { JournalDisk } from './disk.ts';

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const lineSchema = v.object({
  position,
  reason: v.string(),
  type: v.exactOptional(v.picklist(['datagram', 'imported'])),
  transport: v.exactOptional(v.picklist(['radsec', 'radius-1.1'])),
  receivedTime: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  sourceAddress: v.exactOptional(v.string()),
  sourcePort: v.exactOptional(v.pipe(v.number(), v.integer())),
  gatewayId: v.exactOptional(v.string()),
  isRepeated: v.exactOptional(v.boolean()),
  clockOffsetSeconds: v.exactOptional(v.pipe(v.number(), v.integer())),
  sessionUserName: v.exactOptional(v.pipe(v.string(), v.maxLength(255))),
  payload: v.exactOptional(v.pipe(v.string(), v.base64())),
  requeuedAs: v.exactOptional(position),
}) satisfies v.GenericSchema<unknown, DeadLetterLine>;

export type DeadLetterContents = {
  readonly lines: readonly DeadLetterLine[];
  /** Lines that are none. */
  readonly unreadable: readonly string[];
};

/** Paths of the dead-letter files of a journal, oldest first. */
export async function deadLetterFiles(
  disk: JournalDisk,
  journalDirectory: string,
): Promise<string[]> {
  const folder = join(journalDirectory, deadLetterDirectory);
  const names = (await disk.list(folder)).filter((name) => /^\d{16}\.ndjson$/.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** Reads one file. @throws the system error. */
export async function readDeadLetterFile(
  disk: JournalDisk,
  path: string,
): Promise<DeadLetterContents> {
  const file = await disk.open(path, 'read');
  let text: string;
  try {
    const octets = Buffer.alloc(await file.size());
    text = octets.toString('utf8', 0, await file.read(octets, 0));
  } finally {
    await file.close();
  }
  const lines: DeadLetterLine[] = [];
  const unreadable: string[] = [];
  for (const line of text.split('\n')) {
    const parsed = parseLine(line);
    if (parsed) lines.push(parsed);
    else if (line !== '') unreadable.push(line);
  }
  return { lines, unreadable };
}

function parseLine(line: string): DeadLetterLine | undefined {
  try {
    const parsed = v.safeParse(lineSchema, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** What is known of the position of a dead letter. */
export type DeadLetterMark = { readonly gatewayId: string; readonly isRequeued: boolean };

/** All positions of dead letters that are still kept here, with the latest state of each. */
export async function deadLetterMarks(
  disk: JournalDisk,
  journalDirectory: string,
): Promise<ReadonlyMap<number, DeadLetterMark>> {
  const marks = new Map<number, DeadLetterMark>();
  for (const path of await deadLetterFiles(disk, journalDirectory)) {
    const { lines } = await readDeadLetterFile(disk, path);
    for (const { position: at, gatewayId = '', requeuedAs } of lines) {
      const isRequeued = requeuedAs !== undefined || marks.get(at)?.isRequeued === true;
      marks.set(at, { gatewayId, isRequeued });
    }
  }
  return marks;
}
