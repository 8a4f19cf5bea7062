// Last words in the table of profiles: the WordStore of the domain. One call writes one row or a
// few, whoever the words are of; nothing is read for it but a key once a minute, and no row is ever
// written again, so that any number of invocations and relays may write at once. A row is keyed by
// when it was written, behind the shard that its words share. Words name nobody; what was opened
// and ended is sealed beside them (open-meta.ts). Rows expire.

import { createHash } from 'node:crypto';
import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { eventTimeFutureMsMax, wordFreshMs } from '../../../domain/limits.ts';
import { packOpen } from '../../../domain/process/open-pack.ts';
import type { WordStore } from '../../../domain/process/ports.ts';
import { packWords, shardsOf, unpackWords, wordRows } from '../../../domain/process/word-pack.ts';
import {
  isWordWanted,
  type LastWord,
  laterWord,
  withLastWord,
  wordKeyOf,
} from '../../../domain/session/last-word.ts';
import type { Session } from '../../../domain/session/session.ts';
import { cached } from '../../shared/cached.ts';
import { sha256Hash } from '../../shared/hash.ts';
import { makeMeta, sealNews } from './open-meta.ts';
import { wordKey, wordPartition, wordSortKey } from './profile-keys.ts';
import { type Item, keyItem, number } from './user-rows.ts';
import { writeRows } from './write-rows.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly now: () => UnixMs;
};

/** Longer than a session without Stop waits for being closed at its last word. */
const retentionMs = 3 * 24 * 3600 * 1000;
/** A key is known so long after it was made anew; those of before still open for much longer. */
const metaTtlMs = 60_000;
/** Rows of the first page of a look-up; each further page has four times as many. */
const firstPageRows = 40;
const pageRowsMax = 1_000;

/** Makes the WordStore over the table of profiles. */
export function makeWordStore(options: StoreOptions): WordStore {
  const meta = cached(async () => (await makeMeta(options)).meta, metaTtlMs, options.now);
  return {
    add: async (words, news) => {
      const now = options.now();
      const rows: Item[] = [];
      for (const row of wordRows(words, news)) {
        const packed = row.words.length === 0 ? undefined : packWords(row.words);
        const opened = row.news && sealNews(await meta(), packOpen(row.news));
        const digest = createHash('sha256')
          .update(packed ?? '')
          .update(opened ?? '')
          .digest('base64url')
          .slice(0, 8);
        rows.push({
          ...keyItem(wordKey(row.shard, now, digest)),
          ...(packed ? { words: { B: packed } } : {}),
          ...(opened ? { opened: { B: opened } } : {}),
          expiresAt: number((now + retentionMs) / 1000),
        });
      }
      return writeRows(options, rows);
    },
    heard: async (sessions) => {
      const wanted = sessions.filter((one) => isLookedFor(one, options.now()));
      const found = wanted.length === 0 ? new Map() : await lookUp(options, wanted);
      return sessions.map((one) => withLastWord(one, found.get(wordKeyOf(sha256Hash, one))));
    },
  };
}

/** What is older than this was kept in its row when it was processed. */
const isLookedFor = (session: Session, now: UnixMs): boolean =>
  isWordWanted(session) && session.lastSeen > now - retentionMs - wordFreshMs;

/** A session that is looked for, and what has been found. */
type Asked = { readonly since: UnixMs; word?: LastWord };

/** A shard that is read backwards, from now. */
type Scan = {
  readonly shard: string;
  readonly asked: readonly Asked[];
  /** The first sort key that is read. */
  readonly from: string;
  pages: number;
  start: Item | undefined;
};

/**
 * Reads the shards of all sessions side by side, newest rows first, as far back as a later word of
 * one of them may stand: a word is written no earlier than five minutes before its time.
 */
async function lookUp(
  options: StoreOptions,
  sessions: readonly Session[],
): Promise<ReadonlyMap<string, LastWord>> {
  const asked = new Map<string, Asked>();
  const shards = new Map<string, Asked[]>();
  for (const session of sessions) {
    const key = wordKeyOf(sha256Hash, session);
    if (asked.has(key)) continue;
    const one: Asked = { since: session.lastSeen };
    asked.set(key, one);
    for (const shard of shardsOf(key)) shards.set(shard, [...(shards.get(shard) ?? []), one]);
  }
  const oldest = options.now() - retentionMs;
  let open = [...shards].map(([shard, some]): Scan => {
    const from = wordSortKey(Math.max(floorOf(some), oldest));
    return { shard, asked: some, from, pages: 0, start: undefined };
  });
  while (open.length > 0) {
    await Promise.all(open.map((scan) => readPage(options, scan, asked)));
    open = open.filter((scan) => scan.start && timeOfRow(scan.start) >= floorOf(scan.asked));
  }
  const found = new Map<string, LastWord>();
  for (const [key, { word }] of asked) if (word) found.set(key, word);
  return found;
}

/** No row before it can hold a later word of what the scan asks for. */
function floorOf(asked: readonly Asked[]): UnixMs {
  const times = asked.map(({ since, word }) => word?.time ?? since);
  return times.reduce((a, b) => Math.min(a, b)) - eventTimeFutureMsMax;
}

async function readPage(
  { client, tableName }: StoreOptions,
  scan: Scan,
  asked: ReadonlyMap<string, Asked>,
): Promise<void> {
  const { Items: items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ScanIndexForward: false,
      Limit: Math.min(pageRowsMax, firstPageRows * 4 ** scan.pages),
      KeyConditionExpression: 'pk = :pk AND sk >= :from',
      ExpressionAttributeValues: {
        ':pk': { S: wordPartition(scan.shard) },
        ':from': { S: scan.from },
      },
      ...(scan.start ? { ExclusiveStartKey: scan.start } : {}),
    }),
  );
  for (const { key, word } of items.flatMap(wordsOf)) {
    const one = asked.get(key);
    if (one) one.word = laterWord(one.word, word);
  }
  scan.pages += 1;
  scan.start = last;
}

const wordsOf = (item: Item) => unpackWords(item['words']?.B ?? packWords([]));

const timeOfRow = (key: Record<string, AttributeValue>): UnixMs =>
  Date.parse((key['sk']?.S ?? '').split('#')[0] ?? '');
