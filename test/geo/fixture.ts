// A small world: two city files, an AS list and a second opinion, written into a folder.
// Invented places on documentation-like blocks of global space, so that special rules do not apply.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildSources } from '../../geo/build/build-compact.ts';
import { type MmdbEntry, mmdbFile } from '../support/mmdb-writer.ts';

const flat = (country_code: string, state1: string, city: string, lat: number, lon: number) => ({
  country_code,
  state1,
  city,
  latitude: lat,
  longitude: lon,
  postcode: '',
  timezone: '',
});

const cityBlocks: readonly MmdbEntry[] = [
  ['20.0.0.0/16', flat('DE', 'Berlin', 'Berlin (Mitte)', 52.52, 13.41)],
  ['20.1.0.0/16', flat('DE', 'Berlin', 'Berlin (Pankow)', 52.57, 13.4)],
  ['20.2.0.0/24', flat('DE', 'Bavaria', 'Kleindorf', 48.0, 11.0)],
  ['20.2.1.0/24', flat('DE', 'Bavaria', 'Winzigstadt', 49.0, 12.0)],
  ['20.2.4.0/22', flat('DE', 'Bavaria', 'Munich', 48.14, 11.58)],
  ['20.3.0.0/25', flat('IS', 'North', 'Eyri', 65.7, -18.1)],
  ['20.4.0.0/16', flat('FR', 'Ile-de-France', '', 48.86, 2.35)],
  ['20.5.0.0/16', flat('ZZ', '', '', 0, 0)],
  ['20.6.0.0/16', flat('NZ', 'Auckland', 'Auckland', -36.85, 174.76)],
  ['20.7.0.0/16', flat('FJ', 'Eastern', 'Lau', -18.2, -179.9)],
];

const cityBlocks6: readonly MmdbEntry[] = [
  ['2a00:1::/32', flat('DE', 'Berlin', 'Berlin', 52.52, 13.41)],
  ['2a00:2::/32', flat('FR', 'Ile-de-France', 'Paris', 48.86, 2.35)],
  ['2a00:2:0:8000::/65', flat('FR', 'Ile-de-France', 'Below', 48.0, 2.0)],
  ['2002::/16', flat('US', 'California', 'Los Angeles', 34.0, -118.2)],
];

const asn4 = [
  '335544320,335609855,64500,"Heimnetz Telekom"',
  '335609856,335675391,64501,"Wolke Hosting, ""Premium"""',
  '335675392,335740927,64502,Bergfunk Mobile',
  '335937536,336003071,3320,Deutsche Telekom AG',
].join('\n');

/** 2a00:1::/32 in decimal bounds. */
const [from6, to6] = [0x2a000001n << 96n, (0x2a000002n << 96n) - 1n];
const asn6 = `${from6},${to6},64500,"Heimnetz Telekom"`;

const opinion4: readonly MmdbEntry[] = [
  ['20.0.0.0/16', { country_code: 'DE' }],
  ['20.1.0.0/17', { country_code: 'PL' }],
  ['20.1.128.0/17', { country_code: 'DE' }],
  ['20.2.4.0/22', { country_code: 'DE' }],
];
const opinion6: readonly MmdbEntry[] = [['2a00:1::/32', { country_code: 'DE' }]];

export type SmallWorld = {
  readonly folder: string;
  readonly sources: BuildSources;
  readonly remove: () => void;
};

/** Writes the world's files; `remove` takes them away. */
export function makeSmallWorld(): SmallWorld {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-geo-'));
  const write = (name: string, content: Buffer | string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  return {
    folder,
    sources: {
      cityV4: write('dbip-city-ipv4.mmdb', mmdbFile(cityBlocks, { ipVersion: 4 })),
      cityV6: write('dbip-city-ipv6.mmdb', mmdbFile(cityBlocks6, { ipVersion: 6 })),
      asnV4: write('asn-ipv4-num.csv', `${asn4}\n`),
      asnV6: write('asn-ipv6-num.csv', `${asn6}\n`),
      opinionV4: write('opinion4.mmdb', mmdbFile(opinion4, { ipVersion: 4, recordSize: 24 })),
      opinionV6: write('opinion6.mmdb', mmdbFile(opinion6, { ipVersion: 6, recordSize: 32 })),
      sites: [],
      overlays: [],
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
