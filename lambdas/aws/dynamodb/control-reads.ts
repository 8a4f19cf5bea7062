// Reading many rows of the control table: some by key, or a whole partition. Rows that have expired
// are not read: TTL deletes days late.

import { BatchGetItemCommand, type BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import {
  type ControlTable,
  type Item,
  isExpired,
  keyItem,
  type RowKey,
  text,
} from './control-rows.ts';
import { queryAll } from './query-all.ts';

/** Keys that one BatchGetItem may ask for (DynamoDB API reference). */
const batchGetMax = 100;

/**
 * Rows by partition key, each of a partition of its own; eventually consistent. Absent rows are
 * left out.
 * @throws Error CONTROL_TABLE_BUSY when a request brings nothing: it would repeat for ever
 */
export async function readRows(
  table: ControlTable,
  rows: readonly RowKey[],
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  let keys = rows.map(keyItem);
  while (keys.length > 0) {
    const page: BatchGetItemCommandOutput = await table.client.send(
      new BatchGetItemCommand({
        RequestItems: { [table.tableName]: { Keys: keys.slice(0, batchGetMax) } },
      }),
    );
    const items = page.Responses?.[table.tableName] ?? [];
    const unread = page.UnprocessedKeys?.[table.tableName]?.Keys ?? [];
    if (unread.length > 0 && items.length === 0) throw new Error('CONTROL_TABLE_BUSY: no row read');
    for (const item of items) if (!isExpired(table, item)) found.set(item['pk']?.S ?? '', item);
    keys = [...unread, ...keys.slice(batchGetMax)];
  }
  return found;
}

/**
 * All rows of a partition whose sort keys begin with the prefix, in their order, page by page;
 * eventually consistent.
 */
export async function readPartition(
  table: ControlTable,
  pk: string,
  prefix?: string,
): Promise<readonly Item[]> {
  const begins = prefix === undefined ? '' : ' AND begins_with(sk, :prefix)';
  const values = { ':pk': text(pk), ...(prefix === undefined ? {} : { ':prefix': text(prefix) }) };
  const items = await queryAll(table.client, {
    TableName: table.tableName,
    KeyConditionExpression: `pk = :pk${begins}`,
    ExpressionAttributeValues: values,
  });
  return items.filter((item) => !isExpired(table, item));
}
