// Room for the journal: its own bound, the disk's free space, and shipped segments that can go.
// It promises that a full journal or disk is noticed before a write fails, as far as one can know.

import type { JournalDisk } from './disk.ts';
import { JournalError } from './errors.ts';
import type { JournalSettings } from './journal-options.ts';
import type { SegmentShelf } from './segment-shelf.ts';

export class JournalSpace {
  readonly #settings: JournalSettings;
  readonly #shelf: SegmentShelf;
  readonly #disk: JournalDisk;
  #shippedPosition: number;
  #freeBytes = 0;

  constructor(settings: JournalSettings, shelf: SegmentShelf) {
    this.#settings = settings;
    this.#shelf = shelf;
    this.#disk = settings.disk;
    this.#shippedPosition = settings.shippedPosition;
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  shippedTo(position: number): void {
    this.#shippedPosition = Math.max(this.#shippedPosition, position);
  }

  /** Between two measurements our own writes are counted; others' writes show a tick later. */
  used(bytes: number): void {
    this.#freeBytes -= bytes;
  }

  async measure(): Promise<void> {
    this.#freeBytes = await this.#disk.freeBytes(this.#settings.directory);
  }

  hasRoom(bytes: number): boolean {
    return this.#bytesMissing(bytes) <= 0;
  }

  /** Room to have before answering again, so that a journal at its bound does not flap. */
  makeRoomToResume(): Promise<void> {
    const { commitBytesMax, journalBytesMax } = this.#settings;
    return this.makeRoom(Math.min(commitBytesMax, journalBytesMax / 64));
  }

  /** @throws JournalError JOURNAL_FULL when deleting everything shipped is not enough. */
  async makeRoom(bytes: number): Promise<void> {
    await this.measure();
    if (this.hasRoom(bytes)) return;
    await this.sweep(this.#bytesMissing(bytes));
    await this.measure();
    if (this.hasRoom(bytes)) return;
    const { directory, journalBytesMax, freeBytesMin } = this.#settings;
    throw new JournalError(
      'JOURNAL_FULL',
      `the journal in ${directory} holds ${this.#shelf.bytes} of ${journalBytesMax} octets, the ` +
        `disk has ${this.#freeBytes} free (${freeBytesMin} are left to others); gateways get no ` +
        'answer: check that records can be shipped, or give the journal more space',
    );
  }

  /** Deletes shipped segments that were kept long enough, and more until `bytesWanted` are freed. */
  async sweep(bytesWanted: number): Promise<void> {
    const { now, keepShippedMs: keepMs } = this.#settings;
    const shippedPosition = this.#shippedPosition;
    await this.#shelf.sweep({ shippedPosition, now: now(), keepMs, bytesWanted });
  }

  #bytesMissing(bytes: number): number {
    const { journalBytesMax, freeBytesMin } = this.#settings;
    return Math.max(
      this.#shelf.bytes + bytes - journalBytesMax,
      freeBytesMin + bytes - this.#freeBytes,
    );
  }
}
