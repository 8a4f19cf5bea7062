// What stored rows say, packed ones too, for tests that look for somebody in all of them.

import { type AttributeValue, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unpackOpen } from '../../domain/process/open-pack.ts';
import { unpackWords } from '../../domain/process/word-pack.ts';
import { unpackMonth } from '../../domain/profile/month-days.ts';
import { unpackNames } from '../../domain/search/known-names.ts';
import { openNews, readMeta } from '../../lambdas/aws/dynamodb/open-meta.ts';
import { profileOfItem } from '../../lambdas/aws/dynamodb/profile-item.ts';

type Item = Readonly<Record<string, AttributeValue>>;
type Unpack = (bytes: Uint8Array) => unknown;

export type StoredRow = {
  readonly pk: string;
  readonly sk: string;
  readonly item: Item;
  /** All that it says, as text. */
  readonly text: string;
};

/** The constant part of a partition: `USER#`, `DIRECTORY`. */
export const kindOf = ({ pk }: Pick<StoredRow, 'pk'>): string => pk.replace(/#.*/s, '#');

/**
 * All rows of a table.
 * @throws Error for packed octets that nobody has said how to read
 */
export async function readAllRows(client: DynamoDBClient, tableName: string): Promise<StoredRow[]> {
  const { meta } = await readMeta({ client, tableName, now: () => 0 });
  const sealed: Unpack = (bytes) => {
    const opened = openNews(meta, bytes);
    return opened && unpackOpen(opened);
  };
  const readers: Readonly<Record<string, Unpack>> = {
    names: unpackNames,
    sessions: unpackOpen,
    words: unpackWords,
    days: unpackMonth,
    opened: sealed,
  };
  const rows: StoredRow[] = [];
  for await (const page of paginateScan({ client }, { TableName: tableName })) {
    for (const item of page.Items ?? []) rows.push(rowOf(item, readers));
  }
  return rows;
}

function rowOf(item: Item, readers: Readonly<Record<string, Unpack>>): StoredRow {
  const pk = item['pk']?.S ?? '';
  const sk = item['sk']?.S ?? '';
  const isProfile = item['doc']?.B !== undefined;
  const said: unknown[] = isProfile ? [profileOfItem(pk.slice('USER#'.length), item)] : [];
  for (const [name, value] of Object.entries(item)) {
    const { B: bytes } = value;
    if (bytes === undefined) said.push(value);
    else if (isProfile && (name === 'doc' || name === 'undecided')) continue;
    else said.push(read(`${pk} ${name}`, readers[name], bytes));
  }
  return { pk, sk, item, text: JSON.stringify(said, plain) };
}

function read(name: string, unpack: Unpack | undefined, bytes: Uint8Array): unknown {
  if (!unpack) throw new Error(`${name} is packed: say in ${__filename} how it is read`);
  return unpack(bytes);
}

/** JSON knows no maps, sets and octets. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}
