// Reading a user: the profile with the newest sessions, in one Query where that is all.

import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { sessionStartToleranceMs } from '../../../domain/limits.ts';
import type { StoredSession, UserState } from '../../../domain/process/ports.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { profileOfItem } from './profile-item.ts';
import { profileSortKey, sessionPrefix, sessionSortKey, userPartition } from './profile-keys.ts';
import { decodeSession, type Item, isExpired, versionOf } from './user-rows.ts';

export type LoadOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since 1970: rows that have expired are not read. */
  readonly now: () => number;
};

/** The profile and the sessions of a day or two: more rows are read only of who has more. */
const firstPageRows = 8;
/** Rows of one user that begin within four minutes. */
const aroundRowsMax = 32;

/** The UserStore's `load`. Rejects with the SDK's errors. */
export async function loadUser(
  options: LoadOptions,
  userKey: string,
  since: number,
  around: readonly number[] = [],
): Promise<UserState> {
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
      } else if (item['sk']?.S?.startsWith(sessionPrefix) && !isExpired(item, now())) {
        sessions.push({ session: decodeSession(item), version: versionOf(item) });
      }
    }
    start = page.LastEvaluatedKey;
  } while (start && (start['sk']?.S ?? '') >= sessionSortKey(since));
  for (const time of around) await addAround(options, userKey, time, sessions);
  const read = { since: start ? startOf(start) : 0 };
  return { ...(profile ? { profile } : {}), version, sessions, ...read };
}

/** When the session of a row began, as its key says. */
const startOf = (key: Item): number =>
  Date.parse((key['sk']?.S ?? '').slice(sessionPrefix.length).split('#')[0] ?? '');

/** Sessions about a time that lies behind those read: one Query, a few rows at most. */
async function addAround(
  { client, tableName, now }: LoadOptions,
  userKey: string,
  time: number,
  sessions: StoredSession[],
): Promise<void> {
  const answer = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      Limit: aroundRowsMax,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: userPartition(userKey) },
        ':from': { S: sessionSortKey(time - sessionStartToleranceMs) },
        ':to': { S: sessionSortKey(time + sessionStartToleranceMs + 1) },
      },
    }),
  );
  for (const item of answer.Items ?? []) {
    const session = decodeSession(item);
    const isKnown = sessions.some(
      ({ session: one }) => one.rowStart === session.rowStart && one.identity === session.identity,
    );
    if (!isKnown && !isExpired(item, now())) sessions.push({ session, version: versionOf(item) });
  }
}
