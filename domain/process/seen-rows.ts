// Where a fold saw its user, by address and network: rows that are not pending in the profile,
// which would write each of them twice. What a crash may have kept from being written a redelivery
// says again (decision 0044).

import type { UnixMs } from '../accounting-event.ts';
import { dayStart } from '../profile/month-days.ts';
import type { Profile, ProfileIndexRow } from '../profile/profile.ts';
import { isSeenRow, type SeenRow, seenRows, settledRows } from '../profile/user-rows.ts';
import type { Slot } from './slot.ts';

/** Rows of a fold, in two kinds. */
export type DividedRows = {
  readonly indexRows: readonly ProfileIndexRow[];
  readonly seen: readonly SeenRow[];
  /** UTC days of sessions that are over and not as they were: to be counted anew. */
  readonly closedDays: readonly UnixMs[];
};

/**
 * Divides what a fold gathered, with what the profile counts at its end.
 * @param isRepeated some of the events came before
 */
export function dividedRows(
  profile: Profile,
  rows: readonly ProfileIndexRow[],
  slots: readonly Slot[],
  isRepeated = false,
): DividedRows {
  const shown = slots.filter(({ isSaid, isTouched }) => isTouched || (isRepeated && isSaid));
  const again = isRepeated ? shown.flatMap(({ session }) => seenRows(profile, session)) : [];
  const over = shown.filter(
    ({ session }) => session.stoppedAt !== undefined || session.nextStart !== undefined,
  );
  return {
    closedDays: [...new Set(over.map(({ session }) => dayStart(session.rowStart)))],
    indexRows: rows.filter((row) => !isSeenRow(row)),
    seen: settledRows(profile, [...rows.filter(isSeenRow), ...again]),
  };
}
