// The user's partition in DynamoDB: the UserStore port of the domain.
// Conditional writes only, no transactions. Every write may be repeated.

import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { mergeDetections } from '../../../domain/detect/alert.ts';
import type { Detection } from '../../../domain/detection.ts';
import type { BurstAlert, UserStore } from '../../../domain/process/ports.ts';
import type { Profile, ProfileIndexRow } from '../../../domain/profile/profile.ts';
import { mergeSessions } from '../../../domain/session/merge-session.ts';
import type { Session } from '../../../domain/session/session.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import { detectionExpiryMs, referToDetection } from './detection-references.ts';
import { putFound } from './detection-rows.ts';
import { countDays } from './month-store.ts';
import { profileAttributes } from './profile-item.ts';
import {
  burstAlertKeyOf,
  detectionKeyOf,
  profileKeyOf,
  type RowKey,
  sessionKeyOf,
} from './profile-keys.ts';
import { usersWithoutProfile } from './profile-reads.ts';
import { indexItems, oddUserRetentionDays, referenceTo } from './referenced-rows.ts';
import { newNamesItem } from './search-rows.ts';
import { loadUser } from './user-load.ts';
import {
  decodeSession,
  type Item,
  isExpired,
  keyItem,
  number,
  text,
  versioned,
  versionOf,
} from './user-rows.ts';
import { usersLike } from './users-like.ts';
import { writeRows } from './write-rows.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since 1970: rows that have expired are not read. */
  readonly now: () => number;
  readonly retention?: Retention | undefined;
};

const dayMs = 24 * 3600 * 1000;
const mergeAttemptsMax = 8;

/** Makes the UserStore over one table. Rejects with the SDK's errors when the table does. */
export function makeUserStore(options: StoreOptions): UserStore {
  return {
    load: (userKey, since, around) => loadUser(options, userKey, since, around),
    withoutProfile: (userKeys) => usersWithoutProfile(options, userKeys),
    putProfile: (profile, expectedVersion) => putProfile(options, profile, expectedVersion),
    mergeSession: async (userKey, session, knownVersion) => {
      // Imported history older than sessions are kept is for the profile alone.
      if (sessionExpiryMs(options, session) <= options.now()) return;
      await mergeRow(options, sessionRow(options, userKey), session, knownVersion);
    },
    mergeDetection: async (detection) => {
      await referToLook(options, detection);
      const stored = await mergeRow(options, detectionRow(options), detection, 0);
      await putFound(options, stored.value, stored.version);
      await referToDetection(options, detection);
      for (const id of detection.detections ?? []) await foldInto(options, id, detection.id);
    },
    putIndexRows: (rows) => writeRows(options, lookupItems(options, rows)),
    countDays: (userKey, days) => countDays(options, userKey, days),
    burstAlert: (key, since, id) => burstAlert(options, key, since, id),
    usersLike: (look) => usersLike(options, look),
  };
}

/** Items of index rows that have not expired, and one for what they name to the search. */
function lookupItems(
  { now, retention }: StoreOptions,
  rows: readonly ProfileIndexRow[],
): readonly Item[] {
  const items = rows.flatMap((row) => indexItems(row, retention));
  const names = newNamesItem(rows);
  // Imported history older than sessions are kept: no session of it would lead an erasure there.
  return [...items.filter((item) => !isExpired(item, now())), ...(names ? [names] : [])];
}

async function putProfile(
  options: StoreOptions,
  profile: Profile,
  expectedVersion: number,
): Promise<'written' | 'conflict'> {
  const item = { ...versioned(expectedVersion + 1), ...profileAttributes(profile) };
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

/** Creates the row, or merges into what others have stored meanwhile. @returns what is stored */
async function mergeRow<T>(
  options: StoreOptions,
  row: MergeableRow<T>,
  value: T,
  knownVersion: number,
): Promise<{ readonly value: T; readonly version: number }> {
  const key = row.keyOf(value);
  let merged = value;
  let version = knownVersion;
  for (let attempt = 0; attempt < mergeAttemptsMax; attempt += 1) {
    const item = { ...row.encode(merged), ...versioned(version + 1) };
    if ((await putIfVersion(options, key, item, version)) === 'written') {
      return { value: merged, version: version + 1 };
    }
    const stored = await get(options, key);
    version = stored ? versionOf(stored) : 0;
    merged = stored ? row.merge(row.decode(stored), value) : value;
    if (stored && JSON.stringify(merged) === text(stored)) return { value: merged, version };
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

async function get(options: StoreOptions, key: RowKey): Promise<Item | undefined> {
  const { client, tableName } = options;
  const answer = await client.send(
    new GetItemCommand({ TableName: tableName, Key: keyItem(key), ConsistentRead: true }),
  );
  return answer.Item;
}

/** Whom a detection names beside its own users refers to it, for erasure: before it is there. */
async function referToLook(options: StoreOptions, detection: Detection): Promise<void> {
  const { id, looksLike, firstSeen } = detection;
  if (looksLike === undefined) return;
  const { client, tableName } = options;
  const expiresAt = number(detectionExpiryMs(options, detection) / 1000);
  const kept = { alikeId: { S: id }, firstSeen: number(firstSeen), expiresAt };
  const Item = referenceTo(looksLike, detectionKeyOf(id), kept);
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
}

/** Gives a stored detection the id of the burst that it folds into. */
async function foldInto(options: StoreOptions, id: string, burstId: string): Promise<void> {
  const stored = await get(options, detectionKeyOf(id));
  if (!stored) return;
  const row = detectionRow(options);
  const detection = row.decode(stored);
  // Said again, for a crash that came between the detection and its row of the queue.
  if (detection.burstId !== undefined) return putFound(options, detection, versionOf(stored));
  const folded = await mergeRow(options, row, { ...detection, burstId }, versionOf(stored));
  await putFound(options, folded.value, folded.version);
}

/** Rows of a burst that one look reads; an alert lists fewer (`mergeDetections`). */
const burstRowsMax = 200;

/**
 * The alert of a burst: the row of its id is written once, so that later members find it, in
 * whatever order and by whatever relay they come. The users beyond a page come by themselves: each
 * member's own fold adds its own.
 */
async function burstAlert(
  options: StoreOptions,
  burstKey: string,
  since: number,
  id: string | undefined,
): Promise<BurstAlert | undefined> {
  const { client, tableName, now } = options;
  const key = burstAlertKeyOf(burstKey);
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      Limit: burstRowsMax,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: key.pk } },
    }),
  );
  const members = items.filter((item) => Number(item['firstSeen']?.N) >= Math.floor(since));
  const users = members.flatMap((item) => item['user']?.S ?? []);
  const detections = members.flatMap((item) => item['detection']?.S ?? []);
  const stored = items.find((item) => item['sk']?.S === key.sk);
  const distance = Math.abs(Number(stored?.['since']?.N) - since);
  const known = stored?.['alertId']?.S;
  if (known !== undefined && distance <= oddUserRetentionDays * dayMs) {
    return { id: known, users, detections };
  }
  if (id === undefined) return undefined;
  const alert = {
    alertId: { S: id },
    since: number(since),
    ...versioned((stored ? versionOf(stored) : 0) + 1),
    expiresAt: number((Math.max(since, now()) + oddUserRetentionDays * dayMs) / 1000),
  };
  const written = await putIfVersion(options, key, alert, stored ? versionOf(stored) : 0);
  const raised = written === 'written' ? undefined : await get(options, key);
  return { id: raised?.['alertId']?.S ?? id, users, detections };
}
