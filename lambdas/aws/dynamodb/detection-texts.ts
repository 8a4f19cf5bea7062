// Erases what people wrote about a detection: the thread of comments as a whole, and the notes of
// decisions on a detection that stays because it is about others too. Nobody can say of a free text
// whom it names.

import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Triage, TriageChange } from '../../shared/triage.ts';
import { readComments } from './comment-rows.ts';
import { commentPartition, triageKeyOf } from './profile-keys.ts';
import { keyItem, number, text } from './user-rows.ts';

type Table = { readonly client: DynamoDBClient; readonly tableName: string };

const pageRows = 100;

/** Deletes the comments about a detection, those that have expired too. @returns how many */
export async function deleteComments(table: Table, detectionId: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const everything = { ...table, now: () => 0 };
    const { items } = await readComments(everything, detectionId, { limit: pageRows });
    if (items.length === 0) return deleted;
    await Promise.all(
      items.map(({ id }) => {
        const Key = keyItem({ pk: commentPartition(detectionId), sk: id });
        return table.client.send(new DeleteItemCommand({ TableName: table.tableName, Key }));
      }),
    );
    deleted += items.length;
  }
}

/**
 * Takes the notes out of what analysts decided, and names another of its users.
 * @throws ConditionalCheckFailedException when somebody decides meanwhile: ask again
 */
export async function deleteNotes(table: Table, id: string, user: string): Promise<void> {
  const { client, tableName } = table;
  const Key = keyItem(triageKeyOf(id));
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }),
  );
  if (!item) return;
  const { note: _, ...rest } = JSON.parse(text(item)) as Triage;
  const history = rest.history.map(({ note: __, ...change }): TriageChange => change);
  const version = rest.version + 1;
  const triage: Triage = { ...rest, version, history };
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        ...item,
        doc: { S: JSON.stringify(triage) },
        user: { S: user },
        version: number(version),
      },
      ConditionExpression: 'version = :known',
      ExpressionAttributeValues: { ':known': number(rest.version) },
    }),
  );
}
