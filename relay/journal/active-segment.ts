// The segment that is being written: one write and one fdatasync per commit, one at a time, on the
// pool or on this thread. Small commits are written over zeros that were synced before: the disk
// then has only the octets to sync and not the file's new length, which takes a third less.
// After an error nobody knows what the file holds; the caller must not use it again.

import type { DiskDone, JournalFile } from './disk.ts';
import { headerBytes } from './segment.ts';

export class ActiveSegment {
  readonly #file: JournalFile;
  readonly #createdTime: number;
  #bytes = headerBytes;
  /** Zeros reach up to here. */
  #reservedBytes = 0;

  constructor(file: JournalFile, createdTime: number) {
    this.#file = file;
    this.#createdTime = createdTime;
  }

  /** Appends the first `length` octets of `buffer`; done without error when they are on disk. */
  append(buffer: Buffer, length: number, done: DiskDone): void {
    this.#file.write(buffer, length, this.#bytes, (writeError) => {
      if (writeError) {
        done(writeError);
        return;
      }
      this.#file.sync((syncError) => {
        if (!syncError) this.#bytes += length;
        done(syncError);
      });
    });
  }

  /**
   * The same with the write on this thread: into memory, which takes microseconds.
   * @param zeros what is written behind the records when nothing is reserved there; may be empty
   */
  appendSplit(buffer: Buffer, length: number, zeros: Buffer, done: DiskDone): void {
    try {
      this.#put(buffer, length, zeros);
    } catch (error) {
      done(error as Error);
      return;
    }
    this.#file.sync((error) => {
      if (!error) this.#bytes += length;
      done(error);
    });
  }

  /** The same with write and sync on this thread. @throws the system error */
  appendNow(buffer: Buffer, length: number, zeros: Buffer): void {
    this.#put(buffer, length, zeros);
    this.#file.syncNow();
    this.#bytes += length;
  }

  #put(buffer: Buffer, length: number, zeros: Buffer): void {
    const end = this.#bytes + length;
    this.#file.writeNow(buffer, length, this.#bytes);
    if (zeros.length === 0 || end <= this.#reservedBytes) return;
    this.#file.writeNow(zeros, zeros.length, end);
    this.#reservedBytes = end + zeros.length;
  }

  /** True when the next commit belongs into a new segment. An empty one is never done. */
  isDone(
    limits: { readonly segmentBytesMax: number; readonly segmentAgeMsMax: number },
    now: number,
  ): boolean {
    if (this.#bytes === headerBytes) return false;
    const ageMs = now - this.#createdTime;
    // A segment that was begun by a clock years ahead would never be old.
    const isOld = Math.abs(ageMs) >= limits.segmentAgeMsMax;
    return this.#bytes >= limits.segmentBytesMax || isOld;
  }

  /** Cuts off what was reserved. Never fails: what counts was synced before. */
  async close(): Promise<void> {
    if (this.#reservedBytes > this.#bytes) {
      await this.#file.truncate(this.#bytes).catch(() => undefined);
    }
    await this.abandon();
  }

  /** Leaves the file as it is. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }
}
