// Locates addresses with the installed databases as they come: ready in a moment, nothing built.
// Slower and larger in memory than the compact file, and without a second opinion.

import { readFileSync } from 'node:fs';
import { type CountryResponse, Reader } from 'mmdb-lib';
import { formatAddress } from '../domain/address.ts';
import { openAsnList } from './asn-list.ts';
import { readGeoRecord } from './geo-record.ts';
import { blockContains, parseIpBlock } from './ip-number.ts';
import { attribution, type Locator, makeLocator } from './locator.ts';
import { anycastBlocks } from './seed-of-servers.ts';

/** Where the plain databases are. */
export type PlainDataPaths = {
  readonly cityV4Path: string;
  readonly cityV6Path: string;
  readonly asnV4Path: string;
  readonly asnV6Path: string;
};

/**
 * Opens the plain databases. IPv6 files are read when the first IPv6 address asks for them.
 * @throws Error when a file is missing or is no MaxMind database.
 */
export function openPlainLocator(paths: PlainDataPaths): Locator {
  const cityV4 = openMmdb(paths.cityV4Path);
  let cityV6: Reader<CountryResponse> | undefined;
  const networkOf = openAsnList({ v4: paths.asnV4Path, v6: paths.asnV6Path });

  return makeLocator({
    attribution,
    dataDate: cityV4.metadata.buildEpoch.toISOString().slice(0, 10),
    spotOf: (ip, octets) => {
      if (ip.version === 6) cityV6 ??= openMmdb(paths.cityV6Path);
      const reader = ip.version === 4 ? cityV4 : (cityV6 ?? cityV4);
      const place = readGeoRecord(reader.get(formatAddress(octets)));
      return { place, opinion: 'unasked', network: networkOf(ip), location: undefined };
    },
    knownOf: (ip) => {
      const isAnycast = anycast.some((block) => blockContains(block, ip));
      return isAnycast ? { kind: 'type', type: 'anycast', source: 'seed' } : undefined;
    },
  });
}

function openMmdb(path: string): Reader<CountryResponse> {
  return new Reader<CountryResponse>(readFileSync(path));
}

const anycast = anycastBlocks.map((text) => {
  const block = parseIpBlock(text);
  if (!block) throw new Error(`anycast list: ${text} is no block`);
  return block;
});
