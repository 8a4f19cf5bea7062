// Selects the Amazon Location service that names cells: the stack's place index, or Places v2,
// which needs no resource.

import { GeoPlacesClient } from '@aws-sdk/client-geo-places';
import { LocationClient } from '@aws-sdk/client-location';
import { makeClient } from '../aws/client.ts';
import { makeAmazonLocationNamer } from '../aws/location/amazon-location.ts';
import { makeGeoPlacesNamer } from '../aws/location/geo-places.ts';
import type { PlaceNamer } from '../label/label.ts';

/** @param indexName absent: the stack has no place index */
export function makePlaceNamer(indexName: string | undefined): PlaceNamer {
  if (!indexName) return makeGeoPlacesNamer({ client: makeClient(GeoPlacesClient, 'places') });
  const client = makeClient(LocationClient, 'places');
  return makeAmazonLocationNamer({ client, indexName });
}
