// A small durable queue with the semantics of a standard SQS queue and its dead-letter queue.
// Promise: when send() resolves, the message is on disk and is delivered at least once until it is
// deleted, dies or outlives its retention. It keeps no order and delivers duplicates: so does SQS.
// Receipts die with the process: after a restart everything undeleted waits again.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { QueueError } from './errors.ts';
import type { QueueLimits } from './limits.ts';
import { checkMessage, entriesMax, queueLimits } from './limits.ts';
import { QueueLog } from './log.ts';
import type { OutgoingMessage, Receipt, ReceivedMessage } from './message-form.ts';
import { md5, receivedForm } from './message-form.ts';
import type { Message } from './messages.ts';
import { Messages, messageBytes } from './messages.ts';

export type ReceiveOptions = {
  /** 1 to 10. */
  readonly max: number;
  readonly visibilityTimeoutMs: number;
  /** Long poll: how long to wait for the first message. Default 0. */
  readonly waitMs?: number;
  /** Ends a long poll early. */
  readonly signal?: AbortSignal;
};

export type QueueCounts = {
  readonly visible: number;
  readonly inFlight: number;
  readonly dead: number;
};

export type QueueOptions = {
  /** The log file; its folder must exist and belong to this process alone. */
  readonly path: string;
  readonly clock: Clock;
  /** Deliveries before a message becomes a dead letter. */
  readonly maxReceiveCount: number;
  readonly limits?: Partial<QueueLimits>;
};

export class LocalQueue {
  readonly #options: QueueOptions;
  readonly #limits: QueueLimits;
  readonly #messages = new Messages();
  #log!: QueueLog;
  #unsyncedBytes = 0;
  #isClosed = false;
  /** Woken whenever a message may have become visible or have gone. */
  #sleepers: (() => void)[] = [];

  private constructor(options: QueueOptions) {
    this.#options = options;
    this.#limits = { ...queueLimits, ...options.limits };
  }

  /**
   * Opens the queue, creating it when absent; an unfinished last write is cut off.
   * @throws QueueError QUEUE_NOT_A_LOG.
   */
  static async open(options: QueueOptions): Promise<LocalQueue> {
    const queue = new LocalQueue(options);
    const { log, records } = await QueueLog.open({
      path: options.path,
      compactFromBytes: queue.#limits.compactFromBytes,
      snapshot: () => queue.#messages.snapshot(),
      liveBytes: () => queue.#messages.logBytes,
    });
    for (const record of records) queue.#messages.apply(record);
    queue.#log = log;
    return queue;
  }

