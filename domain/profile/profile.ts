// A user's profile: where they connect from, with what, since when and how often.
// Facts are order-free and idempotent while distinct values stay within their bounds: each value is
// counted once per session, by the session's start. What a session has counted already is known
// from its stored row and from `recent`, which bridges a crash between profile write and row write.

import type { Device, UnixMs } from '../accounting-event.ts';
import type { Detection, Severity } from '../detection.ts';
import {
  profileAddressesMax,
  profileDevicesMax,
  profileGatewaysMax,
  profileNetworksMax,
  profilePlacesMax,
  profileSpellingsMax,
} from '../limits.ts';
import { cellOf, type Location, type Network, type PlaceKey, placeKey } from '../location.ts';
import type { Session } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';
import { emptyLearned, type Learned } from './learned.ts';
import {
  addressValue,
  countedOf,
  deviceValue,
  mark,
  networkOf,
  networkValue,
  placeValue,
  type RecentSession,
  remember,
  sessionMark,
  showsNothingNew,
  valuesOf,
} from './recent.ts';
import { countAll, countOne, type Tally } from './tally.ts';

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
  | OddUserRow;

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
  readonly recent: readonly RecentSession[];
  readonly pending: Pending;
};

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

export type FoldResult = {
  readonly profile: Profile;
  /** False when the session had counted all it shows: nothing to write. */
  readonly isChanged: boolean;
  /** The session was not known at all. */
  readonly isNewSession: boolean;
  /** Addresses that this session was not known at: what the judge looks at. */
  readonly newSightings: readonly Sighting[];
  /** The session has a device that it was not known with. */
  readonly isNewDevice: boolean;
  /** Rows for pairs of user and place or device that are new. */
  readonly indexRows: readonly ProfileIndexRow[];
};

/**
 * Counts what `session` shows and has not counted yet.
 * `stored` is the session's row as it was before; `foldSize` is how many sessions this fold
 * touches, all of which `recent` must be able to name.
 */
export function foldSession(
  profile: Profile,
  session: Session,
  stored: Session | undefined,
  options: { readonly spelling: string; readonly foldSize: number },
): FoldResult {
  const isKnownSpelling = profile.spellings.includes(options.spelling);
  if (isKnownSpelling && stored && showsNothingNew(stored, session)) return unchanged(profile);
  const counted = countedOf(profile.recent, session, stored);
  const fresh = new Set(valuesOf(session).filter((value) => !counted.has(value)));
  const spellings = bounded([...profile.spellings, options.spelling]);
  const isNewSpelling = !isKnownSpelling && spellings.length > profile.spellings.length;
  if (fresh.size === 0 && !isNewSpelling) return unchanged(profile);

  const start = session.startedAt;
  const isNewSession = fresh.has(sessionMark);
  const isFresh = (value: string): boolean => fresh.has(mark(value));
  const newSightings = session.sightings.filter((s) => isFresh(addressValue(s.address)));
  const isNewDevice = session.devices.some((device) => isFresh(deviceValue(device.key)));
  const located = session.sightings;
  const next: Profile = {
    ...profile,
    spellings,
    firstSeen: Math.min(profile.firstSeen, start),
    lastSeen: Math.max(profile.lastSeen, start),
    sessions: profile.sessions + (isNewSession ? 1 : 0),
    places: countAll(profile.places, located, start, profilePlacesMax, isFresh, (s) => [
      placeValue(s),
      placeKey(s.location),
      { location: s.location },
    ]),
    addresses: countAll(profile.addresses, located, start, profileAddressesMax, isFresh, (s) => [
      addressValue(s.address),
      s.address,
      { place: placeKey(s.location) },
    ]),
    networks: countAll(
      profile.networks,
      located.flatMap((s) => networkOf(s.location) ?? []),
      start,
      profileNetworksMax,
      isFresh,
      (network) => [networkValue(network), `${network.asn}`, { network }],
    ),
    devices: countAll(profile.devices, session.devices, start, profileDevicesMax, isFresh, (d) => [
      deviceValue(d.key),
      d.key,
      { device: d },
    ]),
    gateways: isNewSession
      ? countOne(profile.gateways, session.gatewayId, start, profileGatewaysMax, {})
      : profile.gateways,
    hours: isNewSession ? countHour(profile.hours, start) : profile.hours,
    days: countDay(profile, start, isNewSession),
    recent: remember(profile.recent, session, [...counted, ...fresh], options.foldSize),
  };
  const indexRows = newIndexRows(profile, next);
  return { profile: next, isChanged: true, isNewSession, newSightings, isNewDevice, indexRows };
}

function countHour(hours: readonly number[], start: UnixMs): readonly number[] {
  // 1970-01-01 was a Thursday: four days after a Sunday.
  const hour = (Math.floor(start / 3_600_000) + 4 * 24) % 168;
  const counts = hours.slice();
  counts[hour] = (counts[hour] ?? 0) + 1;
  return counts;
}

const unchanged = (profile: Profile): FoldResult => ({
  profile,
  isChanged: false,
  isNewSession: false,
  newSightings: [],
  isNewDevice: false,
  indexRows: [],
});

const dayMs = 24 * 3600 * 1000;
const daysKept = 30;

/** Moves the ring to the day last seen and counts `start` on its day, if that is still kept. */
function countDay(profile: Profile, start: UnixMs, isNewSession: boolean): readonly number[] {
  const dayOf = (time: UnixMs): number => Math.floor(time / dayMs);
  const newest = dayOf(Math.max(profile.lastSeen, start));
  const shift = profile.sessions === 0 ? 0 : newest - dayOf(profile.lastSeen);
  const age = newest - dayOf(start);
  if (shift === 0) {
    const days = profile.days.slice();
    if (isNewSession && age < daysKept) days[age] = (days[age] ?? 0) + 1;
    return days;
  }
  return profile.days.map((_, at) => {
    const moved = at >= shift ? (profile.days[at - shift] ?? 0) : 0;
    return moved + (isNewSession && at === age ? 1 : 0);
  });
}

/** Sessions that began in the 30 days up to `now`, as the profile stands. */
export function sessionsInMonth(profile: Profile, now: UnixMs): number {
  const newest = Math.floor(profile.lastSeen / dayMs);
  const oldest = Math.floor(now / dayMs) - daysKept;
  return profile.days.reduce((sum, count, at) => (newest - at > oldest ? sum + count : sum), 0);
}

function newIndexRows(before: Profile, after: Profile): ProfileIndexRow[] {
  const rows: ProfileIndexRow[] = [];
  const { userKey, kind } = after;
  if (before.sessions === 0) rows.push({ type: 'directory', userKey, kind });
  for (const [place, tally] of after.places) {
    if (before.places.has(place) || tally.location.kind !== 'located') continue;
    const cell = cellOf(tally.location);
    rows.push({ type: 'place-user', cell, place, userKey, firstSeen: tally.firstSeen });
  }
  for (const [key, tally] of after.devices) {
    if (before.devices.has(key)) continue;
    rows.push({ type: 'device-user', device: tally.device, userKey, firstSeen: tally.firstSeen });
  }
  return rows;
}

function bounded(spellings: readonly string[]): readonly string[] {
  return [...new Set(spellings)].sort().slice(0, profileSpellingsMax);
}
