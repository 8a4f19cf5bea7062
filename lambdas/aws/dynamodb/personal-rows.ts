// Rows of the profiles table that name a user, found and deleted: PersonalRows.
// Order matters: what is found through the profile goes before it, so that a repeat after a crash
// still finds the rest. Deleting a row that is gone is no error.

import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import type { Detection } from '../../../domain/detection.ts';
import { cellOf, type Location, placeKey } from '../../../domain/location.ts';
import { placeUseKeys } from '../../../domain/population/use-keys.ts';
import { observationOf } from '../../../domain/session/observation.ts';
import { unescapeKeyPart } from '../../../domain/user-name.ts';
import type { PersonalRows } from '../../shared/erasures.ts';
import { profileOfItem } from './profile-item.ts';
import {
  detectionKeyOf,
  detectionPartition,
  detectionPrefix,
  deviceKeyOf,
  devicePartition,
  deviceUserKeyOf,
  directoryKeyOf,
  directoryPartition,
  oddUserKeyOf,
  placeUserKeyOf,
  profileKeyOf,
  profileSortKey,
  type RowKey,
  sessionPrefix,
  triageKeyOf,
  userPartition,
} from './profile-keys.ts';
import { decodeSession, type Item, text } from './user-rows.ts';

type StoreOptions = { readonly client: DynamoDBClient; readonly tableName: string };

/** A user of half a year has thousands of rows, and the caller waits half a minute at most. */
const deletedAtOnce = 25;

/** Makes PersonalRows over the profiles table. */
export function makePersonalRows(options: StoreOptions): PersonalRows {
  return {
    deleteUser: (userKey) => deleteUser(options, userKey),
    deleteLeftovers: (erasedAt, after) => deleteLeftovers(options, erasedAt, after),
  };
}

async function deleteUser(options: StoreOptions, userKey: string): Promise<number> {
  const own = await partition(options, userPartition(userKey));
  const rows = new Map<string, RowKey>();
  const add = (key: RowKey) => rows.set(`${key.pk} ${key.sk}`, key);
  const devices = new Set<string>();
  let deleted = 0;
  for (const item of own) {
    const { keys, deviceKeys, detectionId } = pointedAt(userKey, item);
    for (const key of keys) add(key);
    for (const key of deviceKeys) devices.add(key);
    if (detectionId) deleted += await forgetDetection(options, userKey, detectionId);
  }
  if (own.length > 0) add(directoryKeyOf(userKey));
  deleted += await deleteAll(options, [...rows.values()]);
  for (const device of devices) deleted += await forgetDevice(options, userKey, device);
  const ownKeys = own.map(keyOfItem);
  const isProfile = ({ sk }: RowKey) => sk === profileSortKey;
  deleted += await deleteAll(
    options,
    ownKeys.filter((key) => !isProfile(key)),
  );
  return deleted + (await deleteAll(options, ownKeys.filter(isProfile)));
}

type Pointed = { keys: RowKey[]; deviceKeys: string[]; detectionId?: string };

/** Rows of other partitions that a row of the user's own names. */
function pointedAt(userKey: string, item: Item): Pointed {
  const sk = item['sk']?.S ?? '';
  if (sk.startsWith(detectionPrefix)) {
    return { keys: [], deviceKeys: [], detectionId: sk.slice(detectionPrefix.length) };
  }
  if (sk.startsWith(sessionPrefix)) {
    const { sightings, devices } = decodeSession(item);
    const keys = sightings.flatMap(({ address, location }) => [
      ...placeRowsOf(userKey, location),
      ...placeUseKeys(observationOf({ time: 0, gatewayId: '', address, location })).map((key) =>
        oddUserKeyOf(key, userKey),
      ),
    ]);
    return { keys, deviceKeys: devices.map(({ key }) => key) };
  }
  if (sk !== profileSortKey) return { keys: [], deviceKeys: [] };
  const { places, devices } = profileOfItem(userKey, item);
  const keys = [...places.values()].flatMap(({ location }) => placeRowsOf(userKey, location));
  return { keys, deviceKeys: [...devices.keys()] };
}

function placeRowsOf(userKey: string, location: Location): RowKey[] {
  if (location.kind !== 'located') return [];
  return [placeUserKeyOf(cellOf(location), userKey, placeKey(location))];
}

