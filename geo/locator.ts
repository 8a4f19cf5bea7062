// What every kind of location data offers, and the rules they all share: special addresses first,
// then known sites and blocks, then the database; an area with a confidence, never a pin.

import type { Location, Network } from '../domain/location.ts';
import { confidenceOf, radiusKmOf, roundDegrees, type SecondOpinion } from './area-rules.ts';
import type { GeoRecord } from './geo-record.ts';

/** Answers for one address at a time, from data at hand: no call leaves the process. */
export type Locator = {
  /** `unknown` for what the data does not have and for text that is no address. */
  readonly locate: (address: string) => Location;
  /** What must be shown wherever results are shown. */
  readonly attribution: string;
  /** Date of the newest location data, ISO 8601 (`2026-06-05`). */
  readonly dataDate: string;
};

/** Licence duty of the installed data; the page that shows results links to db-ip.com. */
export const attribution =
  'IP Geolocation by DB-IP (https://db-ip.com); networks: RouteViews, DB-IP, NRO; CC BY 4.0';

/** Makes the location of a record that a database gave. */
export function locationOf(record: GeoRecord, network: Network, opinion: SecondOpinion): Location {
  const { type } = network;
  // The nearest copy of an anycast service says nothing finer than the country it is booked in.
  const region = type === 'anycast' ? undefined : record.region;
  const city = type === 'anycast' ? undefined : record.city;
  return {
    kind: 'located',
    country: record.country,
    ...(region !== undefined && { region }),
    ...(city !== undefined && { city }),
    lat: roundDegrees(record.lat),
    lon: roundDegrees(record.lon),
    radiusKm: Math.max(record.radiusKm ?? 0, radiusKmOf(type)),
    confidence: confidenceOf(type, opinion, city !== undefined),
    network,
  };
}
