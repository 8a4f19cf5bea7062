// How a relay is doing, from what the cloud knows of it: when it was last heard, and whether journal
// positions are missing for longer than redeliveries explain. Pure: the clock is an argument.

import type { UnixMs } from '../domain/accounting-event.ts';
import type { Coverage } from './coverage.ts';

export type HealthLimits = {
  /** Positions missing for longer are a gap: a failing batch comes back at most an hour apart. */
  readonly gapMs: number;
  /** A relay not heard for longer is silent. */
  readonly silentMs: number;
};

const minuteMs = 60_000;

/** What the stack and the local run use unless told otherwise (docs/deploy.md). */
export const healthLimitsDefault = {
  gapMinutes: 90,
  silentMinutes: 24 * 60,
} as const;

/** Limits in milliseconds from minutes. */
export function healthLimitsOf(minutes: {
  readonly gapMinutes: number;
  readonly silentMinutes: number;
}): HealthLimits {
  return { gapMs: minutes.gapMinutes * minuteMs, silentMs: minutes.silentMinutes * minuteMs };
}

export type RelayHealth = {
  /** Absent: never heard. */
  readonly lastHeardAt?: UnixMs;
  readonly isSilent: boolean;
  /** Records that the relay sent before others that were processed, and that never came. */
  readonly gap?: { readonly positions: number; readonly since: UnixMs };
};

/**
 * Judges one relay.
 * @param coverage its ledger; undefined when no batch of it was ever processed
 * @param heardAt another sign of life, such as a fetch of its settings; milliseconds since 1970
 */
export function relayHealth(
  coverage: Coverage | undefined,
  now: UnixMs,
  limits: HealthLimits,
  heardAt?: UnixMs,
): RelayHealth {
  const lastHeardAt = Math.max(coverage?.lastSeen ?? 0, heardAt ?? 0);
  // One that was never heard is being set up: nobody misses it yet.
  if (lastHeardAt === 0) return { isSilent: false };
  const isSilent = now - lastHeardAt > limits.silentMs;
  const old = (coverage?.holes ?? []).filter(({ since }) => now - since > limits.gapMs);
  if (old.length === 0) return { lastHeardAt, isSilent };
  const positions = old.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return {
    lastHeardAt,
    isSilent,
    gap: { positions, since: Math.min(...old.map(({ since }) => since)) },
  };
}
