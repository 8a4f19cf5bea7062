// Entry of the query function: environment and adapters, nothing else.

import contract from '../../docs/openapi.yaml';
import { makeDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { accessOf } from '../shared/access.ts';
import { type QueryEnv, readEnv } from '../shared/env.ts';
import { makeTableQuery } from '../wiring/table-handlers.ts';
import { contractBeside } from './contract.ts';

const tables = ['PROFILES_TABLE', 'CONTROL_TABLE', 'PLACES_TABLE'] as const;
const env = readEnv<QueryEnv>(process.env, [...tables, 'GROUPS_CLAIM']);
export const handler = makeTableQuery({
  client: makeDynamoClient(),
  profilesTable: env.PROFILES_TABLE,
  controlTable: env.CONTROL_TABLE,
  placesTable: env.PLACES_TABLE,
  access: accessOf(env),
  contract: contractBeside(contract),
  now: Date.now,
});
