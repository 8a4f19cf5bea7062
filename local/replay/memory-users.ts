// The UserStore of replay: state in memory, with the conditions of the tables. Bounded per user:
// sessions that ended two days before the newest one, and open ones of more than eight days, are
// forgotten, as the table's query would not return them either.

import { mergeDetections } from '../../domain/detect/alert.ts';
import type { Detection } from '../../domain/detection.ts';
import type { StoredSession, UserStore } from '../../domain/process/ports.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { mergeSessions } from '../../domain/session/merge-session.ts';
import type { Session } from '../../domain/session/session.ts';

const hourMs = 3_600_000;
const endedKeptMs = 48 * hourMs;
const openKeptMs = 8 * 24 * hourMs;
/** Fewer rows than this are not looked through for old ones. */
const rowsKeptMin = 8;

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

  async load(userKey: string): Promise<{
    readonly profile?: Profile;
    readonly version: number;
    readonly sessions: readonly StoredSession[];
    readonly since: number;
  }> {
    const user = this.#users.get(userKey);
    if (!user) return { version: 0, sessions: [], since: 0 };
    const { profile, version, rows } = user;
    return { ...(profile ? { profile } : {}), version, sessions: rows, since: 0 };
  }

  async putProfile(profile: Profile, expectedVersion: number): Promise<'written' | 'conflict'> {
    const user = this.#userOf(profile.userKey);
    if (user.version !== expectedVersion) return 'conflict';
    user.profile = profile;
    user.version += 1;
    return 'written';
  }

  async mergeSession(userKey: string, session: Session, knownVersion: number): Promise<void> {
    const user = this.#userOf(userKey);
    const isSame = (row: StoredSession): boolean =>
      row.session.rowStart === session.rowStart && row.session.identity === session.identity;
    const known = user.rows.find(isSame);
    const isAsKnown = (known?.version ?? 0) === knownVersion;
    const merged = known && !isAsKnown ? mergeSessions(known.session, session) : session;
    const others = user.rows.filter((row) => row !== known);
    user.rows = [...others, { session: merged, version: (known?.version ?? 0) + 1 }];
    if (!known && user.rows.length > rowsKeptMin) user.rows = withoutOld(user.rows);
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
  return rows.filter(({ session }) => {
    const kept = session.stoppedAt === undefined ? openKeptMs : endedKeptMs;
    return session.lastSeen >= newest - kept;
  });
}

/** Detections by id, repeats merged; those whose day is over are handed on. */
export class DetectionBook {
  readonly #open = new Map<string, Detection>();

  add(detection: Detection): void {
    const known = this.#open.get(detection.id);
    this.#open.set(detection.id, known ? mergeDetections(known, detection) : detection);
  }

  /** Takes out those that began before a time, oldest first. */
  takeBefore(time: number): Detection[] {
    const done = [...this.#open.values()].filter(({ firstSeen }) => firstSeen < time);
    for (const { id } of done) this.#open.delete(id);
    return done.sort((a, b) => a.firstSeen - b.firstSeen || (a.id < b.id ? -1 : 1));
  }
}
