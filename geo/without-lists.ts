// The same location data as if the operator had brought no lists: to see what they change. A block
// that a list names inside a curated anycast block is then of neither.

import type { Spot } from './locator.ts';
import { type LocationData, type Locator, makeLocator } from './locator.ts';
import { networkTypeOf } from './network-type.ts';

/** A locator over the data without the lists it was built with. */
export function locatorWithoutLists(data: LocationData): Locator {
  const retyped = new WeakMap<Spot, Spot>();
  const withoutList = (spot: Spot): Spot => {
    if (spot.network.typeSource !== 'overlay') return spot;
    const known = retyped.get(spot);
    if (known) return known;
    const { asn, organization } = spot.network.network;
    const { type, source } = networkTypeOf(asn, organization);
    const network = { network: { asn, organization, type }, typeSource: source };
    const own: Spot = { ...spot, network, location: undefined };
    retyped.set(spot, own);
    return own;
  };
  return makeLocator({
    ...data,
    spotOf: (ip, octets) => withoutList(data.spotOf(ip, octets)),
    knownOf: (ip) => {
      const known = data.knownOf(ip);
      return known?.kind === 'type' && known.source === 'overlay' ? undefined : known;
    },
  });
}
