// A real dynalite in this process and in memory, with the table a test asks for.
// One server per test file; each test takes a table of its own.

import type { AddressInfo } from 'node:net';
import { setImmediate as immediate } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';

export type TestDynamo = {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  /** Creates a table with the string keys `pk` and `sk`; returns its name. */
  createTable(): Promise<string>;
  stop(): Promise<void>;
};

/** Starts dynalite on a free loopback port. */
export async function startTestDynamo(): Promise<TestDynamo> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = makeDynamoClient({ endpoint });
  let tables = 0;
  return {
    client,
    endpoint,
    createTable: async () => {
      tables += 1;
      const TableName = `table-${tables}`;
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        }),
      );
      // Dynalite makes the table active in a later turn of the event loop.
      const describe = new DescribeTableCommand({ TableName });
      while ((await client.send(describe)).Table?.TableStatus !== 'ACTIVE') await immediate();
      return TableName;
    },
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
