// Reads a user with what belongs to it beside: what stands under keys of before, and the known user
// that a new account looks like.

import type { FoldedUser, UserEvent } from './fold-plan.ts';
import { type FormerKey, withFormer } from './join-former.ts';
import { loadUser, type WantedSessions } from './load-users.ts';
import { alikeOf } from './look-alikes.ts';
import type { ProcessPorts, UserState } from './ports.ts';

/** A user of a call, before anything is read of it. */
export type UserToLoad = FoldedUser & {
  readonly events: readonly UserEvent[];
  readonly wanted: WantedSessions;
  /** Where versions of before kept the user, as these events spell it. */
  readonly formers: readonly FormerKey[];
};

/** Reads a user, with what belongs to it beside. */
export async function loadNamed(ports: ProcessPorts, user: UserToLoad): Promise<UserState> {
  return withNamed(ports, user, await loadUser(ports, user.userKey, user.wanted));
}

/** The state with what stands under keys of before, and whom a new account looks like. */
export async function withNamed(
  ports: ProcessPorts,
  user: UserToLoad,
  state: UserState,
): Promise<UserState> {
  const { userKey, wanted, formers } = user;
  const load = (key: string): Promise<UserState> => loadUser(ports, key, wanted);
  const named = { userKey, kind: user.kind };
  const joined =
    formers.length === 0 ? state : await withFormer(named, state, formers, load, ports.hash);
  const alike = await alikeOf(userKey, joined, user.events, ports.users, load);
  return alike ? { ...joined, alike } : joined;
}
