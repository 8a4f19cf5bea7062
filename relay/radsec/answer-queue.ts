// Puts the answers of one connection into the order of its packets: the disk settles most of them
// in order, but a Status-Server is answered at once and a dropped packet not at all.
// Promise: every opened slot is settled once; what is handed on is the settled front, never more.

/** A packet's place in the order. */
export type Slot = { readonly octets: number; answer: Buffer | undefined; isSettled: boolean };

/** The settled front. */
export type Settled = {
  readonly answers: readonly Buffer[];
  readonly packets: number;
  /** Octets of those packets. */
  readonly octets: number;
};

export class AnswerQueue {
  #slots: Slot[] = [];
  #taken = 0;

  /** Packets without an answer that could be sent. */
  get waiting(): number {
    return this.#slots.length - this.#taken;
  }

  /** A packet of so many octets came in. */
  open(octets: number): Slot {
    const slot: Slot = { octets, answer: undefined, isSettled: false };
    this.#slots.push(slot);
    return slot;
  }

  /** Ends a slot, with an answer or in silence. */
  settle(slot: Slot, answer: Buffer | undefined): void {
    slot.answer = answer;
    slot.isSettled = true;
  }

  /** Takes the settled front away. */
  take(): Settled {
    const answers: Buffer[] = [];
    const from = this.#taken;
    let octets = 0;
    for (let slot = this.#slots[from]; slot?.isSettled; slot = this.#slots[this.#taken]) {
      if (slot.answer) answers.push(slot.answer);
      octets += slot.octets;
      this.#taken += 1;
    }
    const packets = this.#taken - from;
    if (this.#taken === this.#slots.length) {
      this.#slots = [];
      this.#taken = 0;
    }
    return { answers, packets, octets };
  }
}
