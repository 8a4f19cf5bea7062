// Names positions with Amazon Location Service (place index, provider HERE, IntendedUse Storage).
// The request holds a position, a count and a language; the SDK adds its signature. Of the answer
// only municipality, regions and country are read: no street, no house, no label line.

import {
  type LocationClient,
  type Place,
  SearchPlaceIndexForPositionCommand,
} from '@aws-sdk/client-location';
import type { PlaceNamer } from '../../label/label.ts';
import { alpha2Of } from './country-codes.ts';

/** Makes the PlaceNamer over a place index. It rejects when the service cannot or will not. */
export function makeAmazonLocationNamer(deps: {
  readonly client: Pick<LocationClient, 'send'>;
  readonly indexName: string;
}): PlaceNamer {
  return {
    source: 'Amazon Location Service, HERE',
    nameAt: async ({ lat, lon }) => {
      const answer = await deps.client.send(
        new SearchPlaceIndexForPositionCommand({
          IndexName: deps.indexName,
          Position: [lon, lat],
          MaxResults: 1,
          Language: 'en',
        }),
      );
      return placeOf(answer.Results?.[0]?.Place);
    },
  };
}

function placeOf(place: Place | undefined): { label: string; country: string } | undefined {
  const label = place?.Municipality ?? place?.SubRegion ?? place?.Region;
  const country = alpha2Of(place?.Country ?? '');
  return label && country ? { label, country } : undefined;
}
