// Locates addresses with the compact file: one index lookup per question, places with the second
// opinion compiled in, operator's sites and overlays beside them.

import { unrouted } from '../asn-list.ts';
import { type Locator, makeLocator } from '../locator.ts';
import { opinions, placeIdBits } from './layout.ts';
import { openMemorySource, openPagedSource, type PageSource } from './page-source.ts';
import { openRangeTable } from './range-table.ts';
import { openNetworks, openPlaces } from './record-table.ts';

const placeIdMask = 2 ** placeIdBits - 1;

/** In memory: fastest. Paged: ready in milliseconds and small, for a function's cold start. */
export type CompactMode = 'memory' | 'paged';

/**
 * Opens a compact file.
 * @throws CompactFileError when it is foreign, of another version, cut short or damaged.
 */
export function openCompactLocator(path: string, mode: CompactMode): Locator {
  return compactLocator(mode === 'memory' ? openMemorySource(path) : openPagedSource(path));
}

/** The locator over opened pages. */
export function compactLocator(source: PageSource): Locator {
  const placeValue = openRangeTable(source, 'place4', 'place6');
  const networkId = openRangeTable(source, 'network4', 'network6');
  const knownId = openRangeTable(source, 'known4', 'known6');
  const place = openPlaces(source);
  const network = openNetworks(source);
  const { header } = source;

  return makeLocator({
    attribution: header.attribution,
    dataDate: header.dataDate,
    placeOf: (ip) => {
      const value = placeValue(ip);
      const id = value & placeIdMask;
      if (id === 0) return undefined;
      return { record: place(id), opinion: opinions[value >>> placeIdBits] ?? 'silent' };
    },
    networkOf: (ip) => {
      const id = networkId(ip);
      return id === 0 ? unrouted : network(id);
    },
    knownOf: (ip) => {
      const id = knownId(ip);
      return id === 0 ? undefined : header.known[id - 1];
    },
  });
}
