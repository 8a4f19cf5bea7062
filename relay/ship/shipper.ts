// Sends journal records to the cloud in sealed batches until every one is answered with 202.
// Promise: the cursor passes a record only when the cloud has it, or has heard that it is kept
// as a dead letter; nothing here holds up the answers to gateways. It does not delete records.
//
// Several batches are under way at a time. A slot takes a span of positions (plan.ts), loads
// it (load.ts) and stays with it until it is accepted (delivery.ts). The cursor takes
// finished spans in any order.

import type { PositionSpan } from '../journal/cursor.ts';
import { JournalError } from '../journal/errors.ts';
import { isWorthLogging } from '../log.ts';
import { type After, delay, systemAfter } from '../timers.ts';
import { ShipPause } from './backoff.ts';
import { BatchNumbers } from './batch-names.ts';
import { BatchDelivery, ItemsOutdated, localTrouble, ShipperStopped } from './delivery.ts';
import { FlushTimer } from './flush-timer.ts';
import { loadSpan, type ShipItem } from './load.ts';
import {
  type Shipper,
  type ShipperDeps,
  type ShipperLimits,
  type ShipperStatus,
  shipperDefaults,
} from './options.ts';
import { type PackedBatch, setAsideCount, spanOf } from './pack.ts';
import { ShipPlan } from './plan.ts';

/** Starts shipping at once; everything else happens by itself until `stop`. */
export function startShipper(deps: ShipperDeps): Shipper {
  const shipper = new BatchShipper(deps);
  shipper.start();
  return shipper;
}

class BatchShipper implements Shipper {
  readonly #deps: ShipperDeps;
  readonly #limits: ShipperLimits;
  readonly #after: After;
  readonly #plan: ShipPlan;
  readonly #pause: ShipPause;
  readonly #numbers: BatchNumbers;
  readonly #delivery: BatchDelivery;
  readonly #stopping = new AbortController();
  readonly #aborting = new AbortController();
  #hurrying = new AbortController();
  /** Arrival of the oldest record that each busy slot holds. */
  readonly #oldestTimes = new Map<object, number>();
  readonly #counts = { batches: 0, records: 0, bytes: 0 };
  #slots: readonly Promise<void>[] = [];
  #idle: (() => void)[] = [];
  #loading: Promise<unknown> = Promise.resolve();
  readonly #flush: FlushTimer;
  #isFlushDue: boolean = false;
  /** Somebody waits for this record, or for none after it. */
  #awaitedPosition = 0;
  #lastAcceptedTime: number | undefined;
  #trouble: string | undefined;
  #localFailures = 0;

