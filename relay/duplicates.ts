// Remembers what was recorded in the last 30 s, so that a retransmission is answered again and not
// recorded again (RFC 5080 section 2.2.2). Keyed by source address and Request Authenticator: the
// authenticator covers the identifier, and a new source port does not make a new packet.
// Bounded by count; what is forgotten early is recorded once more and merged downstream.
// Answers are not kept: the same request always gives the same answer.

/** Where to send one more answer when the write that is under way has ended. */
export type ReturnPath = { readonly port: number; readonly send: () => void };

/** `unseen`: record it; `in-flight`: being written; `recorded`: on disk, answer it. */
export type Sighting = 'unseen' | 'in-flight' | 'recorded';

type Entry = {
  /** Monotonic time of the durable write; undefined while it is under way. */
  recordedAtMs: number | undefined;
  readonly firstPort: number;
  waiting: ReturnPath[] | undefined;
};

/** More ports than this do not wait for one write: they retransmit. */
const waitingMax = 8;

export class ReplyCache {
  readonly #entries = new Map<string, Entry>();
  readonly #keepMs: number;
  readonly #entriesMax: number;

  constructor({ keepMs = 30_000, entriesMax = 262_144 } = {}) {
    this.#keepMs = keepMs;
    this.#entriesMax = entriesMax;
  }

  /** Entries held now. */
  get size(): number {
    return this.#entries.size;
  }

  /** Has this packet been seen? `nowMs` is monotonic. */
  look(key: string, nowMs: number): Sighting {
    const entry = this.#entries.get(key);
    if (entry === undefined) return 'unseen';
    if (entry.recordedAtMs === undefined) return 'in-flight';
    return nowMs - entry.recordedAtMs <= this.#keepMs ? 'recorded' : 'unseen';
  }

  /** Notes that an unseen packet is being written. */
  begin(key: string, firstPort: number, nowMs: number): void {
    this.#entries.delete(key);
    this.#forgetOld(nowMs);
    this.#entries.set(key, { recordedAtMs: undefined, firstPort, waiting: undefined });
  }

  /** Has an in-flight packet answered on another port too, once it is written. */
  wait(key: string, path: ReturnPath): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.firstPort === path.port) return;
    entry.waiting ??= [];
    const isKnown = entry.waiting.some(({ port }) => port === path.port);
    if (!isKnown && entry.waiting.length < waitingMax) entry.waiting.push(path);
  }

  /** The write is durable: answers those who waited, and every repeat for the next 30 s. */
  recorded(key: string, nowMs: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.recordedAtMs = nowMs;
    const waiting = entry.waiting ?? [];
    entry.waiting = undefined;
    for (const { send } of waiting) send();
  }

  /** The write failed: the retransmission is a new packet. */
  failed(key: string): void {
    this.#entries.delete(key);
  }

  // Entries stand in the order of their arrival, so the oldest are in front.
  #forgetOld(nowMs: number): void {
    for (const [key, { recordedAtMs }] of this.#entries) {
      const isOld = recordedAtMs !== undefined && nowMs - recordedAtMs > this.#keepMs;
      if (!isOld && this.#entries.size < this.#entriesMax) return;
      this.#entries.delete(key);
    }
  }
}
