// Locations in the rows of open sessions. Numbers and lists are those of packed profiles. Pure.

import type { Location, Network } from '../location.ts';
import type { ByteReader, ByteWriter } from '../profile/packed-bytes.ts';
import {
  confidences,
  locationMarks,
  networkTypes,
  specialKinds,
} from '../profile/profile-pack-words.ts';

/** Degrees are kept to 0.0001, kilometres of a radius to 0.1. */
const degreeScale = 10_000;
const radiusScale = 10;

/** Writes a location, its network included. */
export function writeLocation(to: ByteWriter, location: Location): void {
  to.byte(locationMarks[location.kind]);
  if (location.kind === 'special') {
    to.byte(specialKinds.indexOf(location.special));
    return;
  }
  const { network } = location;
  to.whole(network.asn);
  to.byte(networkTypes.indexOf(network.type));
  to.text(network.organization);
  if (location.kind === 'unknown') return;
  const { country, region = '', city = '', lat, lon, radiusKm, confidence } = location;
  to.text(country);
  to.text(region);
  to.text(city);
  to.signed(Math.round(lat * degreeScale));
  to.signed(Math.round(lon * degreeScale));
  to.whole(Math.round(radiusKm * radiusScale));
  to.byte(confidences.indexOf(confidence));
}

/** @throws RangeError when the bytes are not those of `writeLocation` */
export function readLocation(from: ByteReader): Location {
  const mark = from.byte();
  if (mark === locationMarks.special) {
    return { kind: 'special', special: one(specialKinds, from.byte()) };
  }
  const asn = from.whole();
  const type = one(networkTypes, from.byte());
  const network: Network = { asn, organization: from.text(), type };
  if (mark === locationMarks.unknown) return { kind: 'unknown', network };
  if (mark !== locationMarks.located) throw new RangeError('a location has an unknown form');
  const [country, region, city] = [from.text(), from.text(), from.text()];
  return {
    kind: 'located',
    country,
    ...(region ? { region } : {}),
    ...(city ? { city } : {}),
    lat: from.signed() / degreeScale,
    lon: from.signed() / degreeScale,
    radiusKm: from.whole() / radiusScale,
    confidence: one(confidences, from.byte()),
    network,
  };
}

function one<T>(list: readonly T[], at: number): T {
  const value = list[at];
  if (value === undefined) throw new RangeError('a packed location names what is not listed');
  return value;
}
