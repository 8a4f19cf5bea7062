// The user's partition in DynamoDB: the UserStore port of the domain.
// Conditional puts only: no transactions, no updates in place. Every write may be repeated.

import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { mergeDetections } from '../../../domain/detect/alert.ts';
import type { Detection } from '../../../domain/detection.ts';
import type { StoredSession, UserState, UserStore } from '../../../domain/process/ports.ts';
import type { Profile, ProfileIndexRow } from '../../../domain/profile/profile.ts';
import { mergeSessions, type Session } from '../../../domain/session/session.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import { profileAttribute, profileOfItem } from './profile-item.ts';
import {
  detectionKeyOf,
  detectionRefKeyOf,
  deviceKeyOf,
  deviceUserKeyOf,
  directoryKeyOf,
  oddPartition,
  oddUserKeyOf,
  placeUserKeyOf,
  profileKeyOf,
  profileSortKey,
  type RowKey,
  sessionKeyOf,
  sessionPrefix,
  sessionSortKey,
  userPartition,
} from './profile-keys.ts';

export type Item = Record<string, AttributeValue>;

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since 1970: rows that have expired are not read. */
  readonly now: () => number;
  readonly retention?: Retention | undefined;
};

const dayMs = 24 * 3600 * 1000;
/** The profile and the sessions of a day or two: more rows are read only of who has more. */
const firstPageRows = 8;
const mergeAttemptsMax = 8;
/** A burst is counted over a day; late records may name it later. */
const oddUserRetentionDays = 8;

/** Makes the UserStore over one table. Rejects with the SDK's errors when the table does. */
export function makeUserStore(options: StoreOptions): UserStore {
  return {
    load: (userKey, since) => load(options, userKey, since),
    putProfile: (profile, expectedVersion) => putProfile(options, profile, expectedVersion),
    mergeSession: async (userKey, session, knownVersion) => {
      // Imported history older than sessions are kept is for the profile alone.
      if (sessionExpiryMs(options, session) <= options.now()) return;
      await mergeRow(options, sessionRow(options, userKey), session, knownVersion);
    },
    mergeDetection: async (detection) => {
      await mergeRow(options, detectionRow(options), detection, 0);
      for (const userKey of detection.users ?? [detection.userKey]) {
        await put(options, detectionRefKeyOf(userKey, detection.id), {
          expiresAt: number(detectionExpiryMs(options, detection) / 1000),
        });
      }
    },
    putIndexRow: async (row) => {
      for (const [key, item] of indexItems(row)) await put(options, key, item);
    },
    oddUsers: (key, since) => oddUsers(options, key, since),
  };
}

async function load(options: StoreOptions, userKey: string, since: number): Promise<UserState> {
  const { client, tableName, now } = options;
  const sessions: StoredSession[] = [];
  let profile: Profile | undefined;
  let version = 0;
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: firstPageRows,
        KeyConditionExpression: 'pk = :pk AND sk >= :sessions',
        ExpressionAttributeValues: {
          ':pk': { S: userPartition(userKey) },
          ':sessions': { S: sessionPrefix },
        },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of page.Items ?? []) {
      if (item['sk']?.S === profileSortKey) {
        profile = profileOfItem(userKey, item);
        version = versionOf(item);
      } else if (!isExpired(item, now())) {
        sessions.push({ session: decodeSession(item), version: versionOf(item) });
      }
    }
    start = page.LastEvaluatedKey;
  } while (start && (start['sk']?.S ?? '') >= sessionSortKey(since));
  return { ...(profile ? { profile } : {}), version, sessions };
}

async function putProfile(
  options: StoreOptions,
  profile: Profile,
  expectedVersion: number,
): Promise<'written' | 'conflict'> {
  const item = { ...versioned(expectedVersion + 1), doc: profileAttribute(profile) };
  return putIfVersion(options, profileKeyOf(profile.userKey), item, expectedVersion);
}

/** How a kind of row is keyed, merged and written. */
type MergeableRow<T> = {
  readonly keyOf: (value: T) => RowKey;
  readonly merge: (stored: T, other: T) => T;
  readonly decode: (item: Item) => T;
  readonly encode: (value: T) => Item;
};

const sessionRow = (options: StoreOptions, userKey: string): MergeableRow<Session> => ({
  keyOf: (session) => sessionKeyOf(userKey, session.rowStart, session.identity),
  merge: mergeSessions,
  decode: decodeSession,
  encode: (session) => ({
    doc: { S: JSON.stringify(session) },
    expiresAt: number(sessionExpiryMs(options, session) / 1000),
  }),
});

