// Closes sessions that fell silent: their last word goes into their row, before the rows of words
// expire. It ends nothing that was not over: whoever is heard of again goes on. Those that are open
// are named to the index of open sessions: what it lost, or never knew, is in it after a pass.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { inParallel } from '../../domain/process/in-parallel.ts';
import type { GatewayStore, Hash, UserStore, WordStore } from '../../domain/process/ports.ts';
import { dayStart } from '../../domain/profile/month-days.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { wordKeyOf } from '../../domain/session/last-word.ts';
import { asListed, type OpenSession } from '../../domain/session/open-session.ts';
import type { Session } from '../../domain/session/session.ts';
import type { SessionRules } from '../../domain/session/session-rules.ts';
import { sessionState, silentAfter } from '../../domain/session/session-state.ts';
import type { QueryStore } from '../query/ports.ts';

export type CloseDeps = {
  readonly query: Pick<QueryStore, 'sessions'>;
  readonly users: Pick<UserStore, 'mergeSession' | 'countDays'>;
  readonly words: Pick<WordStore, 'heard' | 'add'>;
  readonly hash: Hash;
  /** Restarts of gateways: they end sessions. Absent: none is known. */
  readonly watermarks?: GatewayStore['watermarks'];
  /** What ends a session that no record ends; absent: the defaults. */
  readonly rules?: () => Promise<SessionRules>;
  readonly now: () => UnixMs;
};

/** A user's newest sessions of so long are looked through at each pass: one read unit or two. */
const sessionsPerUser = 8;
const lookedBackMs = 8 * 24 * 3600 * 1000;
/** Two passes, and some. */
const countedAgainMs = 13 * 3600 * 1000;

type Open = { readonly userKey: string; readonly session: Session };

/**
 * Closes what is silent among the newest sessions of some users, and names what is open.
 * @returns how many rows were written
 */
export async function closeSilent(
  deps: CloseDeps,
  profiles: readonly Pick<Profile, 'userKey' | 'lastSeen'>[],
): Promise<number> {
  const now = deps.now();
  const unended: Open[] = [];
  const recent = profiles.filter(({ lastSeen }) => lastSeen > now - lookedBackMs);
  await inParallel(recent, async ({ userKey }) => {
    const page = { limit: sessionsPerUser };
    const { items } = await deps.query.sessions(userKey, now - lookedBackMs, now, page);
    for (const session of items) {
      if (session.stoppedAt === undefined) unended.push({ userKey, session });
    }
  });
  const rules = await deps.rules?.();
  const heard = await deps.words.heard(unended.map(({ session }) => session));
  const silent = unended.flatMap(({ userKey, session }, at) => {
    const closed = heard[at] ?? session;
    const isNews = closed.lastSeen > session.lastSeen;
    const isSilent = sessionState(closed, now, undefined, rules).state === 'silent';
    return isNews && isSilent ? [{ userKey, closed }] : [];
  });
  await inParallel(silent, async ({ userKey, closed }) => {
    await deps.users.mergeSession(userKey, closed, 0);
    await deps.users.countDays?.(userKey, [dayStart(closed.rowStart)]);
  });
  await countAgain(deps, unended, heard, rules);
  await nameOpen(deps, unended, heard, rules);
  return silent.length;
}

/**
 * Days of sessions that fell silent of late are counted once more: a run that died after it closed
 * one has not counted it. Nothing is written where a day is as it was.
 */
async function countAgain(
  { users, now }: CloseDeps,
  unended: readonly Open[],
  heard: readonly Session[],
  rules: SessionRules | undefined,
): Promise<void> {
  const days = new Map<string, Set<UnixMs>>();
  for (const [at, { userKey, session }] of unended.entries()) {
    const since = silentAfter(session, rules);
    const isKnown = (heard[at]?.lastSeen ?? 0) <= session.lastSeen;
    if (!isKnown || since > now() || since < now() - countedAgainMs) continue;
    days.set(userKey, (days.get(userKey) ?? new Set()).add(dayStart(session.rowStart)));
  }
  await inParallel([...days], async ([userKey, own]) => {
    await users.countDays?.(userKey, [...own]);
  });
}

/** Tells the index of sessions that are open; it may know them, or not. */
async function nameOpen(
  { words, hash, watermarks, now }: CloseDeps,
  unended: readonly Open[],
  heard: readonly Session[],
  rules: SessionRules | undefined,
): Promise<void> {
  const gateways = [...new Set(heard.map(({ gatewayId }) => gatewayId))];
  const restarts = gateways.length === 0 ? undefined : await watermarks?.(gateways);
  const opened = unended.flatMap(({ userKey, session }, at): OpenSession[] => {
    const known = heard[at] ?? session;
    const read = sessionState(known, now(), restarts?.get(known.gatewayId), rules);
    if (read.state !== 'open') return [];
    return [{ key: wordKeyOf(hash, known), userKey, session: asListed(known) }];
  });
  if (opened.length > 0) await words.add([], { opened, ended: [] });
}
