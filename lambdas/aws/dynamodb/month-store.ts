// A user's months by day (decision 0045): a row a month, counted anew for a day from the rows of
// its sessions whenever one of them is over or changes. A month without a row is counted whole.

import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import {
  bucketsOf,
  type DayBucket,
  dayStart,
  monthOf,
  monthRange,
  packMonth,
  unpackMonth,
  withDay,
} from '../../../domain/profile/month-days.ts';
import type { Session } from '../../../domain/session/session.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import { isConditionMet } from './control-rows.ts';
import { monthKeyOf, sessionSortKey, userPartition } from './profile-keys.ts';
import { queryAll } from './query-all.ts';
import { decodeSession, isExpired, keyItem, number, versionOf } from './user-rows.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: () => UnixMs;
  readonly retention?: Retention | undefined;
};

const dayMs = 24 * 3600 * 1000;
const attemptsMax = 8;

/**
 * Counts days of a user anew.
 * @throws Error ROW_BUSY when others wrote the month at every attempt
 */
export async function countDays(
  options: StoreOptions,
  userKey: string,
  days: readonly UnixMs[],
): Promise<void> {
  for (const month of new Set(days.map(monthOf))) {
    const own = new Set(days.filter((day) => monthOf(day) === month).map(dayStart));
    await countMonth(options, { userKey, month, days: [...own] });
  }
}

type Counting = {
  readonly userKey: string;
  readonly month: string;
  readonly days: readonly UnixMs[];
};

async function countMonth(options: StoreOptions, counting: Counting): Promise<void> {
  const { userKey, month, days } = counting;
  const { retention = retentionDefault, now } = options;
  const { from, to } = monthRange(month);
  const expiresAt = to + retention.sessionDays * dayMs;
  if (expiresAt <= now()) return;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const stored = await readMonth(options, userKey, month, true);
    let buckets = stored?.days ?? bucketsOf(await sessionsOf(options, userKey, from, to));
    for (const [first, last] of stored ? spansOf(days) : []) {
      // Read after the row: whoever writes later has read what is here.
      const sessions = await sessionsOf(options, userKey, first, last + dayMs);
      const counted = new Map(bucketsOf(sessions).map((bucket) => [bucket.day, bucket]));
      for (const day of days.filter((one) => one >= first && one <= last)) {
        const date = new Date(day).getUTCDate();
        buckets = withDay(buckets, date, counted.get(date));
      }
    }
    const version = stored?.version ?? 0;
    if (stored && isSame(stored.days, buckets)) return;
    if (await putMonth(options, counting, { buckets, version, expiresAt })) return;
  }
  const message = 'a month was written by others at every attempt';
  throw Object.assign(new Error(message), { code: 'ROW_BUSY' });
}

/** Days that are read by one Query: no more than a weekend lies between them. */
function spansOf(days: readonly UnixMs[]): readonly (readonly [first: UnixMs, last: UnixMs])[] {
  const spans: [UnixMs, UnixMs][] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const span = spans.at(-1);
    if (span && day - span[1] <= 3 * dayMs) span[1] = day;
    else spans.push([day, day]);
  }
  return spans;
}

const isSame = (a: readonly DayBucket[], b: readonly DayBucket[]): boolean =>
  Buffer.from(packMonth(a)).equals(packMonth(b));

/** @returns false when the row is of another version by now */
function putMonth(
  { client, tableName }: StoreOptions,
  { userKey, month }: Counting,
  row: { buckets: readonly DayBucket[]; version: number; expiresAt: UnixMs },
): Promise<boolean> {
  const condition =
    row.version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': number(row.version) },
        };
  return isConditionMet(() =>
    client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          ...keyItem(monthKeyOf(userKey, month)),
          days: { B: packMonth(row.buckets) },
          version: number(row.version + 1),
          expiresAt: number(row.expiresAt / 1000),
        },
        ...condition,
      }),
    ),
  );
}

/** A month as its row has it; undefined: there is none. */
export async function readMonth(
  { client, tableName, now }: StoreOptions,
  userKey: string,
  month: string,
  isConsistent = false,
): Promise<{ readonly days: readonly DayBucket[]; readonly version: number } | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: keyItem(monthKeyOf(userKey, month)),
      ConsistentRead: isConsistent,
    }),
  );
  if (!item || isExpired(item, now())) return undefined;
  return { days: unpackMonth(item['days']?.B ?? new Uint8Array()), version: versionOf(item) };
}

/** Sessions whose rows begin in [from, to). */
async function sessionsOf(
  { client, tableName, now }: StoreOptions,
  userKey: string,
  from: UnixMs,
  to: UnixMs,
): Promise<readonly Session[]> {
  const items = await queryAll(client, {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': { S: userPartition(userKey) },
      ':from': { S: sessionSortKey(from) },
      // A row's key goes on after its time: nothing of the next day begins so.
      ':to': { S: sessionSortKey(to) },
    },
  });
  return items.filter((item) => !isExpired(item, now())).map(decodeSession);
}
