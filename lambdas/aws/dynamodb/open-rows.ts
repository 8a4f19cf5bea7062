// Rows of the index of open sessions as they are read: its parts, and what rows of words have said
// since they were written. Every shard is read side by side, a page of a megabyte at a time, and no
// further than a bound: then the answer says that it is not whole.

import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { nowToleranceMs } from '../../../domain/limits.ts';
import { unpackOpen } from '../../../domain/process/open-pack.ts';
import { allShards, unpackWords } from '../../../domain/process/word-pack.ts';
import type { HeardWord } from '../../../domain/session/last-word.ts';
import { type IndexNews, noNews } from '../../../domain/session/open-session.ts';
import { generationOf, type OpenMeta, type OpenTable, openNews, placeOf } from './open-meta.ts';
import { openPartKey, type RowKey, wordPartition, wordSortKey } from './profile-keys.ts';
import { type Item, keyItem } from './user-rows.ts';

/** A row of words, opened. */
export type LogRow = {
  readonly item: Item;
  readonly time: UnixMs;
  readonly octets: number;
  readonly words: readonly HeardWord[];
  readonly news: IndexNews;
};

/** Rows of words stand for so long (`word-store.ts`): what is older is read by nobody. */
export const wordsRetentionMs = 3 * 24 * 3600 * 1000;
/**
 * A row is written at its time or later, by a clock that may be wrong: what is younger than this is
 * looked at once more, and left to the next generation of parts.
 */
export const settledMs = nowToleranceMs + 5 * 60_000;
/** Pages of a megabyte that are read of one shard. */
const pagesMax = 16;
/** A row's keys and the names of its attributes. */
const rowOctets = 60;

/**
 * Reads what rows of words have said since a time.
 * @param take gets each row, in the order of its shard
 * @param isKnown rows that it does not need; absent: none
 * @returns whether all of it was read, and with keys that are known
 */
export async function readLog(
  table: OpenTable,
  meta: OpenMeta,
  since: UnixMs,
  take: (row: LogRow) => void | Promise<void>,
  { isKnown = () => false }: { readonly isKnown?: (item: Item) => boolean } = {},
): Promise<{ readonly isWhole: boolean; readonly isOutdated: boolean }> {
  let isWhole = true;
  let isOutdated = false;
  await Promise.all(
    allShards.map(async (shard) => {
      let start: Item | undefined;
      for (let page = 0; page === 0 || start; page += 1) {
        if (page === pagesMax) {
          isWhole = false;
          return;
        }
        const answer = await readPage(table, shard, since, start);
        for (const item of answer.items) {
          if (isKnown(item)) continue;
          const row = logRowOf(meta, item);
          if (row === 'unknown key') isOutdated = true;
          else if (row === 'unreadable') isWhole = false;
          else await take(row);
        }
        start = answer.last;
      }
    }),
  );
  return { isWhole, isOutdated };
}

async function readPage(
  { client, tableName }: OpenTable,
  shard: string,
  since: UnixMs,
  start: Item | undefined,
): Promise<{ readonly items: readonly Item[]; readonly last: Item | undefined }> {
  const { Items: items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND sk >= :from',
      ExpressionAttributeValues: {
        ':pk': { S: wordPartition(shard) },
        ':from': { S: wordSortKey(since) },
      },
      ...(start ? { ExclusiveStartKey: start } : {}),
    }),
  );
  return { items, last };
}

/** What a key that was forgotten has sealed says nothing; a key to come is worth another look. */
function logRowOf(meta: OpenMeta, item: Item): LogRow | 'unknown key' | 'unreadable' {
  const packed = item['words']?.B;
  const sealed = item['opened']?.B;
  try {
    const bytes = sealed && openNews(meta, sealed);
    if (sealed && !bytes && generationOf(sealed) > meta.generation) return 'unknown key';
    return {
      item,
      time: Date.parse((item['sk']?.S ?? '').split('#')[0] ?? ''),
      octets: rowOctets + (packed?.length ?? 0) + (sealed?.length ?? 0),
      words: packed ? unpackWords(packed) : [],
      news: bytes ? unpackOpen(bytes) : noNews,
    };
  } catch {
    // One row that nobody can read hides its sessions, not those of the others.
    return 'unreadable';
  }
}

export type Part = {
  readonly item: Item;
  readonly generation: number;
  /** Absent: it cannot be read. */
  readonly news?: IndexNews;
};

/** A part of the index. */
export async function readPart(table: OpenTable, key: RowKey): Promise<Part | undefined> {
  const { Item: item } = await table.client.send(
    new GetItemCommand({ TableName: table.tableName, Key: keyItem(key) }),
  );
  if (!item) return undefined;
  const generation = Number(item['generation']?.N);
  try {
    return { item, generation, news: unpackOpen(item['sessions']?.B ?? new Uint8Array()) };
  } catch {
    return { item, generation };
  }
}

/** The parts that count. Not whole: one is missing or cannot be read, or the next are written. */
export async function readParts(
  table: OpenTable,
  { generation, parts }: OpenMeta,
): Promise<{ readonly news: readonly IndexNews[]; readonly isWhole: boolean }> {
  const place = placeOf(generation);
  const found = await Promise.all(
    Array.from({ length: parts[place] }, (_, at) => readPart(table, openPartKey(place, at))),
  );
  const news = found.flatMap((part) => (part?.generation === generation ? (part.news ?? []) : []));
  return { news, isWhole: news.length === found.length };
}
