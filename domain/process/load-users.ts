// Reading the users of a call: each by one Query; but where most are new, as on the first day of
// an organisation, many are looked up at once, and those without a profile need no Query.

import type { UnixMs } from '../accounting-event.ts';
import { travelHorizonMs } from '../detect/judge.ts';
import { sessionStartToleranceMs } from '../limits.ts';
import { canBe, healed, healedFromMs, isAhead } from '../profile/heal-profile.ts';
import { claimedStart } from '../session/session.ts';
import type { UserEvent } from './fold-plan.ts';
import { inParallel } from './in-parallel.ts';
import type { ProcessPorts, StoredSession, UserState } from './ports.ts';

/** What is read of a user: sessions since then, and those that began about these times. */
export type WantedSessions = { readonly since: UnixMs; readonly around: readonly UnixMs[] };

/** So many are read before it is known whether most are new, and so many at a time then. */
const firstUsers = 25;
const usersTogether = 100;

/** Claims of a start further back that one fold looks for. */
const claimsMax = 4;

/**
 * Calls `take` for each user, with what reads it. Rejects only when `take` does.
 */
export async function loadAll(
  ports: ProcessPorts,
  userKeys: readonly string[],
  take: (userKey: string, load: (wanted: WantedSessions) => Promise<UserState>) => Promise<void>,
): Promise<void> {
  let areMostNew = false;
  for (let from = 0; from < userKeys.length; ) {
    const some = userKeys.slice(from, from + (from === 0 ? firstUsers : usersTogether));
    const unknown = areMostNew ? await withoutProfile(ports, some) : new Set<string>();
    let newUsers = 0;
    await inParallel(some, (userKey) =>
      take(userKey, async (wanted) => {
        const state = unknown.has(userKey)
          ? { version: 0, sessions: [], since: 0 }
          : await loadUser(ports, userKey, wanted);
        if (!state.profile) newUsers += 1;
        return state;
      }),
    );
    areMostNew = newUsers > some.length / 2;
    from += some.length;
  }
}

/** When it cannot be known, each is read by itself, and fails by itself. */
async function withoutProfile(
  { users }: ProcessPorts,
  userKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  return (await users.withoutProfile?.(userKeys).catch(() => undefined)) ?? new Set();
}

/** Reads a user; one whose profile lies ahead of the clock is healed, from a month of sessions. */
export async function loadUser(
  { users, now }: ProcessPorts,
  userKey: string,
  { since, around }: WantedSessions,
): Promise<UserState> {
  const read = await users.load(userKey, since, around);
  const state = { ...read, since: read.since ?? since };
  const time = now?.();
  if (time === undefined) return state;
  const isPossible = ({ session }: StoredSession): boolean => canBe(session, time);
  const { profile } = state;
  if (!profile || !isAhead(profile, time)) {
    return { ...state, sessions: state.sessions.filter(isPossible) };
  }
  const whole = await users.load(userKey, Math.min(since, time - healedFromMs), around);
  const sessions = whole.sessions.map(({ session }) => session);
  return {
    version: whole.version,
    since,
    profile: healed(whole.profile ?? profile, sessions, time),
    sessions: whole.sessions.filter(isPossible),
  };
}

/**
 * Which sessions the events may concern: those near in time, which travel and overlap look at, and
 * those that began when a record claims its session did. What claims more than a day back is looked
 * for there and nowhere between: a false claim must not cost the reading of a whole history.
 */
export function wantedSessions(events: readonly UserEvent[]): WantedSessions {
  let since = Number.MAX_SAFE_INTEGER;
  const around = new Set<UnixMs>();
  for (const { event } of events) {
    const claim = claimedStart(event) ?? event.time;
    const isNear = claim >= event.time - travelHorizonMs;
    since = Math.min(since, isNear ? claim : event.time);
    if (!isNear && around.size < claimsMax) around.add(claim);
  }
  return { since: since - travelHorizonMs - sessionStartToleranceMs, around: [...around] };
}
