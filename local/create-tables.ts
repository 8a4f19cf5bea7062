// Creates tables in a local DynamoDB: what the stack does in the cloud. The local run, the tests
// and the benchmarks share it, so that there is one place that says what a key is.

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

/**
 * Creates a table with the string keys `pk` and `sk`, and waits until it is active.
 *
 * @throws whatever the service says, `ResourceInUseException` when there is one of that name
 */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
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
  // Dynalite makes a table active in a later turn of the event loop.
  const describe = new DescribeTableCommand({ TableName: name });
  while ((await client.send(describe)).Table?.TableStatus !== 'ACTIVE') await nextTurn();
}
