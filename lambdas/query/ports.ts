// The read ports of the query function. The DynamoDB adapter is
// lambdas/aws/dynamodb/query-store.ts.

import type { Device, UnixMs } from '../../domain/accounting-event.ts';
import type { Detection } from '../../domain/detection.ts';
import type { DayBucket } from '../../domain/profile/month-days.ts';
import type { NearMissRow, Profile } from '../../domain/profile/profile.ts';
import type { OpenSession, Visit } from '../../domain/session/open-session.ts';
import type { Restarts } from '../../domain/session/restart.ts';
import type { Session } from '../../domain/session/session.ts';
import type { SessionRules } from '../../domain/session/session-rules.ts';
import type { SessionState } from '../../domain/session/session-state.ts';
import type { Sighting } from '../../domain/session/sighting.ts';
import type { AccountLink, DetectionSettings, DomainSettings } from '../../domain/settings.ts';
import type { CellKey, CellLabel } from '../label/label.ts';
import type { AuditRow } from '../shared/audit.ts';
import type { CaseRecord } from '../shared/case-record.ts';
import type { Comment } from '../shared/comment.ts';
import type { DetectionRow } from '../shared/detection-row.ts';
import type { SessionEnding } from '../shared/row-ending.ts';
import type { Triage } from '../shared/triage.ts';
import type { Names, OriginStore } from './origin-ports.ts';

/** A page of rows. `last` is the sort key to go on from; absent on the last page. */
export type Page<T> = { readonly items: readonly T[]; readonly last?: string };

export type PageRequest = {
  readonly limit: number;
  readonly after?: string;
  /** The other way round than the list says of itself. */
  readonly isTurned?: boolean;
};

export type UserRow = { readonly user: string; readonly kind: Profile['kind'] };
export type PlaceUserRow = {
  readonly user: string;
  readonly place: string;
  readonly firstSeen: UnixMs;
};
export type DeviceUserRow = { readonly user: string; readonly firstSeen: UnixMs };

export type QueryStore = {
  users(prefix: string, page: PageRequest): Promise<Page<UserRow>>;
  /** Some users whose keys have marks and look so (`domain/look-alike.ts`). */
  usersLike?(look: string): Promise<readonly string[]>;
  profile(userKey: string): Promise<{ profile: Profile; version: number } | undefined>;
  /** Newest first, started within [from, to), as their rows say. */
  sessions(userKey: string, from: UnixMs, to: UnixMs, page: PageRequest): Promise<Page<Session>>;
  /** Sessions with their last word, in the order given: one look-up, whoever they are of. */
  heard(sessions: readonly Session[]): Promise<readonly Session[]>;
  /** A UTC month (`202611`) of the user by day; undefined: it was not counted. */
  month(userKey: string, month: string): Promise<readonly DayBucket[] | undefined>;
  /** The user's detections, newest first. */
  userDetections(userKey: string, page: PageRequest): Promise<Page<Detection>>;
  /**
   * Rows of the detections of one month (`202611`) with ids within [from, to], newest first. A page
   * may hold fewer than asked for, and still have a next one.
   */
  detectionRows(
    month: string,
    ids: { readonly from: string; readonly to: string },
    page: PageRequest,
  ): Promise<Page<DetectionRow>>;
  /** Ids of the user's newest detections. */
  detectionIds(userKey: string, max: number): Promise<readonly string[]>;
  /** Detections by id; those that are gone are absent. */
  detectionsOf(ids: readonly string[]): Promise<ReadonlyMap<string, Detection>>;
  /** What analysts decided about these detections, by id; those without a decision are absent. */
  triages(ids: readonly string[]): Promise<ReadonlyMap<string, Triage>>;
  /** Orders to end a session of these detections, by id; those without one are absent. */
  endings(ids: readonly string[]): Promise<ReadonlyMap<string, SessionEnding>>;
  detection(id: string): Promise<Detection | undefined>;
  /** Near misses of the day of a time, in no order that says anything. */
  nearMisses(time: UnixMs, page: PageRequest): Promise<Page<NearMissRow>>;
  /** What people decided about cases whose ids lie within [from, to]. */
  caseRecords(ids: { readonly from: string; readonly to: string }): Promise<readonly CaseRecord[]>;
  /** What analysts wrote about a detection or a case, oldest first. */
  comments(id: string, page: PageRequest): Promise<Page<Comment>>;
  devices(prefix: string, page: PageRequest): Promise<Page<Device>>;
  /** Devices by key; those that are not listed are absent. */
  devicesOf(keys: readonly string[]): Promise<ReadonlyMap<string, Device>>;
  deviceUsers(deviceKey: string): Promise<readonly DeviceUserRow[]>;
  cellUsers(cell: string, page: PageRequest): Promise<Page<PlaceUserRow>>;
};

