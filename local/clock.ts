// Time as an argument: the clock interface of the local cloud, and the real clock.
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
