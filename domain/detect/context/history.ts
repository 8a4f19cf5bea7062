// What a reason says of the user's earlier sessions: counts that a reader finds in the profile.
// Counts are facts, whatever was learned of the sessions; "earlier" means recorded before the one
// judged. Values beyond a profile's bounds are no longer counted: the texts say "of" how many.

import { distanceKm, type Located, type NetworkType, placeLabel } from '../../location.ts';
import type { Profile } from '../../profile/profile.ts';
import type { Tally } from '../../profile/tally.ts';
import { type Prefix, prefixOf } from '../../session/observation.ts';

/** The facts of a profile that terms use. */
export type History = Pick<
  Profile,
  | 'firstSeen'
  | 'hours'
  | 'sessions'
  | 'places'
  | 'addresses'
  | 'networks'
  | 'devices'
  | 'gateways'
  | 'traffic'
>;

/** A place is the same, or next door, up to this distance, km. */
const nearbyKm = 100;

/** Earlier sessions in or near a position. */
export function sessionsNear(history: History, { lat, lon }: Located): number {
  let found = 0;
  for (const { location, count } of history.places.values()) {
    const isNear = location.kind === 'located' && distanceKm(location, { lat, lon }) <= nearbyKm;
    if (isNear) found += count;
  }
  return Math.min(found, history.sessions);
}

/** How far a place makes another familiar at most, km: a spread of its kernel (familiarity.ts). */
const kernelKm = 150;

/** An earlier place, and how far it is from a position. */
export type Neighbour = { readonly label: string; readonly km: number; readonly count: number };

/**
 * The earlier place that does most to make a position familiar; absent where the profile lists none
 * that is in reach.
 */
export function neighbourOf(history: History, { lat, lon }: Located): Neighbour | undefined {
  let found: Neighbour | undefined;
  let most = 0;
  for (const { location, count } of history.places.values()) {
    if (location.kind !== 'located') continue;
    const km = distanceKm(location, { lat, lon });
    const weight = km > 4 * kernelKm ? 0 : count * Math.exp(-((km / kernelKm) ** 2) / 2);
    if (weight <= most) continue;
    most = weight;
    const label = placeLabel(location);
    found = { label, km: Math.round(km), count: Math.min(count, history.sessions) };
  }
  return found;
}

/** Earlier sessions in a country. */
export function sessionsInCountry(history: History, country: string): number {
  return Math.min(history.sessions, countriesOf(history).get(country) ?? 0);
}

/** The country of most earlier sessions; absent when none was located. */
export function usualCountry(history: History): { country: string; count: number } | undefined {
  const [most] = [...countriesOf(history)].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return most && { country: most[0], count: Math.min(most[1], history.sessions) };
}

function countriesOf({ places }: History): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { location, count } of places.values()) {
    if (location.kind !== 'located') continue;
    counts.set(location.country, (counts.get(location.country) ?? 0) + count);
  }
  return counts;
}

/** Earlier sessions through networks of a type. */
export function sessionsOfType(history: History, types: ReadonlySet<NetworkType>): number {
  let found = 0;
  for (const { network, count } of history.networks.values()) {
    if (types.has(network.type)) found += count;
  }
  return Math.min(found, history.sessions);
}

/** Earlier sessions from an address or its neighbours (IPv4 /24, IPv6 /48). */
export function sessionsAround(history: History, prefix: Prefix): number {
  let found = 0;
  for (const [address, { count }] of history.addresses) {
    if (prefixOf(address)?.near === prefix.near) found += count;
  }
  return Math.min(found, history.sessions);
}

/** Earlier sessions that showed a value of one of the profile's lists. */
export const sessionsWith = (tallies: ReadonlyMap<string, Tally>, key: string): number =>
  tallies.get(key)?.count ?? 0;

/**
 * Of a value that speaks for the user: `46 of 49 earlier sessions came through it`. What is learned
 * may hold values that the lists of the profile had no more room for.
 * @param how what the sessions did: `came through it`
 */
export const knownBy = (count: number, all: number, how: string): string =>
  count === 0 || all === 0 ? 'known of this user' : `${ofSessions(count, all)} ${how}`;

/** Of a value that was seen before and yet speaks against the user: long ago, or not trusted. */
export const hardlyKnown = (count: number, all: number, how: string): string =>
  `hardly known of late, ${ofSessions(count, all)} ${how}`;

/** ` (49 earlier sessions)`; nothing where there was none. */
export const inSessions = (all: number): string =>
  all === 0 ? '' : ` (${all} earlier session${all === 1 ? '' : 's'})`;

/** `46 of 49 earlier sessions`, `the one earlier session`, `none of 3 earlier sessions`. */
export function ofSessions(count: number, all: number): string {
  if (all === 0) return 'no earlier session';
  if (all === 1) return count === 0 ? 'not the one earlier session' : 'the one earlier session';
  return `${count === 0 ? 'none' : count} of ${all} earlier sessions`;
}
