// How many things happened in the last minute, for display.
// Promise: a fixed few counters, cheap enough for the ack path; exact to one slot of five seconds.

import type { UnixMs } from '../../domain/accounting-event.ts';

const slotMs = 5000;
const slots = 12;

export class RecentRate {
  readonly #counts = new Uint32Array(slots);
  /** Number of the newest slot since 1970. */
  #newest = 0;

  add(time: UnixMs): void {
    const slot = Math.floor(time / slotMs);
    this.#goTo(slot);
    this.#counts[slot % slots] = (this.#counts[slot % slots] ?? 0) + 1;
  }

  perMinute(now: UnixMs): number {
    const slot = Math.floor(now / slotMs);
    this.#goTo(slot);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Forgets what is older than a minute; a clock that was put back begins anew. */
  #goTo(slot: number): void {
    const isBack = slot < this.#newest - slots;
    if (slot <= this.#newest && !isBack) return;
    const gone = isBack ? slots : Math.min(slots, slot - this.#newest);
    for (let i = 0; i < gone; i++) this.#counts[(slot - i) % slots] = 0;
    this.#newest = slot;
  }
}
