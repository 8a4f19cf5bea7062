// Rows of the profiles table that name a user, found and deleted: PersonalRows. All are named by
// the user's own partition (referenced-rows.ts), so the size of the table does not matter.
// Order matters: what is found through the profile goes before it, so that a repeat after a crash
// still finds the rest. Deleting a row that is gone is no error.

import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import type { Detection } from '../../../domain/detection.ts';
import type { PersonalRows } from '../../shared/erasures.ts';
import type { Retention } from '../../shared/retention.ts';
import { putFound } from './detection-rows.ts';
import { deleteComments, deleteNotes } from './detection-texts.ts';
import { pointedAt } from './pointed-rows.ts';
import { profileOfItem } from './profile-item.ts';
import {
  detectionKeyOf,
  detectionPrefix,
  deviceKeyOf,
  devicePartition,
  deviceUserKeyOf,
  directoryKeyOf,
  directoryPartition,
  profileSortKey,
  queueKeyOf,
  type RowKey,
  sessionPrefix,
  triageKeyOf,
  userPartition,
} from './profile-keys.ts';
import { queryAll } from './query-all.ts';
import { forgetNames } from './search-store.ts';
import { decodeSession, type Item, keyItem, number, text } from './user-rows.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retention?: Retention | undefined;
};

/** A user of half a year has thousands of rows, and the caller waits half a minute at most. */
const deletedAtOnce = 25;

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
  for (const id of new Set(pointed.flatMap(({ detectionIds }) => detectionIds))) {
    const forgotten = await forgetDetection(options, { userKey, id, bornUntil });
    if (forgotten === 'kept') kept.add(`${detectionPrefix}${id}`);
    else deleted += forgotten;
  }
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

/** When a row of the user's own was last of use, ms; of a reference, when its row was first. */
function bornAt(userKey: string, item: Item): UnixMs {
  const { sk } = keyOfItem(item);
  if (sk.startsWith(sessionPrefix)) return decodeSession(item).lastSeen;
  if (sk === profileSortKey) return profileOfItem(userKey, item).lastSeen;
  return Number(item['firstSeen']?.N ?? 0);
}

/** Deletes a detection; one of several users stays, without this one. */
async function forgetDetection(
  options: StoreOptions,
  { userKey, id, bornUntil }: { userKey: string; id: string; bornUntil: UnixMs },
): Promise<number | 'kept'> {
  const item = await get(options, detectionKeyOf(id));
  const detection = item && (JSON.parse(text(item)) as Detection);
  if (detection && detection.firstSeen > bornUntil) return 'kept';
  // It was moved to the user's key of today.
  if (detection && !detection.users && detection.userKey !== userKey) return 0;
  const comments = await deleteComments(options, id);
  const others = detection?.users?.filter((user) => user !== userKey) ?? [];
  const [first] = others;
  if (!item || !detection || first === undefined) {
    const rows = [triageKeyOf(id), queueKeyOf(id), detectionKeyOf(id)];
    return comments + (await deleteAll(options, rows));
  }
  const rest: Detection = { ...detection, userKey: first, users: others };
  const doc = JSON.stringify(rest);
  const version = Number(item['version']?.N ?? 0);
  const command = new PutItemCommand({
    TableName: options.tableName,
    Item: { ...item, doc: { S: doc }, version: { N: String(version + 1) } },
    // Somebody else wrote it meanwhile: the erasure fails and is asked for again.
    ConditionExpression: 'version = :version',
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  });
  await options.client.send(command);
  await putFound(options, rest, version + 1);
  await deleteNotes(options, id, first);
  return comments + 1;
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

async function get({ client, tableName }: StoreOptions, key: RowKey): Promise<Item | undefined> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: keyItem(key),
    ConsistentRead: true,
  });
  return (await client.send(command)).Item;
}

/** Deletes rows first seen until then, some at a time. Counts only those that were there. */
async function deleteAll(
  options: StoreOptions,
  keys: readonly RowKey[],
  bornUntil: UnixMs = Number.POSITIVE_INFINITY,
): Promise<number> {
  let deleted = 0;
  for (let from = 0; from < keys.length; from += deletedAtOnce) {
    const some = keys.slice(from, from + deletedAtOnce);
    const found = await Promise.all(some.map((key) => deleteRow(options, key, bornUntil)));
    deleted += found.filter(Boolean).length;
  }
  return deleted;
}

async function deleteRow(
  { client, tableName }: StoreOptions,
  key: RowKey,
  bornUntil: UnixMs,
): Promise<boolean> {
  const condition = Number.isFinite(bornUntil) && {
    ConditionExpression: 'attribute_not_exists(firstSeen) OR firstSeen <= :until',
    ExpressionAttributeValues: { ':until': number(bornUntil) },
  };
  const command = new DeleteItemCommand({
    TableName: tableName,
    Key: keyItem(key),
    ReturnValues: 'ALL_OLD',
    ...condition,
  });
  try {
    return (await client.send(command)).Attributes !== undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

const keyOfItem = (item: Item): RowKey => ({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' });
