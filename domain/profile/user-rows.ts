// Rows for views across users, as they follow from a profile before and after a session was
// counted: who is known, came from a place, address or network, used a device or gateway. Each is
// written when the pair is new. Those of addresses and networks say when the user was last there as
// well, to the day: they are written once more on the first session of each later day (decision
// 0044).

import { cellOf, placeKey } from '../location.ts';
import { lookOf } from '../look-alike.ts';
import type { Building } from '../session/merge-values.ts';
import { prefixOf } from '../session/observation.ts';
import type { Session } from '../session/session.ts';
import { dayOf } from './days.ts';
import {
  type AddressUserRow,
  emptyProfile,
  type NetworkUserRow,
  type Profile,
  type ProfileIndexRow,
} from './profile.ts';
import { networkOf } from './recent.ts';
import type { Tally } from './tally.ts';

/** The rows that the profile's change by a session makes necessary. */
export function newIndexRows(before: Profile, after: Profile, session: Session): ProfileIndexRow[] {
  const rows: ProfileIndexRow[] = [];
  const { userKey } = after;
  if (before.sessions === 0) rows.push(...nameRows(after));
  // What is new is of this session: the rest was there before.
  for (const place of new Set(session.sightings.map(({ location }) => placeKey(location)))) {
    const tally = before.places.has(place) ? undefined : after.places.get(place);
    if (tally?.location.kind !== 'located') continue;
    const cell = cellOf(tally.location);
    rows.push({ type: 'place-user', cell, place, userKey, firstSeen: tally.firstSeen });
  }
  for (const { key } of session.devices) {
    const tally = before.devices.has(key) ? undefined : after.devices.get(key);
    if (!tally) continue;
    rows.push({ type: 'device-user', device: tally.device, userKey, firstSeen: tally.firstSeen });
  }
  const { gatewayId } = session;
  const gateway = before.gateways.has(gatewayId) ? undefined : after.gateways.get(gatewayId);
  if (gateway) {
    rows.push({ type: 'gateway-user', gatewayId, userKey, firstSeen: gateway.firstSeen });
  }
  return [...rows, ...addressRows(before, after, session), ...networkRows(before, after, session)];
}

/** Rows that find a user by name. */
export function nameRows({ userKey, kind, firstSeen }: Profile): ProfileIndexRow[] {
  const look = lookOf(userKey);
  const directory = { type: 'directory', userKey, kind } as const;
  return look === userKey
    ? [directory]
    : [directory, { type: 'look-user', look, userKey, firstSeen }];
}

/** Whether a row would say another day than the one that stands. */
const isOtherDay = (before: Tally | undefined, after: Tally): boolean =>
  before === undefined ||
  dayOf(before.lastSeen) < dayOf(after.lastSeen) ||
  dayOf(before.firstSeen) > dayOf(after.firstSeen);

function addressRows(before: Profile, after: Profile, session: Session): ProfileIndexRow[] {
  const rows = new Map<string, AddressUserRow>();
  for (const { address, location } of session.sightings) {
    const key = prefixOf(address)?.key;
    if (key === undefined || rows.has(key)) continue;
    const seen = tallyAt(after, key);
    const place = after.addresses.get(address)?.place;
    if (!seen || place === undefined || !isOtherDay(tallyAt(before, key), seen)) continue;
    const asn = networkOf(location)?.asn ?? 0;
    const { count: sessions, firstSeen, lastSeen } = seen;
    const row: Building<AddressUserRow> = {
      type: 'address-user',
      address,
      place,
      userKey: after.userKey,
      firstSeen,
      lastSeen,
      sessions,
    };
    if (asn !== 0) row.asn = asn;
    rows.set(key, row);
  }
  return [...rows.values()];
}

/**
 * Addresses that a session showed and does not show any more: it shows eight, and earlier ones came
 * late. Their rows stand, with a reference: an erasure finds the others by the sessions.
 */
export function displacedRows(
  { userKey }: Profile,
  counted: Session | undefined,
  session: Session,
): ProfileIndexRow[] {
  const gone = (counted?.sightings ?? []).filter(
    ({ address }) => !session.sightings.some((one) => one.address === address),
  );
  return gone.map(({ address, location, firstSeen }) => ({
    type: 'address-user',
    address,
    place: placeKey(location),
    userKey,
    firstSeen,
    lastSeen: firstSeen,
    sessions: 1,
    isReferenced: true,
  }));
}

