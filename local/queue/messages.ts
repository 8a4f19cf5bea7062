// The queue's memory: which messages live, wait, are in flight or are dead. No disk, no timers.
// It says what happened as log records; queue.ts makes them durable. Opening a queue replays the
// records through the same functions.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { MessageAttributes, QueueRecord } from './record.ts';

export type Message = {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly sentTime: UnixMs;
  readonly bytes: number;
  receiveCount: number;
  firstReceivedTime: UnixMs;
  /** The newest receipt; absent until received by this process. */
  receiptHandle?: string;
  /** In flight until then; 0 when waiting. */
  visibleAt: UnixMs;
};

/** Octets a message is billed and bounded by: body, attribute names and values. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, value] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return bytes;
}

/** What a message's records take beside body and attributes. */
const recordBytes = 512;

export class Messages {
  /** Live messages, oldest first. */
  readonly #live = new Map<string, Message>();
  readonly #dead = new Map<string, Message>();
  /** Ids that wait, in the order they became visible. */
  readonly #ready = new Set<string>();
  readonly #inFlight = new Set<string>();
  #bytes = 0;

  /** Octets of all messages, dead letters included. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Octets in a log that holds nothing else, within a factor of two: JSON escapes a quote or a line
   * end with one more octet.
   */
  get logBytes(): number {
    return this.#bytes + recordBytes * (this.#live.size + this.#dead.size);
  }

  get liveCount(): number {
    return this.#live.size;
  }

  counts(): { visible: number; inFlight: number; dead: number } {
    return { visible: this.#ready.size, inFlight: this.#inFlight.size, dead: this.#dead.size };
  }

  dead(): Iterable<Message> {
    return this.#dead.values();
  }

  find(id: string): Message | undefined {
    return this.#live.get(id);
  }

  /** Takes one record of the log in. Repeats and unknown ids are harmless. */
  apply(record: QueueRecord): void {
    if (record.type === 'sent') this.#add(record);
    else if (record.type === 'deleted') this.delete(record.id);
    else if (record.type === 'died') this.bury(record.id);
    else if (record.type === 'redriven') this.#revive(record);
    else this.#received(record);
  }

  /** Messages whose time in flight is over wait again. */
  reveal(now: UnixMs): void {
    for (const id of this.#inFlight) {
      const message = this.#live.get(id);
      if (message && message.visibleAt <= now) this.#wait(message);
    }
  }

  /** When the next message in flight waits again; undefined when none is in flight. */
  nextReveal(): UnixMs | undefined {
    let next: UnixMs | undefined;
    for (const id of this.#inFlight) {
      const at = this.#live.get(id)?.visibleAt ?? 0;
      if (next === undefined || at < next) next = at;
    }
    return next;
  }

  /** The waiting message that waits longest. */
  first(): Message | undefined {
    for (const id of this.#ready) return this.#live.get(id);
    return undefined;
  }

  /** Hands a waiting message out: counted, in flight, with a receipt of its own. */
  take(message: Message, now: UnixMs, visibleAt: UnixMs): void {
    message.receiveCount += 1;
    if (message.firstReceivedTime === 0) message.firstReceivedTime = now;
    message.receiptHandle = `${message.id}.${message.receiveCount}`;
    this.hide(message, visibleAt);
  }

  hide(message: Message, visibleAt: UnixMs): void {
    message.visibleAt = visibleAt;
    this.#ready.delete(message.id);
    this.#inFlight.add(message.id);
  }

  delete(id: string): void {
    const message = this.#live.get(id) ?? this.#dead.get(id);
    if (!message) return;
    this.#bytes -= message.bytes;
    this.#live.delete(id);
    this.#dead.delete(id);
    this.#ready.delete(id);
    this.#inFlight.delete(id);
  }

  /** Moves a message to the dead letters. */
  bury(id: string): void {
    const message = this.#live.get(id);
    if (!message) return;
    this.#live.delete(id);
    this.#ready.delete(id);
    this.#inFlight.delete(id);
    this.#dead.set(id, message);
  }

  /** Ids of messages sent at or before `time`, dead letters included. */
  *sentUntil(time: UnixMs): Iterable<string> {
    // Both maps keep the order of sending, but a dead letter may be older than its neighbours.
    for (const message of this.#live.values()) {
      if (message.sentTime > time) break;
      yield message.id;
    }
    for (const message of this.#dead.values()) if (message.sentTime <= time) yield message.id;
  }

  /** The records that rebuild this state. Iterates lazily: later changes may or may not be in. */
  *snapshot(): Iterable<QueueRecord> {
    for (const message of this.#live.values()) yield* recordsOf(message);
    for (const message of this.#dead.values()) {
      yield* recordsOf(message);
      yield { type: 'died', id: message.id };
    }
  }

  #add(sent: Extract<QueueRecord, { type: 'sent' }>): void {
    if (this.#live.has(sent.id) || this.#dead.has(sent.id)) return;
    const { id, body, attributes, time } = sent;
    const message: Message = {
      id,
      body,
      attributes,
      sentTime: time,
      bytes: messageBytes(body, attributes),
      receiveCount: 0,
      firstReceivedTime: 0,
      visibleAt: 0,
    };
    this.#bytes += message.bytes;
    this.#live.set(id, message);
    this.#ready.add(id);
  }

  #received({ id, count, first }: Extract<QueueRecord, { type: 'received' }>): void {
    const message = this.#live.get(id);
    if (!message) return;
    message.receiveCount = Math.max(message.receiveCount, count);
    message.firstReceivedTime = first;
  }

  #revive(redriven: Extract<QueueRecord, { type: 'redriven' }>): void {
    const message = this.#dead.get(redriven.id);
    if (!message) return;
    this.delete(redriven.id);
    const { body, attributes } = message;
    this.#add({ type: 'sent', id: redriven.newId, time: redriven.time, body, attributes });
  }

  #wait(message: Message): void {
    message.visibleAt = 0;
    this.#inFlight.delete(message.id);
    this.#ready.add(message.id);
  }
}

function* recordsOf(message: Message): Iterable<QueueRecord> {
  const { id, body, attributes, sentTime, receiveCount, firstReceivedTime } = message;
  yield { type: 'sent', id, time: sentTime, body, attributes };
  if (receiveCount === 0) return;
  yield { type: 'received', id, count: receiveCount, first: firstReceivedTime };
}
