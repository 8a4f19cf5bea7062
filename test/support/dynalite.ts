// A real dynalite in this process and in memory, with the table a test asks for. Requests reach it
// without a socket: a client's own time limits are of no account, however busy the machine is.
// One server per test file; each test takes a table of its own.

import type { AddressInfo } from 'node:net';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';
import { createTable } from '../../local/create-tables.ts';
import { inProcessRequestHandler } from '../../local/in-process.ts';

export type TestDynamo = {
  readonly client: DynamoDBClient;
  /** For programs of their own: the same tables on a loopback port. */
  readonly endpoint: string;
  /** Creates a table with the string keys `pk` and `sk`; returns its name. */
  createTable(): Promise<string>;
  stop(): Promise<void>;
};

/** Starts dynalite. */
export async function startTestDynamo(): Promise<TestDynamo> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = makeDynamoClient({
    endpoint: 'http://dynamodb.invalid',
    requestHandler: inProcessRequestHandler(server),
  });
  let tables = 0;
  return {
    client,
    endpoint: `http://127.0.0.1:${port}`,
    createTable: async () => {
      tables += 1;
      const name = `table-${tables}`;
      await createTable(client, name);
      return name;
    },
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
