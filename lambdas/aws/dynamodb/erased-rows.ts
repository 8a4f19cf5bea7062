// Deletes rows of an erased user. Deleting a row that is gone is no error.

import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import type { RowKey } from './profile-keys.ts';
import { keyItem, number } from './user-rows.ts';

type Table = { readonly client: DynamoDBClient; readonly tableName: string };

/** A user of half a year has thousands of rows, and the caller waits half a minute at most. */
const deletedAtOnce = 25;

/** Deletes rows first seen until then, some at a time. Counts only those that were there. */
export async function deleteAll(
  table: Table,
  keys: readonly RowKey[],
  bornUntil: UnixMs = Number.POSITIVE_INFINITY,
): Promise<number> {
  let deleted = 0;
  for (let from = 0; from < keys.length; from += deletedAtOnce) {
    const some = keys.slice(from, from + deletedAtOnce);
    const found = await Promise.all(some.map((key) => deleteRow(table, key, bornUntil)));
    deleted += found.filter(Boolean).length;
  }
  return deleted;
}

async function deleteRow(
  { client, tableName }: Table,
  key: RowKey,
  bornUntil: UnixMs,
): Promise<boolean> {
  const condition = Number.isFinite(bornUntil) && {
    ConditionExpression: 'attribute_not_exists(firstSeen) OR firstSeen <= :until',
    ExpressionAttributeValues: { ':until': number(bornUntil) },
  };
  const command = new DeleteItemCommand({
    TableName: tableName,
    Key: keyItem(key),
    ReturnValues: 'ALL_OLD',
    ...condition,
  });
  try {
    return (await client.send(command)).Attributes !== undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
