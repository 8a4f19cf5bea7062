// Reading a user whose rows may stand under a key of before: in the fold that first meets a
// spelling whose key was another one. Names whose keys agree cost nothing; so do spellings that the
// profile lists. The `sweep` function moves the rest of the rows.

import { hasJoined, identityUnder, joinProfiles } from '../profile/join-profiles.ts';
import { emptyProfile, type Profile } from '../profile/profile.ts';
import type { DomainSettings } from '../settings.ts';
import { formerUserKey } from '../user-name.ts';
import type { UserEvent } from './fold-plan.ts';
import type { Hash, UserState } from './ports.ts';

/** A key of before, and the spellings of it that were met. */
export type FormerKey = { readonly key: string; readonly spellings: readonly string[] };

/** Keys of before that one call looks under for one user. */
const formerKeysMax = 4;

/** Under which other keys versions of before kept the user of these events. */
export function formerKeysOf(
  userKey: string,
  events: readonly UserEvent[],
  settings: DomainSettings,
): readonly FormerKey[] {
  const found = new Map<string, Set<string>>();
  for (const { event } of events) {
    const key = formerUserKey(event.user, settings);
    if (key === userKey || key === '') continue;
    const spellings = found.get(key);
    if (spellings) spellings.add(event.user.raw);
    else if (found.size < formerKeysMax) found.set(key, new Set([event.user.raw]));
  }
  return [...found].map(([key, spellings]) => ({ key, spellings: [...spellings] }));
}

/**
 * The state with what stands under keys of before: the profile joined, their sessions as this
 * user's, not stored yet. What the profile lists a spelling of was joined when it was met.
 *
 * @param load reads a user as the user itself was read
 */
export async function withFormer(
  user: { readonly userKey: string; readonly kind: Profile['kind'] },
  state: UserState,
  formers: readonly FormerKey[],
  load: (userKey: string) => Promise<UserState>,
  hash: Hash,
): Promise<UserState> {
  let { profile } = state;
  const sessions = [...state.sessions];
  for (const former of formers) {
    const isListed = former.spellings.some((one) => profile?.spellings.includes(one));
    if (isListed || hasJoined(profile, former.key, hash)) continue;
    const found = await load(former.key);
    if (!found.profile) continue;
    profile = joinProfiles(profile ?? emptyProfile(user.userKey, user.kind), found.profile, hash);
    for (const { session } of found.sessions) {
      const identity = identityUnder(user.userKey, session, hash);
      const isKnown = sessions.some(
        (one) => one.session.identity === identity && one.session.rowStart === session.rowStart,
      );
      if (!isKnown) sessions.push({ session: { ...session, identity }, version: 0 });
    }
  }
  return profile ? { ...state, profile, sessions } : state;
}
