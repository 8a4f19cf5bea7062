// Rows that depend on nothing and that nobody else changes, many in one request. What a table does
// not take at once is asked for again, with pauses (DynamoDB API reference, BatchWriteItem).
// Promise: resolves once every row is written; a repeat writes the same. No row is conditional.

import {
  type AttributeValue,
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  type DynamoDBClient,
  PutItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/** Rows that one BatchWriteItem may hold. */
const batchWriteMax = 25;
const attemptsMax = 8;
const pauseMsMax = 1_000;

/**
 * Writes rows; of two with the same key the last one stands.
 * @throws Error TABLE_BUSY when the table still refuses some after all attempts: time heals it
 */
export async function writeRows(
  table: { readonly client: DynamoDBClient; readonly tableName: string },
  rows: readonly Item[],
): Promise<void> {
  // Two rows of one key in a request are refused as a whole.
  const items = [...new Map(rows.map((row) => [`${row['pk']?.S}\0${row['sk']?.S}`, row])).values()];
  const [first] = items;
  if (first && items.length === 1) {
    await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: first }));
    return;
  }
  for (let from = 0; from < items.length; from += batchWriteMax) {
    await writeBatch(table, items.slice(from, from + batchWriteMax));
  }
}

async function writeBatch(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  items: readonly Item[],
): Promise<void> {
  let waiting: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const answer: BatchWriteItemCommandOutput = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: waiting } }),
    );
    waiting = answer.UnprocessedItems?.[tableName] ?? [];
    if (waiting.length === 0) return;
    const pauseMs = Math.random() * Math.min(pauseMsMax, 20 * 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const error = new Error('TABLE_BUSY: a table refused rows at every attempt');
  throw Object.assign(error, { code: 'TABLE_BUSY' });
}
