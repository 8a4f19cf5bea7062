// Which of the two services of Amazon Location names cells: the place index that the stack has, or
// Places v2, which needs none.

import { GeoPlacesClient } from '@aws-sdk/client-geo-places';
import { LocationClient } from '@aws-sdk/client-location';
import { locationClientConfig, makeAmazonLocationNamer } from '../aws/location/amazon-location.ts';
import { makeGeoPlacesNamer } from '../aws/location/geo-places.ts';
import type { PlaceNamer } from '../label/label.ts';

/** @param indexName absent: the stack has no place index */
export function makePlaceNamer(indexName: string | undefined): PlaceNamer {
  if (!indexName) return makeGeoPlacesNamer({ client: new GeoPlacesClient(locationClientConfig) });
  const client = new LocationClient(locationClientConfig);
  return makeAmazonLocationNamer({ client, indexName });
}
