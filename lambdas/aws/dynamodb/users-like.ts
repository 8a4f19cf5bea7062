// Users whose keys have marks, by the key without them: the rows of `domain/look-alike.ts`.

import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { lookPartition } from './profile-keys.ts';

/** Accounts that differ in marks alone are few; more than these are not looked at. */
const usersMax = 4;

/** Keys of such users. A row of the last second may be missing. */
export async function usersLike(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  look: string,
): Promise<readonly string[]> {
  const { Items: items } = await client.send(
    new QueryCommand({
      TableName: tableName,
      Limit: usersMax,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: lookPartition(look) } },
    }),
  );
  return (items ?? []).flatMap((item) => item['user']?.S ?? []);
}
