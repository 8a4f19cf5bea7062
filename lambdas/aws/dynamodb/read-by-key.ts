// Rows of the profiles table by their keys, many in one request: what a page of a list shows.

import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { RowKey } from './profile-keys.ts';
import { type Item, isExpired, keyItem } from './user-rows.ts';

/** Keys that one BatchGetItem may ask for (DynamoDB API reference). */
const batchGetMax = 100;

/**
 * Rows that are there and have not expired, in no order; eventually consistent.
 * @throws Error TABLE_BUSY when a request brings nothing: it would repeat for ever
 */
export async function readByKey(
  table: {
    readonly client: DynamoDBClient;
    readonly tableName: string;
    readonly now: () => number;
  },
  rows: readonly RowKey[],
): Promise<readonly Item[]> {
  const { client, tableName, now } = table;
  const unique = new Map(rows.map((row) => [`${row.pk}\0${row.sk}`, row]));
  const found: Item[] = [];
  let keys = [...unique.values()].map(keyItem);
  while (keys.length > 0) {
    const page: BatchGetItemCommandOutput = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [tableName]: { Keys: keys.slice(0, batchGetMax) } },
      }),
    );
    const items = page.Responses?.[tableName] ?? [];
    const unread = page.UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (unread.length > 0 && items.length === 0) {
      const error = new Error('TABLE_BUSY: a table read no row of a request');
      throw Object.assign(error, { code: 'TABLE_BUSY' });
    }
    found.push(...items);
    keys = [...unread, ...keys.slice(batchGetMax)];
  }
  return found.filter((item) => !isExpired(item, now()));
}
