// Removes rows that have expired: what DynamoDB's TTL does in AWS and dynalite does not.
// Readers leave such rows out anyway; this only keeps a long local run from growing for ever.

import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../domain/accounting-event.ts';

/**
 * Looks through whole tables.
 * @returns how many rows went
 */
export async function expireRows(
  client: DynamoDBClient,
  tableNames: readonly string[],
  now: UnixMs,
): Promise<number> {
  let rows = 0;
  for (const TableName of tableNames) {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page: ScanCommandOutput = await client.send(
        new ScanCommand({
          TableName,
          FilterExpression: 'expiresAt <= :now',
          ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      for (const { pk, sk } of page.Items ?? []) {
        if (!pk || !sk) continue;
        await client.send(new DeleteItemCommand({ TableName, Key: { pk, sk } }));
        rows += 1;
      }
      start = page.LastEvaluatedKey;
    } while (start);
  }
  return rows;
}
