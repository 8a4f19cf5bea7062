// What people decided about cases, in the profiles table: `CASES#<yyyymm>`, one small row for each
// case that somebody has touched (decision 0046). It names detections by their ids and no user; it
// expires as a detection of its first day does. What was written about a case is in comment rows,
// which say about which detections it was: an erasure finds them by that.

import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dayMs, readCaseId } from '../../shared/case-keys.ts';
import type { CaseRecord } from '../../shared/case-record.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import { readComments } from './comment-rows.ts';
import { isConditionMet } from './control-rows.ts';
import { deleteComments } from './detection-texts.ts';
import { caseKeyOf, casePartition, detectionKeyOf } from './profile-keys.ts';
import { queryAll } from './query-all.ts';
import { readByKey } from './read-by-key.ts';
import { isExpired, keyItem, number, text, versioned } from './user-rows.ts';

type Table = { readonly client: DynamoDBClient; readonly tableName: string };
type Writing = Table & { readonly retention?: Retention | undefined };

/** Records of cases with ids within [from, to]. */
export async function readCaseRecords(
  { client, tableName, now }: Table & { readonly now: () => number },
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly CaseRecord[]> {
  if (from > to) return [];
  const found = await Promise.all(
    monthsOf(from, to).map((month) =>
      queryAll(client, {
        TableName: tableName,
        // Who has just changed it reads it again.
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': { S: casePartition(month) },
          ':from': { S: from },
          ':to': { S: to },
        },
      }),
    ),
  );
  return found
    .flat()
    .filter((item) => !isExpired(item, now()))
    .map((item) => JSON.parse(text(item)) as CaseRecord);
}

/** Months of two ids and between them, as `202611`. */
function monthsOf(from: string, to: string): string[] {
  const months: string[] = [];
  let month = from.slice(0, 6);
  while (month <= to.slice(0, 6)) {
    months.push(month);
    const next = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)));
    month = new Date(next).toISOString().slice(0, 7).replace('-', '');
  }
  return months;
}

/** Writes a record if the stored one is of the version before. */
export async function putCaseRecord(
  { client, tableName, retention = retentionDefault }: Writing,
  record: CaseRecord,
): Promise<'written' | 'conflict'> {
  const since = readCaseId(record.id)?.since ?? record.at;
  const isFirst = record.version === 1;
  const isWritten = await isConditionMet(() =>
    client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          ...keyItem(caseKeyOf(record.id)),
          doc: { S: JSON.stringify(record) },
          ...versioned(record.version),
          expiresAt: number(since / 1000 + retention.detectionDays * 86_400),
        },
        ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : 'version = :known',
        ...(isFirst ? {} : { ExpressionAttributeValues: { ':known': number(record.version - 1) } }),
      }),
    ),
  );
  return isWritten ? 'written' : 'conflict';
}

/** A case's id lies at most so far from the days of its detections. */
const reachMs = 3 * dayMs;
/** Comments of a case that are looked at in one request. */
const pageRows = 100;

/**
 * Erases what was written about cases of these detections, as threads: nobody can say of a free
 * text whom it names. Splits name those no more that are gone; a burst may stay for its others.
 * @returns rows deleted or written
 * @throws Error CASE_BUSY when somebody decides about the case meanwhile: ask again
 */
export async function forgetInCases(
  options: Writing,
  detectionIds: readonly string[],
): Promise<number> {
  const gone = new Set(detectionIds);
  const table = { ...options, now: () => 0 };
  const records = new Map<string, CaseRecord>();
  for (const day of new Set(detectionIds.map((id) => id.slice(0, 8)))) {
    const at = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)));
    const range = { from: stampOf(at - reachMs), to: stampOf(at + reachMs) };
    for (const record of await readCaseRecords(table, range)) records.set(record.id, record);
  }
  let rows = 0;
  for (const record of records.values()) {
    if (await isAbout(table, record.id, gone)) rows += await deleteComments(options, record.id);
    rows += await leaveSplit(table, record, gone);
  }
  return rows;
}

const stampOf = (time: number): string =>
  new Date(time).toISOString().slice(0, 10).replaceAll('-', '');

/** Whether something was written about the case when it had one of these detections. */
async function isAbout(
  table: Table & { readonly now: () => number },
  id: string,
  gone: ReadonlySet<string>,
): Promise<boolean> {
  let after: string | undefined;
  do {
    const page = await readComments(table, id, { limit: pageRows, ...(after ? { after } : {}) });
    if (page.items.some(({ about = [] }) => about.some((one) => gone.has(one)))) return true;
    after = page.last;
  } while (after !== undefined);
  return false;
}

async function leaveSplit(
  table: Writing & { readonly now: () => number },
  record: CaseRecord,
  gone: ReadonlySet<string>,
): Promise<number> {
  const { split } = record;
  const named = split?.detections.filter((id) => gone.has(id)) ?? [];
  if (!split || named.length === 0) return 0;
  const stored = await readByKey(table, named.map(detectionKeyOf));
  const there = new Set(stored.map((item) => item['sk']?.S));
  const detections = split.detections.filter((id) => !gone.has(id) || there.has(id));
  const version = record.version + 1;
  const left = { ...record, version, split: { ...split, detections } };
  if ((await putCaseRecord(table, left)) === 'written') return 1;
  throw Object.assign(new Error('a case was changed meanwhile'), { code: 'CASE_BUSY' });
}