  /**
   * Resolves when the message is on disk.
   * @throws QueueError when SQS would refuse it, the queue is full, or the disk fails.
   */
  async send(message: OutgoingMessage): Promise<{ messageId: string; md5OfBody: string }> {
    const { body, attributes = {} } = message;
    const bytes = messageBytes(body, attributes);
    checkMessage(body, attributes, bytes);
    this.#forgetExpired();
    if (this.#messages.bytes + this.#unsyncedBytes + bytes > this.#limits.bytesMax) {
      throw new QueueError('QUEUE_FULL', `${this.#limits.bytesMax} bytes wait; process them first`);
    }
    const id = randomUUID();
    const record = { type: 'sent', id, time: this.#options.clock.now(), body, attributes } as const;
    this.#unsyncedBytes += bytes;
    try {
      const apply = () => this.#messages.apply(record);
      await this.#log.append(record, { isDurable: true, apply });
    } finally {
      this.#unsyncedBytes -= bytes;
    }
    this.#wake();
    return { messageId: id, md5OfBody: md5(body) };
  }

  /** Up to `max` messages, now in flight; empty when none arrived in `waitMs`. */
  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const { max, visibilityTimeoutMs, waitMs = 0, signal } = options;
    if (!(max >= 1 && max <= entriesMax)) {
      throw new QueueError('QUEUE_BATCH_INVALID', `receive takes 1 to ${entriesMax} messages`);
    }
    const { clock } = this.#options;
    const deadline = clock.now() + waitMs;
    for (;;) {
      const taken = this.#take(max, visibilityTimeoutMs);
      if (taken.length > 0) {
        await Promise.all(taken.map((message) => this.#recordReceive(message)));
        return taken.map(receivedForm);
      }
      const leftMs = deadline - clock.now();
      if (leftMs <= 0 || this.#isClosed || signal?.aborted) return [];
      const revealMs = (this.#messages.nextReveal() ?? Number.POSITIVE_INFINITY) - clock.now();
      await this.#sleep(Math.min(leftMs, Math.max(revealMs, 0)), signal);
    }
  }

  /**
   * Deletes messages. `failed` lists receipts that are not the newest of a live message: it was
   * received again meanwhile, deleted before, or this process did not receive it.
   * @throws QueueError QUEUE_BATCH_INVALID for 0 or more than 10 entries, or a repeated one.
   */
  async deleteBatch(
    receipts: readonly Receipt[],
  ): Promise<{ readonly deleted: string[]; readonly failed: string[] }> {
    const ids = receipts.map((receipt) => receipt.messageId);
    if (ids.length < 1 || ids.length > entriesMax || new Set(ids).size < ids.length) {
      throw new QueueError('QUEUE_BATCH_INVALID', `a batch is 1 to ${entriesMax} distinct entries`);
    }
    const deleted: string[] = [];
    const failed: string[] = [];
    for (const receipt of receipts) {
      (this.#newest(receipt) ? deleted : failed).push(receipt.messageId);
    }
    // Memory follows the disk: when the record cannot be written, the message is delivered again.
    await Promise.all(
      deleted.map((id) =>
        this.#log.append(
          { type: 'deleted', id },
          { isDurable: false, apply: () => this.#messages.delete(id) },
        ),
      ),
    );
    this.#wake();
    return { deleted, failed };
  }

  /** Sets how long from now the message stays in flight; 0 makes it visible at once. */
  changeVisibility(receipt: Receipt, timeoutMs: number): 'changed' | 'stale-receipt' {
    const message = this.#newest(receipt);
    if (!message) return 'stale-receipt';
    this.#messages.hide(message, this.#options.clock.now() + timeoutMs);
    this.#wake();
    return 'changed';
  }

  counts(): QueueCounts {
    this.#forgetExpired();
    this.#messages.reveal(this.#options.clock.now());
    return this.#messages.counts();
  }

  /** The dead letters as they were last received. */
  deadLetters(): readonly Omit<ReceivedMessage, 'receiptHandle'>[] {
    this.#forgetExpired();
    return [...this.#messages.dead()].map(receivedForm);
  }

  /** Moves all dead letters back as new messages (new ids, count 0). Resolves when durable. */
  async redrive(): Promise<number> {
    const ids = [...this.#messages.dead()].map((message) => message.id);
    const time = this.#options.clock.now();
    await Promise.all(
      ids.map((id) => {
        const record = { type: 'redriven', id, newId: randomUUID(), time } as const;
        const apply = () => this.#messages.apply(record);
        return this.#log.append(record, { isDurable: true, apply });
      }),
    );
    this.#wake();
    return ids.length;
  }

  /** Resolves when no message waits or is in flight; dead letters do not count. */
  async whenEmpty(): Promise<void> {
    while (this.#messages.liveCount > 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#sleepers.push(resolve));
    }
  }

  /** Resolves when what was received is handed out, and what was deleted is gone. */
  flushed(): Promise<void> {
    return this.#log.flushed();
  }

  /** Ends long polls, writes what waits and closes the file. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#log.close();
  }

  #newest(receipt: Receipt): Message | undefined {
    const message = this.#messages.find(receipt.messageId);
    return message?.receiptHandle === receipt.receiptHandle ? message : undefined;
  }

  #take(max: number, visibilityTimeoutMs: number): Message[] {
    const now = this.#options.clock.now();
    this.#forgetExpired();
    this.#messages.reveal(now);
    const taken: Message[] = [];
    while (taken.length < max) {
      const message = this.#messages.first();
      if (!message) break;
      if (message.receiveCount >= this.#options.maxReceiveCount) this.#bury(message.id);
      else {
        this.#messages.take(message, now, now + visibilityTimeoutMs);
        taken.push(message);
      }
    }
    return taken;
  }

  /**
   * The count reaches the operating system before the message is handed out: a message that kills
   * the process must still become a dead letter.
   */
  #recordReceive(message: Message): Promise<void> {
    const { id, receiveCount: count, firstReceivedTime: first } = message;
    return this.#log.append({ type: 'received', id, count, first }, { isDurable: false });
  }

  #bury(id: string): void {
    this.#messages.bury(id);
    this.#note({ type: 'died', id });
    this.#wake();
  }

  #forgetExpired(): void {
    const until = this.#options.clock.now() - this.#limits.retentionMs;
    for (const id of this.#messages.sentUntil(until)) {
      this.#messages.delete(id);
      this.#note({ type: 'deleted', id });
      this.#wake();
    }
  }

  /** Writes what a restart would find out by itself; a disk failure shows in the next call. */
  #note(record: { readonly type: 'died' | 'deleted'; readonly id: string }): void {
    this.#log.append(record, { isDurable: false }).catch(() => undefined);
  }

  #wake(): void {
    for (const sleeper of this.#sleepers.splice(0)) sleeper();
  }

  async #sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const cancel = this.#options.clock.after(delayMs, wake);
    this.#sleepers.push(wake);
    signal?.addEventListener('abort', wake, { once: true });
    await woken;
    cancel();
    signal?.removeEventListener('abort', wake);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== wake);
  }
}
