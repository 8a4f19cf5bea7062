// Comments in the profiles table: `COMMENTS#<detection id>`, a row for each, so that two analysts
// who write at once both stay. They expire with the detection (personal-rows.ts erases them).

import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Detection } from '../../../domain/detection.ts';
import type { Page, PageRequest } from '../../query/ports.ts';
import type { Comment } from '../../shared/comment.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import { referToDetection } from './detection-references.ts';
import { commentPartition } from './profile-keys.ts';
import { type Item, isExpired, keyItem, number } from './user-rows.ts';

type Table = { readonly client: DynamoDBClient; readonly tableName: string };

/** Adds a comment; a repeat of the same one changes nothing. */
export async function addComment(
  options: Table & { readonly retention?: Retention | undefined },
  detection: Detection,
  comment: Comment,
): Promise<void> {
  await referToDetection(options, detection);
  const { id, firstSeen } = detection;
  const { client, tableName, retention = retentionDefault } = options;
  const item: Item = {
    ...keyItem({ pk: commentPartition(id), sk: comment.id }),
    at: number(comment.at),
    by: { S: comment.by },
    text: { S: comment.text },
    expiresAt: number(firstSeen / 1000 + retention.detectionDays * 86_400),
  };
  await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
}

/** Comments about a detection, oldest first. */
export async function readComments(
  { client, tableName, now }: Table & { readonly now: () => number },
  detectionId: string,
  { limit, after }: PageRequest,
): Promise<Page<Comment>> {
  const pk = { S: commentPartition(detectionId) };
  const answer = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      Limit: limit,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ...(after ? { ExclusiveStartKey: { pk, sk: { S: after } } } : {}),
    }),
  );
  const live = (answer.Items ?? []).filter((item) => !isExpired(item, now()));
  const last = answer.LastEvaluatedKey?.['sk']?.S;
  return { items: live.map(commentOf), ...(last ? { last } : {}) };
}

const commentOf = (item: Item): Comment => ({
  id: item['sk']?.S ?? '',
  at: Number(item['at']?.N ?? 0),
  by: item['by']?.S ?? '',
  text: item['text']?.S ?? '',
});
