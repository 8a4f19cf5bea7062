// The UserStore port in memory, with the same conditions as the table's, and a fuse:
// `failAfterWrites` lets the n-th write throw, as a crash would, before anything is stored.

import { mergeDetections } from '../../domain/detect/alert.ts';
import type { Detection } from '../../domain/detection.ts';
import { sessionStartToleranceMs } from '../../domain/limits.ts';
import type { GatewayStore, StoredSession, UserStore } from '../../domain/process/ports.ts';
import type { Profile, ProfileIndexRow } from '../../domain/profile/profile.ts';
import { mergeSessions } from '../../domain/session/merge-session.ts';
import { addRestart, type Restarts } from '../../domain/session/restart.ts';
import type { Session } from '../../domain/session/session.ts';
import { profileAttributes, profileOfItem } from '../../lambdas/aws/dynamodb/profile-item.ts';

export type MemoryStore = {
  readonly users: UserStore;
  readonly gateways: GatewayStore;
  readonly profiles: Map<string, { item: ReturnType<typeof profileAttributes>; version: number }>;
  readonly sessions: Map<string, Map<string, { session: Session; version: number }>>;
  readonly detections: Map<string, Detection>;
  readonly indexRows: Map<string, ProfileIndexRow>;
  readonly watermarks: Map<string, Restarts>;
  /** Writes done so far. */
  writes: number;
  /** The write with this number (from 1) throws. */
  failAtWrite: number;
  /** All that it holds, to be compared or put into another one. */
  state(): StoreState;
  isIn(state: StoreState): boolean;
  become(state: StoreState): void;
  profileOf(userKey: string): Profile | undefined;
};

const tableNames = ['profiles', 'sessions', 'detections', 'indexRows', 'watermarks'] as const;

export type StoreState = {
  readonly tables: Readonly<Record<string, ReadonlyMap<string, unknown>>>;
  readonly writes: number;
  readonly failAtWrite: number;
};

/** Rows are replaced and never changed: copies of the tables share them. */
const copied = (table: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> =>
  new Map([...table].map(([key, row]) => [key, row instanceof Map ? copied(row) : row]));

const isSame = (one: unknown, other: unknown): boolean =>
  one instanceof Map && other instanceof Map
    ? one.size === other.size && [...one].every(([key, row]) => isSame(row, other.get(key)))
    : one === other;

/** Rows that the table's first page holds beside the profile, however old they are. */
const newestRows = 7;
const pageRows = 8;

/**
 * What the table's store reads of a user's sessions, and none that it does not: pages from the
 * newest on, until one goes back far enough.
 */
function wantedOf(
  rows: readonly StoredSession[],
  since: number,
  around: readonly number[],
): { readonly sessions: readonly StoredSession[]; readonly since: number } {
  const isNear = (time: number): boolean =>
    around.some((one) => Math.abs(time - one) <= sessionStartToleranceMs);
  const sorted = [...rows].sort((a, b) => b.session.rowStart - a.session.rowStart);
  const startAt = (at: number): number => sorted[at]?.session.rowStart ?? 0;
  let read = newestRows;
  while (read < sorted.length && startAt(read - 1) >= since) read += pageRows;
  return {
    sessions: sorted.filter(({ session: { rowStart } }, at) => at < read || isNear(rowStart)),
    since: read < sorted.length ? startAt(read - 1) : 0,
  };
}

export function makeMemoryStore(): MemoryStore {
  const alerts = new Map<string, string>();
  const write = (): void => {
    store.writes += 1;
    if (store.writes === store.failAtWrite) throw new Error('crashed before this write');
  };
  const rowsOf = (userKey: string): Map<string, { session: Session; version: number }> => {
    const rows = store.sessions.get(userKey) ?? new Map();
    store.sessions.set(userKey, rows);
    return rows;
  };
  const tables = (): Record<string, Map<string, unknown>> => ({
    ...Object.fromEntries(tableNames.map((name) => [name, store[name] as Map<string, unknown>])),
    alerts,
  });
  const store: MemoryStore = {
    profiles: new Map(),
    sessions: new Map(),
    detections: new Map(),
    indexRows: new Map(),
    watermarks: new Map(),
    writes: 0,
    failAtWrite: 0,
    state: () => ({
      tables: Object.fromEntries(
        Object.entries(tables()).map(([name, table]) => [name, copied(table)]),
      ),
      writes: store.writes,
      failAtWrite: store.failAtWrite,
    }),
    isIn: (state) =>
      state.writes === store.writes &&
      state.failAtWrite === store.failAtWrite &&
      Object.entries(tables()).every(([name, table]) => isSame(table, state.tables[name])),
    become(state) {
      for (const [name, table] of Object.entries(tables())) {
        table.clear();
        for (const [key, row] of copied(state.tables[name] ?? new Map())) table.set(key, row);
      }
      store.writes = state.writes;
      store.failAtWrite = state.failAtWrite;
    },
    profileOf: (userKey) => {
      const stored = store.profiles.get(userKey);
      return stored && profileOfItem(userKey, stored.item);
    },
    users: {
      load: async (userKey, since, around = []) => {
        const stored = store.profiles.get(userKey);
        return {
          ...(stored ? { profile: profileOfItem(userKey, stored.item) } : {}),
          version: stored?.version ?? 0,
          ...wantedOf([...rowsOf(userKey).values()], since, around),
        };
      },
      putProfile: async (profile, expectedVersion) => {
        const version = store.profiles.get(profile.userKey)?.version ?? 0;
        if (version !== expectedVersion) return 'conflict';
        write();
        store.profiles.set(profile.userKey, {
          item: profileAttributes(profile),
          version: version + 1,
        });
        return 'written';
      },
      mergeSession: async (userKey, session, knownVersion) => {
        write();
        const rows = rowsOf(userKey);
        const key = `${session.rowStart}#${session.identity}`;
        const row = rows.get(key);
        const isKnown = (row?.version ?? 0) === knownVersion;
        rows.set(key, {
          session: row && !isKnown ? mergeSessions(row.session, session) : session,
          version: (row?.version ?? 0) + 1,
        });
      },
      mergeDetection: async (detection) => {
        write();
        const known = store.detections.get(detection.id);
        store.detections.set(detection.id, known ? mergeDetections(known, detection) : detection);
        for (const id of detection.detections ?? []) {
          const member = store.detections.get(id);
          if (member && member.burstId === undefined) {
            store.detections.set(id, { ...member, burstId: detection.id });
          }
        }
      },
      putIndexRows: async (rows) => {
        for (const row of rows) {
          write();
          store.indexRows.set(JSON.stringify(row), row);
        }
      },
      burstAlert: async (key, since, id) => {
        const members = [...store.indexRows.values()].flatMap((row) =>
          row.type === 'odd-user' && row.key === key && row.firstSeen >= since ? [row] : [],
        );
        const known = alerts.get(key) ?? id;
        if (known === undefined) return undefined;
        alerts.set(key, known);
        const users = members.map(({ userKey }) => userKey);
        return { id: known, users, detections: members.flatMap((row) => row.detectionId ?? []) };
      },
    },
    gateways: {
      raiseWatermark: async (gatewayId, time, service) => {
        const restart = { time, ...(service ? { service } : {}) };
        const known = store.watermarks.get(gatewayId) ?? [];
        store.watermarks.set(gatewayId, addRestart(known, restart, Number.POSITIVE_INFINITY));
      },
      watermarks: async (ids) =>
        new Map([...store.watermarks].filter(([gatewayId]) => ids.includes(gatewayId))),
    },
  };
  return store;
}
