// The zeros at the end of a segment that was being written when its process ended: room for records
// (active-segment.ts), no damage. It reads and changes nothing.

import { systemErrorCode } from '../errors.ts';
import type { JournalFile } from './disk.ts';

const windowBytes = 1 << 18;

/**
 * Where a file's octets end that are not zero, at least `from`. What the disk cannot give back
 * counts as not zero: nobody knows what it held.
 * @throws system errors other than EIO
 */
export async function writtenEnd(file: JournalFile, from: number, size: number): Promise<number> {
  const window = Buffer.allocUnsafe(windowBytes);
  for (let end = size; end > from; ) {
    const start = Math.max(from, end - windowBytes);
    const bytes = window.subarray(0, end - start);
    if (!(await isFilled(file, bytes, start))) return end;
    for (let at = bytes.length - 1; at >= 0; at -= 1) if (bytes[at] !== 0) return start + at + 1;
    end = start;
  }
  return from;
}

async function isFilled(file: JournalFile, bytes: Buffer, offset: number): Promise<boolean> {
  try {
    return (await file.read(bytes, offset)) === bytes.length;
  } catch (error) {
    if (systemErrorCode(error) === 'EIO') return false;
    throw error;
  }
}
