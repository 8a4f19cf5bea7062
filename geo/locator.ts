// What every kind of location data offers, and the order all of them follow: embedded IPv4 first,
// then the operator's own sites, special addresses, the databases. The answer is an area with a
// confidence, never a pin. No call leaves the process.

import {
  type AddressOctets,
  formatAddress,
  parseAddress,
  unfoldedAddress,
} from '../domain/address.ts';
import {
  type Located,
  type Location,
  type Network,
  type SpecialKind,
  siteRadiusKm,
} from '../domain/location.ts';
import { confidenceOf, radiusKmOf, roundDegrees, type SecondOpinion } from './area-rules.ts';
import { type KnownNetwork, unrouted } from './asn-list.ts';
import type { GeoRecord } from './geo-record.ts';
import { type IpNumber, ipNumberOf } from './ip-number.ts';
import type { TypeSource } from './network-type.ts';
import type { KnownBlock, Site } from './site.ts';
import { specialKindOf } from './special-address.ts';

/** A location and what it rests on. */
export type Explanation = {
  readonly location: Location;
  /** The address that was judged: the IPv4 address inside a transition address. */
  readonly judgedAddress: string;
  readonly secondOpinion: SecondOpinion;
  readonly typeSource: TypeSource | 'site';
};

/** Answers for one address at a time, from data at hand. */
export type Locator = {
  /** `unknown` for what the data does not have and for text that is no address. */
  readonly locate: (address: string) => Location;
  /** The same with its grounds; undefined when the text is no address. */
  readonly explain: (address: string) => Explanation | undefined;
  /** What must be shown wherever results are shown. */
  readonly attribution: string;
  /** Date of the location data, ISO 8601 (`2026-06-05`). */
  readonly dataDate: string;
};

/** What the databases say of an address, and of every address of the same range. */
export type Spot = {
  readonly place: GeoRecord | undefined;
  readonly opinion: SecondOpinion;
  readonly network: KnownNetwork;
  /** The location, once it has been judged: the same for all addresses of the range. */
  location: Location | undefined;
};

/** What one kind of data knows about a global address. */
export type LocationData = {
  readonly attribution: string;
  readonly dataDate: string;
  readonly spotOf: (ip: IpNumber, octets: AddressOctets) => Spot;
  readonly knownOf: (ip: IpNumber) => KnownBlock | undefined;
};

/** An address that no database knows. */
export const nowhere: Spot = {
  place: undefined,
  opinion: 'unasked',
  network: unrouted,
  location: { kind: 'unknown', network: unrouted.network },
};

/** Licence duty of the installed data; the page that shows results links to db-ip.com. */
export const attribution =
  'IP Geolocation by DB-IP (https://db-ip.com); networks: RouteViews, DB-IP, NRO; CC BY 4.0';

/** What was found about an address, before it is judged. */
type Findings = {
  readonly known: KnownBlock | undefined;
  readonly special: SpecialKind | undefined;
  readonly spot: Spot;
};

/** Puts the rules around the data. */
export function makeLocator(data: LocationData): Locator {
  const find = (octets: AddressOctets): Findings => {
    const ip = ipNumberOf(octets);
    const known = data.knownOf(ip);
    const special = known?.kind === 'site' ? undefined : specialKindOf(ip);
    return { known, special, spot: special ? nowhere : data.spotOf(ip, octets) };
  };

  return {
    attribution: data.attribution,
    dataDate: data.dataDate,
    locate: (address) => {
      const octets = parseAddress(address);
      return octets ? judge(find(unfoldedAddress(octets))) : judgeSpot(nowhere);
    },
    explain: (address) => {
      const octets = parseAddress(address);
      if (!octets) return undefined;
      const judged = unfoldedAddress(octets);
      const found = find(judged);
      const { known, spot } = found;
      return {
        location: judge(found),
        judgedAddress: formatAddress(judged),
        secondOpinion: known?.kind === 'site' ? 'unasked' : spot.opinion,
        typeSource: typeSourceOf(known, spot),
      };
    },
  };
}

function typeSourceOf(known: KnownBlock | undefined, spot: Spot): Explanation['typeSource'] {
  if (!known) return spot.network.typeSource;
  return known.kind === 'site' ? 'site' : known.source;
}

function judge({ known, special, spot }: Findings): Location {
  if (known?.kind === 'site') return locationOfSite(known.site, spot.network.network);
  if (special) return { kind: 'special', special };
  if (!known) return judgeSpot(spot);
  const { listed: _, ...network } = spot.network.network;
  const { type, listed } = known;
  return locationOf(spot, { ...network, type, ...(listed ? { listed } : {}) });
}

function judgeSpot(spot: Spot): Location {
  spot.location ??= locationOf(spot, spot.network.network);
  return spot.location;
}

type Writable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

function locationOf({ place, opinion }: Spot, network: Network): Location {
  if (!place) return { kind: 'unknown', network };
  const { type } = network;
  const { country, region, city } = place;
  // The nearest copy of an anycast service says nothing finer than the country it is booked in.
  const isNamed = type !== 'anycast';
  const hasCity = isNamed && city !== undefined;
  const location: Writable<Located> = {
    kind: 'located',
    country,
    lat: roundDegrees(place.lat),
    lon: roundDegrees(place.lon),
    radiusKm: radiusKmOf(type, place),
    confidence: confidenceOf(type, opinion, hasCity),
    network,
  };
  if (isNamed && region !== undefined) location.region = region;
  if (hasCity) location.city = city;
  return location;
}

/** The person is where the organisation's own line is, or reaches us through it. */
function locationOfSite(site: Site, network: Network): Located {
  return {
    kind: 'located',
    country: site.country,
    ...(site.region !== undefined && { region: site.region }),
    city: site.name,
    lat: roundDegrees(site.lat),
    lon: roundDegrees(site.lon),
    radiusKm: siteRadiusKm,
    confidence: 'city',
    network: {
      asn: network.asn,
      organization: network.organization || site.name,
      type: 'corporate',
    },
  };
}
