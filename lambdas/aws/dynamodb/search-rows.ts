// Rows of the names that the search knows: their parts, written anew by the reconcile run, and what
// was added since, a row for each call that met new names. The row that leads to them says which
// generation of parts counts; generations stand in two places in turn (decision 0043).

import { createHash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import type { ProfileIndexRow } from '../../../domain/profile/profile.ts';
import {
  joinNames,
  type KnownName,
  namesOf,
  packNames,
  unpackNames,
} from '../../../domain/search/known-names.ts';
import { readDocument, writeDocument } from './control-rows.ts';
import {
  type RowKey,
  searchIndexKey,
  searchNewKey,
  searchNewPrefix,
  searchPartition,
  searchPartKey,
} from './profile-keys.ts';
import { queryAll } from './query-all.ts';
import { type Item, keyItem } from './user-rows.ts';

export type SearchTable = {
  readonly client: DynamoDBClient;
  /** Of profiles. */
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly now: () => UnixMs;
};

export const searchPlaces = ['a', 'b'] as const;
type Place = (typeof searchPlaces)[number];

export type SearchMeta = {
  /** Of the parts that count; 0: there are none yet. */
  readonly generation: number;
  /** Octets of the parts. */
  readonly octets: number;
  /** How many parts stand in each place. */
  readonly parts: Readonly<Record<Place, number>>;
  readonly writtenAt: UnixMs;
  /** Somebody is writing the next generation, until then at the most. */
  readonly claimedUntil?: UnixMs;
};

const schema: v.GenericSchema<unknown, SearchMeta> = v.object({
  generation: v.number(),
  octets: v.number(),
  parts: v.object({ a: v.number(), b: v.number() }),
  writtenAt: v.number(),
  claimedUntil: v.exactOptional(v.number()),
});

const nothing: SearchMeta = { generation: 0, octets: 0, parts: { a: 0, b: 0 }, writtenAt: 0 };

export const searchPlaceOf = (generation: number): Place =>
  searchPlaces[generation % 2 === 0 ? 0 : 1];

/** Reads the row that leads to the parts; version 0: there is none yet. */
export async function readSearchMeta(
  table: SearchTable,
): Promise<{ readonly meta: SearchMeta; readonly version: number }> {
  const { value, version } = await readDocument(table, searchIndexKey);
  return { meta: version > 0 ? v.parse(schema, value) : nothing, version };
}

/** @returns false when the row is of another version by now */
export const writeSearchMeta = (
  table: SearchTable,
  meta: SearchMeta,
  version: number,
): Promise<boolean> => writeDocument(table, searchIndexKey, meta, version);

/** The row that adds what these rows name; a repeat is the same row. Absent: they name nothing. */
export function newNamesItem(rows: readonly ProfileIndexRow[]): Item | undefined {
  const names = joinNames(rows.flatMap(namesOf));
  return names.length === 0 ? undefined : newNamesRow(names);
}

export function newNamesRow(names: readonly KnownName[]): Item {
  const bytes = packNames(names);
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { ...keyItem(searchNewKey(digest)), names: { B: bytes } };
}

/** A row that holds names; `names` is absent when it cannot be read. */
export type NameRow = {
  readonly key: RowKey;
  readonly octets: number;
  readonly names?: readonly KnownName[];
};

/** Rows that were added since the parts were written. Consistent: an erasure misses none. */
export async function readNewNames({ client, tableName }: SearchTable): Promise<NameRow[]> {
  const items = await queryAll(client, {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: {
      ':pk': { S: searchPartition },
      ':prefix': { S: searchNewPrefix },
    },
  });
  return items.map(nameRowOf);
}

export type NamePart = NameRow & { readonly generation: number };

/** The parts that stand in a place; undefined where there is none. */
export function readNameParts(
  { client, tableName }: SearchTable,
  place: Place,
  count: number,
): Promise<(NamePart | undefined)[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const Key = keyItem(searchPartKey(place, at));
      const { Item: item } = await client.send(new GetItemCommand({ TableName: tableName, Key }));
      return item && { ...nameRowOf(item), generation: Number(item['generation']?.N) };
    }),
  );
}

function nameRowOf(item: Item): NameRow {
  const bytes = item['names']?.B ?? new Uint8Array();
  const key = { pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' };
  try {
    return { key, octets: bytes.length, names: unpackNames(bytes) };
  } catch {
    // One row that nobody can read hides its names, not those of the others.
    return { key, octets: bytes.length };
  }
}
