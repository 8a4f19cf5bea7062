// The segments on disk: makes the next one, counts their octets, deletes those that are shipped.
// It promises never to delete the last segment or one that holds an unshipped record.

import { join } from 'node:path';
import { type JournalDisk, type JournalFile, syncFile, writeFile } from './disk.ts';
import type { SegmentFile } from './recover.ts';
import { encodeHeader, headerBytes, type SegmentHeader, segmentName } from './segment.ts';

type ShelfEntry = SegmentFile & {
  /** When it was first seen to be shipped as a whole. */
  readonly shippedTime?: number;
};

export type SweepOrder = {
  readonly shippedPosition: number;
  readonly now: number;
  readonly keepMs: number;
  readonly bytesWanted: number;
};

export class SegmentShelf {
  readonly #disk: JournalDisk;
  readonly #directory: string;
  #segments: ShelfEntry[];
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(disk: JournalDisk, directory: string, segments: readonly SegmentFile[]) {
    this.#disk = disk;
    this.#directory = directory;
    this.#segments = [...segments];
  }

  get count(): number {
    return this.#segments.length;
  }

  /** Octets of all segments. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** First position still on disk; undefined when there is no segment. */
  get firstPosition(): number | undefined {
    return this.#segments[0]?.firstPosition;
  }

  /**
   * Makes a segment durable, header and name, before it takes a record. One of the same first
   * position is replaced: it holds no acknowledged record.
   * @throws the system error; nothing is changed then.
   */
  async create(header: SegmentHeader): Promise<JournalFile> {
    const name = segmentName(header.firstPosition);
    const temporary = join(this.#directory, `${name}.new`);
    const file = await this.#disk.create(temporary);
    try {
      await writeFile(file, encodeHeader(header), 0);
      await syncFile(file);
      await this.#disk.rename(temporary, join(this.#directory, name));
      await this.#disk.syncDirectory(this.#directory);
    } catch (error) {
      // Closing and removing are courtesy here; the first error is the one to report.
      await file.close().catch(() => undefined);
      await this.#disk.remove(temporary).catch(() => undefined);
      throw error;
    }
    this.#segments = this.#segments.filter((segment) => segment.name !== name);
    const { firstPosition } = header;
    this.#segments.push({ name, firstPosition, bytes: headerBytes });
    return file;
  }

  /** The last segment grew, or a failed write left octets behind. */
  grow(bytes: number): void {
    const last = this.#segments.pop();
    if (last) this.#segments.push({ ...last, bytes: last.bytes + bytes });
  }

  /**
   * Deletes shipped segments, oldest first: all that were kept for `keepMs`, and more of them until
   * `bytesWanted` octets are freed. Returns the octets freed.
   */
  sweep(order: SweepOrder): Promise<number> {
    const swept = this.#sweeping.then(() => this.#deleteShipped(order));
    this.#sweeping = swept.catch(() => undefined);
    return swept;
  }

  async #deleteShipped(options: SweepOrder): Promise<number> {
    const { now } = options;
    this.#segments = this.#segments.map((segment, index) => {
      const next = this.#segments[index + 1];
      const isShipped = next && next.firstPosition - 1 <= options.shippedPosition;
      return isShipped && segment.shippedTime === undefined
        ? { ...segment, shippedTime: now }
        : segment;
    });
    let freed = 0;
    while (this.#segments.length > 1) {
      const oldest = this.#segments[0];
      if (oldest?.shippedTime === undefined) break;
      if (freed >= options.bytesWanted && Math.abs(now - oldest.shippedTime) < options.keepMs)
        break;
      await this.#disk.remove(join(this.#directory, oldest.name));
      this.#segments = this.#segments.filter(({ name }) => name !== oldest.name);
      freed += oldest.bytes;
    }
    return freed;
  }
}
