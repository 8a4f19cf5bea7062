// The records that one commit will write: encoded when they arrive, so that it is one write.
// It grows up to a bound and is used again and again; it does no I/O.

import { type EncodableRecord, encodedBytes, encodeRecord } from './segment.ts';

/** Told once: without error when the record is on disk, else with the reason it is not. */
export type AppendDone = (error: Error | undefined, position: number) => void;

const firstBytes = 64 * 1024;

export class CommitBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #used = 0;
  #firstPosition = 0;
  #waiting: AppendDone[] = [];

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Octets to write. */
  get used(): number {
    return this.#used;
  }

  get records(): number {
    return this.#waiting.length;
  }

  /** Position of the first record; meaningless when empty. */
  get firstPosition(): number {
    return this.#firstPosition;
  }

  get lastPosition(): number {
    return this.#firstPosition + this.#waiting.length - 1;
  }

  add(
    record: EncodableRecord,
    id: { readonly position: number; readonly salt: number },
    done: AppendDone,
  ): void {
    this.#reserve(this.#used + encodedBytes(record));
    if (this.#waiting.length === 0) this.#firstPosition = id.position;
    this.#used = encodeRecord(this.#bytes, this.#used, record, id);
    this.#waiting.push(done);
  }

  /** Empties the buffer and hands over who waits for it. */
  take(): AppendDone[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#used = 0;
    return waiting;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(bytes)));
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
  }
}
