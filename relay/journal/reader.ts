// Reads records back in order, from any position, in this process or another one.
// It lists and reads files and needs nothing from the writer but, in the relay, the durable
// position, beyond which it does not go. It writes nothing; what it finds damaged it reports.

import { join } from 'node:path';
import { type JournalDisk, type JournalFile, nodeDisk } from './disk.ts';
import type { JournalRecord } from './record.ts';
import { readHeader, segmentNames } from './recover.ts';
import { makeScanWindow, scanRecords } from './scan.ts';
import { decodeRecord, headerBytes } from './segment.ts';

/** A position and what is there: a record, or nothing that could be read. */
export type JournalEntry =
  | { readonly kind: 'record'; readonly position: number; readonly record: JournalRecord }
  | { readonly kind: 'damaged'; readonly position: number };

/** Octets that are no record, with the segment they are in. */
export type Damage = { readonly segment: string; readonly offset: number; readonly bytes: number };

export type JournalPage = {
  /** One entry per position, without holes, rising. */
  readonly entries: readonly JournalEntry[];
  readonly damage: readonly Damage[];
};

export type JournalReader = {
  /** The oldest position on disk; undefined in an empty journal. */
  oldestPosition(): Promise<number | undefined>;
  /**
   * Reads from `position` on, at most `recordsMax` entries and about `bytesMax` octets of payload,
   * at least one entry if there is one.
   * Positions below the oldest on disk are damaged, too: their segment is gone.
   * @throws JournalError JOURNAL_NEWER; the system error when a file cannot be read.
   */
  readFrom(position: number, recordsMax: number, bytesMax: number): Promise<JournalPage>;
  close(): Promise<void>;
};

type SegmentName = { readonly name: string; readonly firstPosition: number };

type OpenSegment = {
  readonly name: string;
  readonly firstPosition: number;
  readonly file: JournalFile;
  /** Undefined: the header is unreadable. */
  readonly salt: number | undefined;
  /** Where `position` begins: reading on costs no new walk through the segment. */
  offset: number;
  position: number;
};

type Page = {
  readonly entries: JournalEntry[];
  readonly damage: Damage[];
  readonly recordsMax: number;
  bytesLeft: number;
};

/**
 * A reader over `directory`. One call at a time.
 * `durablePosition`: never read beyond it; without it a torn end is taken as the end.
 */
export function makeReader(options: {
  readonly directory: string;
  readonly disk?: JournalDisk;
  readonly durablePosition?: () => number;
}): JournalReader {
  return new SegmentReader(options);
}

class SegmentReader implements JournalReader {
  readonly #directory: string;
  readonly #disk: JournalDisk;
  readonly #durablePosition: (() => number) | undefined;
  readonly #window = makeScanWindow();
  #names: readonly SegmentName[] = [];
  #open: OpenSegment | undefined;

  constructor(options: {
    readonly directory: string;
    readonly disk?: JournalDisk;
    readonly durablePosition?: () => number;
  }) {
    this.#directory = options.directory;
    this.#disk = options.disk ?? nodeDisk;
    this.#durablePosition = options.durablePosition;
  }

  async readFrom(position: number, recordsMax: number, bytesMax: number): Promise<JournalPage> {
    const last = this.#durablePosition?.() ?? Number.MAX_SAFE_INTEGER;
    // Segments come and go between calls; a listing is cheaper than being wrong.
    await this.#list();
    const page: Page = { entries: [], damage: [], recordsMax, bytesLeft: bytesMax };
    const oldest = Math.min(this.#names[0]?.firstPosition ?? position, last + 1);
    let next = fillDamaged(page, position, oldest - 1);
    while (next <= last && !isFull(page)) {
      const before = next;
      next = await this.#readSegment(next, last, page);
      if (next === before) break;
    }
    return { entries: page.entries, damage: page.damage };
  }

  async oldestPosition(): Promise<number | undefined> {
    await this.#list();
    return this.#names[0]?.firstPosition;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close();
  }

  async #list(): Promise<void> {
    this.#names = segmentNames(await this.#disk.list(this.#directory));
  }

  /** Reads on from `position` in its segment; returns the next position. */
  async #readSegment(position: number, last: number, page: Page): Promise<number> {
    const index = this.#names.findLastIndex(({ firstPosition }) => firstPosition <= position);
    const found = this.#names[index];
    if (!found) return position;
    const follower = this.#names[index + 1];
    // A segment ends where the next one begins (README.md "Write").
    const to = Math.min(last, (follower?.firstPosition ?? Number.POSITIVE_INFINITY) - 1);
    const next = await this.#readRecords(found, { position, to }, page);
    // The records stop before the segment does. Behind the end of a file that is still being
    // written that means "not yet"; where a later or a durable position is known, it is damage.
    const isKnownToExist = follower !== undefined || this.#durablePosition !== undefined;
    if (isFull(page) || next > to || !isKnownToExist) return next;
    // Nothing is called lost without a second, fresh look.
    await this.close();
    const again = await this.#readRecords(found, { position: next, to }, page);
    return again > next ? again : fillDamaged(page, next, to);
  }

  async #readRecords(
    segment: SegmentName,
    wanted: { readonly position: number; readonly to: number },
    page: Page,
  ): Promise<number> {
    let next = wanted.position;
    const open = await this.#openSegment(segment, wanted.position);
    const { file, name, salt } = open;
    if (salt === undefined) return next;
    const end = await scanRecords(
      { file, salt, offset: open.offset, from: open.position, to: wanted.to, window: this.#window },
      {
        record: (window, at, position) => {
          if (position < wanted.position) return true;
          next = fillDamaged(page, next, position - 1);
          if (next < position) return false;
          const record = decodeRecord(window, at);
          page.entries.push({ kind: 'record', position, record });
          page.bytesLeft -= record.payload.length;
          next = position + 1;
          return !isFull(page);
        },
        damage: (offset, bytes) => page.damage.push({ segment: name, offset, bytes }),
      },
    );
    // A page that filled up inside a damaged stretch begins there again: keep the old place.
    if (next === end.position) {
      open.offset = end.offset;
      open.position = end.position;
    }
    return next;
  }

  async #openSegment(found: SegmentName, position: number): Promise<OpenSegment> {
    const open = this.#open;
    if (open?.name === found.name && open.position <= position) return open;
    await this.close();
    const file = await this.#disk.open(join(this.#directory, found.name), 'read');
    const header = await readHeader(file, found);
    const { firstPosition } = found;
    const start = { offset: headerBytes, position: firstPosition };
    this.#open = { ...found, file, salt: header?.salt, ...start };
    return this.#open;
  }
}

function isFull(page: Page): boolean {
  return page.entries.length >= page.recordsMax || page.bytesLeft <= 0;
}

/** Adds the positions `from`..`to` as damaged, as far as the page has room; returns the next. */
function fillDamaged(page: Page, from: number, to: number): number {
  let position = from;
  while (position <= to && page.entries.length < page.recordsMax) {
    page.entries.push({ kind: 'damaged', position });
    position += 1;
  }
  return position;
}
