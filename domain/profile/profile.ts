// A user's profile: where they connect from, with what, since when and how often.
// Facts are order-free and idempotent while distinct values stay within their bounds: each value is
// counted once per session, by the session's start (profile/count-session.ts). What a session has
// counted already is known from its stored row and from `recent`, which bridges a crash between
// profile write and row write.

import type { Device, UnixMs } from '../accounting-event.ts';
import type { Detection, Severity } from '../detection.ts';
import type { Location, Network, PlaceKey } from '../location.ts';
import type { Building } from '../session/merge-values.ts';
import { daysKept } from './days.ts';
import { emptyLearned, type Learned } from './learned.ts';
import type { RecentSession } from './recent.ts';
import type { Tally } from './tally.ts';
import type { TrafficSample } from './traffic.ts';

export type PlaceTally = Tally & { readonly location: Location };
export type AddressTally = Tally & { readonly place: PlaceKey };
export type NetworkTally = Tally & { readonly network: Network };
export type DeviceTally = Tally & { readonly device: Device };

/** A detection of this user, as the profile lists it. */
export type DetectionRef = {
  readonly id: string;
  readonly place: PlaceKey;
  readonly firstSeen: UnixMs;
  readonly severity: Severity;
  /** As the detection's. */
  readonly revision?: number;
  /** It was withdrawn; the severity is the one that it had. */
  readonly isWithdrawn?: true;
  /** Something that is not kept any more (`Learned.kept`) stands by it: it is corrected no more. */
  readonly isFinal?: true;
};

/** Rows that serve views across users; written when the pair is new. */
export type ProfileIndexRow =
  | { readonly type: 'directory'; readonly userKey: string; readonly kind: Profile['kind'] }
  | {
      readonly type: 'place-user';
      readonly cell: string;
      readonly place: PlaceKey;
      readonly userKey: string;
      readonly firstSeen: UnixMs;
    }
  | {
      readonly type: 'device-user';
      readonly device: Device;
      readonly userKey: string;
      readonly firstSeen: UnixMs;
    }
  | LookUserRow
  | OddUserRow
  | NearMissRow
  | AddressUserRow
  | NetworkUserRow
  | GatewayUserRow;

/**
 * A user at an address, or at an IPv6 /64 (`Prefix` of session/observation.ts); written when the
 * pair is new and on the first of its sessions of a later UTC day.
 */
export type AddressUserRow = SeenByUser & {
  readonly type: 'address-user';
  /** One that the profile lists; others of the same /64 are counted in. */
  readonly address: string;
  readonly place: PlaceKey;
  /** Absent: unrouted, unknown or special. */
  readonly asn?: number;
  /** No session of the user's shows the address any more: an erasure finds the row by reference. */
  readonly isReferenced?: true;
};

/** A user on a network; written as `AddressUserRow` is. */
export type NetworkUserRow = SeenByUser & {
  readonly type: 'network-user';
  readonly network: Network;
  /** It may be the first: a reference is written as well. */
  readonly isReferenced?: true;
};

/**
 * A user's sessions at a value: the starts of the first and the last, and how many, when written.
 */
type SeenByUser = {
  readonly userKey: string;
  readonly firstSeen: UnixMs;
  readonly lastSeen: UnixMs;
  readonly sessions: number;
};

/** Names a gateway to the search; no row of its own is written. */
export type GatewayUserRow = {
  readonly type: 'gateway-user';
  readonly gatewayId: string;
  readonly userKey: string;
  readonly firstSeen: UnixMs;
};

/** Finds a user whose key has marks by the key without them (`look-alike.ts`). */
export type LookUserRow = {
  readonly type: 'look-user';
  readonly look: string;
  readonly userKey: string;
  readonly firstSeen: UnixMs;
};

/**
 * Names a user whose first session at a place that is new to the organisation was anomalous; needed
 * for a day.
 */
export type OddUserRow = {
  readonly type: 'odd-user';
  /** As the population keys it: `n:3215`, `p:192.0.2.7`. */
  readonly key: string;
  readonly userKey: string;
  readonly firstSeen: UnixMs;
  /** The detection that the session is in. */
  readonly detectionId?: string;
};

/**
 * A judgement that some sensitivity alerts about and another does not (`detect/near-miss.ts`); kept
 * for 31 days.
 */