const detectionRow = (options: StoreOptions): MergeableRow<Detection> => ({
  keyOf: (detection) => detectionKeyOf(detection.id),
  merge: mergeDetections,
  decode: (item) => JSON.parse(text(item)) as Detection,
  encode: (detection) => ({
    doc: { S: JSON.stringify(detection) },
    expiresAt: number(detectionExpiryMs(options, detection) / 1000),
  }),
});

const sessionExpiryMs = ({ retention = retentionDefault }: StoreOptions, session: Session) =>
  session.lastSeen + retention.sessionDays * dayMs;
const detectionExpiryMs = ({ retention = retentionDefault }: StoreOptions, one: Detection) =>
  one.firstSeen + retention.detectionDays * dayMs;

/** Creates the row, or merges into what others have stored meanwhile. */
async function mergeRow<T>(
  options: StoreOptions,
  row: MergeableRow<T>,
  value: T,
  knownVersion: number,
): Promise<void> {
  const key = row.keyOf(value);
  let merged = value;
  let version = knownVersion;
  for (let attempt = 0; attempt < mergeAttemptsMax; attempt += 1) {
    const item = { ...row.encode(merged), ...versioned(version + 1) };
    if ((await putIfVersion(options, key, item, version)) === 'written') return;
    const stored = await get(options, key);
    version = stored ? versionOf(stored) : 0;
    merged = stored ? row.merge(row.decode(stored), value) : value;
    if (stored && JSON.stringify(merged) === text(stored)) return;
  }
  const message = 'a row was written by others at every attempt';
  throw Object.assign(new Error(message), { code: 'ROW_BUSY' });
}

async function putIfVersion(
  options: StoreOptions,
  key: RowKey,
  item: Item,
  version: number,
): Promise<'written' | 'conflict'> {
  const condition =
    version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': number(version) },
        };
  try {
    await options.client.send(
      new PutItemCommand({
        TableName: options.tableName,
        Item: { ...keyItem(key), ...item },
        ...condition,
      }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'conflict';
    throw error;
  }
}

async function put(options: StoreOptions, key: RowKey, item: Item): Promise<void> {
  await options.client.send(
    new PutItemCommand({ TableName: options.tableName, Item: { ...keyItem(key), ...item } }),
  );
}

async function get(options: StoreOptions, key: RowKey): Promise<Item | undefined> {
  const { client, tableName } = options;
  const answer = await client.send(
    new GetItemCommand({ TableName: tableName, Key: keyItem(key), ConsistentRead: true }),
  );
  return answer.Item;
}

/** People of a burst are few: one page of the Query is enough. */
async function oddUsers(
  { client, tableName }: StoreOptions,
  key: string,
  since: number,
): Promise<readonly string[]> {
  const { Items: items } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: oddPartition(key) } },
    }),
  );
  return (items ?? [])
    .filter((item) => Number(item['firstSeen']?.N) >= Math.floor(since))
    .flatMap((item) => item['user']?.S ?? []);
}

function indexItems(row: ProfileIndexRow): [RowKey, Item][] {
  const { userKey } = row;
  const user = { user: { S: userKey } };
  if (row.type === 'directory') {
    return [[directoryKeyOf(userKey), { ...user, kind: { S: row.kind } }]];
  }
  const seen = { firstSeen: number(row.firstSeen) };
  if (row.type === 'place-user') {
    const key = placeUserKeyOf(row.cell, userKey, row.place);
    return [[key, { ...user, ...seen, place: { S: row.place } }]];
  }
  if (row.type === 'odd-user') {
    const expiresAt = number((row.firstSeen + oddUserRetentionDays * dayMs) / 1000);
    return [[oddUserKeyOf(row.key, userKey), { ...user, ...seen, expiresAt }]];
  }
  const device = { device: { S: JSON.stringify(row.device) } };
  return [
    [deviceUserKeyOf(row.device.key, userKey), { ...user, ...seen, ...device }],
    [deviceKeyOf(row.device.key), device],
  ];
}

export const number = (value: number): AttributeValue => ({ N: `${Math.floor(value)}` });
const versioned = (version: number): Item => ({ version: number(version) });
const keyItem = (key: RowKey): Item => ({ pk: { S: key.pk }, sk: { S: key.sk } });
const versionOf = (item: Item): number => Number(item['version']?.N ?? 0);

/** The document text of a row. */
export const text = (item: Item): string => item['doc']?.S ?? '';

/** The session of a session row. */
export const decodeSession = (item: Item): Session => JSON.parse(text(item)) as Session;

/** TTL deletes late (AWS: within days): readers filter what has expired. */
export function isExpired(item: Item, now: number): boolean {
  const expiresAt = Number(item['expiresAt']?.N ?? Number.POSITIVE_INFINITY);
  return expiresAt * 1000 <= now;
}
