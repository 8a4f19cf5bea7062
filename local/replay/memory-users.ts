// The UserStore of replay: state in memory, with the conditions of the tables. Bounded per user: of
// sessions that ended two days before the newest one, and open ones of more than eight days, only
// the newest eight rows are kept, as many as the table's query would return of them. Nothing is
// left pending: what a fold gave birth to is written in the same process, and is not told again.
// Users who have not been heard of for a while are kept packed, some kilobytes each.

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Detection } from '../../domain/detection.ts';
import type { StoredSession, UserStore } from '../../domain/process/ports.ts';
import type {
  NearMissRow,
  Pending,
  Profile,
  ProfileIndexRow,
} from '../../domain/profile/profile.ts';
import { packProfile } from '../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../domain/profile/profile-unpack.ts';
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

/** As it is kept until it is heard of again; rows are JSON, deflated. */
type PackedUser = {
  readonly version: number;
  readonly profile: Uint8Array | undefined;
  readonly rows: Uint8Array;
};

/** Users who are kept as they are. */
const openUsersMax = 2000;
/** Deflate's quickest: rows repeat themselves. */
const level = 1;

export type MemoryUsersOptions = {
  readonly onDetection?: (detection: Detection) => void;
  readonly onNearMiss?: (row: NearMissRow) => void;
  /** Users who are kept as they are; more are packed. */
  readonly openMax?: number;
};

const ignore = (): void => undefined;

export class MemoryUsers implements UserStore {
  /** In the order in which they were heard of last. */
  readonly #open = new Map<string, User>();
  readonly #packed = new Map<string, PackedUser>();
  readonly #onDetection: (detection: Detection) => void;
  readonly #onNearMiss: (row: NearMissRow) => void;
  readonly #openMax: number;

  constructor({
    onDetection = ignore,
    onNearMiss = ignore,
    openMax = openUsersMax,
  }: MemoryUsersOptions) {
    this.#onDetection = onDetection;
    this.#onNearMiss = onNearMiss;
    this.#openMax = openMax;
  }

  get size(): number {
    return this.#open.size + this.#packed.size;
  }

  has(userKey: string): boolean {
    return this.#open.has(userKey) || this.#packed.has(userKey);
  }

  async load(userKey: string): Promise<{
    readonly profile?: Profile;
    readonly version: number;
    readonly sessions: readonly StoredSession[];
    readonly since: number;
  }> {
    if (!this.has(userKey)) return { version: 0, sessions: [], since: 0 };
    const user = this.#userOf(userKey);
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

  async putIndexRows(rows: readonly ProfileIndexRow[]): Promise<void> {
    // Of the views across users nothing else is asked for here.
    for (const row of rows) if (row.type === 'near-miss') this.#onNearMiss(row);
  }

  #userOf(userKey: string): User {
    const packed = this.#packed.get(userKey);
    const known = this.#open.get(userKey) ?? (packed && unpacked(userKey, packed));
    const user = known ?? { profile: undefined, version: 0, rows: [] };
    this.#packed.delete(userKey);
    this.#open.delete(userKey);
    this.#open.set(userKey, user);
    this.#packOthers();
    return user;
  }

  #packOthers(): void {
    for (const [userKey, user] of this.#open) {
      if (this.#open.size <= this.#openMax) return;
      this.#packed.set(userKey, packedOf(user));
      this.#open.delete(userKey);
    }
  }
}

function packedOf({ profile, version, rows }: User): PackedUser {
  return {
    version,
    profile: profile && packProfile(profile),
    // What zlib answers is a part of a room of 16 KB, which would be kept with it.
    rows: new Uint8Array(deflateRawSync(JSON.stringify(rows), { level })),
  };
}

function unpacked(userKey: string, { profile, version, rows }: PackedUser): User {
  return {
    version,
    profile: profile && unpackProfile(userKey, profile),
    rows: JSON.parse(inflateRawSync(rows).toString()),
  };
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
