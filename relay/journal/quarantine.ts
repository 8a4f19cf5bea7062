// Copies of octets that are no records, kept for a person to look at: quarantine/ in the journal.
// The same stretch is copied once. Nothing here is ever read back or deleted by the relay.

import { join } from 'node:path';
import { readAround } from './bad-sectors.ts';
import { type JournalDisk, type JournalFile, syncFile, writeFile } from './disk.ts';

export type Stretch = {
  /** Name of the segment file. */
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
  /** `damaged`: good records follow. `torn`: the end of the last segment. */
  readonly kind: 'damaged' | 'torn';
};

export const quarantineDirectory = 'quarantine';
const chunkBytes = 256 * 1024;

/** Copies a stretch; false when it was there already. @throws the system error of a full disk. */
export async function quarantine(
  disk: JournalDisk,
  directory: string,
  stretch: Stretch,
): Promise<boolean> {
  const folder = join(directory, quarantineDirectory);
  const name = `${stretch.segment}-${stretch.offset}.${stretch.kind}`;
  await disk.makeDirectory(folder);
  if ((await disk.list(folder)).includes(name)) return false;
  const source = await disk.open(join(directory, stretch.segment), 'read');
  try {
    const copy = await disk.create(join(folder, `${name}.new`));
    try {
      await copyOctets(source, copy, stretch);
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
  await disk.rename(join(folder, `${name}.new`), join(folder, name));
  await disk.syncDirectory(folder);
  return true;
}

async function copyOctets(from: JournalFile, to: JournalFile, stretch: Stretch): Promise<void> {
  for (let done = 0; done < stretch.bytes; ) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, stretch.bytes - done));
    const got = await readAround(from, chunk, stretch.offset + done);
    if (got === 0) break;
    await writeFile(to, chunk.subarray(0, got), done);
    done += got;
  }
  await syncFile(to);
}

/** Moves a whole segment whose header is unreadable out of the way. */
export async function quarantineSegment(
  disk: JournalDisk,
  directory: string,
  segment: string,
): Promise<void> {
  const folder = join(directory, quarantineDirectory);
  await disk.makeDirectory(folder);
  await disk.rename(join(directory, segment), join(folder, `${segment}.unreadable`));
  await disk.syncDirectory(folder);
  await disk.syncDirectory(directory);
}
