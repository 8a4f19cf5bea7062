// What an erasure does to detections. One that is about the user alone goes, with all that was
// written about it. One that is about others too stays for them, without the user, the user's
// sessions and detections, and what people wrote about it. Profiles of the others may still hold
// it as `pending`, from where it would be written once more: it is changed there first.

import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { withoutLook } from '../../../domain/detect/judge-alike.ts';
import type { Detection } from '../../../domain/detection.ts';
import type { Retention } from '../../shared/retention.ts';
import { putFound } from './detection-rows.ts';
import { deleteComments, deleteNotes } from './detection-texts.ts';
import { deleteAll } from './erased-rows.ts';
import { profileAttributes, profileOfItem } from './profile-item.ts';
import {
  detectionKeyOf,
  profileKeyOf,
  publishedKeyOf,
  queueKeyOf,
  type RowKey,
  triageKeyOf,
} from './profile-keys.ts';
import { type Item, keyItem, text, versioned, versionOf } from './user-rows.ts';

type Table = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retention?: Retention | undefined;
};

/** Who is erased, and by what detections about others may name the user. */
export type Erased = {
  readonly userKey: string;
  /** What was seen later stays: the user came back. */
  readonly bornUntil: UnixMs;
  /** Detections that the user's own rows name. */
  readonly detectionIds: ReadonlySet<string>;
  /** The user's sessions, as detections list them. */
  readonly sessions: ReadonlySet<string>;
};

/**
 * Forgets a detection that the user's own rows name.
 * @returns how many rows were deleted or changed; `kept`: it is of later
 * @throws ConditionalCheckFailedException when somebody writes it meanwhile: ask again
 */
export async function forgetDetection(
  table: Table,
  erased: Erased,
  id: string,
): Promise<number | 'kept'> {
  const { userKey, bornUntil } = erased;
  const item = await get(table, detectionKeyOf(id));
  const detection = item && (JSON.parse(text(item)) as Detection);
  if (detection && detection.firstSeen > bornUntil) return 'kept';
  // It was moved to the user's key of today.
  if (detection && !detection.users && detection.userKey !== userKey) return 0;
  const comments = await deleteComments(table, id);
  const [first] = othersOf(detection, userKey);
  if (!item || !detection || first === undefined) {
    const keys = [triageKeyOf(id), queueKeyOf(id), publishedKeyOf(id), detectionKeyOf(id)];
    return comments + (await deleteAll(table, keys));
  }
  const forget = (one: Detection): Detection => withoutUser(one, erased);
  for (const other of othersOf(detection, userKey)) await changePending(table, other, id, forget);
  await rewrite(table, item, forget(detection));
  await deleteNotes(table, id, first);
  return comments + 1;
}

/**
 * Takes the user's name out of a detection about somebody who looks like the user.
 * @returns rows that named the user
 */
export async function forgetLook(
  table: Table,
  { userKey }: Pick<Erased, 'userKey'>,
  id: string,
): Promise<number> {
  const item = await get(table, detectionKeyOf(id));
  if (!item) return 0;
  const detection = JSON.parse(text(item)) as Detection;
  if (detection.looksLike !== userKey) return 0;
  await changePending(table, detection.userKey, id, withoutLook);
  await rewrite(table, item, withoutLook(detection));
  return 1;
}

const othersOf = (detection: Detection | undefined, userKey: string): readonly string[] =>
  detection?.users?.filter((user) => user !== userKey) ?? [];

/** One of several users, as it is about the others. */
function withoutUser(detection: Detection, erased: Erased): Detection {
  const { userKey, detectionIds, sessions } = erased;
  const users = othersOf(detection, userKey);
  const { detections, ...rest } = detection;
  const left = detections?.filter((id) => !detectionIds.has(id)) ?? [];
  const theirs = rest.sessions.filter((ref) => !sessions.has(ref));
  return {
    ...rest,
    userKey: users[0] ?? rest.userKey,
    users,
    ...(left.length > 0 ? { detections: left } : {}),
    sessions: theirs,
    // Of more users than it lists sessions of: each came with one.
    ...(theirs.length > 0 ? {} : { sessionCount: users.length }),
  };
}

async function rewrite(table: Table, item: Item, detection: Detection): Promise<void> {
  const version = versionOf(item);
  const next = { ...item, doc: { S: JSON.stringify(detection) }, ...versioned(version + 1) };
  await putIfVersion(table, next, version);
  await putFound(table, detection, version + 1);
}

/** Changes a detection where a profile holds it as pending. */
async function changePending(
  table: Table,
  userKey: string,
  id: string,
  change: (detection: Detection) => Detection,
): Promise<void> {
  const key = profileKeyOf(userKey);
  const item = await get(table, key);
  if (!item) return;
  const profile = profileOfItem(userKey, item);
  const { pending } = profile;
  if (!pending.detections.some((one) => one.id === id)) return;
  const detections = pending.detections.map((one) => (one.id === id ? change(one) : one));
  const next = { ...profile, pending: { ...pending, detections } };
  const version = versionOf(item);
  const attributes = { ...versioned(version + 1), ...profileAttributes(next) };
  await putIfVersion(table, { ...keyItem(key), ...attributes }, version);
}

/** Somebody else wrote it meanwhile: the erasure fails and is asked for again. */
async function putIfVersion({ client, tableName }: Table, item: Item, version: number) {
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: item,
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':version': { N: String(version) } },
    }),
  );
}

async function get({ client, tableName }: Table, key: RowKey): Promise<Item | undefined> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: keyItem(key),
    ConsistentRead: true,
  });
  return (await client.send(command)).Item;
}
