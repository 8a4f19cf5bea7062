// Which journal positions the cursor covers, and which still wait: plain arithmetic on spans,
// shared by whoever counts, lists or puts back records.

import type { PositionSpan } from './cursor.ts';

/** What the cursor covers: shipped or dead-lettered. */
export type Covered = { readonly position: number; readonly ahead: readonly PositionSpan[] };

/** Whether a position is shipped or dead-lettered. */
export function isCovered({ position, ahead }: Covered, at: number): boolean {
  return at <= position || ahead.some(({ first, last }) => first <= at && at <= last);
}

/** The spans from `from` to `to` that are neither shipped nor dead-lettered, rising. */
export function unshippedSpans(
  { position, ahead }: Covered,
  to: number,
  from = 1,
): readonly PositionSpan[] {
  const starts = [position + 1, ...ahead.map(({ last }) => last + 1)];
  return starts.flatMap((start, i) => {
    const first = Math.max(start, from);
    const last = Math.min(to, (ahead[i]?.first ?? Number.POSITIVE_INFINITY) - 1);
    return first <= last ? [{ first, last }] : [];
  });
}

/** How many positions the spans hold. */
export function positionsIn(spans: readonly PositionSpan[]): number {
  return spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
