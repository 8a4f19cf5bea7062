// How far a stated position can be believed: the radius and the confidence of a location.
// The numbers are the measured disagreement of two city databases (about the 75th percentile),
// rounded; docs: geo/README.md. No data is read here.

import { type Located, type NetworkType, placelessNetworks } from '../domain/location.ts';
import type { GeoRecord } from './geo-record.ts';

/** Half the Earth's circumference: the person may be anywhere. */
export const anywhereRadiusKm = 20_000;

const radiusKmByType: Readonly<Record<NetworkType, number>> = {
  access: 200,
  mobile: 300,
  hosting: 25,
  education: 50,
  government: 200,
  corporate: 200,
  unknown: 200,
  // The address says where a relay, a ground station or the nearest copy is, not the person.
  vpn: anywhereRadiusKm,
  tor: anywhereRadiusKm,
  proxy: anywhereRadiusKm,
  satellite: anywhereRadiusKm,
  'security-service': anywhereRadiusKm,
  anycast: anywhereRadiusKm,
};

/**
 * Radius in km of a position that the database gives for a network of this type.
 * @param area what the source says itself: its own radius, or the spread of what was folded
 */
export function radiusKmOf(
  type: NetworkType,
  area: Pick<GeoRecord, 'statedRadiusKm' | 'spreadKm'>,
): number {
  const ofType = radiusKmByType[type];
  if (ofType === anywhereRadiusKm) return ofType;
  return area.statedRadiusKm ?? Math.max(ofType, area.spreadKm ?? 0);
}

/**
 * What a second, independent country database says of the same address: `silent` when it does not
 * know it, `unasked` when there is no such database at hand.
 */
export type SecondOpinion = 'agrees' | 'differs' | 'silent' | 'unasked';

/**
 * The confidence of a located address. Hosting space is registered in one country and used in
 * another so often (one in four) that only a second opinion makes its country believable.
 */
export function confidenceOf(
  type: NetworkType,
  opinion: SecondOpinion,
  hasCity: boolean,
): Located['confidence'] {
  if (opinion === 'differs' || type === 'anycast') return 'low';
  if (placelessNetworks.has(type)) {
    return opinion === 'agrees' ? 'country' : 'low';
  }
  return hasCity && opinion !== 'silent' ? 'city' : 'country';
}

/** Degrees rounded to 0.1, never -0: about 11 km, finer than any city database is right. */
export function roundDegrees(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}
