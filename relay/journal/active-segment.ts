// The segment that is being written: one write and one fdatasync per commit, one at a time.
// After an error nobody knows what the file holds; the caller must not use it again.

import type { DiskDone, JournalFile } from './disk.ts';
import { headerBytes } from './segment.ts';

export class ActiveSegment {
  readonly #file: JournalFile;
  readonly #createdTime: number;
  #bytes = headerBytes;

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

  /** Never fails: what counts was synced before, whatever close says. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }
}
