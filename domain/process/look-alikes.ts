// Finding the known user whom a new account looks like. Only while the account is new, and only
// where it logs on: one small Query then, and a read for each user it names.

import type { Alike } from '../detect/judge-alike.ts';
import { lookOf } from '../look-alike.ts';
import type { UserEvent } from './fold-plan.ts';
import type { UserState, UserStore } from './ports.ts';

/** An account is new until it has had so many sessions: those of the learning gate. */
const newSessionsMax = 5;
/** Known users that are read for one new account. */
const alikeMax = 3;

/**
 * The known user, if any; of several the one with the most sessions.
 * @param load reads a user as the account itself was read
 */
export async function alikeOf(
  userKey: string,
  { profile }: UserState,
  events: readonly UserEvent[],
  users: UserStore,
  load: (userKey: string) => Promise<UserState>,
): Promise<Alike | undefined> {
  const own = profile?.sessions ?? 0;
  const isNew = own < newSessionsMax;
  const isLogon = profile === undefined || events.some(({ event }) => event.kind === 'start');
  if (!users.usersLike || !isNew || !isLogon) return undefined;
  const look = lookOf(userKey);
  const listed = await users.usersLike(look);
  const others = [...new Set([look, ...listed])].filter((key) => key !== userKey);
  let alike: Alike | undefined;
  for (const key of others.slice(0, alikeMax)) {
    const state = await load(key);
    const known = state.profile;
    if (!known || known.sessions <= Math.max(own, alike?.profile.sessions ?? 0)) continue;
    alike = { profile: known, sessions: state.sessions.map(({ session }) => session) };
  }
  return alike;
}
