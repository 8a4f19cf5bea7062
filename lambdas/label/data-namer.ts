// Names map cells from the location data itself: the implementation of the port without Amazon
// Location.

import type { CellName } from '../../geo/compact/cell-names.ts';
import type { PlaceNamer } from './label.ts';

/** Makes the PlaceNamer over the names the compact file holds. */
export function makeDataNamer(nameOf: CellName): PlaceNamer {
  return {
    source: 'DB-IP',
    nameAt: async (_, { cell, country }) => {
      const label = nameOf(cell, country);
      return label === undefined ? undefined : { label, country };
    },
  };
}
