// The name of a map cell from the data itself: its largest place.

import { cellOf } from '../../domain/location.ts';
import type { PageSource } from './page-source.ts';
import { openPlaces } from './record-table.ts';

/** The city with the most lines in a half-degree cell of a country; undefined: none there. */
export type CellName = (cell: string, country: string) => string | undefined;

/** Reads all places once, when the first name is asked for. */
export function openCellNames(source: PageSource): CellName {
  let names: Map<string, string> | undefined;
  return (cell, country) => {
    names ??= readNames(source);
    return names.get(`${cell}#${country}`);
  };
}

function readNames(source: PageSource): Map<string, string> {
  const place = openPlaces(source);
  const names = new Map<string, string>();
  for (let id = 1; id <= source.header.places.entries; id += 1) {
    const { country, city, lat, lon } = place(id);
    const key = `${cellOf({ lat, lon })}#${country}`;
    // Places come largest first.
    if (city !== undefined && !names.has(key)) names.set(key, city);
  }
  return names;
}
