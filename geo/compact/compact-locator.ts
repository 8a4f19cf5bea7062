// Locates addresses with the compact file: one range lookup finds place, second opinion and
// network, another one the operator's sites and overlays.

import { type LocationData, type Locator, makeLocator, nowhere } from '../locator.ts';
import { openMemorySource, openPagedSource, type PageSource } from './page-source.ts';
import { openRangeTable } from './range-table.ts';
import { openSpots } from './record-table.ts';

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
export const compactLocator = (source: PageSource): Locator => makeLocator(compactData(source));

/** What a compact file knows, before the rules. */
export function compactData(source: PageSource): LocationData {
  const spotId = openRangeTable(source, 'spot4', 'spot6');
  const knownId = openRangeTable(source, 'known4', 'known6');
  const spot = openSpots(source);
  const { header } = source;

  return {
    attribution: header.attribution,
    dataDate: header.dataDate,
    spotOf: (ip) => {
      const id = spotId(ip);
      return id === 0 ? nowhere : spot(id);
    },
    knownOf: (ip) => {
      const id = knownId(ip);
      return id === 0 ? undefined : header.known[id - 1];
    },
  };
}
