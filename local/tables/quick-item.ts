// Items between the SDK's form and the store's: octets are base64 text there. What is not of the
// plain kinds that this program writes is left to dynalite, which checks everything.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { hashPrefix, toRangeStr } from 'dynalite/db';

export type Item = Record<string, AttributeValue>;
export type StoredItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export type TableKey = { readonly pk: string; readonly sk: string };

/** DynamoDB's bounds are 2,048, 1,024 and 409,600 octets; what is near them is left to dynalite. */
const keyCharactersMax = 256;
/** Three octets a character at most. */
export const itemCharactersMax = 130_000;
/** Whole numbers as they are written: nothing to normalise. */
export const plainNumber = /^(?:0|-?[1-9]\d{0,17})$/;

/** The item as the store keeps it; undefined when it holds more than strings, numbers, octets. */
export function storedOf(item: Item): StoredItem | undefined {
  const stored: Record<string, Readonly<Record<string, unknown>>> = {};
  let characters = 0;
  for (const [name, value] of Object.entries(item)) {
    const { S, N, B } = value;
    if (typeof S === 'string') {
      stored[name] = { S };
      characters += S.length;
    } else if (typeof N === 'string' && plainNumber.test(N)) {
      stored[name] = { N };
    } else if (B instanceof Uint8Array) {
      const text = Buffer.from(B.buffer, B.byteOffset, B.byteLength).toString('base64');
      stored[name] = { B: text };
      characters += text.length;
    } else {
      return undefined;
    }
    characters += name.length;
  }
  return characters > itemCharactersMax ? undefined : stored;
}

/** The item as the SDK gives it. @param only names of attributes that it shall have; absent: all */
export function itemOf(stored: StoredItem, only?: readonly string[]): Item {
  const item: Item = {};
  for (const name of only ?? Object.keys(stored)) {
    const value = stored[name];
    if (value) item[name] = attributeOf(value);
  }
  return item;
}

function attributeOf(stored: Readonly<Record<string, unknown>>): AttributeValue {
  const { B, BS, L, M } = stored;
  if (typeof B === 'string') return { B: octetsOf(B) };
  if (Array.isArray(BS)) return { BS: BS.map(octetsOf) };
  if (Array.isArray(L)) return { L: L.map(attributeOf) };
  if (M !== undefined) return { M: itemOf(M as StoredItem) };
  return stored as unknown as AttributeValue;
}

function octetsOf(base64: string): Uint8Array {
  const octets = Buffer.from(base64, 'base64');
  // An array of its own: a Buffer would compare and print as one.
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** The keys of an item; undefined when they are not short strings. */
export function keyOf(item: Item): TableKey | undefined {
  const pk = item['pk']?.S;
  const sk = item['sk']?.S;
  const isKey = (text: string | undefined): text is string =>
    text !== undefined && text !== '' && text.length <= keyCharactersMax;
  return isKey(pk) && isKey(sk) ? { pk, sk } : undefined;
}

/** Prefixes of partitions: the same few thousand are asked for over and over, and hold an MD5. */
const prefixes = new Map<string, string>();
const prefixesMax = 16_384;

/** What stands before the sort key in the store's keys of a partition. */
export function partitionPrefix(table: string, pk: string): string {
  const partition = `${table}~${pk}`;
  const known = prefixes.get(partition);
  if (known !== undefined) return known;
  const prefix = `item-${table}~${hashPrefix(pk, 'S')}/${toRangeStr(pk, 'S')}/`;
  if (prefixes.size >= prefixesMax) prefixes.clear();
  prefixes.set(partition, prefix);
  return prefix;
}

export const sortKeyText = (sk: string): string => toRangeStr(sk, 'S');

/** The store's key of an item. */
export const storeKey = (table: string, { pk, sk }: TableKey): string =>
  `${partitionPrefix(table, pk)}${sortKeyText(sk)}/`;
