// The file system as the journal sees it: few calls, so that tests can fail any of them or lose
// what was not synced. `nodeDisk` is the real one. It promises nothing beyond what the kernel does.

import { fdatasync, fdatasyncSync, write, writeSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { lockDirectory, type Unlock } from './lock.ts';

export type DiskDone = (error: Error | null) => void;

export type JournalFile = {
  /** Writes `length` octets of `buffer` at `offset`; done only when all are written. */
  write(buffer: Buffer, length: number, offset: number, done: DiskDone): void;
  /** fdatasync: contents and length are on disk when done without error. */
  sync(done: DiskDone): void;
  /** `write` on this thread. @throws the system error; some octets may have been written. */
  writeNow(buffer: Buffer, length: number, offset: number): void;
  /** `sync` on this thread. @throws the system error */
  syncNow(): void;
  /** Fills `buffer` from `offset`; resolves to the octets read: fewer only at the end. */
  read(buffer: Buffer, offset: number): Promise<number>;
  size(): Promise<number>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
};

export type DiskSpace = { readonly freeBytes: number; readonly totalBytes: number };

export type JournalDisk = {
  /** Creates the directory and its parents (0700) if absent. */
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory; empty when it does not exist. */
  list(path: string): Promise<readonly string[]>;
  /** A new, empty file (0600), in place of one that may be there. */
  create(path: string): Promise<JournalFile>;
  /** @throws the system error (`ENOENT`) when it cannot be opened. */
  open(path: string, mode: 'read' | 'write'): Promise<JournalFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  /** Keeps other processes from a directory until the returned function was called. */
  lock(path: string): Promise<Unlock>;
  /** Octets an ordinary user may still write there, and the size of the file system. */
  space(path: string): Promise<DiskSpace>;
};

/** The disk of this machine. */
export const nodeDisk: JournalDisk = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async list(path) {
    try {
      return await readdir(path);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    }
  },
  create: (path) => openFile(path, 'w'),
  open: (path, mode) => openFile(path, mode === 'read' ? 'r' : 'r+'),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  syncDirectory,
  lock: lockDirectory,
  async space(path) {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
};

/** `file.write` as a promise, for everything off the hot path. */
export function writeFile(file: JournalFile, buffer: Buffer, offset: number): Promise<void> {
  return settled((done) => file.write(buffer, buffer.length, offset, done));
}

/** `file.sync` as a promise. */
export function syncFile(file: JournalFile): Promise<void> {
  return settled((done) => file.sync(done));
}

function settled(call: (done: DiskDone) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Replaces a small file so that a crash leaves the old contents or the new, never a mixture:
 * written beside it, synced, renamed, the directory synced.
 */
export async function replaceFile(
  disk: JournalDisk,
  directory: string,
  name: string,
  contents: Buffer | readonly Buffer[],
): Promise<void> {
  const temporary = join(directory, `${name}.new`);
  const file = await disk.create(temporary);
  try {
    let offset = 0;
    for (const part of Buffer.isBuffer(contents) ? [contents] : contents) {
      await writeFile(file, part, offset);
      offset += part.length;
    }
    await syncFile(file);
  } finally {
    await file.close();
  }
  await disk.rename(temporary, join(directory, name));
  await disk.syncDirectory(directory);
}

async function openFile(path: string, flags: 'w' | 'r' | 'r+'): Promise<JournalFile> {
  const handle = await open(path, flags, 0o600);
  // The hot path uses the callback calls on the descriptor: no promise per commit.
  return {
    write: (buffer, length, offset, done) => writeAll(handle.fd, buffer, 0, length, offset, done),
    sync: (done) => fdatasync(handle.fd, done),
    writeNow: (buffer, length, offset) => writeAllNow(handle.fd, buffer, length, offset),
    syncNow: () => fdatasyncSync(handle.fd),
    async read(buffer, offset) {
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(
          buffer,
          filled,
          buffer.length - filled,
          offset + filled,
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    size: async () => (await handle.stat()).size,
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  };
}

function writeAllNow(fd: number, buffer: Buffer, length: number, offset: number): void {
  for (let at = 0; at < length; ) {
    const written = writeSync(fd, buffer, at, length - at, offset + at);
    if (written === 0) throw new Error(noMoreOctets);
    at += written;
  }
}

const noMoreOctets = 'the disk takes no more octets';

/** A write may be short, above all on a disk that fills up: the rest then tells the error. */
function writeAll(
  fd: number,
  buffer: Buffer,
  from: number,
  to: number,
  offset: number,
  done: DiskDone,
): void {
  write(fd, buffer, from, to - from, offset, (error, written) => {
    if (error || from + written === to) done(error);
    else if (written === 0) done(new Error(noMoreOctets));
    else writeAll(fd, buffer, from + written, to, offset + written, done);
  });
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
