// Entry of the locate function. Its role can read the location data and write its log, no more.

import { openLocatorIn } from '../../geo/open-locator.ts';
import { type LocateEnv, readEnv } from '../shared/env.ts';
import { makeDatedLocate } from './locate.ts';

const env = readEnv<LocateEnv>(process.env, ['GEO_DATA_DIR']);
const bucket = env.GEO_UPDATE_BUCKET;
const deployed = openLocatorIn(env.GEO_DATA_DIR);
// Imported only where it is used: the S3 client would cost every cold start a tenth of a second.
const newest = bucket
  ? import('../aws/location/geo-update.ts').then(({ openUpdatedLocator }) =>
      openUpdatedLocator(bucket, deployed),
    )
  : Promise.resolve(deployed);
const handle = newest.then((locator) => makeDatedLocate(locator, Date.now));

export const handler = async (payload: unknown) => (await handle)(payload);
