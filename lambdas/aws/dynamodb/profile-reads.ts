// Profiles of many users at once, for who looks through all of them: up to 100 in a request, some
// requests side by side. Eventually consistent: half a read unit for a profile within 4 KB.

import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { inParallel } from '../../../domain/process/in-parallel.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { profileOfItem } from './profile-item.ts';
import { profileKeyOf } from './profile-keys.ts';
import { keyItem, versionOf } from './user-rows.ts';

/** Keys that one BatchGetItem may ask for (DynamoDB API reference). */
const batchGetMax = 100;

/**
 * Reads profiles, in no order; users without one are left out.
 * @throws Error TABLE_BUSY when a request brings nothing: it would repeat for ever
 */
export async function readProfiles(
  table: { readonly client: DynamoDBClient; readonly tableName: string },
  userKeys: readonly string[],
): Promise<readonly { readonly profile: Profile; readonly version: number }[]> {
  const users = [...new Set(userKeys)];
  const parts = Array.from({ length: Math.ceil(users.length / batchGetMax) }, (_, at) =>
    users.slice(at * batchGetMax, (at + 1) * batchGetMax),
  );
  const found: { profile: Profile; version: number }[] = [];
  await inParallel(parts, async (part) => {
    const byPartition = new Map(part.map((user) => [profileKeyOf(user).pk, user]));
    let keys: Record<string, AttributeValue>[] = part.map((user) => keyItem(profileKeyOf(user)));
    while (keys.length > 0) {
      const page: BatchGetItemCommandOutput = await table.client.send(
        new BatchGetItemCommand({ RequestItems: { [table.tableName]: { Keys: keys } } }),
      );
      const items = page.Responses?.[table.tableName] ?? [];
      keys = page.UnprocessedKeys?.[table.tableName]?.Keys ?? [];
      for (const item of items) {
        const user = byPartition.get(item['pk']?.S ?? '');
        if (user === undefined) continue;
        found.push({ profile: profileOfItem(user, item), version: versionOf(item) });
      }
      if (keys.length > 0 && items.length === 0) {
        const error = new Error('TABLE_BUSY: a table read no row of a request');
        throw Object.assign(error, { code: 'TABLE_BUSY' });
      }
    }
  });
  return found;
}
