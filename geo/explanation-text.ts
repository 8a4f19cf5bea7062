// An explained location as a person reads it, and as one line of JSON.

import { type Location, placeLabel } from '../domain/location.ts';
import { anywhereRadiusKm } from './area-rules.ts';
import type { Explanation } from './locator.ts';

const opinionText = {
  agrees: 'a second database agrees on the country',
  differs: 'a second database names another country',
  silent: 'a second database does not know the address',
  unasked: 'no second database was asked',
} as const;

const sourceText = {
  site: "the operator's site list",
  overlay: "the operator's overlay",
  seed: 'curated list',
  name: "the organisation's name",
  none: 'nothing known',
} as const;

function placeText(location: Location): string {
  if (location.kind !== 'located') return placeLabel(location);
  const parts = [location.city, location.region, location.country];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** Several lines for a terminal. */
export function explanationText(address: string, found: Explanation | undefined): string {
  if (!found) return `${address}\n  no address`;
  const { location, judgedAddress } = found;
  const lines = [judgedAddress === address ? address : `${address} (as ${judgedAddress})`];
  const add = (name: string, text: string): void => {
    lines.push(`  ${name.padEnd(11)} ${text}`);
  };
  add('place', placeText(location));
  if (location.kind === 'located') {
    const { lat, lon, radiusKm } = location;
    const isAnywhere = radiusKm >= anywhereRadiusKm;
    add('area', isAnywhere ? 'the person may be anywhere' : `${radiusKm} km around ${lat}, ${lon}`);
    add('confidence', `${location.confidence} (${opinionText[found.secondOpinion]})`);
  }
  if (location.kind !== 'special') {
    const { asn, organization, type, listed } = location.network;
    add('network', asn === 0 ? 'not routed' : `AS${asn} ${organization}`);
    const listText = listed && `the list ${listed.list} of ${listed.date}`;
    add('type', `${type} (${listText ?? sourceText[found.typeSource]})`);
  }
  return lines.join('\n');
}

/** One JSON object: the address as asked, and the explanation; `location` null for no address. */
export function explanationJson(address: string, found: Explanation | undefined): string {
  return JSON.stringify({ address, ...(found ?? { location: null }) });
}
