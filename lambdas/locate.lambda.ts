// Entry of the locate function. Its role can read the location data and write its log, no more.

import { openLocatorIn } from '../geo/open-locator.ts';
import { type LocateEnv, readEnv } from './env.ts';
import { makeLocate } from './locate.ts';

const env = readEnv<LocateEnv>(process.env, ['GEO_DATA_DIR']);

export const handler = makeLocate({ locate: openLocatorIn(env.GEO_DATA_DIR).locate });
