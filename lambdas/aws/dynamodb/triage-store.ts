// Analysts' decisions in the profiles table: one row per detection that has been classified or
// annotated. Each write is conditional on the row's version, so two analysts cannot overwrite each
// other unseen.

import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Detection } from '../../../domain/detection.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import type { Triage } from '../../shared/triage.ts';
import { triageKeyOf, triagePartition } from './profile-keys.ts';
import { isExpired, number, text } from './user-rows.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: () => number;
  readonly retention?: Retention | undefined;
};

/** Up to this many of one month are read row by row, more with one Query over their span. */
const singleReadsMax = 8;

/** Reads the decisions about these detections. */
export async function readTriages(
  options: StoreOptions,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Triage>> {
  const asked = new Set(ids);
  const months = [...new Set(ids.map((id) => id.slice(0, 6)))];
  const found = new Map<string, Triage>();
  await Promise.all(
    months.map(async (month) => {
      const own = ids.filter((id) => id.startsWith(month)).sort();
      const span = { from: own[0] ?? '', to: own.at(-1) ?? '' };
      const rows =
        own.length <= singleReadsMax
          ? await Promise.all(own.map(async (id) => [id, await readTriage(options, id)] as const))
          : await between(options, month, span);
      for (const [id, triage] of rows) if (triage && asked.has(id)) found.set(id, triage);
    }),
  );
  return found;
}

/** The decision about one detection; undefined when there is none. */
export async function readTriage(
  { client, tableName, now }: StoreOptions,
  id: string,
): Promise<Triage | undefined> {
  const { pk, sk } = triageKeyOf(id);
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  return Item && !isExpired(Item, now()) ? (JSON.parse(text(Item)) as Triage) : undefined;
}

/**
 * Writes the decision if there is no other since `triage.version - 1`. The row lives as long
 * as the detection, and names its user and time for erasure.
 */
export async function putTriage(
  { client, tableName, retention = retentionDefault }: StoreOptions,
  { id, userKey, firstSeen }: Pick<Detection, 'id' | 'userKey' | 'firstSeen'>,
  triage: Triage,
): Promise<'written' | 'conflict'> {
  const { pk, sk } = triageKeyOf(id);
  const isFirst = triage.version === 1;
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          pk: { S: pk },
          sk: { S: sk },
          doc: { S: JSON.stringify(triage) },
          version: number(triage.version),
          user: { S: userKey },
          firstSeen: number(firstSeen),
          expiresAt: number(firstSeen / 1000 + retention.detectionDays * 86_400),
        },
        ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : 'version = :known',
        ...(isFirst ? {} : { ExpressionAttributeValues: { ':known': number(triage.version - 1) } }),
      }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'conflict';
    throw error;
  }
}

async function between(
  { client, tableName, now }: StoreOptions,
  month: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<[string, Triage][]> {
  const rows: [string, Triage][] = [];
  let start: Record<string, { S: string }> | undefined;
  do {
    const answer = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': { S: triagePartition(month) },
          ':from': { S: from },
          ':to': { S: to },
        },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of answer.Items ?? []) {
      if (!isExpired(item, now())) rows.push([item['sk']?.S ?? '', JSON.parse(text(item))]);
    }
    start = answer.LastEvaluatedKey as typeof start;
  } while (start);
  return rows;
}
