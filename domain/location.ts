// A location is an area with a confidence, never a pin.
// Places and cells are how locations are compared and counted. No I/O.

/** How an address's network is used (reference order: overlay > seed > name rule). */
export type NetworkType =
  | 'access'
  | 'mobile'
  | 'hosting'
  | 'vpn'
  | 'tor'
  | 'education'
  | 'government'
  | 'satellite'
  | 'corporate'
  | 'anycast'
  | 'security-service'
  | 'proxy'
  | 'unknown';

/**
 * Networks whose address says where a server, relay, proxy or ground station is, never where the
 * user is: hosting, VPN, Tor, proxies and anycast; satellite; and security services (SASE, secure
 * web gateways) that a whole organisation leaves through.
 */
export const placelessNetworks: ReadonlySet<NetworkType> = new Set([
  'hosting',
  'vpn',
  'tor',
  'anycast',
  'satellite',
  'security-service',
  'proxy',
]);

/** The network an address belongs to. `asn` 0 means unrouted or unknown. */
export type Network = {
  readonly asn: number;
  readonly organization: string;
  readonly type: NetworkType;
  /** Present where the type is the word of a list that the operator brought. */
  readonly listed?: ListMention;
};

/** A list of addresses or networks that names this one, and how old it is. */
export type ListMention = {
  /** Its name, as the operator keeps it. */
  readonly list: string;
  /** The day its data is of, `2026-11-28`. */
  readonly date: string;
};

/** Addresses that no location can be given (RFC 6890 and updates). */
export type SpecialKind = 'private' | 'shared' | 'invalid-source' | 'documentation' | 'reserved';

/**
 * Where an address is. `special` and `unknown` carry no place; `located` always has a country.
 * Coordinates are degrees, rounded to 0.1; the true position lies within `radiusKm` of them
 * in about three cases of four.
 */
export type Location =
  | {
      readonly kind: 'located';
      /** ISO 3166-1 alpha-2, upper case. */
      readonly country: string;
      readonly region?: string;
      readonly city?: string;
      readonly lat: number;
      readonly lon: number;
      readonly radiusKm: number;
      readonly confidence: 'city' | 'country' | 'low';
      readonly network: Network;
    }
  | { readonly kind: 'special'; readonly special: SpecialKind }
  | { readonly kind: 'unknown'; readonly network: Network };

export type Located = Extract<Location, { kind: 'located' }>;

/** Identifies a place in a profile: `FR/Île-de-France/Paris`, `special/private`, `unknown`. */
export type PlaceKey = string;

const slash = /[/\\#\p{Cc}]/gu;

/** Keys are asked for many times of one location, and locations never change. */
const knownKeys = new WeakMap<Location, PlaceKey>();

/** The place of a location, as counted in profiles. */
export function placeKey(location: Location): PlaceKey {
  const known = knownKeys.get(location);
  if (known !== undefined) return known;
  const key = makePlaceKey(location);
  knownKeys.set(location, key);
  return key;
}

function makePlaceKey(location: Location): PlaceKey {
  if (location.kind === 'special') return `special/${location.special}`;
  if (location.kind === 'unknown') return 'unknown';
  return [location.country, location.region ?? '', location.city ?? '']
    .map((part) => part.replace(slash, '-'))
    .join('/');
}

/** The 0.5 degree cell of a position, `48.5_2.0` = its south-west corner. */
export function cellOf(position: { readonly lat: number; readonly lon: number }): string {
  const south = Math.floor(position.lat * 2) / 2;
  const west = Math.floor(position.lon * 2) / 2;
  return `${south.toFixed(1)}_${west.toFixed(1)}`;
}

const earthRadiusKm = 6371.0088;
const radians = Math.PI / 180;

/** Great-circle distance in km (haversine on the mean sphere; error below 0.6 %). */
export function distanceKm(
  a: { readonly lat: number; readonly lon: number },
  b: { readonly lat: number; readonly lon: number },
): number {
  const dLat = (b.lat - a.lat) * radians;
  const dLon = (b.lon - a.lon) * radians;
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(dLon / 2) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Coordinates of an operator's site are known; rounding and the commute remain. */
export const siteRadiusKm = 10;

/** Whether a position is one of the organisation's own sites: no other is known as well. */
export const isSite = ({ radiusKm, network }: Located): boolean =>
  radiusKm <= siteRadiusKm && network.type === 'corporate';

/** A place as a person reads it: `Lyon, FR`, `private address`. */
export function placeLabel(location: Location): string {
  if (location.kind === 'special') return `${location.special} address`;
  if (location.kind === 'unknown') return 'unknown location';
  const place = location.city ?? location.region;
  return place ? `${place}, ${location.country}` : location.country;
}
