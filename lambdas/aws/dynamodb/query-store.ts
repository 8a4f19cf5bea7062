// Reads for the query API from the profiles table. Every list is one Query over one partition.
// Expired rows are left out: DynamoDB's TTL deletes days late.

import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Device } from '../../../domain/accounting-event.ts';
import type { Detection } from '../../../domain/detection.ts';
import type { Page, PageRequest, QueryStore, UserRow } from '../../query/ports.ts';
import { readCaseRecords } from './case-rows.ts';
import { readComments } from './comment-rows.ts';
import { readDetectionRows, readEndings } from './detection-rows.ts';
import { readMonth } from './month-store.ts';
import { profileOfItem } from './profile-item.ts';
import {
  cellPartition,
  detectionKeyOf,
  detectionPrefix,
  deviceDirectoryPartition,
  deviceKeyOf,
  devicePartition,
  directoryPartition,
  directoryPrefix,
  nearMissPartition,
  profileKeyOf,
  type RowKey,
  sessionSortKey,
  sortKeyBytesMax,
  userPartition,
} from './profile-keys.ts';
import { readByKey } from './read-by-key.ts';
import { nearMissOf } from './referenced-rows.ts';
import { readTriages } from './triage-store.ts';
import { decodeSession, type Item, isExpired, text } from './user-rows.ts';
import { usersLike } from './users-like.ts';
import { makeWordStore } from './word-store.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: () => number;
};

/** Users listed for one device: more users than share a device. */
const deviceUsersMax = 100;

/** Makes the QueryStore over the profiles table. */
export function makeQueryStore(options: StoreOptions): QueryStore {
  const list = <T>(range: Range, page: PageRequest, decode: (item: Item) => T): Promise<Page<T>> =>
    queryPage(options, range, page, decode);
  const words = makeWordStore(options);
  return {
    users: (prefix, page) =>
      list(
        { pk: directoryPartition, prefix: directoryPrefix(prefix), isAscending: true },
        page,
        (item): UserRow => ({
          user: item['user']?.S ?? '',
          kind: item['kind']?.S === 'machine' ? 'machine' : 'person',
        }),
      ),
    usersLike: (look) => usersLike(options, look),
    profile: async (userKey) => {
      const item = await get(options, profileKeyOf(userKey));
      if (!item) return undefined;
      return { profile: profileOfItem(userKey, item), version: Number(item['version']?.N) };
    },
    sessions: (userKey, from, to, page) =>
      list(
        { pk: userPartition(userKey), from: sessionSortKey(from), to: sessionSortKey(to) },
        page,
        decodeSession,
      ),
    heard: (sessions) => words.heard(sessions),
    month: async (userKey, month) => (await readMonth(options, userKey, month))?.days,
    userDetections: async (userKey, page) => {
      const range = { pk: userPartition(userKey), prefix: detectionPrefix };
      const refs = await list(range, page, (item) => (item['sk']?.S ?? '').slice(2));
      const rows = await Promise.all(refs.items.map((id) => detection(options, id)));
      return { ...refs, items: rows.filter((row) => row !== undefined) };
    },
    detectionIds: async (userKey, limit) => {
      const range = { pk: userPartition(userKey), prefix: detectionPrefix };
      const refs = await list(range, { limit }, (item) => (item['sk']?.S ?? '').slice(2));
      return refs.items;
    },
    detectionRows: (month, ids, page) => readDetectionRows(options, month, ids, page),
    detectionsOf: async (ids) => {
      const items = await readByKey(options, ids.map(detectionKeyOf));
      const found = items.map(decodeDetection);
      return new Map(found.map((detection) => [detection.id, detection]));
    },
    caseRecords: (ids) => readCaseRecords(options, ids),
    triages: (ids) => readTriages(options, ids),
    endings: (ids) => readEndings(options, ids),
    detection: (id) => detection(options, id),
    nearMisses: (time, page) =>
      list({ pk: nearMissPartition(time), prefix: '', isAscending: true }, page, nearMissOf),
    comments: (id, page) => readComments(options, id, page),
    devices: (prefix, page) =>
      list({ pk: deviceDirectoryPartition, prefix, isAscending: true }, page, decodeDevice),
    devicesOf: async (keys) => {
      const items = await readByKey(options, keys.map(deviceKeyOf));
      return new Map(items.map(decodeDevice).map((device) => [device.key, device]));
    },
    deviceUsers: async (deviceKey) => {
      const range = { pk: devicePartition(deviceKey), prefix: '', isAscending: true };
      const page = await list(range, { limit: deviceUsersMax }, userRow);
      return page.items;
    },
    cellUsers: (cell, page) =>
      list({ pk: cellPartition(cell), prefix: '', isAscending: true }, page, (item) => ({
        ...userRow(item),
        place: item['place']?.S ?? '',
      })),
  };
}

