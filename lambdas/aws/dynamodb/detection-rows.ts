// Rows of the queue in the profiles table: `QUEUE#<yyyymm>`, one for each detection, of at most 300
// octets (decision 0040). Folds write what a detection says, decisions what analysts said, orders
// to end its session where they stand: other attributes of one row, each behind the version of the
// row that it follows from, so that in any order the newest of all stands. The row expires with its
// detection, and erasure deletes both.

import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Detection } from '../../../domain/detection.ts';
import type { Page, PageRequest } from '../../query/ports.ts';
import type { StoredOrder } from '../../shared/cut-order.ts';
import {
  type DetectionRow,
  decidedPart,
  foundPart,
  packDecided,
  packFound,
  unpackDecided,
  unpackFound,
} from '../../shared/detection-row.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import { packEnding, type SessionEnding, unpackEnding } from '../../shared/row-ending.ts';
import type { Triage } from '../../shared/triage.ts';
import { isConditionMet } from './control-rows.ts';
import { queueKeyOf, queuePartition } from './profile-keys.ts';
import { readByKey } from './read-by-key.ts';
import { type Item, isExpired, keyItem, number } from './user-rows.ts';

type Table = { readonly client: DynamoDBClient; readonly tableName: string };
type Writing = Table & { readonly retention?: Retention | undefined };

/**
 * Writes what a detection says, unless a later version of it is there; of the same one it says the
 * same, in the form of today.
 * @param version of the stored detection
 */
export async function putFound(
  options: Writing,
  detection: Detection,
  version: number,
): Promise<void> {
  const found = foundItem(options, detection);
  await isConditionMet(() =>
    options.client.send(
      new UpdateItemCommand({
        TableName: options.tableName,
        Key: keyItem(queueKeyOf(detection.id)),
        UpdateExpression: 'SET u = :u, g = :g, d = :d, v = :v, expiresAt = :e',
        ConditionExpression: 'attribute_not_exists(v) OR v <= :v',
        ExpressionAttributeValues: { ...found, ':v': number(version) },
      }),
    ),
  );
}

/** Writes what analysts decided, unless a later decision is there. */
export async function putDecided(
  options: Writing,
  detection: Detection,
  triage: Triage,
): Promise<void> {
  // A detection of before there were rows gets one; its next version replaces this part.
  const missing = ['u', 'g', 'd'].map((name) => `${name} = if_not_exists(${name}, :${name})`);
  const expiry = 'expiresAt = if_not_exists(expiresAt, :e)';
  await isConditionMet(() =>
    options.client.send(
      new UpdateItemCommand({
        TableName: options.tableName,
        Key: keyItem(queueKeyOf(detection.id)),
        UpdateExpression: `SET t = :t, w = :w, ${[...missing, expiry].join(', ')}`,
        ConditionExpression: 'attribute_not_exists(w) OR w < :w',
        ExpressionAttributeValues: {
          ...foundItem(options, detection),
          ':t': { S: packDecided(decidedPart(triage)) },
          ':w': number(triage.version),
        },
      }),
    ),
  );
}

/** Writes where an order stands that was given for a detection, where it has a row. */
export async function putEnding(
  { client, tableName }: Table,
  { detection, ...order }: Pick<StoredOrder, 'detection' | 'orderId' | 'steps'>,
): Promise<void> {
  if (detection === undefined) return;
  await isConditionMet(() =>
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: keyItem(queueKeyOf(detection)),
        UpdateExpression: 'SET o = :o',
        // Never a row of its own: that of an erased detection would come back.
        ConditionExpression: 'attribute_exists(d) AND (attribute_not_exists(o) OR o < :o)',
        ExpressionAttributeValues: { ':o': { S: packEnding(order) } },
      }),
    ),
  );
}

/** Where the newest orders for these detections stand, by id; those without one are absent. */
export async function readEndings(
  table: Table & { readonly now: () => number },
  ids: readonly string[],
): Promise<ReadonlyMap<string, SessionEnding>> {
  const items = await readByKey(table, ids.map(queueKeyOf));
  return new Map(
    items.flatMap((item) => {
      const ending = endingOf(item);
      return ending ? [[item['sk']?.S ?? '', ending] as const] : [];
    }),
  );
}

const endingOf = (item: Item): SessionEnding | undefined => {
  const packed = item['o']?.S;
  return packed === undefined ? undefined : unpackEnding(packed);
};

function foundItem({ retention = retentionDefault }: Writing, detection: Detection): Item {
  const { user, gateway, rest } = packFound(foundPart(detection));
  return {
    ':u': { S: user },
    ':g': { S: gateway },
    ':d': { S: rest },
    ':e': number(detection.firstSeen / 1000 + retention.detectionDays * 86_400),
  };
}

/**
 * Rows of a month with ids within [from, to], newest first. A page ends after `limit` rows, or
 * after 1 MB; eventually consistent: half a read unit for 4 KB.
 */
export async function readDetectionRows(
  { client, tableName, now }: Table & { readonly now: () => number },
  month: string,
  { from, to }: { readonly from: string; readonly to: string },
  { limit, after }: PageRequest,
): Promise<Page<DetectionRow>> {
  const pk = queuePartition(month);
  if (from > to || (after !== undefined && (after < from || after > to))) return { items: [] };
  const answer = await client.send(
    new QueryCommand({
      TableName: tableName,
      ScanIndexForward: false,
      Limit: limit,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ProjectionExpression: 'sk, u, g, d, t, o, expiresAt',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
      ...(after ? { ExclusiveStartKey: { pk: { S: pk }, sk: { S: after } } } : {}),
    }),
  );
  const live = (answer.Items ?? []).filter((item) => item['d'] && !isExpired(item, now()));
  const last = answer.LastEvaluatedKey?.['sk']?.S;
  return { items: live.map(rowOf), ...(last ? { last } : {}) };
}

function rowOf(item: Item): DetectionRow {
  const found = { user: item['u']?.S ?? '', gateway: item['g']?.S ?? '', rest: item['d']?.S ?? '' };
  const decided = item['t']?.S;
  const ending = endingOf(item);
  return {
    id: item['sk']?.S ?? '',
    ...unpackFound(found),
    decision: decided === undefined ? undefined : unpackDecided(decided),
    ...(ending && { ending }),
  };
}
