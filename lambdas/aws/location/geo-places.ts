// Names positions with Amazon Location Places v2 (ReverseGeocode), which needs no resource of the
// stack and so works in every account that may call it. The request holds a position and what kind
// of answer is wanted; the SDK adds its signature. Localities only: no street and no house is asked
// for, and of the answer nothing but locality, regions and country is read.

import {
  type Address,
  type GeoPlacesClient,
  ReverseGeocodeCommand,
} from '@aws-sdk/client-geo-places';
import type { PlaceNamer } from '../../label/label.ts';
import { alpha2Of } from './country-codes.ts';

/** From the centre of a half-degree cell to its corner, at most: 39.4 km at the equator. */
const cellRadiusMetres = 40_000;

/**
 * Makes the PlaceNamer. It rejects when the service cannot or will not, also where the region has
 * none.
 */
export function makeGeoPlacesNamer(deps: {
  readonly client: Pick<GeoPlacesClient, 'send'>;
}): PlaceNamer {
  return {
    source: 'Amazon Location Service',
    nameAt: async ({ lat, lon }) => {
      const answer = await deps.client.send(
        new ReverseGeocodeCommand({
          QueryPosition: [lon, lat],
          QueryRadius: cellRadiusMetres,
          MaxResults: 1,
          Filter: { IncludePlaceTypes: ['Locality'] },
          Language: 'en',
          // Labels are kept, which the terms of the service allow for this use only.
          IntendedUse: 'Storage',
        }),
      );
      return placeOf(answer.ResultItems?.[0]?.Address);
    },
  };
}

function placeOf(address: Address | undefined): { label: string; country: string } | undefined {
  const label = address?.Locality ?? address?.SubRegion?.Name ?? address?.Region?.Name;
  const country = address?.Country?.Code2 ?? alpha2Of(address?.Country?.Code3 ?? '');
  return label && country ? { label, country } : undefined;
}
