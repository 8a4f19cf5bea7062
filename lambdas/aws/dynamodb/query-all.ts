// A Query to its last page: what callers read who need every row. Those who may stop earlier page
// by themselves.

import {
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './user-rows.ts';

/**
 * All items that a Query finds, expired ones too, in its order.
 * @param input the Query, without where it goes on from
 * @throws the SDK's errors
 */
export async function queryAll(
  client: DynamoDBClient,
  input: Omit<QueryCommandInput, 'ExclusiveStartKey'>,
): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const next = start ? { ExclusiveStartKey: start } : {};
    const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } =
      await client.send(new QueryCommand({ ...input, ...next }));
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}
