// Remembers what was recorded in the last 30 s, so that a retransmission is answered again and not
// recorded again (RFC 5080 section 2.2.2). Keyed by source address and Request Authenticator: the
// authenticator covers the identifier, and a new source port does not make a new packet.
// Bounded by count; what is forgotten early is recorded once more and merged downstream.
// Answers are not kept: the same request always gives the same answer.

import { AuthenticatorRing } from './authenticator-ring.ts';

/** Where to send one more answer when the write that is under way has ended. */
export type ReturnPath = { readonly port: number; readonly send: () => void };

/** Number of a packet in the cache; `unseen` when it is not there. */
export type Sighting = number;
export const unseen: Sighting = 0;

/** More ports than this do not wait for one write: they retransmit. */
const waitingMax = 8;

export class ReplyCache {
  readonly #ring: AuthenticatorRing;
  readonly #keepMs: number;
  /** By ring index: monotonic time of the durable write; NaN while it is under way. */
  readonly #recordedAtMs: Float64Array;
  readonly #firstPort: Uint16Array;
  /** By entry, and only for the few that were sent again while being written. */
  readonly #waiting = new Map<Sighting, ReturnPath[]>();

  constructor({ keepMs = 30_000, entriesMax = 262_144 } = {}) {
    this.#ring = new AuthenticatorRing(entriesMax);
    this.#keepMs = keepMs;
    this.#recordedAtMs = new Float64Array(entriesMax);
    this.#firstPort = new Uint16Array(entriesMax);
  }

  /** Entries held now. */
  get size(): number {
    return this.#ring.newest - this.#ring.oldest + 1;
  }

  /** Has this packet been seen from this address? `nowMs` is monotonic. */
  look(packet: Buffer, source: string, nowMs: number): Sighting {
    const entry = this.#ring.find(packet, source);
    return entry !== unseen && this.#isOld(entry, nowMs) ? unseen : entry;
  }

  /** Is a packet that was seen on disk? If not, it is being written. */
  isRecorded(entry: Sighting): boolean {
    return !Number.isNaN(this.#recordedAtMs[this.#ring.indexOf(entry)]);
  }

  /** Notes that an unseen packet is being written. */
  begin(packet: Buffer, source: string, firstPort: number, nowMs: number): Sighting {
    // Entries stand in the order of their arrival, so those that are too old are in front.
    const ring = this.#ring;
    while (ring.oldest <= ring.newest && this.#isOld(ring.oldest, nowMs)) ring.removeOldest();
    const outdated = ring.find(packet, source);
    if (outdated !== unseen) ring.remove(outdated);
    const entry = ring.add(packet, source);
    const index = ring.indexOf(entry);
    this.#recordedAtMs[index] = Number.NaN;
    this.#firstPort[index] = firstPort;
    return entry;
  }

  /** Has an in-flight packet answered on another port too, once it is written. */
  wait(entry: Sighting, path: ReturnPath): void {
    if (this.#firstPort[this.#ring.indexOf(entry)] === path.port) return;
    const waiting = this.#waiting.get(entry) ?? [];
    const isKnown = waiting.some(({ port }) => port === path.port);
    if (!isKnown && waiting.length < waitingMax) waiting.push(path);
    this.#waiting.set(entry, waiting);
  }

  /** The write is durable: answers those who waited, and every repeat for the next 30 s. */
  recorded(entry: Sighting, nowMs: number): void {
    if (entry >= this.#ring.oldest) this.#recordedAtMs[this.#ring.indexOf(entry)] = nowMs;
    for (const { send } of this.#endWaiting(entry)) send();
  }

  /** The write failed: the retransmission is a new packet. */
  failed(entry: Sighting): void {
    // Its place in the order must not hold up those behind it.
    if (entry >= this.#ring.oldest) this.#recordedAtMs[this.#ring.indexOf(entry)] = -Infinity;
    this.#ring.remove(entry);
    this.#endWaiting(entry);
  }

  #isOld(entry: Sighting, nowMs: number): boolean {
    return nowMs - (this.#recordedAtMs[this.#ring.indexOf(entry)] as number) > this.#keepMs;
  }

  #endWaiting(entry: Sighting): readonly ReturnPath[] {
    if (this.#waiting.size === 0) return [];
    const waiting = this.#waiting.get(entry) ?? [];
    this.#waiting.delete(entry);
    return waiting;
  }
}
