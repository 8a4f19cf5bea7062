// Reads a file around sectors that the disk cannot give back (EIO), as zeros in their place: the
// checksums then tell which records are lost, and all others are kept. Other errors stay errors.

import { systemErrorCode } from '../errors.ts';
import type { JournalFile } from './disk.ts';

const blockBytes = 4096;

/** As `file.read`: fills `buffer` from `offset`, returns the octets up to the end of the file. */
export async function readAround(
  file: JournalFile,
  buffer: Buffer,
  offset: number,
): Promise<number> {
  try {
    return await file.read(buffer, offset);
  } catch (error) {
    if (systemErrorCode(error) !== 'EIO') throw error;
  }
  const bytes = Math.min(buffer.length, Math.max(0, (await file.size()) - offset));
  for (let at = 0; at < bytes; at += blockBytes) {
    await readBlock(file, buffer.subarray(at, Math.min(at + blockBytes, bytes)), offset + at);
  }
  return bytes;
}

async function readBlock(file: JournalFile, block: Buffer, offset: number): Promise<void> {
  try {
    await file.read(block, offset);
  } catch (error) {
    if (systemErrorCode(error) !== 'EIO') throw error;
    block.fill(0);
  }
}
