// The pointers that users' own partitions hold to detections. An erasure finds by them what stands
// elsewhere, so they are written again before anything that would outlive an erasure which came in
// between: a decision or a comment about a detection that is just being deleted.

import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Detection } from '../../../domain/detection.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import { detectionRefKeyOf } from './profile-keys.ts';
import { keyItem, number } from './user-rows.ts';

type Writing = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retention?: Retention | undefined;
};

/** When rows about a detection expire, ms. */
export const detectionExpiryMs = (
  { retention = retentionDefault }: Pick<Writing, 'retention'>,
  { firstSeen }: Pick<Detection, 'firstSeen'>,
): number => firstSeen + retention.detectionDays * 86_400_000;

/** Lets each user of a detection lead to it. */
export async function referToDetection(options: Writing, detection: Detection): Promise<void> {
  const { client, tableName } = options;
  const expiresAt = number(detectionExpiryMs(options, detection) / 1000);
  for (const userKey of detection.users ?? [detection.userKey]) {
    const Item = { ...keyItem(detectionRefKeyOf(userKey, detection.id)), expiresAt };
    await client.send(new PutItemCommand({ TableName: tableName, Item }));
  }
}
