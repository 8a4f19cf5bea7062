// What the pass over all users does with each: finishes what a crash left, names users of before,
// moves those whose key is made otherwise today.

import type { UserStore } from '../../domain/process/ports.ts';
import type { Pending, Profile } from '../../domain/profile/profile.ts';
import { allIndexRows } from '../../domain/profile/user-rows.ts';
import type { DomainSettings } from '../../domain/settings.ts';
import { currentKey } from '../../domain/user-name.ts';

export type StoredProfile = { readonly profile: Profile; readonly version: number };

/** Rows for users who were there before there were such rows (decisions 0022, 0043, 0044). */
export async function nameAll(
  users: Pick<UserStore, 'putIndexRows'>,
  profiles: readonly StoredProfile[],
): Promise<void> {
  const rows = profiles.flatMap(({ profile }) => allIndexRows(profile));
  if (rows.length > 0) await users.putIndexRows(rows);
}

/** Moves users who are listed under a key of before. @returns how many */
export async function joinUsers(
  joinUser: (formerKey: string, key: string) => Promise<boolean>,
  listed: readonly { readonly user: string }[],
  pass: {
    readonly domains: DomainSettings;
    readonly isTimeUp: () => boolean;
    readonly failures: unknown[];
  },
): Promise<number> {
  let joined = 0;
  for (const { user } of listed) {
    const key = currentKey(user, pass.domains);
    if (key === user || pass.isTimeUp()) continue;
    try {
      if (await joinUser(user, key)) joined += 1;
    } catch (error) {
      pass.failures.push(error);
    }
  }
  return joined;
}

/** Writes what a fold gave birth to and its crash kept from being written, then clears it. */
export async function finishUser(
  users: Pick<UserStore, 'mergeDetection' | 'putIndexRows' | 'putProfile'>,
  { profile, version }: StoredProfile,
): Promise<void> {
  for (const detection of profile.pending.detections) await users.mergeDetection(detection);
  if (profile.pending.indexRows.length > 0) {
    await users.putIndexRows(profile.pending.indexRows);
  }
  // A conflict means that process is at work on this user: it completes what is pending first.
  await users.putProfile({ ...profile, pending: { detections: [], indexRows: [] } }, version);
}

export const isEmpty = ({ detections, indexRows }: Pending): boolean =>
  detections.length === 0 && indexRows.length === 0;
