// The queue's append-only file: group commit, repair of a torn tail, compaction.
// Promise: when append() of a durable record resolves, the record is on disk; records take effect
// in the order of the file. After a failed write or sync nothing more is accepted, because what
// reached the disk is unknown until the file is read again.

import type { FileHandle } from 'node:fs/promises';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { QueueError } from './errors.ts';
import type { QueueRecord } from './record.ts';
import { decodeRecords, encodeRecord, logMagic } from './record.ts';

export type AppendOptions = {
  /** Wait for the disk; else only for the operating system, which outlives this process. */
  readonly isDurable: boolean;
  /** Called in file order, before the append resolves. */
  readonly apply?: () => void;
};

export type LogOptions = {
  readonly path: string;
  /** Everything that must survive a compaction, read lazily between two writes. */
  readonly snapshot: () => Iterable<QueueRecord>;
  /** At least half of what the snapshot takes in the file, octets. */
  readonly liveBytes: () => number;
  /** Below this size the log is never rewritten; above, when it is four times its live part. */
  readonly compactFromBytes: number;
};

type Waiting = AppendOptions & {
  readonly bytes: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

const snapshotChunkBytes = 1024 * 1024;

export class QueueLog {
  readonly #options: LogOptions;
  #file: FileHandle;
  #bytes: number;
  #waiting: Waiting[] = [];
  #pump: Promise<void> | undefined;
  #failure: QueueError | undefined;

  private constructor(options: LogOptions, file: FileHandle, bytes: number) {
    this.#options = options;
    this.#file = file;
    this.#bytes = bytes;
  }

  /**
   * Opens or creates the log and cuts a torn tail.
   * @returns the log, its records in order, and how many bytes of an unfinished write were cut.
   * @throws QueueError QUEUE_NOT_A_LOG when the file is something else.
   */
  static async open(options: LogOptions): Promise<{
    readonly log: QueueLog;
    readonly records: readonly QueueRecord[];
    readonly bytesCut: number;
  }> {
    await rm(`${options.path}.new`, { force: true });
    const file = await open(options.path, 'a+', 0o600);
    try {
      const bytes = await readFile(file);
      const head = bytes.subarray(0, logMagic.length);
      if (!head.equals(logMagic.subarray(0, head.length))) {
        throw new QueueError('QUEUE_NOT_A_LOG', `${options.path} is not a queue log of version 1`);
      }
      const isNew = head.length < logMagic.length;
      const { records, validBytes } = isNew
        ? { records: [], validBytes: 0 }
        : decodeRecords(bytes, logMagic.length);
      const bytesCut = bytes.length - validBytes;
      if (bytesCut > 0) await file.truncate(validBytes);
      if (isNew) await file.appendFile(logMagic);
      if (isNew || bytesCut > 0) await file.datasync();
      if (isNew) await syncFolder(options.path);
      const size = isNew ? logMagic.length : validBytes;
      return { log: new QueueLog(options, file, size), records, bytesCut };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Size of the file, octets. */
  get bytes(): number {
    return this.#bytes;
  }

  append(record: QueueRecord, options: AppendOptions): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes: encodeRecord(record), ...options, resolve, reject });
      this.#pump ??= this.#run();
    });
  }

  /** Resolves when nothing waits to be written. */
  async flushed(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump;
  }

  /** Writes what waits, syncs and closes. Later appends are refused. */
  async close(): Promise<void> {
    await this.flushed();
    if (this.#failure?.code === 'QUEUE_CLOSED') return;
    const wasHealthy = !this.#failure;
    this.#failure = new QueueError('QUEUE_CLOSED', 'the queue is closed');
    if (wasHealthy) await this.#file.datasync();
    await this.#file.close();
  }

  /** One write and one sync serve everything that arrived during the previous ones. */
  async #run(): Promise<void> {
    // One turn later: appends of the same tick share the first write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#write(group);
      } catch (error) {
        this.#fail(error, group);
        break;
      }
      for (const one of group) {
        one.apply?.();
        one.resolve();
      }
      try {
        if (this.#isBloated()) await this.#compact();
      } catch (error) {
        this.#fail(error, []);
        break;
      }
    }
    this.#pump = undefined;
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.concat(group.map((one) => one.bytes));
    await this.#file.appendFile(bytes);
    this.#bytes += bytes.length;
    if (group.some((one) => one.isDurable)) await this.#file.datasync();
  }

  #fail(cause: unknown, group: readonly Waiting[]): void {
    this.#failure = new QueueError(
      'QUEUE_DISK_FAILED',
      `writing ${this.#options.path} failed; check the disk and start again`,
      { cause },
    );
    for (const one of [...group, ...this.#waiting.splice(0)]) one.reject(this.#failure);
  }

  #isBloated(): boolean {
    const { compactFromBytes, liveBytes } = this.#options;
    return this.#bytes > Math.max(compactFromBytes, 4 * liveBytes());
  }

  /**
   * Writes the live messages to a new file and puts it in place of the old one. Messages may be
   * received or deleted meanwhile; their records wait and land behind the snapshot, where repeating
   * them is harmless.
   */
  async #compact(): Promise<void> {
    const path = `${this.#options.path}.new`;
    const file = await open(path, 'a', 0o600);
    try {
      let size = 0;
      let chunk: Buffer[] = [logMagic];
      let chunkBytes = logMagic.length;
      const flush = async () => {
        await file.appendFile(Buffer.concat(chunk));
        size += chunkBytes;
        chunk = [];
        chunkBytes = 0;
      };
      for (const record of this.#options.snapshot()) {
        const bytes = encodeRecord(record);
        chunk.push(bytes);
        chunkBytes += bytes.length;
        if (chunkBytes >= snapshotChunkBytes) await flush();
      }
      await flush();
      await file.datasync();
      await rename(path, this.#options.path);
      await syncFolder(this.#options.path);
      await this.#file.close();
      this.#file = file;
      this.#bytes = size;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

/** Makes a created or renamed file's name durable, where folders can be synced (not on Windows). */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
