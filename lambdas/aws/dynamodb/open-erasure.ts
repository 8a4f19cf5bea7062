// Takes users out of the index of open sessions: out of its parts, those that do not count any more
// among them, and out of rows of words as far as they can be read. Earlier rows are sealed with
// keys that are forgotten.

import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { packOpen } from '../../../domain/process/open-pack.ts';
import { type IndexNews, userMarkOf } from '../../../domain/session/open-session.ts';
import { sha256Hash } from '../../shared/hash.ts';
import { isConditionMet } from './control-rows.ts';
import {
  generationOf,
  type OpenMeta,
  type OpenTable,
  places,
  readMeta,
  sealNews,
  writeMeta,
} from './open-meta.ts';
import { readLog, readPart } from './open-rows.ts';
import { openPartKey } from './profile-keys.ts';
import { type Item, number } from './user-rows.ts';

/** Users by key, and until when what was heard of them goes. */
export type Forgotten = ReadonlyMap<string, UnixMs>;

const attemptsMax = 4;

/**
 * Takes what was last heard of these users until then out of the index.
 * @returns rows that named one of them
 * @throws Error when others wrote the same rows at every attempt: it is to be asked for again
 */
export async function forgetOpen(table: OpenTable, users: Forgotten): Promise<number> {
  if (users.size === 0) return 0;
  let rows = 0;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const { meta } = await readMeta(table);
    const done = await forgetOnce(table, meta, forgetter(users));
    rows += done.rows;
    // Whether or not this call found any: one before it may have died before it said so.
    const isNoted = await noteForgotten(table);
    if (isNoted && done.conflicts === 0) return rows;
  }
  throw new Error('OPEN_BUSY: rows of open sessions changed at every attempt to write them');
}

/**
 * Says that somebody was taken out: instances read anew, and whoever writes the next parts at this
 * moment has read the user already: that work is refused.
 * @returns false when others wrote the row at every attempt
 */
async function noteForgotten(table: OpenTable): Promise<boolean> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const { meta, version } = await readMeta(table);
    // Who writes the next parts at this moment keeps the claim: nobody else begins meanwhile.
    const noted = { ...meta, forgotten: (meta.forgotten ?? 0) + 1 };
    if (version === 0 || (await writeMeta(table, noted, version))) return true;
  }
  return false;
}

/** What is left of news; undefined: nothing has to go. */
type Forget = (news: IndexNews) => IndexNews | undefined;

function forgetter(users: Forgotten): Forget {
  const marks = new Map([...users].map(([key, until]) => [userMarkOf(sha256Hash, key), until]));
  const never = Number.NEGATIVE_INFINITY;
  return ({ opened, ended, visits = [] }) => {
    const left = {
      opened: opened.filter((one) => one.session.lastSeen > (users.get(one.userKey) ?? never)),
      ended,
      visits: visits.filter(({ user, time }) => time > (marks.get(user) ?? never)),
    };
    const isSame = left.opened.length === opened.length && left.visits.length === visits.length;
    return isSame ? undefined : left;
  };
}

type Done = { readonly rows: number; readonly conflicts: number };

async function forgetOnce(table: OpenTable, meta: OpenMeta, forget: Forget): Promise<Done> {
  let rows = 0;
  let conflicts = 0;
  const put = async (item: Item, condition: Condition): Promise<void> => {
    if (await putIf(table, item, condition)) rows += 1;
    else conflicts += 1;
  };
  const keys = places.flatMap((place) =>
    Array.from({ length: meta.parts[place] }, (_, at) => openPartKey(place, at)),
  );
  for (const key of keys) {
    const part = await readPart(table, key);
    const left = part?.news && forget(part.news);
    if (!part || !left) continue;
    const item = { ...part.item, sessions: { B: packOpen(left) } };
    await put(item, { name: 'generation', value: number(part.generation) });
  }
  const log = await readLog(table, meta, meta.cutoffBefore, async ({ item, news }) => {
    const left = forget(news);
    const sealed = item['opened'];
    if (!left || !sealed?.B) return;
    // With the key that it had: it is forgotten when it would have been.
    const bytes = sealNews(meta, packOpen(left), generationOf(sealed.B));
    await put({ ...item, opened: { B: bytes } }, { name: 'opened', value: sealed });
  });
  return { rows, conflicts: conflicts + (log.isOutdated ? 1 : 0) };
}

/** An attribute that nobody may have changed. */
type Condition = { readonly name: string; readonly value: AttributeValue };

const putIf = (table: OpenTable, item: Item, { name, value }: Condition): Promise<boolean> =>
  isConditionMet(() =>
    table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: item,
        ConditionExpression: '#name = :value',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': value },
      }),
    ),
  );
