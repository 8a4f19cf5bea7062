// When to try again after a failure: full jitter, Retry-After honoured, one request at a time until
// the cloud answers again. Shared by all batches in flight, so that an outage costs one probe.

import type { DeliveryDecision } from './answer.ts';

export type PauseTimes = {
  /** First and largest bound of the random delay after 429, 5xx or no answer. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** The same while the key is refused. */
  readonly refusedMs: number;
  readonly refusedMsMax: number;
  /** A Retry-After is honoured up to this. */
  readonly retryAfterMsMax: number;
};

export const pauseDefaults: PauseTimes = {
  retryMs: 500,
  retryMsMax: 60_000,
  refusedMs: 15_000,
  refusedMsMax: 300_000,
  retryAfterMsMax: 3_600_000,
};

type Failure = Extract<DeliveryDecision, { kind: 'later' | 'key-refused' }>;

export type PauseDeps = {
  readonly times: PauseTimes;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves after `ms`, or earlier when the shipper stops. */
  readonly wait: (ms: number) => Promise<void>;
};

export class ShipPause {
  readonly #deps: PauseDeps;
  #failures = 0;
  #resumeTime = 0;
  /** The pause as it was meant: the clock may be put right meanwhile. */
  #pauseMs = 0;
  #message: string | undefined;
  #prober: object | undefined;
  #waiting: (() => void)[] = [];

  constructor(deps: PauseDeps) {
    this.#deps = deps;
  }

  /** Why nothing is sent at the moment; undefined while all is well. */
  get message(): string | undefined {
    return this.#message;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Waits until `who` may send: at once while all is well, else as the one who probes. */
  async turn(who: object): Promise<void> {
    while (this.#failures > 0) {
      this.#prober ??= who;
      if (this.#prober !== who) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        continue;
      }
      const leftMs = this.#resumeTime - this.#deps.now();
      await this.#deps.wait(Math.max(0, Math.min(leftMs, this.#pauseMs)));
      return;
    }
  }

  /** `who` cannot send now for reasons of its own: another sender may probe. */
  yieldTurn(who: object): void {
    if (this.#prober !== who) return;
    this.#prober = undefined;
    this.#wakeAll();
  }

  /** The cloud has spoken to a batch. Returns true when that ended an outage. */
  succeeded(): boolean {
    const wasFailing = this.#failures > 0;
    this.release();
    return wasFailing;
  }

  /** Returns the delay before the next try, ms. */
  failed(who: object, failure: Failure): number {
    // Batches that were under way together fail together: that is one failure.
    if (this.#prober === undefined || this.#prober === who) this.#failures += 1;
    this.#prober ??= who;
    this.#message = failure.message;
    const delayMs = this.#delayMs(failure);
    this.#resumeTime = Math.max(this.#resumeTime, this.#deps.now() + delayMs);
    this.#pauseMs = Math.max(this.#pauseMs, delayMs);
    return delayMs;
  }

  /** Lets everybody go on. */
  release(): void {
    this.#failures = 0;
    this.#resumeTime = 0;
    this.#pauseMs = 0;
    this.#message = undefined;
    this.#prober = undefined;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #delayMs(failure: Failure): number {
    const { times, random } = this.#deps;
    const doublings = 2 ** Math.min(20, this.#failures - 1);
    if (failure.kind === 'key-refused') {
      // Half fixed: a refused key does not heal by asking sooner.
      const bound = Math.min(times.refusedMsMax, times.refusedMs * doublings);
      return (bound * (1 + random())) / 2;
    }
    const jitterMs = random() * Math.min(times.retryMsMax, times.retryMs * doublings);
    return jitterMs + Math.min(times.retryAfterMsMax, failure.retryAfterMs ?? 0);
  }
}