  constructor(deps: ShipperDeps) {
    const { now, random, log, cursor } = deps;
    this.#deps = deps;
    this.#limits = { ...shipperDefaults, ...deps.limits };
    this.#after = deps.after ?? systemAfter;
    this.#plan = new ShipPlan(cursor, this.#limits.freshAfter);
    this.#flush = new FlushTimer(this.#after, this.#limits.flushAfterMs, () => {
      this.#isFlushDue = true;
      this.#wakeOne();
    });
    const wait = (ms: number) => this.#wait(ms);
    this.#pause = new ShipPause({ times: this.#limits, now, random, wait });
    this.#numbers = new BatchNumbers(deps.relayId, deps.raiseEpoch);
    this.#delivery = new BatchDelivery({
      numbers: this.#numbers,
      pause: this.#pause,
      deadLetters: deps.load.deadLetters,
      encodeBatch: deps.encodeBatch,
      seal: deps.seal,
      post: (request) => deps.post(request, this.#aborting.signal),
      onAccepted: (batch) => this.#accepted(batch),
      isStopping: () => this.#stopping.signal.aborted,
      lateAfterMs: this.#limits.lateAfterMs,
      log,
      now,
    });
  }

  start(): void {
    // What waited over a restart has waited long enough.
    this.#isFlushDue = true;
    const { inFlightMax } = this.#limits;
    this.#slots = Array.from({ length: inFlightMax }, () => this.#runSlot());
  }

  notify(position: number, awaitedPosition = position): void {
    this.#awaitedPosition = Math.max(this.#awaitedPosition, awaitedPosition);
    const waiting = position - this.#plan.freshPosition + 1;
    if (waiting >= this.#batchRecords) this.#wakeOne();
    else if (waiting > 0) this.#armFlush();
  }

  retryNow(): void {
    this.#pause.release();
    this.#hurrying.abort();
    this.#hurrying = new AbortController();
  }

  status(): ShipperStatus {
    const { cursor, durablePosition } = this.#deps;
    const ahead = cursor.ahead.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    const durable = durablePosition();
    const trouble = this.#trouble ?? this.#pause.message;
    return {
      epoch: this.#numbers.epoch,
      shippedPosition: cursor.position,
      durablePosition: durable,
      waiting: Math.max(0, durable - cursor.position - ahead),
      setAsideTotal: cursor.setAside,
      ...this.#counts,
      failures: this.#pause.failures,
      ...(this.#lastAcceptedTime !== undefined && { lastAcceptedTime: this.#lastAcceptedTime }),
      ...(this.#oldestTimes.size > 0 && { oldestTime: Math.min(...this.#oldestTimes.values()) }),
      ...(trouble !== undefined && { trouble }),
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#flush.cancel();
    this.#pause.release();
    for (const wake of this.#idle.splice(0)) wake();
    const cancelAbort = this.#after(this.#limits.stopWithinMs, () => this.#aborting.abort());
    await Promise.all(this.#slots);
    cancelAbort();
    await this.#deps.load.reader.close();
    // A cursor that cannot be written now means repeats after the next start, which are merged.
    await this.#deps.cursor.saved().catch((error: unknown) => this.#noteLocalFailure(error));
  }

  async #runSlot(): Promise<void> {
    const slot = {};
    while (!this.#isStopping) {
      const span = this.#takeSpan();
      if (span) {
        await this.#shipSpan(span, slot);
        if (span.isFresh) this.#plan.freshDone();
      } else await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  #takeSpan(): (PositionSpan & { readonly isFresh: boolean }) | undefined {
    const durable = this.#deps.durablePosition();
    const span = this.#plan.take({
      durable,
      count: this.#batchRecords,
      isFlushDue: this.#isFlushDue,
      freshMax: Math.max(1, Math.floor(this.#limits.inFlightMax / 2)),
    });
    const isFreshWaiting = durable >= this.#plan.freshPosition;
    if (span?.isFresh || !isFreshWaiting) this.#isFlushDue = false;
    if (isFreshWaiting) this.#armFlush();
    // There may be more than this slot took.
    if (span) this.#wakeOne();
    return span;
  }

  /** Stays with the span until it is shipped; failures on this machine are waited out. */
  async #shipSpan(span: PositionSpan, slot: object): Promise<void> {
    let next = span.first;
    for (let failures = 0; next <= span.last && !this.#isStopping; ) {
      try {
        const items = await this.#load({ first: next, last: span.last });
        this.#noteDamage(items);
        this.#noteOldest(slot, items);
        await this.#delivery.deliver(items, slot);
        next += items.length;
        failures = 0;
        this.#trouble = undefined;
      } catch (error) {
        if (error instanceof ShipperStopped) break;
        next = this.#firstUnshipped(next);
        if (error instanceof ItemsOutdated) continue;
        this.#noteLocalFailure(error);
        this.#pause.yieldTurn(slot);
        failures += 1;
        await this.#wait(Math.min(60_000, 250 * 2 ** failures));
      }
    }
    this.#oldestTimes.delete(slot);
  }

  /** The reader serves one at a time, and decoding takes turns anyway. */
  #load(span: PositionSpan): Promise<readonly ShipItem[]> {
    const loaded = this.#loading.then(async () => {
      if (this.#isStopping) throw new ShipperStopped();
      const lateBefore = this.#deps.now() - this.#limits.lateAfterMs;
      const items = await loadSpan(this.#deps.load, span, lateBefore);
      if (items.length > 0) return items;
      const what = `records ${span.first} to ${span.last} are not in the journal`;
      throw new JournalError('JOURNAL_STATE_DAMAGED', `${what}: were files removed?`);
    });
    this.#loading = loaded.catch(() => undefined);
    return loaded;
  }

  #accepted(batch: PackedBatch): void {
    const { cursor, onAccepted, onShipped, now } = this.#deps;
    cursor.shipped(spanOf(batch.items), setAsideCount(batch.items));
    onAccepted?.(batch.items);
    this.#counts.batches += 1;
    this.#counts.records += batch.items.length;
    this.#counts.bytes += batch.body.length;
    this.#lastAcceptedTime = now();
    onShipped?.(cursor.position);
  }

  #firstUnshipped(position: number): number {
    const { cursor } = this.#deps;
    const past = cursor.ahead.find(({ first, last }) => first <= position && position <= last);
    return Math.max(position, cursor.position + 1, past ? past.last + 1 : 0);
  }

  #noteDamage(items: readonly ShipItem[]): void {
    const damaged = items.filter((item) => 'reason' in item && item.reason === 'damaged');
    const first = damaged[0];
    if (!first) return;
    const what = `${damaged.length} records from position ${first.position} on are damaged on disk`;
    this.#deps.log('error', 'journal-damaged', `${what} and dead-lettered: check the disk`);
  }

  #noteOldest(slot: object, items: readonly ShipItem[]): void {
    // Imported records are old by nature: only live ones tell how long something has waited.
    const times = items.flatMap((item) =>
      'json' in item && item.record.type === 'datagram' ? [item.record.receivedTime] : [],
    );
    if (times.length > 0) this.#oldestTimes.set(slot, Math.min(...times));
  }

  #noteLocalFailure(error: unknown): void {
    this.#trouble = localTrouble(error);
    this.#localFailures += 1;
    if (!isWorthLogging(this.#localFailures)) return;
    this.#deps.log('error', 'shipping-stuck', this.#trouble, { times: this.#localFailures });
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  get #batchRecords(): number {
    return Math.min(this.#limits.batchRecordsMax, this.#delivery.fitting);
  }

  #armFlush(): void {
    if (this.#isFlushDue || this.#isStopping) return;
    this.#flush.arm(this.#awaitedPosition >= this.#plan.freshPosition);
  }

  #wakeOne(): void {
    this.#idle.shift()?.();
  }

  /** Sleeps, unless the shipper stops or is woken. */
  async #wait(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, this.#hurrying.signal]);
    await delay(this.#after, ms, signal);
  }
}
