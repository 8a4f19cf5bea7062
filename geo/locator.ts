// What every kind of location data offers, and the order all of them follow: embedded IPv4 first,
// then the operator's own sites, special addresses, the databases. The answer is an area with a
// confidence, never a pin. No call leaves the process.

import {
  type AddressOctets,
  formatAddress,
  parseAddress,
  unfoldedAddress,
} from '../domain/address.ts';
import type { Located, Location, Network, SpecialKind } from '../domain/location.ts';
import {
  confidenceOf,
  radiusKmOf,
  roundDegrees,
  type SecondOpinion,
  siteRadiusKm,
} from './area-rules.ts';
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

/** What one kind of data knows about a global address. */
export type LocationData = {
  readonly attribution: string;
  readonly dataDate: string;
  readonly placeOf: (
    ip: IpNumber,
    octets: AddressOctets,
  ) => { readonly record: GeoRecord; readonly opinion: SecondOpinion } | undefined;
  readonly networkOf: (ip: IpNumber) => KnownNetwork;
  readonly knownOf: (ip: IpNumber) => KnownBlock | undefined;
};

/** Licence duty of the installed data; the page that shows results links to db-ip.com. */
export const attribution =
  'IP Geolocation by DB-IP (https://db-ip.com); networks: RouteViews, DB-IP, NRO; CC BY 4.0';

/** What was found about an address, before it is judged. */
type Findings = {
  readonly known: KnownBlock | undefined;
  readonly special: SpecialKind | undefined;
  readonly network: KnownNetwork;
  readonly place: { readonly record: GeoRecord; readonly opinion: SecondOpinion } | undefined;
};

/** Puts the rules around the data. */
export function makeLocator(data: LocationData): Locator {
  const find = (octets: AddressOctets): Findings => {
    const ip = ipNumberOf(octets);
    const known = data.knownOf(ip);
    const isSite = known?.kind === 'site';
    const special = isSite ? undefined : specialKindOf(ip);
    if (special) return { known, special, network: unrouted, place: undefined };
    const place = isSite ? undefined : data.placeOf(ip, octets);
    return { known, special, network: data.networkOf(ip), place };
  };

  return {
    attribution: data.attribution,
    dataDate: data.dataDate,
    locate: (address) => {
      const octets = parseAddress(address);
      if (!octets) return { kind: 'unknown', network: unrouted.network };
      return judge(find(unfoldedAddress(octets)));
    },
    explain: (address) => {
      const octets = parseAddress(address);
      if (!octets) return undefined;
      const judged = unfoldedAddress(octets);
      const found = find(judged);
      const { known, place, network } = found;
      return {
        location: judge(found),
        judgedAddress: formatAddress(judged),
        secondOpinion: place?.opinion ?? 'unasked',
        typeSource: known ? (known.kind === 'site' ? 'site' : known.source) : network.typeSource,
      };
    },
  };
}

function judge({ known, special, network: found, place }: Findings): Location {
  if (known?.kind === 'site') return locationOfSite(known.site, found.network);
  if (special) return { kind: 'special', special };
  const network = known ? { ...found.network, type: known.type } : found.network;
  return place ? locationOf(place.record, network, place.opinion) : { kind: 'unknown', network };
}

type Writable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

function locationOf(record: GeoRecord, network: Network, opinion: SecondOpinion): Located {
  const { type } = network;
  const { country, region, city } = record;
  // The nearest copy of an anycast service says nothing finer than the country it is booked in.
  const isNamed = type !== 'anycast';
  const hasCity = isNamed && city !== undefined;
  const location: Writable<Located> = {
    kind: 'located',
    country,
    lat: roundDegrees(record.lat),
    lon: roundDegrees(record.lon),
    radiusKm: radiusKmOf(type, record),
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
