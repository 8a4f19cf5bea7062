// Comments in the profiles table: `COMMENTS#<id of a detection or case>`, a row for each, so that
// two analysts who write at once both stay. They expire with what they are about (personal-rows.ts
// erases them).

import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import type { Detection } from '../../../domain/detection.ts';
import type { Page, PageRequest } from '../../query/ports.ts';
import type { Comment } from '../../shared/comment.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import { referToDetection } from './detection-references.ts';
import { commentPartition } from './profile-keys.ts';
import { type Item, isExpired, keyItem, number } from './user-rows.ts';

type Table = { readonly client: DynamoDBClient; readonly tableName: string };
type Writing = Table & { readonly retention?: Retention | undefined };

/** Adds a comment about a detection; a repeat of the same one changes nothing. */
export async function addComment(
  options: Writing,
  detection: Detection,
  comment: Comment,
): Promise<void> {
  await referToDetection(options, detection);
  await addCaseComment(options, detection, comment);
}

/**
 * Adds a comment about a case, or about a detection that refers to its thread already.
 * @param firstSeen of what it is about: the row lives as long as a detection of then
 */
export async function addCaseComment(
  options: Writing,
  { id, firstSeen }: { readonly id: string; readonly firstSeen: UnixMs },
  comment: Comment,
): Promise<void> {
  const { client, tableName, retention = retentionDefault } = options;
  const item: Item = {
    ...keyItem({ pk: commentPartition(id), sk: comment.id }),
    at: number(comment.at),
    by: { S: comment.by },
    text: { S: comment.text },
    ...(comment.about ? { about: { S: comment.about.join(' ') } } : {}),
    expiresAt: number(firstSeen / 1000 + retention.detectionDays * 86_400),
  };
  await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
}

/** Comments about a detection or a case, oldest first. */
export async function readComments(
  { client, tableName, now }: Table & { readonly now: () => number },
  id: string,
  { limit, after }: PageRequest,
): Promise<Page<Comment>> {
  const pk = { S: commentPartition(id) };
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

function commentOf(item: Item): Comment {
  const about = item['about']?.S;
  return {
    id: item['sk']?.S ?? '',
    at: Number(item['at']?.N ?? 0),
    by: item['by']?.S ?? '',
    text: item['text']?.S ?? '',
    ...(about === undefined ? {} : { about: about.split(' ') }),
  };
}
