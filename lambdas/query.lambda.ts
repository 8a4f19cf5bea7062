// Entry of the query function: environment and adapters, nothing else.

import { makeDynamoClient } from './aws/dynamo-client.ts';
import { makeTableQuery } from './aws/table-handlers.ts';
import { type QueryEnv, readEnv } from './env.ts';

const env = readEnv<QueryEnv>(process.env, ['PROFILES_TABLE', 'CONTROL_TABLE', 'PLACES_TABLE']);

export const handler = makeTableQuery({
  client: makeDynamoClient(),
  profilesTable: env.PROFILES_TABLE,
  controlTable: env.CONTROL_TABLE,
  placesTable: env.PLACES_TABLE,
  now: Date.now,
});