export type NearMissRow = {
  readonly type: 'near-miss';
  readonly userKey: string;
  /** The session, as its row is named, and its start. */
  readonly rowStart: UnixMs;
  readonly identity: string;
  readonly startedAt: UnixMs;
  /** Place of the address judged, or why it has none. */
  readonly place: string;
  /** Its score; of rows before decision 0060 less how far the threshold was moved then. */
  readonly nats: number;
  /**
   * Where it rests on values of an open detection, and `nats` is what goes beyond them: the whole,
   * and the start of that detection's first session.
   */
  readonly onHeld?: { readonly whole: number; readonly since: UnixMs };
  /**
   * What the learning gate said: `hard`: shut, but for hard evidence, of which there was enough.
   */
  readonly gate: 'open' | 'hard' | 'shut';
};

/**
 * What would be learned by now, had analysts not decided what they may still take back: every
 * session teaches it too (process/undecided.ts), as judged without those decisions.
 */
export type Undecided = {
  readonly learned: Learned;
  readonly detections: readonly DetectionRef[];
  /** When the first of those decisions was made. */
  readonly since: UnixMs;
  /** When the last of them expires: what is learned then stays. */
  readonly until: UnixMs;
  /** Keys of the population that they called malicious. */
  readonly marked: readonly string[];
};

/** Detections and index rows that the last fold left pending: they may not be written yet. */
export type Pending = {
  readonly detections: readonly Detection[];
  readonly indexRows: readonly ProfileIndexRow[];
};

export type Profile = {
  readonly userKey: string;
  readonly kind: 'person' | 'machine';
  /** Spellings of the account as gateways sent them. */
  readonly spellings: readonly string[];
  readonly firstSeen: UnixMs;
  readonly lastSeen: UnixMs;
  readonly sessions: number;
  readonly places: ReadonlyMap<PlaceKey, PlaceTally>;
  readonly addresses: ReadonlyMap<string, AddressTally>;
  readonly networks: ReadonlyMap<string, NetworkTally>;
  readonly devices: ReadonlyMap<string, DeviceTally>;
  readonly gateways: ReadonlyMap<string, Tally>;
  /** Session starts by UTC hour of week (0 = Sunday 00:00), 168 counts. */
  readonly hours: readonly number[];
  /** Session starts by UTC day, 30 counts: the day of `lastSeen` and those before it. */
  readonly days: readonly number[];
  readonly learned: Learned;
  readonly detections: readonly DetectionRef[];
  /** Absent: there is no decision that can be taken back. */
  readonly undecided?: Undecided;
  readonly recent: readonly RecentSession[];
  /** What the last ended sessions moved, newest first; absent: none told. */
  readonly traffic?: readonly TrafficSample[];
  readonly pending: Pending;
};

/**
 * A copy of a profile, to be changed in place by its one maker before it is handed out. Field by
 * field: of a spread that gets another field V8 makes a hidden class for each copy, which costs a
 * microsecond and makes every later access slow.
 */
export function profileDraft(profile: Profile): Building<Profile> {
  const draft: Building<Profile> = {
    userKey: profile.userKey,
    kind: profile.kind,
    spellings: profile.spellings,
    firstSeen: profile.firstSeen,
    lastSeen: profile.lastSeen,
    sessions: profile.sessions,
    places: profile.places,
    addresses: profile.addresses,
    networks: profile.networks,
    devices: profile.devices,
    gateways: profile.gateways,
    hours: profile.hours,
    days: profile.days,
    learned: profile.learned,
    detections: profile.detections,
    recent: profile.recent,
    pending: profile.pending,
  };
  if (profile.undecided) draft.undecided = profile.undecided;
  if (profile.traffic) draft.traffic = profile.traffic;
  return draft;
}

/** A profile of nothing yet. */
export function emptyProfile(userKey: string, kind: Profile['kind']): Profile {
  return {
    userKey,
    kind,
    spellings: [],
    firstSeen: Number.MAX_SAFE_INTEGER,
    lastSeen: 0,
    sessions: 0,
    places: new Map(),
    addresses: new Map(),
    networks: new Map(),
    devices: new Map(),
    gateways: new Map(),
    hours: new Array<number>(168).fill(0),
    days: new Array<number>(daysKept).fill(0),
    learned: emptyLearned,
    detections: [],
    recent: [],
    pending: { detections: [], indexRows: [] },
  };
}