/**
 * Rows of one partition: sort keys that begin with `prefix` (empty: all of them), or within
 * [from, to]. Newest (highest) first unless ascending.
 */
type Range = { readonly pk: string; readonly isAscending?: boolean } & (
  | { readonly prefix: string }
  | { readonly from: string; readonly to: string }
);

async function queryPage<T>(
  options: StoreOptions,
  range: Range,
  page: PageRequest,
  decode: (item: Item) => T,
): Promise<Page<T>> {
  const { after } = page;
  // A cursor may have fallen out of a range that moves with the clock.
  if (isEmptyRange(range) || (after && !isWithin(range, after))) return { items: [] };
  const { condition, values } = conditionOf(range);
  const answer = await options.client.send(
    new QueryCommand({
      TableName: options.tableName,
      ScanIndexForward: (range.isAscending === true) !== (page.isTurned === true),
      Limit: page.limit,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
      ...(after ? { ExclusiveStartKey: { pk: { S: range.pk }, sk: { S: after } } } : {}),
    }),
  );
  const live = (answer.Items ?? []).filter((item) => !isExpired(item, options.now()));
  const last = answer.LastEvaluatedKey?.['sk']?.S;
  return { items: live.map(decode), ...(last ? { last } : {}) };
}

/**
 * The key condition of a range. An operand may not be empty, so all rows are asked for without a
 * condition on the sort key; and no text sorts after every key, so a prefix is one, not two bounds.
 */
function conditionOf(range: Range): { condition: string; values: Item } {
  const pk = { ':pk': { S: range.pk } };
  if ('from' in range) {
    const values = { ...pk, ':from': { S: range.from }, ':to': { S: range.to } };
    return { condition: 'pk = :pk AND sk BETWEEN :from AND :to', values };
  }
  if (range.prefix === '') return { condition: 'pk = :pk', values: pk };
  const values = { ...pk, ':prefix': { S: range.prefix } };
  return { condition: 'pk = :pk AND begins_with(sk, :prefix)', values };
}

/** DynamoDB orders text by its UTF-8 octets, JavaScript by UTF-16 units. */
const isAbove = (one: string, other: string): boolean =>
  Buffer.compare(Buffer.from(one), Buffer.from(other)) > 0;

/** No key can be in it: the bounds are crossed, or the prefix is longer than a key. */
const isEmptyRange = (range: Range): boolean =>
  'from' in range
    ? isAbove(range.from, range.to)
    : Buffer.byteLength(range.prefix) > sortKeyBytesMax;

const isWithin = (range: Range, sortKey: string): boolean =>
  'from' in range
    ? !isAbove(range.from, sortKey) && !isAbove(sortKey, range.to)
    : sortKey.startsWith(range.prefix);

async function detection(options: StoreOptions, id: string): Promise<Detection | undefined> {
  const item = await get(options, detectionKeyOf(id));
  return item && !isExpired(item, options.now()) ? decodeDetection(item) : undefined;
}

async function get(options: StoreOptions, key: RowKey): Promise<Item | undefined> {
  const answer = await options.client.send(
    new GetItemCommand({
      TableName: options.tableName,
      Key: { pk: { S: key.pk }, sk: { S: key.sk } },
    }),
  );
  return answer.Item;
}

const decodeDetection = (item: Item): Detection => JSON.parse(text(item)) as Detection;

const decodeDevice = (item: Item): Device => JSON.parse(item['device']?.S ?? '{}') as Device;

const userRow = (item: Item): { user: string; firstSeen: number } => ({
  user: item['user']?.S ?? '',
  firstSeen: Number(item['firstSeen']?.N ?? 0),
});
