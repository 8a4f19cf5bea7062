// Entry of the label function. Its role can ask Amazon Location and use the places table, no more.

import { makeDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { makePlaceLabels } from '../aws/dynamodb/place-labels.ts';
import { type LabelEnv, readEnv } from '../shared/env.ts';
import { makePlaceNamer } from '../wiring/place-namer.ts';
import { makeLabel } from './label.ts';

const env = readEnv<LabelEnv>(process.env, ['PLACES_TABLE']);
const table = { client: makeDynamoClient(), tableName: env.PLACES_TABLE, now: Date.now };

export const handler = makeLabel({
  namer: makePlaceNamer(env.PLACE_INDEX),
  labels: makePlaceLabels(table),
  now: Date.now,
});
