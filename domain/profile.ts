// A user's profile: where they connect from, with what, since when and how often.
// Facts are order-free and idempotent while distinct values stay within their bounds: each value is
// counted once per session, by the session's start. What a session has counted already is known
// from its stored row and from `recent`, which bridges a crash between profile write and row write.

import type { Device, UnixMs } from './accounting-event.ts';
import type { Detection } from './detect/alert.ts';
import {
  profileAddressesMax,
  profileDevicesMax,
  profileGatewaysMax,
  profileNetworksMax,
  profilePlacesMax,
  profileRecentMin,
  profileSpellingsMax,
} from './limits.ts';
import { cellOf, type Location, type Network, type PlaceKey, placeKey } from './location.ts';
import type { Session, SessionKey, Sighting } from './session.ts';
import { countAll, countOne, type Tally } from './tally.ts';

export type PlaceTally = Tally & { readonly location: Location };
export type AddressTally = Tally & { readonly place: PlaceKey };
export type NetworkTally = Tally & { readonly network: Network };
export type DeviceTally = Tally & { readonly device: Device };

/** A session folded lately and the values it has counted (hashes of 4 characters). */
export type RecentSession = SessionKey & { readonly counted: readonly string[] };

/** A detection of this user, as the profile lists it. */
export type DetectionRef = {
  readonly id: string;
  readonly place: PlaceKey;
  readonly firstSeen: UnixMs;
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
    };

/** What was born in the last fold and may not be written yet. */
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
    detections: [],
    recent: [],
    pending: { detections: [], indexRows: [] },
  };
}

export type FoldResult = {
  readonly profile: Profile;
  /** False when the session had counted all it shows: nothing to write. */
  readonly isChanged: boolean;
  /** Sightings at a place that this session was not known at: what the judge looks at. */
  readonly newSightings: readonly Sighting[];
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
  const recent = profile.recent.find((entry) => isSameKey(entry, session));
  const counted = new Set([...(recent?.counted ?? []), ...(stored ? valuesOf(stored) : [])]);
  const fresh = new Set(valuesOf(session).filter((value) => !counted.has(value)));
  const spellings = bounded([...profile.spellings, options.spelling]);
  const isNewSpelling =
    !profile.spellings.includes(options.spelling) && spellings.length > profile.spellings.length;
  if (fresh.size === 0 && !isNewSpelling) {
    return { profile, isChanged: false, newSightings: [], indexRows: [] };
  }

  const start = session.startedAt;
  const isNewSession = fresh.has(sessionMark);
  const isFresh = (value: string): boolean => fresh.has(mark(value));
  const newSightings = session.sightings.filter((s) => isFresh(placeValue(s)));
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
      `a:${s.address}`,
      s.address,
      { place: placeKey(s.location) },
    ]),
    networks: countAll(
      profile.networks,
      located.flatMap((s) => networkOf(s.location) ?? []),
      start,
      profileNetworksMax,
      isFresh,
      (network) => [`n:${network.asn}`, `${network.asn}`, { network }],
    ),
    devices: countAll(profile.devices, session.devices, start, profileDevicesMax, isFresh, (d) => [
      `d:${d.key}`,
      d.key,
      { device: d },
    ]),
    gateways: isNewSession
      ? countOne(profile.gateways, session.gatewayId, start, profileGatewaysMax, {})
      : profile.gateways,
    hours: isNewSession ? countHour(profile.hours, start) : profile.hours,
    recent: remember(profile.recent, session, [...counted, ...fresh], options.foldSize),
  };
  return { profile: next, isChanged: true, newSightings, indexRows: newIndexRows(profile, next) };
}

/** Finds the key of a session that `recent` knows but whose row is not stored (a crash between). */
export function recentKeys(profile: Profile, identity: string): readonly SessionKey[] {
  return profile.recent.filter((entry) => entry.identity === identity);
}

const isSameKey = (a: SessionKey, b: SessionKey): boolean =>
  a.identity === b.identity && a.rowStart === b.rowStart;

const placeValue = (sighting: Sighting): string => `p:${placeKey(sighting.location)}`;

/** Stands for the session itself among the values it counts. */
const sessionMark = '-';

/** Everything a session counts once, as marks. */
function valuesOf(session: Session): string[] {
  const values = session.sightings.flatMap((sighting) => {
    const network = networkOf(sighting.location);
    return [
      placeValue(sighting),
      `a:${sighting.address}`,
      ...(network ? [`n:${network.asn}`] : []),
    ];
  });
  values.push(...session.devices.map((device) => `d:${device.key}`));
  return [sessionMark, ...new Set(values.map(mark))];
}

/** 24 bits of FNV-1a as four characters: within one session a clash is one in millions. */
function mark(value: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < value.length; index += 1) {
    hash = Math.imul(hash ^ value.charCodeAt(index), 0x01000193);
  }
  return ((hash ^ (hash >>> 8)) & 0xffffff).toString(36).padStart(5, '0');
}

function networkOf(location: Location): Network | undefined {
  return location.kind === 'special' ? undefined : location.network;
}

function countHour(hours: readonly number[], start: UnixMs): readonly number[] {
  // 1970-01-01 was a Thursday: four days after a Sunday.
  const hour = (Math.floor(start / 3_600_000) + 4 * 24) % 168;
  return hours.map((count, index) => (index === hour ? count + 1 : count));
}

function remember(
  recent: readonly RecentSession[],
  session: Session,
  counted: readonly string[],
  foldSize: number,
): readonly RecentSession[] {
  const entry = {
    rowStart: session.rowStart,
    identity: session.identity,
    counted: [...new Set(counted)].sort(),
  };
  const others = recent.filter((known) => !isSameKey(known, session));
  return [entry, ...others].slice(0, Math.max(profileRecentMin, foldSize));
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
