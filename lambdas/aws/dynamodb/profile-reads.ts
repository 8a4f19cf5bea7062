// Profiles of many users at once, for who looks through all of them: up to 100 in a request, some
// requests side by side. Eventually consistent: half a read unit for a profile within 4 KB.

import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { inParallel } from '../../../domain/process/in-parallel.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { profileOfItem } from './profile-item.ts';
import { profileKeyOf } from './profile-keys.ts';
import { type Item, keyItem, versionOf } from './user-rows.ts';

/** Keys that one BatchGetItem may ask for (DynamoDB API reference). */
const batchGetMax = 100;

type Table = { readonly client: DynamoDBClient; readonly tableName: string };

/**
 * Reads profiles, in no order; users without one are left out.
 * @throws Error TABLE_BUSY when a request brings nothing: it would repeat for ever
 */
export async function readProfiles(
  table: Table,
  userKeys: readonly string[],
): Promise<readonly { readonly profile: Profile; readonly version: number }[]> {
  const found: { profile: Profile; version: number }[] = [];
  await readItems(table, userKeys, {}, (user, item) => {
    found.push({ profile: profileOfItem(user, item), version: versionOf(item) });
  });
  return found;
}

/** How a BatchGetItem reads. */
type Reading = { readonly ConsistentRead?: boolean; readonly ProjectionExpression?: string };

async function readItems(
  table: Table,
  userKeys: readonly string[],
  reading: Reading,
  take: (userKey: string, item: Item) => void,
): Promise<void> {
  const users = [...new Set(userKeys)];
  const parts = Array.from({ length: Math.ceil(users.length / batchGetMax) }, (_, at) =>
    users.slice(at * batchGetMax, (at + 1) * batchGetMax),
  );
  await inParallel(parts, async (part) => {
    const byPartition = new Map(part.map((user) => [profileKeyOf(user).pk, user]));
    let keys: Item[] = part.map((user) => keyItem(profileKeyOf(user)));
    while (keys.length > 0) {
      const page: BatchGetItemCommandOutput = await table.client.send(
        new BatchGetItemCommand({
          RequestItems: { [table.tableName]: { Keys: keys, ...reading } },
        }),
      );
      for (const item of page.Responses?.[table.tableName] ?? []) {
        const user = byPartition.get(item['pk']?.S ?? '');
        if (user !== undefined) take(user, item);
      }
      const unread = page.UnprocessedKeys?.[table.tableName]?.Keys ?? [];
      if (unread.length === keys.length) {
        const error = new Error('TABLE_BUSY: a table read no row of a request');
        throw Object.assign(error, { code: 'TABLE_BUSY' });
      }
      keys = unread;
    }
  });
}

/**
 * Those of these users who have no profile; a consistent read.
 * @throws Error TABLE_BUSY as `readProfiles`
 */
export async function usersWithoutProfile(
  table: Table,
  userKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const missing = new Set(userKeys);
  await readItems(table, userKeys, { ConsistentRead: true, ProjectionExpression: 'pk' }, (user) => {
    missing.delete(user);
  });
  return missing;
}
