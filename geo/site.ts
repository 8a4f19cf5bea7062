// The organisation's own places: address blocks that leave from a known site (offices, branches).
// The file comes from the operator: every mistake is reported with its place in the file.

import type { ListMention, NetworkType } from '../domain/location.ts';
import { parseIpBlock } from './ip-number.ts';
import type { TypeSource } from './network-type.ts';

/** A named place of the organisation. Coordinates in degrees. */
export type Site = {
  readonly name: string;
  readonly country: string;
  readonly region?: string;
  readonly lat: number;
  readonly lon: number;
};

/** What a block means beyond its network: an operator's site, or a type of its own. */
export type KnownBlock =
  | { readonly kind: 'site'; readonly site: Site }
  | {
      readonly kind: 'type';
      readonly type: NetworkType;
      readonly source: TypeSource;
      /** The operator's list that says so. */
      readonly listed?: ListMention;
    };

export type SiteBlock = { readonly cidr: string; readonly site: Site };

const nameCharsMax = 80;
const sitesMax = 10_000;

/**
 * Reads `[{"cidr":"198.51.100.0/24","name":"HQ Berlin","country":"DE","lat":52.5,"lon":13.4}]`.
 * Private blocks may be sites too. `region` is optional.
 * @throws Error naming the entry and the key that is wrong.
 */
export function readSites(json: string, fileName: string): readonly SiteBlock[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new Error(`${fileName}: expected a list of sites`);
  if (list.length > sitesMax) throw new Error(`${fileName}: more than ${sitesMax} sites`);
  return list.map((entry: unknown, i) => readSite(entry, `${fileName}: site ${i + 1}`));
}

function readSite(entry: unknown, where: string): SiteBlock {
  const fields: Record<string, unknown> = { ...(typeof entry === 'object' ? entry : {}) };
  const { cidr, name, country, region, lat, lon, ...unknownKeys } = fields;
  const extra = Object.keys(unknownKeys)[0];
  if (extra !== undefined) throw new Error(`${where}: unknown key "${extra}"`);
  if (typeof cidr !== 'string' || !parseIpBlock(cidr)) {
    throw new Error(`${where}: "cidr" must be a block such as 198.51.100.0/24`);
  }
  if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country)) {
    throw new Error(`${where}: "country" must be two capital letters, such as DE`);
  }
  return {
    cidr,
    site: {
      name: text(name, `${where}: "name"`),
      country,
      ...(region !== undefined && { region: text(region, `${where}: "region"`) }),
      lat: degrees(lat, 90, `${where}: "lat"`),
      lon: degrees(lon, 180, `${where}: "lon"`),
    },
  };
}

function text(value: unknown, where: string): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= nameCharsMax) {
    return value.trim();
  }
  throw new Error(`${where} must be text of at most ${nameCharsMax} characters`);
}

function degrees(value: unknown, limit: number, where: string): number {
  if (typeof value === 'number' && Math.abs(value) <= limit) return value;
  throw new Error(`${where} must be a number from -${limit} to ${limit}`);
}
