// A disk in memory that forgets what was not synced, and fails when told to.
// A crash keeps of each file what was synced and, of later writes, any prefix or hole the test's
// random source picks; names created, renamed or removed since the last directory sync may be
// either way. That is what a power cut does.

import type { DiskDone, JournalDisk, JournalFile } from '../../relay/journal/disk.ts';

type Inode = { current: Buffer; synced: Buffer };

export type Operation = 'write' | 'sync' | 'create' | 'rename' | 'syncDirectory' | 'remove';

/** In [0, 1). */
export type RandomSource = () => number;

const sectorBytes = 512;

export class MemoryDisk {
  #names = new Map<string, Inode>();
  #syncedNames = new Map<string, Inode>();
  free = 1e15;
  /** Operations so far that can fail. */
  operations = 0;
  /** Called before each operation with its number, from 1; an error makes it fail. */
  failure: (operation: Operation, number: number) => Error | undefined = () => undefined;
  /** Octets of any file that cannot be read back. */
  isBad: (offset: number, length: number) => boolean = () => false;
  /** Rises with each end of a process: nothing of an ended one reaches the disk any more. */
  #process = 0;

  /** The disk as a process sees it that starts now and lives until the next crash or kill. */
  attach(): JournalDisk {
    const id = this.#process;
    const alive = async <T>(work: () => T): Promise<T> => {
      if (id !== this.#process) return new Promise<T>(() => undefined);
      return work();
    };
    return {
      makeDirectory: () => alive(() => undefined),
      list: (path) => alive(() => this.#list(path)),
      create: (path) => alive(() => this.#create(path)),
      open: (path) => alive(() => this.#file(this.#inode(path))),
      rename: (from, to) => alive(() => this.#rename(from, to)),
      remove: (path) => alive(() => this.#remove(path)),
      syncDirectory: (path) => alive(() => this.#syncDirectory(path)),
      lock: () => alive(() => () => Promise.resolve()),
      space: () => alive(() => ({ freeBytes: this.free, totalBytes: 1e15 })),
    };
  }

  #list(path: string): readonly string[] {
    const prefix = `${path}/`;
    return [...this.#names.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .filter((name) => !name.includes('/'));
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (!inode) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return inode;
  }

  #create(path: string): JournalFile {
    this.#operate('create');
    const inode = { current: Buffer.alloc(0), synced: Buffer.alloc(0) };
    this.#names.set(path, inode);
    return this.#file(inode);
  }

  #rename(from: string, to: string): void {
    this.#operate('rename');
    const inode = this.#inode(from);
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  #remove(path: string): void {
    this.#operate('remove');
    this.#names.delete(path);
  }

  #syncDirectory(path: string): void {
    this.#operate('syncDirectory');
    const isIn = (name: string) => name.startsWith(`${path}/`);
    for (const name of [...this.#syncedNames.keys()].filter(isIn)) this.#syncedNames.delete(name);
    for (const [name, inode] of this.#names) if (isIn(name)) this.#syncedNames.set(name, inode);
  }

  /** The power fails: what a later process finds. */
  crash(random: RandomSource): void {
    this.#process += 1;
    const names = new Map<string, Inode>();
    for (const path of new Set([...this.#names.keys(), ...this.#syncedNames.keys()])) {
      const isChanged = this.#names.get(path) !== this.#syncedNames.get(path);
      const source = isChanged && random() < 0.5 ? this.#syncedNames : this.#names;
      const inode = source.get(path);
      if (inode) names.set(path, inode);
    }
    for (const inode of new Set(names.values())) {
      inode.current = survivor(inode, random);
      inode.synced = inode.current;
    }
    this.#names = names;
    this.#syncedNames = new Map(names);
  }

  /** The process is killed: the kernel still has all that was written. */
  kill(): void {
    this.#process += 1;
  }

  /** Contents of a file, for tests that damage it. */
  contents(path: string): Buffer {
    return this.#inode(path).current;
  }

  /** Puts a file there as if it had been synced long ago. */
  put(path: string, bytes: Buffer): void {
    const inode = { current: Buffer.from(bytes), synced: Buffer.from(bytes) };
    this.#names.set(path, inode);
    this.#syncedNames.set(path, inode);
  }

  paths(): readonly string[] {
    return [...this.#names.keys()].sort();
  }

  #operate(operation: Operation): void {
    const error = this.#next(operation);
    if (error) throw error;
  }

  #next(operation: Operation): Error | undefined {
    this.operations += 1;
    return this.failure(operation, this.operations);
  }

  #file(inode: Inode): JournalFile {
    const id = this.#process;
    const later = (done: DiskDone, work: () => Error | undefined) => {
      setImmediate(() => {
        // The process that waits for this is gone.
        if (id === this.#process) done(work() ?? null);
      });
    };
    const write = (bytes: Buffer, offset: number): Error | undefined => {
      const error = this.#next('write');
      // A failed write may have written some of it.
      const written = error ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
      inode.current = overlay(inode.current, written, offset);
      return error;
    };
    const sync = (): Error | undefined => {
      const error = this.#next('sync');
      if (!error) inode.synced = inode.current;
      return error;
    };
    /** A process that is gone changes nothing, and nothing it waits for succeeds. */
    const now = (work: () => Error | undefined): void => {
      const error = id === this.#process ? work() : new Error('the process is gone');
      if (error) throw error;
    };
    return {
      write: (buffer, length, offset, done) => {
        const bytes = Buffer.from(buffer.subarray(0, length));
        later(done, () => write(bytes, offset));
      },
      sync: (done) => later(done, sync),
      writeNow: (buffer, length, offset) => now(() => write(buffer.subarray(0, length), offset)),
      syncNow: () => now(sync),
      read: async (buffer, offset) => {
        if (this.isBad(offset, buffer.length)) {
          throw Object.assign(new Error('bad sector'), { code: 'EIO' });
        }
        return inode.current.subarray(offset).copy(buffer);
      },
      size: async () => inode.current.length,
      truncate: async (bytes) => {
        inode.current = Buffer.from(inode.current.subarray(0, bytes));
      },
      close: async () => undefined,
    };
  }
}

function overlay(under: Buffer, bytes: Buffer, offset: number): Buffer {
  const result = Buffer.alloc(Math.max(under.length, offset + bytes.length));
  under.copy(result);
  bytes.copy(result, offset);
  return result;
}

/** Unsynced octets reach the disk by sectors, in any order, or not at all. */
function survivor({ current, synced }: Inode, random: RandomSource): Buffer {
  if (current.equals(synced)) return current;
  const length = random() < 0.5 ? current.length : Math.floor(random() * (current.length + 1));
  const result = Buffer.alloc(Math.max(length, Math.min(synced.length, current.length)));
  synced.copy(result);
  for (let at = 0; at < result.length; at += sectorBytes) {
    const end = Math.min(at + sectorBytes, current.length, result.length);
    if (random() < 0.5) current.copy(result, at, at, end);
  }
  return result;
}

/** A small repeatable random source (mulberry32). */
export function seeded(seed: number): RandomSource {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