/** The index of open sessions as it was read. */
export type OpenRead = {
  /** Those that no record has ended, in any order. */
  readonly sessions: readonly OpenSession[];
  /** Where users were connected from in the last 24 hours. */
  readonly visits: readonly Visit[];
  /** False: there may be more. */
  readonly isWhole: boolean;
};

/** A session that is open, or has lately fallen silent. */
export type ConnectedSession = OpenSession & {
  readonly state: SessionState & { readonly state: 'open' | 'silent' };
  /** Of its last word; absent: it named no client address. */
  readonly sighting?: Sighting;
  /** How far this user's open sessions are apart beyond all doubt, where that is a way, km. */
  readonly apartKm?: number;
};

export type Connected = {
  readonly sessions: readonly ConnectedSession[];
  readonly visits: readonly Visit[];
  /** False: there may be more. */
  readonly isComplete: boolean;
  readonly asOf: UnixMs;
  readonly restarts: ReadonlyMap<string, Restarts>;
  readonly rules: SessionRules;
};

/** A place that users came from in the last 24 hours, and how many they were. */
export type LivePlace = {
  readonly key: string;
  readonly label: string;
  readonly lat?: number;
  readonly lon?: number;
  readonly radiusKm?: number;
  readonly cell?: string;
  readonly users: number;
};

/** What goes on in the organisation now; lower bounds where it is not complete. */
export type Live = {
  readonly openSessions: number;
  /** Sessions without an end that have lately fallen silent. */
  readonly silentSessions: number;
  readonly usersConnected: number;
  /** Of them, those who are connected from two places that are far apart. */
  readonly usersAtTwoPlaces: number;
  /** Of the last 24 hours, most users first. */
  readonly places: readonly LivePlace[];
  /** How many more places there are. */
  readonly otherPlaces: number;
  readonly isComplete: boolean;
};

/** The audit trail, and whose its references are. */
export type AuditStore = {
  /** Rows of one month (`2026-11`) with ids (times) within [from, to], newest first. */
  rows(
    month: string,
    ids: { readonly from: string; readonly to: string },
    page: PageRequest,
  ): Promise<Page<AuditRow>>;
  /** Users by reference; those who were erased are absent. */
  persons(references: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

export type QueryDeps = {
  readonly store: QueryStore;
  /** Who came from addresses and networks. */
  readonly origins: OriginStore;
  /** What the search knows. */
  readonly names: () => Promise<Names>;
  readonly audit: AuditStore;
  /** Restarts by gateway id; absent: none known. */
  readonly watermarks: (gatewayIds: readonly string[]) => Promise<ReadonlyMap<string, Restarts>>;
  /** Names of map cells, by `<cell>#<country>`; what has none is absent. */
  readonly labels: (cells: readonly CellKey[]) => Promise<ReadonlyMap<string, CellLabel>>;
  readonly domains: () => Promise<DomainSettings>;
  /** How much is alerted about; absent: as by default. */
  readonly detection?: () => Promise<DetectionSettings>;
  /** Where accounts are disabled; absent: nowhere. */
  readonly accountLinks?: () => Promise<readonly AccountLink[]>;
  /** What ends a session that no record ends; absent: the defaults. */
  readonly rules?: () => Promise<SessionRules>;
  /** Who is connected; it may be half a minute old. */
  readonly connected: () => Promise<Connected>;
  /** Reads the text of docs/openapi.yaml. */
  readonly contract: () => string;
  /** Signs cursors; the same key in every instance. */
  readonly cursorKey: () => Promise<string>;
  readonly now: () => UnixMs;
  /** Origin of the page, for links in SIEM forms; absent: none. */
  readonly pageOrigin?: string | undefined;
};
