// Changes a user's profile by hand, beside the invocations that fold into it.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { UserStore } from '../../domain/process/ports.ts';
import type { Profile } from '../../domain/profile/profile.ts';

/** Attempts against invocations that write the same profile. */
const profileAttemptsMax = 8;

/**
 * Reads, changes and writes a profile until nobody came between. Nothing is done for a user who is
 * not there: erased since, nothing is left that a change could be about. Nothing is written where
 * the change answers the same profile.
 * @throws Error when others wrote it at every attempt
 */
export async function changeProfile(
  users: Pick<UserStore, 'load' | 'putProfile'>,
  userKey: string,
  now: UnixMs,
  change: (profile: Profile) => Profile | Promise<Profile>,
): Promise<void> {
  for (let attempt = 0; attempt < profileAttemptsMax; attempt += 1) {
    const { profile, version } = await users.load(userKey, now);
    if (!profile) return;
    const changed = await change(profile);
    if (changed === profile) return;
    if ((await users.putProfile(changed, version)) === 'written') return;
  }
  throw new Error('the profile was written by others at every attempt');
}
