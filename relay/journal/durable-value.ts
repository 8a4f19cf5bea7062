// A small value that outlives a crash: one file, replaced as a whole, with a checksum.
// Used for the cursor and the epoch. It does not know what the value means.

import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import { type JournalDisk, replaceFile } from './disk.ts';
import { JournalError } from './errors.ts';

const bytesMax = 1 << 20;

/**
 * Reads a value; undefined when the file does not exist, or, told through `onDamage`, when its
 * checksum or shape is wrong. Both values kept this way can be begun anew: a cursor ships again
 * what is merged away, an epoch is raised until the cloud does not know it.
 */
export async function readDurable<Schema extends v.GenericSchema>(
  disk: JournalDisk,
  directory: string,
  name: string,
  schema: Schema,
  onDamage?: (error: JournalError) => void,
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
  const parsed = v.safeParse(schema, line === lineOf(json) ? parseJson(json) : undefined);
  if (parsed.success) return parsed.output;
  onDamage?.(new JournalError('JOURNAL_STATE_DAMAGED', `${join(directory, name)} is damaged`));
  return undefined;
}

/** Replaces the value; durable when resolved. @throws the system error. */
export async function writeDurable(
  disk: JournalDisk,
  directory: string,
  name: string,
  value: unknown,
): Promise<void> {
  const json = JSON.stringify(value);
  await replaceFile(disk, directory, name, Buffer.from(`${lineOf(json)}\n`));
}

function lineOf(json: string): string {
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
