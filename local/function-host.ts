// The event source mapping: takes batches from the queue, calls the function, settles the batch.
// Promise: a message is deleted only after an invocation that took it answered without naming it,
// and after what invocations wrote is durable; after an error, a timeout or a malformed answer
// nothing of the batch is deleted. A batch is settled while the next invocation runs.
// Failed messages come back with rising delay; the queue moves hopeless ones to the dead letters.

import type { SQSEvent } from 'aws-lambda';
import { readBatchResponse } from './batch-response.ts';
import type { Clock } from './clock.ts';
import type { LocalFunction } from './local-function.ts';
import { FunctionError } from './local-function.ts';
import { entriesMax } from './queue/limits.ts';
import type { ReceivedMessage } from './queue/message-form.ts';
import type { LocalQueue } from './queue/queue.ts';
import { recordOf } from './sqs-record.ts';
import { Turns } from './turns.ts';

/** Faults that tests ask for. None in an ordinary run. */
export type Chaos = {
  /** Reorders, repeats or splits a batch: each list is one invocation; deleting comes last. */
  readonly arrange?: (batch: readonly ReceivedMessage[]) => readonly (readonly ReceivedMessage[])[];
  /** True: the invocation dies before it ran, or after it ran but before its answer counted. */
  readonly dies?: (when: 'before' | 'after') => boolean;
};

/** One invocation's end, for counters and logs; it carries nothing of the messages. */
export type InvocationReport = {
  readonly outcome: 'done' | 'partial' | 'failed' | 'timed-out' | 'malformed-answer';
  readonly messages: number;
  readonly failed: number;
  readonly error?: unknown;
};

type Window = { readonly waitMs: number; readonly batchSizeMax: number };

export type FunctionHostOptions = {
  readonly queue: LocalQueue;
  readonly function: LocalFunction<SQSEvent>;
  readonly clock: Clock;
  /**
   * Batches in flight at once. Default 1: they are taken in the order of the queue, so that what is
   * judged does not depend on which of two is faster. The cloud has at least 2.
   */
  readonly concurrency?: number;
  /**
   * Invocations at once, as a function's reserved concurrency: a batch is received when one may
   * begin, so that what waits for it becomes larger batches. Default: as many as batches.
   */
  readonly reservedConcurrency?: number;
  /**
   * Makes durable what invocations wrote: nothing is deleted before. When it fails the host ends:
   * what it took comes again to the next one.
   */
  readonly beforeDelete?: () => Promise<void>;
  /** Rejects when what invocations write to has failed: the host ends. */
  readonly storeFailed?: Promise<never>;
  /** Messages in a batch, at least 1. Default 10. */
  readonly batchSize?: number;
  /**
   * As an event source mapping's batching window, asked for each batch with the messages that wait:
   * how long more are waited for, and up to how many. While invocations are quick a batch grows up
   * to them, else it is `batchSize`. Undefined: none are waited for.
   */
  readonly window?: (waiting: number) => Window | undefined;
  /** Must exceed the function's time limit; six times is advised. Default 90 minutes. */
  readonly visibilityTimeoutMs?: number;
  /** Delay of the first redelivery, doubled with each, up to the maximum. Default 1 s to 60 s. */
  readonly backoff?: { readonly startMs: number; readonly maxMs: number };
  readonly chaos?: Chaos;
  readonly onInvocation?: (report: InvocationReport) => void;
};

const visibilityMs = 90 * 60_000;
/** SQS's longest long poll. */
const pollMs = 20_000;
/** An invocation below is quick, above is slow: between them batches keep their size. */
const quickMs = 6_000;
const slowMs = 18_000;

export class FunctionHost {
  readonly #options: FunctionHostOptions;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #turns: Turns;
  /** A batch for each poller is settled while its next one is served; a third waits. */
  readonly #settlements: Turns;
  /** Rejects when the disk of the queue, or of what invocations wrote, failed: no more is taken. */
  readonly failed: Promise<never>;
  #reject: (error: unknown) => void = () => undefined;
  #failure: { readonly error: unknown } | undefined;
  #batchSize: number;
  #pollers: Promise<void>[] = [];