/** Deletes a detection; one of several users stays, without this one. */
async function forgetDetection(
  options: StoreOptions,
  userKey: string,
  id: string,
): Promise<number> {
  const item = await get(options, detectionKeyOf(id));
  const detection = item && detectionOf(item);
  const others = detection?.users?.filter((user) => user !== userKey) ?? [];
  const [first] = others;
  if (!item || !detection || first === undefined) {
    return deleteAll(options, [detectionKeyOf(id), triageKeyOf(id)]);
  }
  const doc = JSON.stringify({ ...detection, userKey: first, users: others });
  const version = Number(item['version']?.N ?? 0);
  const command = new PutItemCommand({
    TableName: options.tableName,
    Item: { ...item, doc: { S: doc }, version: { N: String(version + 1) } },
    // Somebody else wrote it meanwhile: the erasure fails and is asked for again.
    ConditionExpression: 'version = :version',
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  });
  await options.client.send(command);
  return 1;
}

/** Removes the user from a device, and the device from its list when no other user has it. */
async function forgetDevice(
  options: StoreOptions,
  userKey: string,
  deviceKey: string,
): Promise<number> {
  const deleted = await deleteAll(options, [deviceUserKeyOf(deviceKey, userKey)]);
  if ((await partition(options, devicePartition(deviceKey))).length > 0) return deleted;
  return deleted + (await deleteAll(options, [deviceKeyOf(deviceKey)]));
}

async function deleteLeftovers(
  options: StoreOptions,
  erasedAt: (userKey: string) => Promise<UnixMs | undefined>,
  after: string | undefined,
): Promise<{ rows: number; next?: string }> {
  const page = await options.client.send(
    new ScanCommand({
      TableName: options.tableName,
      ...(after === undefined ? {} : { ExclusiveStartKey: keyItem(JSON.parse(after) as RowKey) }),
    }),
  );
  let rows = 0;
  for (const item of page.Items ?? []) {
    const user = userOf(item);
    const time = user === undefined ? undefined : await erasedAt(user);
    if (user === undefined || time === undefined) continue;
    const born = await bornAt(options, user, item);
    if (born === undefined || born <= time) rows += await deleteAll(options, [keyOfItem(item)]);
  }
  const last = page.LastEvaluatedKey;
  return last ? { rows, next: JSON.stringify(keyOfItem(last)) } : { rows };
}

function userOf(item: Item): string | undefined {
  if (item['user']?.S !== undefined) return item['user'].S;
  const pk = item['pk']?.S ?? '';
  if (pk.startsWith(userPartition(''))) return unescapeKeyPart(pk.slice(userPartition('').length));
  return isDetection(pk) ? detectionOf(item).userKey : undefined;
}

/**
 * When a row's content was seen, ms: the user may have come back since the erasure, with rows that
 * stay. Undefined: the row hangs on another that is gone.
 */
async function bornAt(
  options: StoreOptions,
  userKey: string,
  item: Item,
): Promise<UnixMs | undefined> {
  const { pk, sk } = keyOfItem(item);
  if (item['firstSeen']?.N !== undefined) return Number(item['firstSeen'].N);
  if (isDetection(pk)) return detectionOf(item).firstSeen;
  if (sk.startsWith(sessionPrefix)) return decodeSession(item).lastSeen;
  if (sk === profileSortKey) return profileOfItem(userKey, item).lastSeen;
  if (pk === directoryPartition) {
    const profile = await get(options, profileKeyOf(userKey));
    return profile && profileOfItem(userKey, profile).lastSeen;
  }
  const detection = await get(options, detectionKeyOf(sk.slice(detectionPrefix.length)));
  return detection && detectionOf(detection).firstSeen;
}

const isDetection = (pk: string): boolean => pk.startsWith(detectionPartition(''));
const detectionOf = (item: Item): Detection => JSON.parse(text(item)) as Detection;

async function partition(options: StoreOptions, pk: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await options.client.send(
      new QueryCommand({
        TableName: options.tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

async function get({ client, tableName }: StoreOptions, key: RowKey): Promise<Item | undefined> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: keyItem(key),
    ConsistentRead: true,
  });
  return (await client.send(command)).Item;
}

/** Deletes some rows at a time. Counts only those that were there. */
async function deleteAll(options: StoreOptions, keys: readonly RowKey[]): Promise<number> {
  let deleted = 0;
  for (let from = 0; from < keys.length; from += deletedAtOnce) {
    const some = keys.slice(from, from + deletedAtOnce);
    const found = await Promise.all(some.map((key) => deleteRow(options, key)));
    deleted += found.filter(Boolean).length;
  }
  return deleted;
}

async function deleteRow({ client, tableName }: StoreOptions, key: RowKey): Promise<boolean> {
  const command = new DeleteItemCommand({
    TableName: tableName,
    Key: keyItem(key),
    ReturnValues: 'ALL_OLD',
  });
  return (await client.send(command)).Attributes !== undefined;
}

const keyItem = (key: RowKey): Record<string, AttributeValue> => ({
  pk: { S: key.pk },
  sk: { S: key.sk },
});
const keyOfItem = (item: Item): RowKey => ({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' });
