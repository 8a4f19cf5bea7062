// The product in the evaluation: every record goes through process-events.ts, as in the cloud,
// over a store in memory. A session's score is what the judge said when its record was processed.

import { sessionRef } from '../../domain/detect/alert.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';
import type { ProcessPorts, UserStore } from '../../domain/process/ports.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { mergeSessions } from '../../domain/session/merge-session.ts';
import type { Session } from '../../domain/session/session.ts';
import { makeMemoryGateways } from '../../local/replay/memory-gateways.ts';
import { MemoryPopulation } from '../../local/replay/memory-population.ts';
import { MemoryWords } from '../../local/replay/memory-words.ts';
import { seedOf } from './random.ts';
import { type Alert, graver, type Verdict } from './scorer.ts';
import type { World, WorldRecord } from './world.ts';

type Stored = {
  profile: Profile | undefined;
  version: number;
  rows: Map<string, { session: Session; version: number }>;
};

/** The store's conditions without its bytes: objects are immutable, so references suffice. */
function makeStore(on: {
  readonly detection: (detection: Detection) => void;
  readonly profile: (profile: Profile) => void;
  readonly session: (ref: string) => void;
}): UserStore {
  const users = new Map<string, Stored>();
  const userOf = (key: string): Stored => {
    const user = users.get(key) ?? { profile: undefined, version: 0, rows: new Map() };
    users.set(key, user);
    return user;
  };
  return {
    load: async (userKey, since) => {
      const { profile, version, rows } = userOf(userKey);
      const sessions = [...rows.values()].filter(({ session }) => session.rowStart >= since);
      return { ...(profile ? { profile } : {}), version, sessions, since };
    },
    putProfile: async (profile, expectedVersion) => {
      const user = userOf(profile.userKey);
      if (user.version !== expectedVersion) return 'conflict';
      user.profile = profile;
      user.version += 1;
      on.profile(profile);
      return 'written';
    },
    mergeSession: async (userKey, session) => {
      on.session(sessionRef(session));
      const { rows } = userOf(userKey);
      const key = `${session.rowStart}#${session.identity}`;
      const row = rows.get(key);
      rows.set(key, {
        session: row ? mergeSessions(row.session, session) : session,
        version: (row?.version ?? 0) + 1,
      });
    },
    mergeDetection: async (detection) => on.detection(detection),
    putIndexRows: async () => undefined,
  };
}

/** What a record brought about. */
export type Judged = {
  /** The verdict of the highest score; undefined when nothing was judged. */
  readonly verdict: Verdict | undefined;
  /** Alerts that were new or rose, each with the number of a true session that it is of. */
  readonly alerts: readonly (readonly [uid: number, alert: Alert])[];
  /** The detection that a session of the record is in. */
  readonly detection: string | undefined;
};

/** A detection as it was new or rose: what an analyst is told of. */
export type Told = {
  readonly kind: Detection['kind'];
  readonly severity: Detection['severity'];
  /** A rise of one told before. */
  readonly isRise: boolean;
  readonly time: number;
  /** The true session that it is of. */
  readonly uid: number;
};

/** Plays a world's records to the product. */
export type Ours = {
  readonly name: string;
  readonly feed: (record: WorldRecord) => Promise<Judged>;
  readonly told: readonly Told[];
};

/** Opens the product on an empty store. @param onDetection told each as it is written */
export function makeOurs(world: World, onDetection?: (detection: Detection) => void): Ours {
  let now = 0;
  let verdict: Verdict | undefined;
  let alerts: (readonly [number, Alert])[] = [];
  let pending: readonly Detection[] = [];
  let uid = -1;
  /** True sessions by the rows that their records came to. */
  const uidOf = new Map<string, number>();
  const told: Told[] = [];
  const open = new Map<string, Detection['severity']>();
  const tell = (detection: Detection): void => {
    onDetection?.(detection);
    const { id, kind, severity, isLearning, sessions } = detection;
    const known = open.get(id);
    const alert = { severity, isLearning };
    // What was said is not taken back here: somebody has read it.
    if (isWithdrawn(detection)) return;
    if (known && graver({ severity: known, isLearning }, alert)?.severity === known) return;
    open.set(id, severity);
    const uids = [...new Set(sessions.flatMap((ref) => uidOf.get(ref) ?? []))];
    const of = kind === 'connection-burst' || uids.includes(uid) ? uid : (uids.at(-1) ?? uid);
    told.push({ kind, severity, isRise: known !== undefined, time: now, uid: of });
    alerts.push([of, alert]);
  };
  const onScore = (next: Verdict): void => {
    if (!verdict || next.score > verdict.score) verdict = next;
  };
  const hash = (text: string): string =>
    seedOf('h', text).toString(36).padStart(7, '0') +
    seedOf('i', text).toString(36).padStart(7, '0') +
    seedOf('j', text).toString(36).padStart(8, '0');
  const ports: ProcessPorts = {
    users: makeStore({
      detection: tell,
      profile: (profile) => {
        pending = profile.pending.detections;
      },
      session: (ref) => {
        if (!uidOf.has(ref)) uidOf.set(ref, uid);
      },
    }),
    population: new MemoryPopulation(),
    // What an open detection holds raises no further alert: beyond it the session is as if that
    // had been learned, which is also what a higher threshold would have made of it.
    onJudgement: ({ judgement, beyondHeld }) => {
      const { score, evidence } = beyondHeld ?? judgement;
      onScore({ score, evidence, whole: judgement.score });
    },
    gateways: makeMemoryGateways(),
    words: new MemoryWords(hash),
    locate: async (addresses) =>
      new Map(addresses.map((address) => [address, world.locate(address, now)])),
    settings: async () => world.settings,
    hash,
  };
  return {
    name: 'Wherefrom',
    told,
    feed: async ({ event, uid: of }) => {
      now = event.receivedTime;
      uid = of;
      verdict = undefined;
      alerts = [];
      pending = [];
      const [done] = await processEvents(ports, [event]);
      if (done?.error) throw done.error;
      const own = pending.find(
        ({ kind, sessions }) =>
          kind !== 'connection-burst' && sessions.some((ref) => uidOf.get(ref) === of),
      );
      return { verdict, alerts, detection: own?.id };
    },
  };
}
