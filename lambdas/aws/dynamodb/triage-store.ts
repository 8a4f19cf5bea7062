// Analysts' decisions in the profiles table: one row per detection that has been classified or
// annotated. Each write is conditional on the row's version, so two analysts cannot overwrite each
// other unseen.

import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Detection } from '../../../domain/detection.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import type { Triage } from '../../shared/triage.ts';
import { referToDetection } from './detection-references.ts';
import { putDecided } from './detection-rows.ts';
import { triageKeyOf } from './profile-keys.ts';
import { readByKey } from './read-by-key.ts';
import { number, text } from './user-rows.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: () => number;
  readonly retention?: Retention | undefined;
};

/** Reads the decisions about these detections. */
export async function readTriages(
  options: StoreOptions,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Triage>> {
  const items = await readByKey(options, ids.map(triageKeyOf));
  return new Map(items.map((item) => [item['sk']?.S ?? '', JSON.parse(text(item)) as Triage]));
}

/**
 * Writes the decision if there is no other since `triage.version - 1`, then what lists read of it.
 * The row lives as long as the detection, and names its user and time for erasure.
 */
export async function putTriage(
  options: StoreOptions,
  detection: Detection,
  triage: Triage,
): Promise<'written' | 'conflict'> {
  const { client, tableName, retention = retentionDefault } = options;
  const { id, userKey, firstSeen } = detection;
  const { pk, sk } = triageKeyOf(id);
  const isFirst = triage.version === 1;
  await referToDetection(options, detection);
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
    await putDecided(options, detection, triage);
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'conflict';
    throw error;
  }
}
