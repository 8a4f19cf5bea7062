// What every part of the soak is given and gives back, and the waiting they share.

import { until } from '../../test/support/until.ts';
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

/** Waits for what takes minutes, and asks seldom: asking costs the process that is measured. */
export const soakUntil = (
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 600_000,
): Promise<boolean> => until(isTrue, what, withinMs, 100);

/** Waits until the relay has shipped all it holds. */
export async function untilShipped(setup: RelaySetup): Promise<void> {
  const waiting = async (): Promise<boolean> =>
    (await relayMetric(setup, 'journal_waiting_records ')) === 0;
  await soakUntil(waiting, 'everything is shipped');
}
