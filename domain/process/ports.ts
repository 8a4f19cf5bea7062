// What the domain asks of the world. Adapters live in lambdas/aws/ (DynamoDB, SQS) and local/.

import type { UnixMs } from '../accounting-event.ts';
import type { Alike } from '../detect/judge-alike.ts';
import type { SessionJudgement } from '../detect/judgement.ts';
import type { Detection } from '../detection.ts';
import type { Location } from '../location.ts';
import type { PopulationDelta, PopulationView } from '../population/population.ts';
import type { StepCounts } from '../population/step-counts.ts';
import type { Profile, ProfileIndexRow } from '../profile/profile.ts';
import type { HeardWord } from '../session/last-word.ts';
import type { IndexNews } from '../session/open-session.ts';
import type { Restarts, Service } from '../session/restart.ts';
import type { Session } from '../session/session.ts';
import type { Settings } from '../settings.ts';
import type { GatewayHabit, SeenHabit } from './slot-replaced.ts';

/** A stable 128-bit hash as 22 base64url characters. */
export type Hash = (text: string) => string;

/** Resolves addresses to locations. Only addresses go in; rejects when it cannot answer. */
export type Locate = (addresses: readonly string[]) => Promise<ReadonlyMap<string, Location>>;

/** A user's stored state, as one Query returns it. */
export type UserState = {
  /** Absent: the user is new. */
  readonly profile?: Profile;
  /** Version of the stored profile item; 0 when there is none. */
  readonly version: number;
  /** Sessions that began at or after the requested time, and at least the newest ones. */
  readonly sessions: readonly StoredSession[];
  /** All that began since then are among them; absent: since the time that was asked for. */
  readonly since?: UnixMs;
  /** Whom a new account looks like. */
  readonly alike?: Alike;
};

export type StoredSession = { readonly session: Session; readonly version: number };

