// Time as an argument: what the local cloud asks of a clock, and the real one.
// Tests pass a clock they turn by hand; nothing in this room reads Date.now or setTimeout itself.

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
