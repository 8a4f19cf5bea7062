// The organisation's own sites take precedence over the location data: addresses of a site are
// located by the settings, and locate is not called for them.
// Promise: the most specific network of all sites decides; without sites nothing changes.

import { type Cidr, cidrContains, parseAddress, parseCidr } from '../../domain/address.ts';
import type { Location } from '../../domain/location.ts';
import type { Locate } from '../../domain/process/ports.ts';
import type { Site } from '../../domain/settings.ts';

/** How far a user in an office may be from the position in the settings. */
const siteRadiusKm = 5;

type SiteNetwork = { readonly cidr: Cidr; readonly location: Location };

/** Wraps a Locate. Rejects when either of both does. */
export function withSites(locate: Locate, sites: () => Promise<readonly Site[]>): Locate {
  let known:
    | { readonly of: readonly Site[]; readonly networks: readonly SiteNetwork[] }
    | undefined;
  return async (addresses) => {
    const now = await sites();
    if (now.length === 0) return locate(addresses);
    known = known?.of === now ? known : { of: now, networks: networksOf(now) };
    const found = new Map<string, Location>();
    const others: string[] = [];
    for (const address of addresses) {
      const location = siteOf(known.networks, address);
      if (location) found.set(address, location);
      else others.push(address);
    }
    if (others.length === 0) return found;
    return found.size === 0 ? locate(others) : new Map([...(await locate(others)), ...found]);
  };
}

/** Longest prefix first, so that the first match is the most specific one. */
function networksOf(sites: readonly Site[]): readonly SiteNetwork[] {
  return sites
    .flatMap((site) => {
      const location = locationOf(site);
      return site.networks.flatMap((text): SiteNetwork[] => {
        const cidr = parseCidr(text);
        return cidr ? [{ cidr, location }] : [];
      });
    })
    .sort((a, b) => b.cidr.bits - a.cidr.bits);
}

function siteOf(networks: readonly SiteNetwork[], address: string): Location | undefined {
  const octets = parseAddress(address);
  return octets && networks.find(({ cidr }) => cidrContains(cidr, octets))?.location;
}

function locationOf({ name, country, city, lat, lon }: Site): Location {
  const rounded = (degrees: number) => Math.round(degrees * 10) / 10;
  return {
    kind: 'located',
    country,
    ...(city !== undefined && { city }),
    lat: rounded(lat),
    lon: rounded(lon),
    radiusKm: siteRadiusKm,
    confidence: 'city',
    network: { asn: 0, organization: name, type: 'corporate' },
  };
}
