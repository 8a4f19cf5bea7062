// Entry of the query function: environment and adapters, nothing else.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import contract from '../../docs/openapi.yaml';
import { makeDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { accessOf } from '../shared/access.ts';
import { type QueryEnv, readEnv } from '../shared/env.ts';
import { makeTableQuery } from '../wiring/table-handlers.ts';

const tables = ['PROFILES_TABLE', 'CONTROL_TABLE', 'PLACES_TABLE'] as const;
const env = readEnv<QueryEnv>(process.env, [...tables, 'GROUPS_CLAIM']);

export const handler = makeTableQuery({
  client: makeDynamoClient(),
  profilesTable: env.PROFILES_TABLE,
  controlTable: env.CONTROL_TABLE,
  placesTable: env.PLACES_TABLE,
  access: accessOf(env),
  // It is rarely asked for: no cold start carries it.
  contract: () => readFileSync(join(__dirname, contract), 'utf8'),
  now: Date.now,
});
