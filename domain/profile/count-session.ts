// Counting sessions into a profile. Facts are what the sessions are: each value once a session, by
// the session's start. Where a session moved, grew or was divided since it was counted, it is taken
// back and counted anew, so that any order of arrival ends in the same facts; the first and last
// time of a value are then read off the sessions at hand.

import type { Device } from '../accounting-event.ts';
import {
  profileAddressesMax,
  profileDevicesMax,
  profileGatewaysMax,
  profileNetworksMax,
  profilePlacesMax,
  profileSpellingsMax,
} from '../limits.ts';
import { type Location, type Network, type PlaceKey, placeKey } from '../location.ts';
import type { Building } from '../session/merge-values.ts';
import type { Session } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';
import { addToDay, addToHour, daysAt } from './days.ts';
import {
  type AddressTally,
  type DeviceTally,
  type NetworkTally,
  type PlaceTally,
  type Profile,
  type ProfileIndexRow,
  profileDraft,
} from './profile.ts';
import {
  addressValue,
  type Counted,
  deviceValue,
  mark,
  networkOf,
  networkValue,
  placeValue,
  remember,
  sessionMark,
  showsSame,
  startsBy,
  valuesOf,
} from './recent.ts';
import { TableDraft, type TableKind, type Tally, takeBack } from './tally.ts';
import { displacedRows, newIndexRows } from './user-rows.ts';

