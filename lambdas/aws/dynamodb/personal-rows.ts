// Rows of the profiles table that name a user, found and deleted: PersonalRows. All are named by
// the user's own partition (referenced-rows.ts), so the size of the table does not matter.
// Order matters: what is found through the profile goes before it, so that a repeat after a crash
// still finds the rest. Deleting a row that is gone is no error.

import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { sessionRef } from '../../../domain/detect/alert.ts';
import type { PersonalRows } from '../../shared/erasures.ts';
import type { Retention } from '../../shared/retention.ts';
import { forgetInCases } from './case-rows.ts';
import { type Erased, forgetDetection, forgetLook } from './detection-erasure.ts';
import { deleteAll } from './erased-rows.ts';
import { type Pointed, pointedAt } from './pointed-rows.ts';
import { profileOfItem } from './profile-item.ts';
import {
  detectionPrefix,
  deviceKeyOf,
  devicePartition,
  deviceUserKeyOf,
  directoryKeyOf,
  directoryPartition,
  profileSortKey,
  type RowKey,
  sessionPrefix,
  userPartition,
} from './profile-keys.ts';
import { queryAll } from './query-all.ts';
import { forgetNames } from './search-store.ts';
import { decodeSession, type Item } from './user-rows.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retention?: Retention | undefined;
};

/** Makes PersonalRows over the profiles table. */
export function makePersonalRows(options: StoreOptions): PersonalRows {
  return {
    deleteUser: (userKey, bornUntil = Number.POSITIVE_INFINITY) =>
      deleteUser(options, userKey, bornUntil),
    keysOf: async (isOfUser) => {
      const rows = await partition(options, directoryPartition);
      return rows.flatMap((item) => item['user']?.S ?? []).filter(isOfUser);
    },
  };
}

async function deleteUser(
  options: StoreOptions,
  userKey: string,
  bornUntil: UnixMs,
): Promise<number> {
  const own = await partition(options, userPartition(userKey));
  const isOld = (item: Item): boolean => bornAt(userKey, item) <= bornUntil;
  const pointed = own.map((item) => pointedAt(userKey, item));
  const rows = new Map<string, RowKey>();
  for (const { keys } of pointed) for (const key of keys) rows.set(`${key.pk} ${key.sk}`, key);
  let deleted = await deleteAll(options, [...rows.values()], bornUntil);
  const kept = new Set<string>();
  const erased = { userKey, bornUntil, ...namedBy(own, pointed) };
  for (const id of erased.detectionIds) {
    const forgotten = await forgetDetection(options, erased, id);
    if (forgotten === 'kept') kept.add(`${detectionPrefix}${id}`);
    else deleted += forgotten;
  }
  for (const id of new Set(pointed.flatMap(({ alikeIds }) => alikeIds))) {
    deleted += await forgetLook(options, erased, id);
  }
  const gone = [...erased.detectionIds].filter((id) => !kept.has(`${detectionPrefix}${id}`));
  deleted += await forgetInCases(options, gone);
  const goneDevices = new Set<string>();
  for (const device of new Set(pointed.flatMap(({ deviceKeys }) => deviceKeys))) {
    const forgotten = await forgetDevice(options, { userKey, deviceKey: device, bornUntil });
    deleted += forgotten.rows;
    if (forgotten.isGone) goneDevices.add(device);
  }
  const profile = own.find((item) => keyOfItem(item).sk === profileSortKey);
  const others = own.filter((item) => item !== profile && isOld(item)).map(keyOfItem);
  deleted += await deleteAll(
    options,
    others.filter(({ sk }) => !kept.has(sk)),
  );
  const isBack = profile !== undefined && !isOld(profile);
  // Nothing that is written here has a time.
  deleted += await forgetNames({ ...options, now: () => 0 }, ({ kind, key }) =>
    kind === 'device' ? goneDevices.has(key) : kind === 'user' && key === userKey && !isBack,
  );
  if (isBack) return deleted;
  // The name in the directory is last: it leads back here after a crash.
  if (profile) deleted += await deleteAll(options, [keyOfItem(profile)]);
  return deleted + (await deleteAll(options, [directoryKeyOf(userKey)]));
}

/** What detections about others may name of the user. */
function namedBy(
  own: readonly Item[],
  pointed: readonly Pointed[],
): Pick<Erased, 'detectionIds' | 'sessions'> {
  const rows = own.filter((item) => keyOfItem(item).sk.startsWith(sessionPrefix));
  return {
    detectionIds: new Set(pointed.flatMap(({ detectionIds }) => detectionIds)),
    sessions: new Set(rows.map((item) => sessionRef(decodeSession(item)))),
  };
}

/** When a row of the user's own was last of use, ms; of a reference, when its row was first. */
function bornAt(userKey: string, item: Item): UnixMs {
  const { sk } = keyOfItem(item);
  if (sk.startsWith(sessionPrefix)) return decodeSession(item).lastSeen;
  if (sk === profileSortKey) return profileOfItem(userKey, item).lastSeen;
  return Number(item['firstSeen']?.N ?? 0);
}

/** Removes the user from a device, and the device from its list when no other user has it. */
async function forgetDevice(
  options: StoreOptions,
  one: { userKey: string; deviceKey: string; bornUntil: UnixMs },
): Promise<{ readonly rows: number; readonly isGone: boolean }> {
  const { userKey, deviceKey, bornUntil } = one;
  const rows = await deleteAll(options, [deviceUserKeyOf(deviceKey, userKey)], bornUntil);
  if (await hasRows(options, devicePartition(deviceKey))) return { rows, isGone: false };
  return { rows: rows + (await deleteAll(options, [deviceKeyOf(deviceKey)])), isGone: true };
}

async function hasRows(options: StoreOptions, pk: string): Promise<boolean> {
  const { client, tableName } = options;
  const page = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      Limit: 1,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    }),
  );
  return (page.Items ?? []).length > 0;
}

const partition = ({ client, tableName }: StoreOptions, pk: string): Promise<Item[]> =>
  queryAll(client, {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  });

const keyOfItem = (item: Item): RowKey => ({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' });
