// Entry of the query function: environment and adapters, nothing else.

import { accessOf } from './access.ts';
import { makeDynamoClient } from './aws/dynamo-client.ts';
import { makeTableQuery } from './aws/table-handlers.ts';
import { type QueryEnv, readEnv } from './env.ts';

const tables = ['PROFILES_TABLE', 'CONTROL_TABLE', 'PLACES_TABLE'] as const;
const env = readEnv<QueryEnv>(process.env, [...tables, 'GROUPS_CLAIM']);

export const handler = makeTableQuery({
  client: makeDynamoClient(),
  profilesTable: env.PROFILES_TABLE,
  controlTable: env.CONTROL_TABLE,
  placesTable: env.PLACES_TABLE,
  access: accessOf(env),
  now: Date.now,
});
