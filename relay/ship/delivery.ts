// Delivers loaded items to the cloud: packs, signs, posts, and acts on the answer.
// Promise: it ends only when every item was accepted, as an event or as a dead letter, or when the
// shipper stops. A record that the cloud refuses for good is kept as a dead letter and reported to
// the cloud.

import { batchEncodedBytesTarget } from '../../domain/limits.ts';
import { errorText } from '../errors.ts';
import { type DeadLetterFile, deadLetterLine } from '../journal/dead-letters.ts';
import { isWorthLogging, type Log } from '../log.ts';
import { type DeliveryDecision, judgeAnswer, type PostResult } from './answer.ts';
import type { ShipPause } from './backoff.ts';
import type { BatchNumbers } from './batch-names.ts';
import type { ShipItem } from './load.ts';
import { type EncodeBatch, type PackedBatch, packItems } from './pack.ts';

/** Thrown where work ends because the shipper stops; never seen outside of it. */
export class ShipperStopped extends Error {}

/** Thrown where items waited so long that they have to be loaded again, as late ones. */
export class ItemsOutdated extends Error {}

export type SealedHeaders = Readonly<Record<string, string>>;

export type DeliveryDeps = {
  readonly numbers: BatchNumbers;
  readonly pause: ShipPause;
  readonly deadLetters: DeadLetterFile;
  readonly encodeBatch: EncodeBatch;
  /** Seals a body anew for every attempt: a seal is good for minutes only. */
  readonly seal: (request: { readonly body: string; readonly batchId: string }) => SealedHeaders;
  readonly post: (request: {
    readonly headers: SealedHeaders;
    readonly body: string;
  }) => Promise<PostResult>;
  readonly onAccepted: (batch: PackedBatch) => void;
  readonly isStopping: () => boolean;
  readonly lateAfterMs: number;
  readonly log: Log;
  readonly now: () => number;
};

const conflictsWithoutPause = 40;
const tellingRecords = 100;