/**
 * What a profile counts at an address or IPv6 /64; undefined: nothing.
 * @param key of its prefix (session/observation.ts)
 */
export function tallyAt({ addresses }: Pick<Profile, 'addresses'>, key: string): Tally | undefined {
  if (key.includes('.')) return addresses.get(key);
  let found: Tally | undefined;
  for (const [address, tally] of addresses) {
    if (!address.includes(':') || prefixOf(address)?.key !== key) continue;
    found = found ? joined(found, tally) : tally;
  }
  return found;
}

const joined = (a: Tally, b: Tally): Tally => ({
  count: a.count + b.count,
  firstSeen: Math.min(a.firstSeen, b.firstSeen),
  lastSeen: Math.max(a.lastSeen, b.lastSeen),
});

function networkRows(before: Profile, after: Profile, session: Session): ProfileIndexRow[] {
  const asns = session.sightings.map(({ location }) => networkOf(location)?.asn ?? 0);
  return [...new Set(asns)].flatMap((asn): ProfileIndexRow[] => {
    const seen = after.networks.get(`${asn}`);
    if (asn === 0 || !seen || !isOtherDay(before.networks.get(`${asn}`), seen)) return [];
    const { network, count: sessions, firstSeen, lastSeen } = seen;
    const { userKey } = after;
    const row: Building<NetworkUserRow> = {
      type: 'network-user',
      network,
      userKey,
      firstSeen,
      lastSeen,
      sessions,
    };
    if (!before.networks.has(`${asn}`)) row.isReferenced = true;
    return [row];
  });
}

/** Rows of where a session was, as the profile counts now: for what a crash may have lost. */
export function seenRows(profile: Profile, session: Session): readonly SeenRow[] {
  const nothing = emptyProfile(profile.userKey, profile.kind);
  return newIndexRows(nothing, profile, session).filter(isSeenRow);
}

export type SeenRow = AddressUserRow | NetworkUserRow;

export const isSeenRow = (row: ProfileIndexRow): row is SeenRow =>
  row.type === 'address-user' || row.type === 'network-user';

/** Of an address or network one row a fold, with what the profile counts at its end. */
export function settledRows(profile: Profile, rows: readonly SeenRow[]): readonly SeenRow[] {
  const settled = new Map<string, SeenRow>();
  for (const row of rows) {
    const isAddress = row.type === 'address-user';
    const prefix = isAddress ? (prefixOf(row.address)?.key ?? '') : '';
    const key = isAddress ? `a:${prefix}` : `n:${row.network.asn}`;
    const isReferenced = row.isReferenced ?? settled.get(key)?.isReferenced;
    const tally = isAddress ? tallyAt(profile, prefix) : profile.networks.get(`${row.network.asn}`);
    const next: Building<SeenRow> = { ...row };
    if (tally) Object.assign(next, seenBy(profile.userKey, tally));
    if (isReferenced) next.isReferenced = true;
    settled.set(key, next);
  }
  return [...settled.values()];
}

function seenBy(userKey: string, { count, firstSeen, lastSeen }: Tally) {
  return { userKey, firstSeen, lastSeen, sessions: count };
}

/** Rows of all that a profile holds: where it was put together from two. */
export function allIndexRows(profile: Profile): ProfileIndexRow[] {
  const { userKey } = profile;
  const rows: ProfileIndexRow[] = nameRows(profile);
  for (const [place, { location, firstSeen }] of profile.places) {
    if (location.kind !== 'located') continue;
    rows.push({ type: 'place-user', cell: cellOf(location), place, userKey, firstSeen });
  }
  for (const { device, firstSeen } of profile.devices.values()) {
    rows.push({ type: 'device-user', device, userKey, firstSeen });
  }
  for (const [gatewayId, { firstSeen }] of profile.gateways) {
    rows.push({ type: 'gateway-user', gatewayId, userKey, firstSeen });
  }
  for (const [address, { place }] of profile.addresses) {
    const seen = tallyAt(profile, prefixOf(address)?.key ?? '');
    if (!seen) continue;
    const location = profile.places.get(place)?.location;
    const asn = (location && networkOf(location)?.asn) ?? 0;
    const at = asn === 0 ? {} : { asn };
    rows.push({ type: 'address-user', address, place, ...at, ...seenBy(userKey, seen) });
  }
  for (const seen of profile.networks.values()) {
    if (seen.network.asn === 0) continue;
    const { network } = seen;
    rows.push({ type: 'network-user', network, isReferenced: true, ...seenBy(userKey, seen) });
  }
  return rows;
}
