// Moves what stands under a key of before to the user's key of today (decision 0025): profile,
// sessions, detections, then the rows that point to them. Every step may be repeated; the old
// profile goes last, so that a crash leaves what leads back here.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { Hash, UserStore, WordStore } from '../../domain/process/ports.ts';
import { identityUnder, joinProfiles } from '../../domain/profile/join-profiles.ts';
import { emptyProfile, type Profile } from '../../domain/profile/profile.ts';
import { wordKeyOf } from '../../domain/session/last-word.ts';
import { asListed, listedState, type OpenSession } from '../../domain/session/open-session.ts';
import type { Session } from '../../domain/session/session.ts';
import type { SessionRules } from '../../domain/session/session-rules.ts';
import type { ExpectedBook } from '../control/expected.ts';
import type { QueryStore } from '../query/ports.ts';
import type { PersonalRows } from '../shared/erasures.ts';

const pageRows = 100;
/** The year 9999: a time that sorts as text. */
const latestTime = 253_402_300_799_000;
const conflictAttemptsMax = 8;

/** What moving needs. `users` publishes nothing: what is moved was published. */
export type JoinDeps = {
  readonly query: Pick<QueryStore, 'profile' | 'sessions' | 'userDetections'>;
  readonly users: Pick<
    UserStore,
    'putProfile' | 'mergeSession' | 'mergeDetection' | 'putIndexRows'
  >;
  /** The index of open sessions is told of those that move; absent: there is none. */
  readonly words?: Pick<WordStore, 'add'>;
  readonly now?: () => UnixMs;
  /** What ends a session that no record ends; absent: the defaults. */
  readonly rules?: () => Promise<SessionRules>;
  /** What is expected of a user (`/v1/users/{user}/expected`). */
  readonly expected: Pick<ExpectedBook, 'list' | 'change'>;
  readonly rows: Pick<PersonalRows, 'deleteUser'>;
  readonly hash: Hash;
};

/** @returns false when there was nothing under the former key, or others kept writing. */
export async function joinUser(deps: JoinDeps, formerKey: string, key: string): Promise<boolean> {
  const found = await deps.query.profile(formerKey);
  if (!found) {
    // A crash came between the profile and its name in the directory.
    await deps.rows.deleteUser(formerKey);
    return false;
  }
  if (!(await joinProfile(deps, found.profile, key))) return false;
  await moveSessions(deps, formerKey, key);
  await moveDetections(deps, formerKey, key);
  await moveExpected(deps, formerKey, key);
  await deps.rows.deleteUser(formerKey);
  return true;
}

async function joinProfile(
  { query, users, hash }: JoinDeps,
  former: Profile,
  key: string,
): Promise<boolean> {
  for (let attempt = 0; attempt < conflictAttemptsMax; attempt += 1) {
    const own = await query.profile(key);
    const before = own?.profile ?? emptyProfile(key, former.kind);
    const joined = joinProfiles(before, former, hash);
    const isWritten =
      joined === before || (await users.putProfile(joined, own?.version ?? 0)) === 'written';
    if (!isWritten) continue;
    const { detections, indexRows } = joined.pending;
    for (const detection of detections) await users.mergeDetection(detection);
    if (indexRows.length > 0) await users.putIndexRows(indexRows);
    return true;
  }
  return false;
}

async function moveSessions(deps: JoinDeps, formerKey: string, key: string) {
  const { query, users, hash } = deps;
  let after: string | undefined;
  do {
    const page = await query.sessions(formerKey, 0, latestTime, {
      limit: pageRows,
      ...(after === undefined ? {} : { after }),
    });
    for (const session of page.items) {
      const identity = identityUnder(key, session, hash);
      await users.mergeSession(key, { ...session, identity }, 0);
    }
    await nameMoved(deps, page.items, key);
    after = page.last;
  } while (after !== undefined);
}

/** In the index one ends under the former name and is open under that of today. */
async function nameMoved(
  { words, now, rules, hash }: JoinDeps,
  sessions: readonly Session[],
  key: string,
): Promise<void> {
  if (!words || !now) return;
  const known = await rules?.();
  const open = sessions.filter(
    (session) =>
      session.stoppedAt === undefined &&
      session.nextStart === undefined &&
      !listedState(session, now(), undefined, known).isGone,
  );
  if (open.length === 0) return;
  const opened = open.map((session): OpenSession => {
    const moved = { ...session, identity: identityUnder(key, session, hash) };
    return { key: wordKeyOf(hash, moved), userKey: key, session: asListed(moved) };
  });
  await words.add([], { opened, ended: open.map((session) => wordKeyOf(hash, session)) });
}

async function moveExpected({ expected }: JoinDeps, formerKey: string, key: string) {
  const former = await expected.list(formerKey);
  if (former.length === 0) return;
  await expected.change(key, (own) => [
    ...own,
    ...former.filter(({ id }) => own.every((one) => one.id !== id)),
  ]);
}

async function moveDetections({ query, users }: JoinDeps, formerKey: string, key: string) {
  let after: string | undefined;
  do {
    const page = await query.userDetections(formerKey, {
      limit: pageRows,
      ...(after === undefined ? {} : { after }),
    });
    for (const detection of page.items) {
      const named = detection.users?.map((user) => (user === formerKey ? key : user));
      await users.mergeDetection({
        ...detection,
        userKey: detection.userKey === formerKey ? key : detection.userKey,
        ...(named ? { users: named } : {}),
      });
    }
    after = page.last;
  } while (after !== undefined);
}
