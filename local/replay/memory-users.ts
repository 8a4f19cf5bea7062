// The UserStore of replay: state in memory, with the conditions of the tables. Bounded per user: of
// sessions that ended two days before the newest one, and open ones of more than eight days, only
// the newest eight rows are kept, as many as the table's query would return of them. Nothing is
// left pending: what a fold gave birth to is written in the same process, and is not told again.

import type { Detection } from '../../domain/detection.ts';
import type { StoredSession, UserStore } from '../../domain/process/ports.ts';
import type { Pending, Profile } from '../../domain/profile/profile.ts';
import { mergeSessions } from '../../domain/session/merge-session.ts';
import type { Session } from '../../domain/session/session.ts';

const hourMs = 3_600_000;
const endedKeptMs = 48 * hourMs;
const openKeptMs = 8 * 24 * hourMs;
/** As many rows are kept however old they are. */
const rowsKeptMin = 8;
/** Rows of a user before old ones are looked for. */
const rowsLookedAt = 2 * rowsKeptMin;

const nonePending: Pending = { detections: [], indexRows: [] };

type User = { profile: Profile | undefined; version: number; rows: StoredSession[] };

export class MemoryUsers implements UserStore {
  readonly #users = new Map<string, User>();
  readonly #onDetection: (detection: Detection) => void;

  constructor(onDetection: (detection: Detection) => void) {
    this.#onDetection = onDetection;
  }

  get size(): number {
    return this.#users.size;
  }

  has(userKey: string): boolean {
    return this.#users.has(userKey);
  }

  async load(userKey: string): Promise<{
    readonly profile?: Profile;
    readonly version: number;
    readonly sessions: readonly StoredSession[];
    readonly since: number;
  }> {
    const user = this.#users.get(userKey);
    if (!user) return { version: 0, sessions: [], since: 0 };
    const { profile, version, rows } = user;
    return { ...(profile ? { profile } : {}), version, sessions: [...rows], since: 0 };
  }

  async putProfile(profile: Profile, expectedVersion: number): Promise<'written' | 'conflict'> {
    const user = this.#userOf(profile.userKey);
    if (user.version !== expectedVersion) return 'conflict';
    user.profile = { ...profile, pending: nonePending };
    user.version += 1;
    return 'written';
  }

  async mergeSession(userKey: string, session: Session, knownVersion: number): Promise<void> {
    const user = this.#userOf(userKey);
    const { rowStart, identity } = session;
    const at = user.rows.findIndex(
      (row) => row.session.rowStart === rowStart && row.session.identity === identity,
    );
    const known = user.rows[at];
    if (!known) {
      user.rows.push({ session, version: 1 });
      if (user.rows.length > rowsLookedAt) user.rows = withoutOld(user.rows);
      return;
    }
    const isAsKnown = known.version === knownVersion;
    const merged = isAsKnown ? session : mergeSessions(known.session, session);
    user.rows[at] = { session: merged, version: known.version + 1 };
  }

  async mergeDetection(detection: Detection): Promise<void> {
    this.#onDetection(detection);
  }

  async putIndexRows(): Promise<void> {
    // Views across users are not asked for here.
  }

  #userOf(userKey: string): User {
    const known = this.#users.get(userKey);
    if (known) return known;
    const user: User = { profile: undefined, version: 0, rows: [] };
    this.#users.set(userKey, user);
    return user;
  }
}

function withoutOld(rows: readonly StoredSession[]): StoredSession[] {
  const newest = rows.reduce((latest, { session }) => Math.max(latest, session.lastSeen), 0);
  const byStart = rows.toSorted((a, b) => b.session.rowStart - a.session.rowStart);
  const kept = new Set(byStart.slice(0, rowsKeptMin));
  return rows.filter((row) => {
    const { stoppedAt, lastSeen } = row.session;
    const keptMs = stoppedAt === undefined ? openKeptMs : endedKeptMs;
    return kept.has(row) || lastSeen >= newest - keptMs;
  });
}
