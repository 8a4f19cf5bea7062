// A small value that outlives a crash: one file, replaced as a whole, with a checksum.
// Used for the cursor and the epoch. It does not know what the value means.

import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import { type JournalDisk, replaceFile } from './disk.ts';
import { JournalError } from './errors.ts';

const bytesMax = 1 << 20;

/**
 * Reads a value; undefined when the file does not exist.
 * @throws JournalError JOURNAL_STATE_DAMAGED when its checksum or shape is wrong.
 */
export async function readDurable<Schema extends v.GenericSchema>(
  disk: JournalDisk,
  directory: string,
  name: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  if (!(await disk.list(directory)).includes(name)) return undefined;
  const file = await disk.open(join(directory, name), 'read');
  const buffer = Buffer.alloc(bytesMax);
  let line: string;
  try {
    line = buffer.toString('utf8', 0, await file.read(buffer, 0)).trimEnd();
  } finally {
    await file.close();
  }
  const json = line.slice(9);
  const parsed = line.slice(0, 8) === checksum(json) ? v.safeParse(schema, parseJson(json)) : null;
  if (parsed?.success) return parsed.output;
  throw new JournalError(
    'JOURNAL_STATE_DAMAGED',
    `${join(directory, name)} is damaged: remove it to let the relay begin it anew`,
  );
}

/** Replaces the value; durable when resolved. @throws the system error. */
export async function writeDurable(
  disk: JournalDisk,
  directory: string,
  name: string,
  value: unknown,
): Promise<void> {
  const json = JSON.stringify(value);
  await replaceFile(disk, directory, name, Buffer.from(`${checksum(json)} ${json}\n`));
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
