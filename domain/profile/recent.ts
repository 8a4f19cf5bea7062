// Sessions folded lately and what each has counted: the bridge over a crash between the write of
// the profile and that of the session's row. Once the row holds the values, the entry is dropped,
// so a quiet profile carries the sessions of its last fold and no more.

import type { UnixMs } from '../accounting-event.ts';
import { profileRecentMin } from '../limits.ts';
import { type Location, type Network, placeKey } from '../location.ts';
import type { Session, SessionKey } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';

/**
 * A session folded lately: the start it was counted by (absent in entries of before: its row's) and
 * the values it has counted (hashes of 24 bits).
 */
export type RecentSession = SessionKey & {
  readonly start?: UnixMs;
  readonly counted: readonly string[];
};

/** What the profile has counted of a session. */
export type Counted = {
  readonly start: UnixMs;
  readonly values: readonly string[];
  /** Its row holds the same. Else a crash may have come between, and nothing is taken back. */
  readonly isDurable: boolean;
};

/** Stands for the session itself among the values it counts. */
export const sessionMark = '-';

/** What a session counted already: by `recent`, or by its stored row; undefined: nothing. */
export function countedOf(
  recent: readonly RecentSession[],
  session: SessionKey,
  stored: Session | undefined,
): Counted | undefined {
  const entry = recent.find((known) => isSameKey(known, session));
  if (!entry) {
    if (!stored) return undefined;
    return { start: stored.startedAt, values: valuesOf(stored), isDurable: true };
  }
  const start = entry.start ?? stored?.startedAt ?? entry.rowStart;
  const values = stored ? [...new Set([...entry.counted, ...valuesOf(stored)])] : entry.counted;
  return { start, values, isDurable: false };
}

/** Whether a session shows exactly the addresses, places and devices that it showed before. */
export function showsSame(stored: Session, session: Session): boolean {
  if (stored === session) return true;
  const { sightings, devices } = session;
  return (
    sightings.length === stored.sightings.length &&
    devices.length === stored.devices.length &&
    devices.every(({ key }, at) => stored.devices[at]?.key === key) &&
    sightings.every((sighting, at) => isSameSight(sighting, stored.sightings[at]))
  );
}

function isSameSight(a: Sighting, b: Sighting | undefined): boolean {
  if (!b || a.address !== b.address) return false;
  if (a.location === b.location) return true;
  const [network, other] = [networkOf(a.location), networkOf(b.location)];
  return placeKey(a.location) === placeKey(b.location) && network?.asn === other?.asn;
}

/**
 * Everything a session counts once, as marks. Made anew each time: to remember it by the session,
 * in a WeakMap, costs more in V8 than making it twice.
 */
export function valuesOf(session: Session): readonly string[] {
  // Some four of them, rarely two dozen: a list is faster than a set.
  const marks: string[] = [sessionMark];
  const add = (value: string): void => {
    const one = mark(value);
    if (!marks.includes(one)) marks.push(one);
  };
  for (const { address, location } of session.sightings) {
    add(placeValue({ location }));
    add(addressValue(address));
    const network = networkOf(location);
    if (network) add(networkValue(network));
  }
  for (const device of session.devices) add(deviceValue(device.key));
  return marks;
}

/**
 * When the sessions began that show a value, by value and in their order: what many sessions show
 * is asked of each once, not again for each value.
 * @param shown what a session shows: `valuesOf`, or its gateway
 */
export function startsBy(
  sessions: readonly Session[],
  shown: (session: Session) => readonly string[],
): ReadonlyMap<string, readonly UnixMs[]> {
  const starts = new Map<string, UnixMs[]>();
  for (const session of sessions) {
    for (const value of shown(session)) {
      const known = starts.get(value);
      if (known) known.push(session.startedAt);
      else starts.set(value, [session.startedAt]);
    }
  }
  return starts;
}

export const placeValue = (sighting: Pick<Sighting, 'location'>): string =>
  `p:${placeKey(sighting.location)}`;
export const addressValue = (address: string): string => `a:${address}`;
export const networkValue = (network: Network): string => `n:${network.asn}`;
export const deviceValue = (key: string): string => `d:${key}`;

/** 24 bits of FNV-1a as five characters: within one session a clash is one in millions. */
export function mark(value: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < value.length; index += 1) {
    hash = Math.imul(hash ^ value.charCodeAt(index), 0x01000193);
  }
  const bits = (hash ^ (hash >>> 8)) & 0xffffff;
  return String.fromCharCode(
    digitCode(bits / 36 ** 4),
    digitCode(bits / 36 ** 3),
    digitCode(bits / 36 ** 2),
    digitCode(bits / 36),
    digitCode(bits),
  );
}

/** The last digit of a number to the base of 36, as a character code. */
function digitCode(value: number): number {
  const digit = Math.floor(value) % 36;
  return digit < 10 ? 48 + digit : 87 + digit;
}

export function networkOf(location: Location): Network | undefined {
  return location.kind === 'special' ? undefined : location.network;
}

/**
 * Finds the keys of sessions that `recent` knows, whose row may not be stored (a crash between).
 */
export function recentKeys(
  recent: readonly RecentSession[],
  identity: string,
): readonly SessionKey[] {
  return recent.filter((entry) => entry.identity === identity);
}

/** Puts a session in front. `foldSize` sessions of this fold must all fit. */
export function remember(
  recent: readonly RecentSession[],
  session: SessionKey,
  { start, values }: Counted,
  foldSize: number,
): readonly RecentSession[] {
  const { rowStart, identity } = session;
  const entry = { rowStart, identity, start, counted: [...values].sort() };
  const others = recent.filter((known) => !isSameKey(known, session));
  return [entry, ...others].slice(0, Math.max(profileRecentMin, foldSize));
}

/**
 * Drops what the stored session rows prove: those rows hold every value counted, and no other.
 * What remains is what a crash may have cut off from its row.
 */
export function withoutDurable(
  recent: readonly RecentSession[],
  stored: readonly Session[],
): readonly RecentSession[] {
  return recent.filter((entry) => {
    const row = stored.find((session) => isSameKey(session, entry));
    if (!row) return true;
    if (entry.start !== undefined && entry.start !== row.startedAt) return true;
    const values = valuesOf(row);
    return (
      values.length !== entry.counted.length ||
      entry.counted.some((value) => !values.includes(value))
    );
  });
}

const isSameKey = (a: SessionKey, b: SessionKey): boolean =>
  a.identity === b.identity && a.rowStart === b.rowStart;