/** The user's partition and the rows that follow from it. Every write is safe to repeat. */
export type UserStore = {
  /**
   * Consistent read of the profile, of all sessions whose row starts at or after `since`, and of
   * those whose row starts within two minutes of one of `around`.
   */
  load(userKey: string, since: UnixMs, around?: readonly UnixMs[]): Promise<UserState>;
  /**
   * Those of these users who have no profile, and so no session: consistent. Cheaper than `load` of
   * each when they are many and most are new. Absent: not known.
   */
  readonly withoutProfile?: (userKeys: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Puts the profile if the stored version is still `expectedVersion` (0: none stored). */
  putProfile(profile: Profile, expectedVersion: number): Promise<'written' | 'conflict'>;
  /** Merges into the stored row of the same key; `knownVersion` 0 expects none. */
  mergeSession(userKey: string, session: Session, knownVersion: number): Promise<void>;
  /**
   * Creates the detection, or merges a repeat into the stored one. The stored ones that a burst
   * lists as its own (`detections`) get its id.
   */
  mergeDetection(detection: Detection): Promise<void>;
  /** Writes all of them; one that stands already is written again. */
  putIndexRows(rows: readonly ProfileIndexRow[]): Promise<void>;
  /**
   * The alert of a burst: its id, which is the given one unless another was raised for the key
   * before, and who the key's `odd-user` rows since then name. Without an id: the alert that was
   * raised, or undefined; none is. Absent: a burst lists only the users of its own call, under the
   * given id.
   */
  readonly burstAlert?: (
    key: string,
    since: UnixMs,
    id: string | undefined,
  ) => Promise<BurstAlert | undefined>;
  /**
   * Counts these UTC days (their beginnings) of the user anew, from the rows of sessions. Absent:
   * nobody draws them.
   */
  readonly countDays?: (userKey: string, days: readonly UnixMs[]) => Promise<void>;
  /** Some users whose keys have marks and look so (`look-alike.ts`). Absent: none is looked for. */
  readonly usersLike?: (look: string) => Promise<readonly string[]>;
};

export type BurstAlert = {
  readonly id: string;
  readonly users: readonly string[];
  /** Their detections, as far as they have any. */
  readonly detections: readonly string[];
};

/**
 * Last words of sessions without Stop, in rows that many share (decision 0021); what was opened and
 * ended stands in the same rows (decision 0027).
 */
export type WordStore = {
  /** Adds words and news; a repeat adds nothing new. One call of many costs one write or a few. */
  add(words: readonly HeardWord[], news?: IndexNews): Promise<void>;
  /**
   * The sessions with their last word (`withLastWord`), in the order given; those of which words
   * can say no more (`isWordWanted`) cost nothing.
   */
  heard(sessions: readonly Session[]): Promise<readonly Session[]>;
};

/** Per-gateway facts in the control table. */
export type GatewayStore = {
  /** Raises the restart watermark of a service of a gateway (a maximum: commutes). */
  raiseWatermark(gatewayId: string, time: UnixMs, service?: Service): Promise<void>;
  /** Restarts of those gateways that have any. */
  watermarks(gatewayIds: readonly string[]): Promise<ReadonlyMap<string, Restarts>>;
  /**
   * What sessions have shown of these gateways; it may be minutes old. Absent: no session is taken
   * for replaced by the user's next one.
   */
  habits?(gatewayIds: readonly string[]): Promise<ReadonlyMap<string, GatewayHabit>>;
  /** Adds what was seen. Approximate: what is lost or doubled is no fault. */
  learn?(seen: readonly SeenHabit[]): Promise<void>;
};

/** The population as it is read for a call. */
export type PopulationRead = PopulationView & {
  /** Where the store keeps counts by the hour of events: what a judge of each time sees. */
  readonly steps?: StepCounts;
};

/**
 * What the organisation's users do as a whole. Approximate: a lost or doubled delta is no fault.
 */
export type PopulationStore = {
  /** The population around `time`, with the uses of these keys; it may be minutes old. */
  view(keys: readonly string[], time: UnixMs): Promise<PopulationRead>;
  add(delta: PopulationDelta): Promise<void>;
  /**
   * An analyst's classification of keys (`detect/triage.ts`): later uses weigh more until then. A
   * key stays marked as long as one detection's mark holds.
   * @param by id of the detection; its next mark of a key replaces this one
   */
  markMalicious(keys: readonly string[], until: UnixMs, by?: string): Promise<void>;
};

/** Everything processEvents needs. */
export type ProcessPorts = {
  readonly users: UserStore;
  readonly gateways: GatewayStore;
  readonly locate: Locate;
  readonly settings: () => Promise<Settings>;
  readonly hash: Hash;
  /**
   * Events come in the order that counts: they are folded one by one as they are given, so that it
   * makes no difference how many came at once. Absent: those of a call in the order of time.
   */
  readonly isInOrder?: boolean;
  /**
   * Words and restarts lie in memory: all that a fold may ask for is read. Absent: a user of whom
   * some may be asked for is folded once more beforehand, to read no more than that.
   */
  readonly isReadingFree?: boolean;
  /** Called between some events and the next, where others wait for the thread. Absent: none do. */
  readonly breathe?: () => Promise<void>;
  /** Absent: of the interims of a span nothing is known but the first. */
  readonly words?: WordStore;
  /** Absent: every user is judged without the population. */
  readonly population?: PopulationStore;
  /**
   * Whether an error says nothing of the events at hand (a table, a network). With it, a user whose
   * events cannot be written is divided until those that are at fault stand alone.
   */
  readonly isOutage?: (error: unknown) => boolean;
  /**
   * The clock, for what was once dated ahead of it (`profile/heal-profile.ts`). Absent where times
   * are those of files.
   */
  readonly now?: () => UnixMs;
  /** Called when what a call added to the population was not written, in whole or in part. */
  readonly onPopulationLost?: (error: unknown) => void;
  /** Called with each judgement, once it is written. */
  readonly onJudgement?: (judgement: SessionJudgement) => void;
};