export class BatchDelivery {
  readonly #deps: DeliveryDeps;
  #fitting = Number.POSITIVE_INFINITY;
  #conflicts = 0;
  #packing: Promise<unknown> = Promise.resolve();

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
  }

  /** About how many records fit in a batch, as the last ones have shown. */
  get fitting(): number {
    return this.#fitting;
  }

  /**
   * @param slot distinguishes batches under way, for the pause
   * @throws ShipperStopped; ItemsOutdated; what writing the epoch or the dead-letter file throws
   */
  async deliver(items: readonly ShipItem[], slot: object): Promise<void> {
    for (let rest = items; rest.length > 0; ) {
      const packed = await this.#pack(rest);
      await this.#send(packed, slot);
      rest = rest.slice(packed.items.length);
    }
  }

  async #pack(items: readonly ShipItem[]): Promise<PackedBatch> {
    // One at a time: the disk's own work needs the other threads of the pool.
    const packing = this.#packing.then(async () => {
      const name = await this.#deps.numbers.next();
      return packItems(items, name, this.#deps.encodeBatch);
    });
    this.#packing = packing.catch(() => undefined);
    const packed = await packing;
    // A small batch compresses worse and says nothing about a full one.
    if (packed.items.length >= tellingRecords) {
      const recordBytes = packed.body.length / packed.items.length;
      this.#fitting = Math.floor((batchEncodedBytesTarget * 0.95) / recordBytes);
    }
    return packed;
  }

  async #send(packed: PackedBatch, slot: object): Promise<void> {
    const { pause, numbers, now, lateAfterMs } = this.#deps;
    const packedTime = now();
    for (;;) {
      const decision = await this.#attempt(packed, slot);
      if (decision.kind === 'accepted') {
        this.#cloudSpoke();
        this.#conflicts = 0;
        numbers.accepted();
        this.#deps.onAccepted(packed);
        return;
      }
      if (decision.kind === 'split' && this.#canSplit(packed)) {
        this.#cloudSpoke();
        return this.#sendParts(packed, decision.reason, slot);
      }
      if (decision.kind === 'conflict') {
        this.#conflicts += 1;
        await numbers.conflict(packed.name);
        if (isWorthLogging(this.#conflicts)) {
          this.#deps.log('warn', 'batch-conflict', conflictText(numbers.epoch));
        }
        if (this.#conflicts <= conflictsWithoutPause) return this.deliver(packed.items, slot);
      }
      this.#failed(failureOf(decision), slot);
      // Loaded before an outage, these events are late by now, and must say so.
      if (now() - packedTime > lateAfterMs) throw new ItemsOutdated();
      if (decision.kind === 'conflict') {
        await pause.turn(slot);
        return this.deliver(packed.items, slot);
      }
    }
  }

  async #attempt(packed: PackedBatch, slot: object): Promise<DeliveryDecision> {
    const { pause, seal, post, isStopping } = this.#deps;
    await pause.turn(slot);
    if (isStopping()) throw new ShipperStopped();
    const { relayId, epoch, sequence } = packed.name;
    const { body } = packed;
    const result = await post({
      headers: seal({ body, batchId: `${relayId}.${epoch}.${sequence}` }),
      body,
    });
    if (result.kind === 'no-answer' && isStopping()) throw new ShipperStopped();
    return judgeAnswer(result);
  }

  /** A batch that holds no event any more cannot be at fault: the address must be. */
  #canSplit({ items }: PackedBatch): boolean {
    return items.some((item) => 'json' in item);
  }

  async #sendParts(
    { items }: PackedBatch,
    reason: 'refused-413' | 'refused-422',
    slot: object,
  ): Promise<void> {
    const [only] = items;
    if (items.length > 1 || !only) {
      const half = Math.ceil(items.length / 2);
      await this.deliver(items.slice(0, half), slot);
      return this.deliver(items.slice(half), slot);
    }
    if ('json' in only) await this.#deps.deadLetters.keep([deadLetterLine(only.record, reason)]);
    const gatewayId = 'json' in only ? only.record.gatewayId : only.gatewayId;
    this.#deps.log(
      'error',
      'record-set-aside',
      `the cloud refuses record ${only.position} for good`,
    );
    const left = { position: only.position, reason, ...(gatewayId !== undefined && { gatewayId }) };
    return this.deliver([left], slot);
  }

  #cloudSpoke(): void {
    if (!this.#deps.pause.succeeded()) return;
    this.#deps.log('info', 'shipping-again', 'the cloud takes batches again');
  }

  #failed(
    failure: Extract<DeliveryDecision, { kind: 'later' | 'key-refused' }>,
    slot: object,
  ): void {
    const { pause, log } = this.#deps;
    const delayMs = pause.failed(slot, failure);
    if (!isWorthLogging(pause.failures)) return;
    const inSeconds = `next try in ${(delayMs / 1000).toFixed(1)} s, records are kept`;
    log('warn', 'shipping-failed', `${failure.message}; ${inSeconds}`, { times: pause.failures });
  }
}

function conflictText(epoch: number): string {
  return (
    'the cloud knows a batch of this number with another content (was the data directory ' +
    `restored or used twice?): going on in epoch ${epoch}`
  );
}

function failureOf(
  decision: Exclude<DeliveryDecision, { kind: 'accepted' }>,
): Extract<DeliveryDecision, { kind: 'later' | 'key-refused' }> {
  if (decision.kind === 'later' || decision.kind === 'key-refused') return decision;
  const message =
    decision.kind === 'conflict'
      ? 'the cloud finds a conflict in every batch'
      : `the cloud refuses even a batch without events (${decision.reason}): check its address`;
  return { kind: 'later', message };
}

/** What a failure inside the relay means for shipping, as a sentence. */
export function localTrouble(error: unknown): string {
  return `records cannot be read or kept on this machine: ${errorText(error)}`;
}
