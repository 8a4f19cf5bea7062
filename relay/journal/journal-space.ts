// Room for the journal: its own bound, the disk's free space, and shipped segments that can go.
// It promises that a full journal or disk is noticed before a write fails, as far as one can know.

import type { JournalDisk } from './disk.ts';
import { JournalError } from './errors.ts';
import type { JournalSettings } from './journal-options.ts';
import type { SegmentShelf } from './segment-shelf.ts';

/** Left to others at most: on a small disk `freeBytesMin` would be all of it. */
const othersShare = 0.05;
const resumeBytes = 64 * 1024;

export class JournalSpace {
  readonly #settings: JournalSettings;
  readonly #shelf: SegmentShelf;
  readonly #disk: JournalDisk;
  #shippedPosition: number;
  #freeBytes = 0;
  #freeBytesMin = 0;

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
    const { directory, freeBytesMin } = this.#settings;
    const { freeBytes, totalBytes } = await this.#disk.space(directory);
    this.#freeBytes = freeBytes;
    this.#freeBytesMin = Math.min(freeBytesMin, Math.floor(totalBytes * othersShare));
  }

  hasRoom(bytes: number): boolean {
    return this.#bytesMissing(bytes) <= 0;
  }

  /** Room to have before answering again, so that a journal at its bound does not flap. */
  makeRoomToResume(): Promise<void> {
    return this.makeRoom(Math.min(resumeBytes, this.#settings.journalBytesMax / 64));
  }

  /** @throws JournalError JOURNAL_FULL when deleting everything shipped is not enough. */
  async makeRoom(bytes: number): Promise<void> {
    await this.measure();
    if (this.hasRoom(bytes)) return;
    await this.sweep(this.#bytesMissing(bytes));
    await this.measure();
    if (this.hasRoom(bytes)) return;
    const { directory, journalBytesMax } = this.#settings;
    const isDiskFull = this.#freeBytesMin + bytes > this.#freeBytes;
    const advice = isDiskFull ? 'make room on the disk' : 'give the journal more space';
    throw new JournalError(
      'JOURNAL_FULL',
      `the journal in ${directory} holds ${this.#shelf.bytes} of ${journalBytesMax} octets, the ` +
        `disk has ${this.#freeBytes} free (${this.#freeBytesMin} are left to others); ` +
        `gateways get no answer: check that records can be shipped, or ${advice}`,
    );
  }

  /** Deletes shipped segments kept long enough, and more until `bytesWanted` are freed. */
  async sweep(bytesWanted: number): Promise<void> {
    const { now, keepShippedMs: keepMs } = this.#settings;
    const shippedPosition = this.#shippedPosition;
    await this.#shelf.sweep({ shippedPosition, now: now(), keepMs, bytesWanted });
  }

  #bytesMissing(bytes: number): number {
    return Math.max(
      this.#shelf.bytes + bytes - this.#settings.journalBytesMax,
      this.#freeBytesMin + bytes - this.#freeBytes,
    );
  }
}
