// Tables for the benchmarks: dynalite in memory, on a loopback port.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';
import { createTable } from '../../local/create-tables.ts';

export type BenchTables = {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly profiles: string;
  readonly control: string;
  stop(): Promise<void>;
};

/** Starts dynalite with the two tables that process uses. */
export async function startBenchTables(): Promise<BenchTables> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = makeDynamoClient({ endpoint });
  for (const name of ['profiles', 'control']) await createTable(client, name);
  return {
    client,
    endpoint,
    profiles: 'profiles',
    control: 'control',
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
