// Pages of a compact file: all of it in memory, or read from disk as lookups ask for them.
// Every page is checked against its checksum before its first use, in either way.

import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import {
  CompactFileError,
  type CompactHeader,
  pageBytes,
  pagesOffset,
  preambleBytes,
  readHeader,
  readPreamble,
} from './layout.ts';

/** The header, the index area as words, and the pages. */
export type PageSource = {
  readonly header: CompactHeader;
  readonly index: Uint32Array;
  /** Whether every page is at hand: then a finer directory is worth its while. */
  readonly isInMemory: boolean;
  /** What `load` brings in, as octets and as 32-bit words (little endian). */
  readonly octets: Uint8Array;
  readonly words: Uint32Array;
  /** Brings a page in. @returns its offset in `octets`, good until the next call */
  readonly load: (page: number) => number;
  readonly close: () => void;
};

/** Pages a demand-read source keeps at most: 32 MB, taken as they are used. */
export const cachedPagesDefault = 8192;

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function refuseBigEndian(path: string): void {
  if (!isLittleEndian) throw new CompactFileError(path, 'needs a little-endian machine');
}

/** A copy as words: the file's own offset need not be aligned. */
function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/**
 * Reads the whole file and checks every page now.
 * @throws CompactFileError when the file is foreign, cut short or damaged.
 */
export function openMemorySource(path: string): PageSource {
  refuseBigEndian(path);
  const file = readFileSync(path);
  const preamble = readPreamble(path, file.subarray(0, preambleBytes));
  const indexStart = preambleBytes + preamble.headerBytes;
  const indexEnd = indexStart + preamble.words * 4;
  const header = readHeader(path, preamble, file.subarray(preambleBytes, indexEnd));
  const index = wordsOf(file.subarray(indexStart, indexEnd));
  const offset = pagesOffset(preamble.headerBytes, preamble.words);
  const length = header.pages * pageBytes;
  if (file.length !== offset + length) throw new CompactFileError(path, 'is cut short');
  const octets = new Uint8Array(file.buffer, file.byteOffset + offset, length);
  for (let page = 0; page < header.pages; page += 1) {
    const bytes = octets.subarray(page * pageBytes, (page + 1) * pageBytes);
    if (crc32(bytes) !== index[page]) throw new CompactFileError(path, `is damaged (page ${page})`);
  }
  return {
    header,
    index,
    isInMemory: true,
    octets,
    words: new Uint32Array(file.buffer, file.byteOffset + offset, length / 4),
    load: (page) => page * pageBytes,
    close: () => undefined,
  };
}

/**
 * Opens the file, reads header and index, and fetches pages when asked; pages out of
 * use make room. Synchronous reads: a page is 4 KB and almost always in the system's cache.
 * @throws CompactFileError when the file is foreign, cut short or damaged.
 */
export function openPagedSource(path: string, cachedPagesMax = cachedPagesDefault): PageSource {
  refuseBigEndian(path);
  const file = openSync(path, 'r');
  try {
    const preamble = readPreamble(path, readAt(file, 0, preambleBytes));
    const headBytes = preamble.headerBytes + preamble.words * 4;
    const offset = pagesOffset(preamble.headerBytes, preamble.words);
    const size = fstatSync(file).size;
    if (size < offset) throw new CompactFileError(path, 'is cut short');
    const head = readAt(file, preambleBytes, headBytes);
    const header = readHeader(path, preamble, head);
    if (size !== offset + header.pages * pageBytes) {
      throw new CompactFileError(path, 'is cut short');
    }
    const index = wordsOf(head.subarray(preamble.headerBytes));
    const room = Math.min(cachedPagesMax, header.pages);
    const words = new Uint32Array((room * pageBytes) / 4);
    const octets = new Uint8Array(words.buffer);
    const fetch = (page: number, at: number): void => {
      const count = readSync(file, octets, at, pageBytes, offset + page * pageBytes);
      const bytes = octets.subarray(at, at + count);
      if (crc32(bytes) !== index[page]) {
        throw new CompactFileError(path, `is damaged (page ${page})`);
      }
    };
    const load = cachedPages(header.pages, room, fetch);
    const close = (): void => closeSync(file);
    return { header, index, isInMemory: false, octets, words, load, close };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The header of a file; undefined when there is none, or none of ours and of this version. */
export function readCompactHeader(path: string): CompactHeader | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const source = openPagedSource(path, 1);
    source.close();
    return source.header;
  } catch (error) {
    if (error instanceof CompactFileError) return undefined;
    throw error;
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}

/**
 * Keeps as many pages as there is room for. A page that was used since the hand last passed gets a
 * second chance (the clock algorithm): nearly as good as the exact order of use, at no cost a hit.
 */
function cachedPages(
  pages: number,
  room: number,
  fetch: (page: number, at: number) => void,
): (page: number) => number {
  const slotOfPage = new Int32Array(pages).fill(-1);
  const pageInSlot = new Int32Array(room).fill(-1);
  const isUsed = new Uint8Array(room);
  let hand = 0;
  return (page) => {
    const known = slotOfPage[page] as number;
    if (known >= 0) {
      isUsed[known] = 1;
      return known * pageBytes;
    }
    while (isUsed[hand] === 1) {
      isUsed[hand] = 0;
      hand = (hand + 1) % room;
    }
    const slot = hand;
    const evicted = pageInSlot[slot] as number;
    if (evicted >= 0) slotOfPage[evicted] = -1;
    // Nothing points at the slot while it is being filled: a failed read leaves no stale page.
    pageInSlot[slot] = -1;
    fetch(page, slot * pageBytes);
    slotOfPage[page] = slot;
    pageInSlot[slot] = page;
    isUsed[slot] = 1;
    hand = (hand + 1) % room;
    return slot * pageBytes;
  };
}
