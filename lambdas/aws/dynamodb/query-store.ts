// Reads for the query API from the profiles table. Every list is one Query over one partition.
// Expired rows are left out: DynamoDB's TTL deletes days late.

import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Device } from '../../../domain/accounting-event.ts';
import type { Detection } from '../../../domain/detection.ts';
import { escapeKeyPart } from '../../../domain/user-name.ts';
import type { Page, PageRequest, QueryStore, UserRow } from '../../query/ports.ts';
import { profileOfItem } from './profile-item.ts';
import {
  cellPartition,
  detectionKeyOf,
  detectionPartition,
  detectionPrefix,
  deviceDirectoryPartition,
  devicePartition,
  directoryPartition,
  profileKeyOf,
  type RowKey,
  sessionSortKey,
  userPartition,
} from './profile-keys.ts';
import { readTriages } from './triage-store.ts';
import { decodeSession, type Item, isExpired, text } from './user-store.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: () => number;
};

/** Sorts after every key that begins with the same prefix. */
const highest = '\uffff';
/** Users listed for one device: more people than share a device. */
const deviceUsersMax = 100;

/** Makes the QueryStore over the profiles table. */
export function makeQueryStore(options: StoreOptions): QueryStore {
  const list = <T>(range: Range, page: PageRequest, decode: (item: Item) => T): Promise<Page<T>> =>
    queryPage(options, range, page, decode);
  return {
    users: (prefix, page) => {
      const from = escapeKeyPart(prefix);
      return list(
        { pk: directoryPartition, from, to: `${from}${highest}`, isAscending: true },
        page,
        (item): UserRow => ({
          user: item['user']?.S ?? '',
          kind: item['kind']?.S === 'machine' ? 'machine' : 'person',
        }),
      );
    },
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
    userDetections: async (userKey, page) => {
      const range = { pk: userPartition(userKey), from: detectionPrefix, to: `D#${highest}` };
      const refs = await list(range, page, (item) => (item['sk']?.S ?? '').slice(2));
      const rows = await Promise.all(refs.items.map((id) => detection(options, id)));
      return { ...refs, items: rows.filter((row) => row !== undefined) };
    },
    detections: (month, ids, page) =>
      list({ pk: detectionPartition(month), ...ids }, page, decodeDetection),
    triages: (ids) => readTriages(options, ids),
    detection: (id) => detection(options, id),
    devices: (prefix, page) =>
      list(
        { pk: deviceDirectoryPartition, from: prefix || '!', to: highest, isAscending: true },
        page,
        (item) => JSON.parse(item['device']?.S ?? '{}') as Device,
      ),
    deviceUsers: async (deviceKey) => {
      const range = { pk: devicePartition(deviceKey), from: '!', to: highest, isAscending: true };
      const page = await list(range, { limit: deviceUsersMax }, userRow);
      return page.items;
    },
    cellUsers: (cell, page) =>
      list(
        { pk: cellPartition(cell), from: '!', to: highest, isAscending: true },
        page,
        (item) => ({
          ...userRow(item),
          place: item['place']?.S ?? '',
        }),
      ),
  };
}

/** Sort keys within [from, to], newest (highest) first unless ascending. */
type Range = {
  readonly pk: string;
  readonly from: string;
  readonly to: string;
  readonly isAscending?: boolean;
};

async function queryPage<T>(
  options: StoreOptions,
  range: Range,
  page: PageRequest,
  decode: (item: Item) => T,
): Promise<Page<T>> {
  // A cursor may have fallen out of a range that moves with the clock.
  const isOutside = page.after && (page.after < range.from || page.after > range.to);
  if (isOutside || range.from > range.to) return { items: [] };
  const answer = await options.client.send(
    new QueryCommand({
      TableName: options.tableName,
      ScanIndexForward: range.isAscending === true,
      Limit: page.limit,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: range.pk },
        ':from': { S: range.from },
        ':to': { S: range.to },
      },
      ...(page.after ? { ExclusiveStartKey: { pk: { S: range.pk }, sk: { S: page.after } } } : {}),
    }),
  );
  const live = (answer.Items ?? []).filter((item) => !isExpired(item, options.now()));
  const last = answer.LastEvaluatedKey?.['sk']?.S;
  return { items: live.map(decode), ...(last ? { last } : {}) };
}

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

const userRow = (item: Item): { user: string; firstSeen: number } => ({
  user: item['user']?.S ?? '',
  firstSeen: Number(item['firstSeen']?.N ?? 0),
});