  /** Starts to poll at once. */
  constructor(options: FunctionHostOptions) {
    this.#options = options;
    this.#batchSize = options.batchSize ?? entriesMax;
    const { concurrency = 1, reservedConcurrency = concurrency } = options;
    this.#turns = new Turns(reservedConcurrency);
    this.#settlements = new Turns(concurrency);
    this.failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Whoever waits is told; nobody has to wait.
    this.failed.catch(() => undefined);
    options.storeFailed?.catch((error: unknown) => this.#fail(error));
    this.#pollers = Array.from({ length: concurrency }, () => this.#poll());
  }

  /**
   * Resolves when no message waits or is in flight and no invocation runs or is settled. Dead
   * letters do not count: they wait for a person.
   * @throws as `failed` does
   */
  async idle(): Promise<void> {
    do {
      await Promise.race([this.#options.queue.whenEmpty(), this.failed]);
      await Promise.all(this.#running);
    } while (this.#running.size > 0);
  }

  /**
   * As `idle()`, but what the queue holds by then may wait for its time. Who turns a clock by hand
   * turns it here, or invocations run over their time limit.
   */
  async settled(): Promise<void> {
    do {
      await Promise.all(this.#running);
      await this.#options.queue.flushed();
      // A poller that was handed messages has begun to serve them by the next turn.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#running.size > 0);
  }

  /** Takes no more messages, waits for the invocations that run and settles their batches. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#pollers);
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    const { queue } = this.#options;
    const { signal } = this.#stop;
    try {
      while (!signal.aborted) {
        if (!this.#turns.isFree) await this.#turns.free();
        const end = this.#turns.begin();
        try {
          const batch = await this.#receive(signal);
          // Received in the moment of stopping: untouched, so it may be delivered at once.
          if (signal.aborted) for (const message of batch) queue.changeVisibility(message, 0);
          else if (batch.length > 0) await this.#track(this.#serve(batch));
        } finally {
          end();
        }
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A disk failed: no more is taken, and nothing is deleted. */
  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    this.#stop.abort();
    this.#reject(error);
  }

  /** Waits for messages; in a batching window for more, until none comes or the batch is full. */
  async #receive(signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    const { queue, window, visibilityTimeoutMs = visibilityMs } = this.#options;
    const batch: ReceivedMessage[] = [];
    const take = async (max: number, waitMs: number): Promise<number> => {
      const options = { max: Math.min(max, entriesMax), visibilityTimeoutMs, waitMs, signal };
      const received = await queue.receive(options);
      batch.push(...received);
      return received.length;
    };
    await take(this.#options.batchSize ?? entriesMax, pollMs);
    const open = window?.(queue.counts().visible);
    if (!open) return batch;
    const { waitMs, batchSizeMax } = open;
    const size = Math.min(this.#batchSize, batchSizeMax);
    for (let more = batch.length; more > 0 && batch.length < size && !signal.aborted; ) {
      more = await take(size - batch.length, waitMs);
    }
    return batch;
  }

  /** Larger batches while they are quick: a row of many events is read and written once. */
  #pace(messages: number, tookMs: number): void {
    const { queue, window, batchSize = entriesMax } = this.#options;
    const { batchSizeMax = batchSize } = window?.(queue.counts().visible) ?? {};
    if (tookMs > slowMs) this.#batchSize = Math.max(batchSize, Math.ceil(this.#batchSize / 2));
    else if (tookMs < quickMs && messages >= this.#batchSize) {
      this.#batchSize = Math.max(batchSize, Math.min(batchSizeMax, this.#batchSize * 2));
    }
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    try {
      await work;
    } finally {
      this.#running.delete(work);
    }
  }

  async #serve(batch: readonly ReceivedMessage[]): Promise<void> {
    const failedIds = new Set<string>();
    const { clock } = this.#options;
    const began = clock.now();
    for (const part of this.#options.chaos?.arrange?.(batch) ?? [batch]) {
      for (const id of await this.#invoke(part)) failedIds.add(id);
    }
    this.#pace(batch.length, clock.now() - began);
    if (!this.#settlements.isFree) await this.#settlements.free();
    const end = this.#settlements.begin();
    void this.#track(this.#settle(batch, failedIds).finally(end));
  }

  /** Deletes what is done and lets the rest come again; never throws. */
  async #settle(batch: readonly ReceivedMessage[], failedIds: ReadonlySet<string>): Promise<void> {
    const { queue } = this.#options;
    const answered = batch.filter((message) => !failedIds.has(message.messageId));
    const done = answered.length > 0 && (await this.#isDurable()) ? answered : [];
    try {
      for (let at = 0; at < done.length; at += entriesMax) {
        await queue.deleteBatch(done.slice(at, at + entriesMax));
      }
    } catch (error) {
      this.#fail(error);
    }
    const doneIds = new Set(done.map(({ messageId }) => messageId));
    for (const message of batch) if (!doneIds.has(message.messageId)) this.#delay(message);
  }

  /**
   * What invocations wrote is on disk; false: it may not be, and they must come again. Where a sync
   * failed, what invocations under way wrote may be lost too, and no later sync would say so.
   */
  async #isDurable(): Promise<boolean> {
    if (this.#failure) return false;
    try {
      await this.#options.beforeDelete?.();
    } catch (error) {
      this.#fail(error);
    }
    return this.#failure === undefined;
  }

  /** One invocation; answers the ids that must come again. */
  async #invoke(messages: readonly ReceivedMessage[]): Promise<ReadonlySet<string>> {
    const ids = messages.map((message) => message.messageId);
    const all = new Set(ids);
    const { chaos, onInvocation } = this.#options;
    const report = (outcome: InvocationReport['outcome'], failed: number, error?: unknown) =>
      onInvocation?.({
        outcome,
        messages: messages.length,
        failed,
        ...(error === undefined ? {} : { error }),
      });
    try {
      if (chaos?.dies?.('before')) throw new FunctionError('FUNCTION_FAILED', 'chaos: before');
      const answer = await this.#options.function({ Records: messages.map(recordOf) });
      if (chaos?.dies?.('after')) throw new FunctionError('FUNCTION_FAILED', 'chaos: after');
      const { failedIds, isMalformed } = readBatchResponse(answer, ids);
      const outcome = failedIds.size === 0 ? 'done' : 'partial';
      report(isMalformed ? 'malformed-answer' : outcome, failedIds.size);
      return failedIds;
    } catch (error) {
      const isTimeout = error instanceof FunctionError && error.code === 'FUNCTION_TIMED_OUT';
      report(isTimeout ? 'timed-out' : 'failed', all.size, error);
      return all;
    }
  }

  #delay(message: ReceivedMessage): void {
    const { queue, backoff = { startMs: 1_000, maxMs: 60_000 } } = this.#options;
    const delayMs = backoff.startMs * 2 ** (message.receiveCount - 1);
    queue.changeVisibility(message, Math.min(delayMs, backoff.maxMs));
  }
}
