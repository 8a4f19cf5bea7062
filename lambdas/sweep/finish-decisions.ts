// Finishes decisions that died half-way. Each change by hand begins with a row of the trail and
// ends with its outcome (shared/audit.ts): one that has none for a minute may have been written in
// part, so what follows from it is made once more from what stands. Nothing is written for
// decisions that ended; reading them costs half a read unit for 4 KB of the trail.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { AuditRow } from '../shared/audit.ts';

export type FinishDeps = {
  /** Rows of the trail within [from, to), oldest first. */
  readonly trail: (from: UnixMs, to: UnixMs) => Promise<readonly AuditRow[]>;
  /** Makes what follows from what stands of a detection: what is learned, and its row of lists. */
  readonly settleDetection: (id: string) => Promise<void>;
  /** Gives the profile what is expected of the user, who is named by a reference. */
  readonly settleExpected: (reference: string) => Promise<void>;
};

/** The function that decides has ended after 25 s (lib/control.ts). */
const endedAfterMs = 60_000;
/** How far back the first run looks, and one after a long outage. */
const lookedBackMs = 7 * 86_400_000;

/**
 * Goes on through the trail.
 * @param since as the run before left it; absent: there was none
 * @returns how many changes were settled, and where the next run begins
 * @throws AggregateError of those that could not be; the next run begins with them
 */
export async function finishDecisions(
  deps: FinishDeps,
  since: UnixMs | undefined,
  now: UnixMs,
): Promise<{ readonly settled: number; readonly until: UnixMs }> {
  const from = Math.max(since ?? 0, now - lookedBackMs);
  const until = now - endedAfterMs;
  if (from >= until) return { settled: 0, until: from };
  const unended = (await deps.trail(from, until)).filter(({ outcome }) => outcome === 'begun');
  const works = new Map<string, () => Promise<void>>();
  for (const { action, subject, about } of unended) {
    if (action === 'detection-decided') works.set(subject, () => deps.settleDetection(subject));
    const isOfList = action === 'expected-added' || action === 'expected-removed';
    if (isOfList && about !== undefined) works.set(about, () => deps.settleExpected(about));
  }
  const failures: unknown[] = [];
  // One after the other: decisions about one user change one profile.
  for (const work of works.values()) {
    await work().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, 'SWEEP: decisions were not settled');
  return { settled: works.size, until };
}
