// Closes sessions that fell silent: their last word goes into their row, before the rows of words
// expire. It ends nothing that was not over: whoever is heard of again goes on.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { inParallel } from '../../domain/process/in-parallel.ts';
import type { UserStore, WordStore } from '../../domain/process/ports.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { isWordWanted } from '../../domain/session/last-word.ts';
import type { Session } from '../../domain/session/session.ts';
import { sessionState } from '../../domain/session/session-state.ts';
import type { QueryStore } from '../query/ports.ts';

export type CloseDeps = {
  readonly query: Pick<QueryStore, 'sessions'>;
  readonly users: Pick<UserStore, 'mergeSession'>;
  readonly words: Pick<WordStore, 'heard'>;
  readonly now: () => UnixMs;
};

/** A user's newest sessions of so long are looked through at each pass: one read unit or two. */
const sessionsPerUser = 8;
const lookedBackMs = 8 * 24 * 3600 * 1000;

type Open = { readonly userKey: string; readonly session: Session };

/**
 * Closes what is silent among the newest sessions of some users.
 * @returns how many rows were written
 */
export async function closeSilent(
  deps: CloseDeps,
  profiles: readonly Pick<Profile, 'userKey' | 'lastSeen'>[],
): Promise<number> {
  const now = deps.now();
  const open: Open[] = [];
  const recent = profiles.filter(({ lastSeen }) => lastSeen > now - lookedBackMs);
  await inParallel(recent, async ({ userKey }) => {
    const page = { limit: sessionsPerUser };
    const { items } = await deps.query.sessions(userKey, now - lookedBackMs, now, page);
    for (const session of items) if (isWordWanted(session)) open.push({ userKey, session });
  });
  const heard = await deps.words.heard(open.map(({ session }) => session));
  const silent = open.flatMap(({ userKey, session }, at) => {
    const closed = heard[at] ?? session;
    const isNews = closed.lastSeen > session.lastSeen;
    const isSilent = sessionState(closed, now, undefined).state === 'silent';
    return isNews && isSilent ? [{ userKey, closed }] : [];
  });
  await inParallel(silent, ({ userKey, closed }) => deps.users.mergeSession(userKey, closed, 0));
  return silent.length;
}
