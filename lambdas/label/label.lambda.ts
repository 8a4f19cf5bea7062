// Entry of the label function. Its role can ask the place index and use the places table, no more.

import { LocationClient } from '@aws-sdk/client-location';
import { makeDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { makePlaceLabels } from '../aws/dynamodb/place-labels.ts';
import { locationClientConfig, makeAmazonLocationNamer } from '../aws/location/amazon-location.ts';
import { type LabelEnv, readEnv } from '../shared/env.ts';
import { makeLabel } from './label.ts';

const env = readEnv<LabelEnv>(process.env, ['PLACES_TABLE', 'PLACE_INDEX']);
const client = new LocationClient(locationClientConfig);
const table = { client: makeDynamoClient(), tableName: env.PLACES_TABLE, now: Date.now };

export const handler = makeLabel({
  namer: makeAmazonLocationNamer({ client, indexName: env.PLACE_INDEX }),
  labels: makePlaceLabels(table),
  now: Date.now,
});
