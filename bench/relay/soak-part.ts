// What every part of the soak is given and gives back, and the waiting they share.

import { setTimeout as sleep } from 'node:timers/promises';
import { type RelaySetup, relayMetric } from './peers.ts';
import type { Workshop } from './workshop.ts';

export type SoakTools = {
  readonly workshop: Workshop;
  readonly note: (text: string) => void;
};

/** One line of the table. `isKept` absent: a number, not a promise. */
export type SoakResult = {
  readonly what: string;
  readonly value: string;
  readonly isKept?: boolean;
};

export const promise = (what: string, value: number | string, isKept: boolean): SoakResult => ({
  what,
  value: String(value),
  isKept,
});

/** Asks again and again until the answer is true. @throws Error naming what did not happen */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 600_000,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(100);
  }
}

/** Waits until the relay has shipped all it holds. */
export function untilShipped(setup: RelaySetup): Promise<void> {
  const waiting = async (): Promise<boolean> =>
    (await relayMetric(setup, 'journal_waiting_records ')) === 0;
  return until(waiting, 'everything is shipped');
}