export type CountResult = {
  readonly profile: Profile;
  /** What the profile has counted of the session now. */
  readonly counted: Counted | undefined;
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

export type CountOptions = {
  /** The name as the record spells it. */
  readonly spelling: string;
  /** How many sessions this fold may touch, all of which `recent` must be able to name. */
  readonly foldSize: number;
  /** The session as it was when it was last counted, where nothing came between. */
  readonly countedAs?: Session | undefined;
  /** The user's sessions at hand as they are now, this one among them. */
  readonly sessions: () => readonly Session[];
};

/** Counts what `session` shows beyond `counted`, and takes back what it no longer shows. */
export function countSession(
  before: Profile,
  session: Session,
  counted: Counted | undefined,
  options: CountOptions,
): CountResult {
  const { countedAs, spelling } = options;
  if (countedAs && isSeenThrough(before, countedAs, session, spelling)) {
    return unchanged(before, counted);
  }
  const values = valuesOf(session);
  const spelled = withSpelling(before, spelling);
  const isTakenBack = counted !== undefined && isOtherwise(session, values, counted);
  const profile = isTakenBack ? uncount(spelled, session, counted, options) : spelled;
  const known = isTakenBack ? undefined : counted?.values;
  const fresh = known ? values.filter((value) => !known.includes(value)) : values;
  if (fresh.length === 0 && profile === before) return unchanged(before, counted);

  const next = addValues(profile, session, fresh);
  const now: Counted = {
    start: known && counted ? counted.start : session.startedAt,
    values: known ? [...known, ...fresh] : fresh,
    isDurable: counted?.isDurable !== false,
  };
  const isFirstSight = (value: string): boolean => !counted?.values.includes(mark(value));
  next.recent = remember(next.recent, session, now, options.foldSize);
  return {
    profile: next,
    counted: now,
    isChanged: true,
    isNewSession: counted === undefined,
    newSightings: session.sightings.filter(({ address }) => isFirstSight(addressValue(address))),
    isNewDevice: session.devices.some(({ key }) => isFirstSight(deviceValue(key))),
    indexRows: [
      ...newIndexRows(before, next, session),
      ...(isTakenBack ? displacedRows(next, countedAs, session) : []),
    ],
  };
}

/** The short way for the many records that change nothing of what is counted. */
function isSeenThrough(
  profile: Profile,
  countedAs: Session,
  session: Session,
  spelling: string,
): boolean {
  const isKnown = profile.spellings.includes(spelling);
  return isKnown && countedAs.startedAt === session.startedAt && showsSame(countedAs, session);
}

/**
 * Whether the session is another than it was counted as: moved, or with less in it. Not where a
 * crash may have kept its row from what was counted: the rest of it is about to come again.
 */
function isOtherwise(session: Session, values: readonly string[], counted: Counted): boolean {
  const isLess = counted.values.some((value) => !values.includes(value));
  if (isLess) return counted.isDurable;
  return counted.start !== session.startedAt;
}

const unchanged = (profile: Profile, counted: Counted | undefined): CountResult => ({
  profile,
  counted,
  isChanged: false,
  isNewSession: false,
  newSightings: [],
  isNewDevice: false,
  indexRows: [],
});

function withSpelling(profile: Profile, spelling: string): Profile {
  if (profile.spellings.includes(spelling)) return profile;
  const all = [...new Set([...profile.spellings, spelling])].sort();
  const spellings = all.slice(0, profileSpellingsMax);
  return spellings.includes(spelling) ? { ...profile, spellings } : profile;
}

const placeKind: TableKind<PlaceTally, Location> = {
  max: profilePlacesMax,
  rowOf: (count, firstSeen, lastSeen, location) => ({ count, firstSeen, lastSeen, location }),
  describedBy: ({ location }) => location,
};
const addressKind: TableKind<AddressTally, PlaceKey> = {
  max: profileAddressesMax,
  rowOf: (count, firstSeen, lastSeen, place) => ({ count, firstSeen, lastSeen, place }),
  describedBy: ({ place }) => place,
};
const networkKind: TableKind<NetworkTally, Network> = {
  max: profileNetworksMax,
  rowOf: (count, firstSeen, lastSeen, network) => ({ count, firstSeen, lastSeen, network }),
  describedBy: ({ network }) => network,
};
const deviceKind: TableKind<DeviceTally, Device> = {
  max: profileDevicesMax,
  rowOf: (count, firstSeen, lastSeen, device) => ({ count, firstSeen, lastSeen, device }),
  describedBy: ({ device }) => device,
};
const gatewayKind: TableKind<Tally, undefined> = {
  max: profileGatewaysMax,
  rowOf: (count, firstSeen, lastSeen) => ({ count, firstSeen, lastSeen }),
  describedBy: () => undefined,
};

/** A draft of the profile with what is fresh of a session. */
function addValues(
  profile: Profile,
  session: Session,
  fresh: readonly string[],
): Building<Profile> {
  const next = profileDraft(profile);
  if (fresh.length === 0) return next;
  const start = session.startedAt;
  const isFresh = (value: string): boolean => fresh.includes(mark(value));
  const isNewSession = fresh.includes(sessionMark);
  const lastSeen = Math.max(profile.lastSeen, start);
  const days = daysAt(profile, lastSeen);
  next.firstSeen = Math.min(profile.firstSeen, start);
  next.lastSeen = lastSeen;
  const places = new TableDraft(profile.places, placeKind, start);
  const addresses = new TableDraft(profile.addresses, addressKind, start);
  const networks = new TableDraft(profile.networks, networkKind, start);
  const devices = new TableDraft(profile.devices, deviceKind, start);
  for (const sighting of session.sightings) {
    const { address, location } = sighting;
    const place = placeKey(location);
    const network = networkOf(location);
    if (isFresh(placeValue(sighting))) places.count(place, location);
    if (isFresh(addressValue(address))) addresses.count(address, place);
    if (network && isFresh(networkValue(network))) networks.count(`${network.asn}`, network);
  }
  for (const device of session.devices) {
    if (isFresh(deviceValue(device.key))) devices.count(device.key, device);
  }
  next.places = places.table;
  next.addresses = addresses.table;
  next.networks = networks.table;
  next.devices = devices.table;
  next.days = days;
  if (!isNewSession) return next;
  next.sessions = profile.sessions + 1;
  const gateways = new TableDraft(profile.gateways, gatewayKind, start);
  gateways.count(session.gatewayId, undefined);
  next.gateways = gateways.table;
  next.hours = addToHour(profile.hours, start, 1);
  next.days = addToDay(days, lastSeen, start, 1);
  return next;
}

/** The profile as if the session had never been counted. */
function uncount(
  profile: Profile,
  session: Session,
  { start, values }: Counted,
  { sessions }: CountOptions,
): Profile {
  const others = sessions().filter((other) => !isSameKey(other, session));
  const startsOf = startsBy(others, valuesOf);
  const without = <T extends Tally>(
    map: ReadonlyMap<string, T>,
    nameOf: (key: string) => string,
  ): ReadonlyMap<string, T> =>
    takeBack(map, start, (key) => {
      const value = mark(nameOf(key));
      return values.includes(value) ? (startsOf.get(value) ?? []) : undefined;
    });
  const lessValues = {
    places: without(profile.places, (key) => `p:${key}`),
    addresses: without(profile.addresses, addressValue),
    networks: without(profile.networks, (key) => `n:${key}`),
    devices: without(profile.devices, deviceValue),
  };
  if (!values.includes(sessionMark)) return { ...profile, ...lessValues };
  const starts = others.map(({ startedAt }) => startedAt);
  const ofGateway = others.filter(({ gatewayId }) => gatewayId === session.gatewayId);
  const left = Math.max(0, profile.sessions - 1);
  const oldest = left > 0 ? profile.firstSeen : 0;
  const lastSeen =
    profile.lastSeen === start ? starts.reduce((a, b) => Math.max(a, b), oldest) : profile.lastSeen;
  return {
    ...profile,
    ...lessValues,
    sessions: left,
    firstSeen:
      profile.firstSeen === start && (starts.length > 0 || left === 0)
        ? starts.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER)
        : profile.firstSeen,
    lastSeen,
    gateways: takeBack(profile.gateways, start, (key) =>
      key === session.gatewayId ? ofGateway.map(({ startedAt }) => startedAt) : undefined,
    ),
    hours: addToHour(profile.hours, start, -1),
    days: daysAt(
      { ...profile, days: addToDay(profile.days, profile.lastSeen, start, -1) },
      lastSeen,
    ),
  };
}

const isSameKey = (a: Session, b: Session): boolean =>
  a.identity === b.identity && a.rowStart === b.rowStart;
