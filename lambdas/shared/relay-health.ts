// The health of a relay as the cloud sees it: when it last reported, and whether journal positions
// are missing for longer than redeliveries explain. Pure: the clock is an argument.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { Coverage } from './coverage.ts';

export type HealthLimits = {
  /** Positions missing for longer are a gap: a failing batch comes back at most an hour apart. */
  readonly gapMs: number;
  /** A relay that reports its health every minute is silent after so long without a word. */
  readonly silentMs: number;
  /** One that only ships batches may have had nothing to ship. */
  readonly idleMs: number;
};

const minuteMs = 60_000;

/** The defaults of the stack and the local run (docs/deploy.md). */
export const healthLimitsDefault = {
  gapMinutes: 90,
  silentMinutes: 15,
} as const;
const idleMinutes = 24 * 60;

/** Limits in milliseconds from minutes. */
export function healthLimitsOf(minutes: {
  readonly gapMinutes: number;
  readonly silentMinutes: number;
}): HealthLimits {
  const silentMs = minutes.silentMinutes * minuteMs;
  const gapMs = minutes.gapMinutes * minuteMs;
  return { gapMs, silentMs, idleMs: Math.max(silentMs, idleMinutes * minuteMs) };
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
 * @param reportedAt its newest health report, milliseconds since 1970; undefined: it sends none
 */
export function relayHealth(
  coverage: Coverage | undefined,
  now: UnixMs,
  limits: HealthLimits,
  reportedAt?: UnixMs,
): RelayHealth {
  const lastHeardAt = Math.max(coverage?.lastSeen ?? 0, reportedAt ?? 0);
  // One that has never reported is being set up: it is not missing yet.
  if (lastHeardAt === 0) return { isSilent: false };
  const patienceMs = reportedAt === undefined ? limits.idleMs : limits.silentMs;
  const isSilent = now - lastHeardAt > patienceMs;
  const old = (coverage?.holes ?? []).filter(({ since }) => now - since > limits.gapMs);
  if (old.length === 0) return { lastHeardAt, isSilent };
  const positions = old.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return {
    lastHeardAt,
    isSilent,
    gap: { positions, since: Math.min(...old.map(({ since }) => since)) },
  };
}
