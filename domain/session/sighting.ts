// A sighting: an address that a session was seen at. Merging two lists of them is commutative,
// associative and idempotent, so the order of arrival leaves no trace.

import type { UnixMs } from '../accounting-event.ts';
import { sessionSightingsMax } from '../limits.ts';
import { type Location, placeKey } from '../location.ts';

/** An address that a session was seen at, and where that is. */
export type Sighting = {
  readonly address: string;
  readonly location: Location;
  /** Earliest event that carried the address. */
  readonly firstSeen: UnixMs;
};

/**
 * Merges two views of the addresses of one session: the earliest time of each address, in the order
 * of time, at most `sessionSightingsMax`. Returns `a` itself when `b` adds nothing.
 */
export function mergeSightings(
  a: readonly Sighting[],
  b: readonly Sighting[],
): readonly Sighting[] {
  const isKnown = (sighting: Sighting): boolean =>
    a.some(
      (known) =>
        known.address === sighting.address &&
        known.firstSeen <= sighting.firstSeen &&
        placeKey(known.location) <= placeKey(sighting.location),
    );
  if (b.every(isKnown)) return a;
  const byAddress = new Map<string, Sighting>();
  for (const sighting of [...a, ...b]) {
    const known = byAddress.get(sighting.address);
    byAddress.set(sighting.address, known ? mergeSighting(known, sighting) : sighting);
  }
  return [...byAddress.values()]
    .sort((x, y) => x.firstSeen - y.firstSeen || (x.address < y.address ? -1 : 1))
    .slice(0, sessionSightingsMax);
}

// The location data may be renewed between two events: the lesser place wins, in any order of
// arrival.
function mergeSighting(a: Sighting, b: Sighting): Sighting {
  const location = placeKey(a.location) <= placeKey(b.location) ? a.location : b.location;
  return { address: a.address, location, firstSeen: Math.min(a.firstSeen, b.firstSeen) };
}
