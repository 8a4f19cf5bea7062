// Time as an argument: the clock interface of the local cloud, the real clock, and others.
// Tests pass a clock they advance by hand; nothing in this folder reads Date.now or setTimeout
// itself.

import type { UnixMs } from '../domain/accounting-event.ts';

export type Clock = {
  /** Milliseconds since 1970 UTC. */
  now(): UnixMs;
  /** Calls `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A clock that shows `time` now and goes on from there. */
export function clockFrom(time: UnixMs): Clock {
  const began = performance.now();
  return { ...systemClock, now: () => time + Math.floor(performance.now() - began) };
}

/** When packets arrive: a sample stops it, so that no record's age depends on the machine. */
export class ArrivalClock {
  readonly #now: () => UnixMs;
  #stopped: UnixMs | undefined;

  constructor(now: () => UnixMs) {
    this.#now = now;
  }

  now(): UnixMs {
    return this.#stopped ?? this.#now();
  }

  /** Until `goOn` it is this second: ages are told in whole ones. */
  stop(): void {
    this.#stopped = Math.floor(this.now() / 1000) * 1000;
  }

  goOn(): void {
    this.#stopped = undefined;
  }
}
