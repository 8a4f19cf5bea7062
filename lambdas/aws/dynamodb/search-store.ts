// Names that the search knows, over the table of profiles: read, written anew, and forgotten.
// `compact` writes the parts anew from themselves and from what was added since, when that has
// grown to an eighth of them: a new user costs a part of a write in either (decision 0043).

import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { joinNames, type KnownName, packNames } from '../../../domain/search/known-names.ts';
import { isConditionMet } from './control-rows.ts';
import { searchPartKey } from './profile-keys.ts';
import {
  type NamePart,
  type NameRow,
  newNamesRow,
  readNameParts,
  readNewNames,
  readSearchMeta,
  type SearchMeta,
  type SearchTable,
  searchPlaceOf,
  searchPlaces,
  writeSearchMeta,
} from './search-rows.ts';
import { keyItem, number } from './user-rows.ts';

/** Names as they were read. */
export type ReadNames = {
  readonly names: readonly KnownName[];
  /** False: some could not be read. */
  readonly isWhole: boolean;
};

const compactFromOctets = 16 * 1024;
const compactFromShare = 1 / 8;
const compactEveryMs = 24 * 3600 * 1000;
/** A writer has given up after this: longer than the function runs. */
const claimMs = 10 * 60_000;
/** A part may have 400 KB. */
const partOctetsMax = 300 * 1024;
const namesPerPart = 16_000;
const attemptsMax = 4;

/** Makes the reader: parts are kept until there are others. */
export function makeNameReader(table: SearchTable): () => Promise<ReadNames> {
  let kept: { readonly version: number; readonly names: readonly KnownName[] } | undefined;
  return async () => {
    for (let attempt = 1; ; attempt += 1) {
      // What was added is read first: it is in the parts before it goes.
      const added = await readNewNames(table);
      const { meta, version } = await readSearchMeta(table);
      const { generation } = meta;
      // An erasure changes the parts and raises the version.
      let parts = kept?.version === version ? kept.names : undefined;
      if (!parts) {
        const place = searchPlaceOf(generation);
        const found = await readNameParts(table, place, meta.parts[place]);
        parts = wholeParts(found, generation);
        if (parts) kept = { version, names: parts };
      }
      if (!parts && attempt < attemptsMax) continue;
      const isWhole = parts !== undefined && added.every(({ names }) => names !== undefined);
      const names = joinNames(parts ?? [], ...added.map(({ names: some = [] }) => some));
      return { names, isWhole };
    }
  };
}

/** Undefined: one is missing or cannot be read, or the next ones are written over them. */
function wholeParts(
  parts: readonly (NamePart | undefined)[],
  generation: number,
): readonly KnownName[] | undefined {
  const names: KnownName[] = [];
  for (const part of parts) {
    if (part?.generation !== generation || !part.names) return undefined;
    for (const name of part.names) names.push(name);
  }
  return names;
}

/**
 * Writes the parts anew where it is worth it, and deletes what went into them.
 * @returns how many names there are; undefined: nothing was written
 */
export async function compactNames(table: SearchTable): Promise<number | undefined> {
  const added = await readNewNames(table);
  const { meta, version } = await readSearchMeta(table);
  const now = table.now();
  const grown = added.reduce((sum, row) => sum + row.octets, 0);
  const isLarge = grown >= Math.max(compactFromOctets, compactFromShare * meta.octets);
  const isOld = grown > 0 && now - meta.writtenAt > compactEveryMs;
  if (!(isLarge || isOld) || (meta.claimedUntil ?? 0) > now) return undefined;
  const place = searchPlaceOf(meta.generation);
  const parts = wholeParts(await readNameParts(table, place, meta.parts[place]), meta.generation);
  if (!parts) throw new Error('SEARCH: parts of the names known cannot be read');
  const readable = added.filter(({ names }) => names !== undefined);
  const names = joinNames(parts, ...readable.map(({ names: some = [] }) => some));
  const packed = packedParts(names);
  const next = searchPlaceOf(meta.generation + 1);
  // How many are to come is said before they do: an erasure looks into those as well.
  const planned = Math.max(packed.length, meta.parts[next]);
  const claim = {
    ...meta,
    parts: { ...meta.parts, [next]: planned },
    claimedUntil: now + claimMs,
  };
  if (!(await writeSearchMeta(table, claim, version))) return undefined;
  await writeParts(table, claim, packed);
  const octets = packed.reduce((sum, bytes) => sum + bytes.length, 0);
  const written: SearchMeta = {
    generation: meta.generation + 1,
    octets,
    parts: { ...meta.parts, [next]: packed.length },
    writtenAt: now,
  };
  // An erasure meanwhile has raised the version: what was written then counts for nothing.
  if (!(await writeSearchMeta(table, written, version + 1))) return undefined;
  await deleteRows(table, readable);
  return names.length;
}

/** Writes the next generation's parts; what stood there of a larger one is emptied. */
async function writeParts(
  table: SearchTable,
  { generation, parts }: SearchMeta,
  packed: readonly Uint8Array[],
): Promise<void> {
  const place = searchPlaceOf(generation + 1);
  for (let at = 0; at < parts[place]; at += 1) {
    const bytes = packed[at] ?? packNames([]);
    await putPart(table, searchPartKey(place, at), bytes, generation + 1);
  }
}

function packedParts(names: readonly KnownName[]): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  const pack = (some: readonly KnownName[]): void => {
    const bytes = packNames(some);
    if (bytes.length <= partOctetsMax || some.length < 2) {
      parts.push(bytes);
      return;
    }
    const half = Math.ceil(some.length / 2);
    pack(some.slice(0, half));
    pack(some.slice(half));
  };
  for (let from = 0; from < names.length; from += namesPerPart) {
    pack(names.slice(from, from + namesPerPart));
  }
  return parts;
}

const putPart = (
  { client, tableName }: SearchTable,
  key: NameRow['key'],
  bytes: Uint8Array,
  generation: number,
): Promise<unknown> => {
  const Item = { ...keyItem(key), names: { B: bytes }, generation: number(generation) };
  return client.send(new PutItemCommand({ TableName: tableName, Item }));
};

async function deleteRows({ client, tableName }: SearchTable, rows: readonly NameRow[]) {
  for (const { key } of rows) {
    await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyItem(key) }));
  }
}

/**
 * Takes names out of all rows, those that do not count any more among them.
 * @param isForgotten says which
 * @returns rows that held one
 * @throws Error when others wrote the same rows at every attempt: it is to be asked for again
 */
export async function forgetNames(
  table: SearchTable,
  isForgotten: (name: KnownName) => boolean,
): Promise<number> {
  let changed = 0;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const { meta, version } = await readSearchMeta(table);
    const rows = await forgetOnce(table, meta, isForgotten);
    changed += rows.written;
    // Who writes the next parts at this moment has read the names already: its work is refused.
    const { claimedUntil: _, ...unclaimed } = meta;
    const isOwn = version === 0 || (await writeSearchMeta(table, unclaimed, version));
    if (isOwn && !rows.isLost) return changed;
  }
  throw new Error('SEARCH_BUSY: names changed at every attempt to forget some');
}

async function forgetOnce(
  table: SearchTable,
  meta: SearchMeta,
  isForgotten: (name: KnownName) => boolean,
): Promise<{ readonly written: number; readonly isLost: boolean }> {
  const { client, tableName } = table;
  let written = 0;
  let isLost = false;
  for (const place of searchPlaces) {
    for (const part of await readNameParts(table, place, meta.parts[place])) {
      if (!part?.names?.some(isForgotten)) continue;
      const bytes = packNames(part.names.filter((name) => !isForgotten(name)));
      const isWritten = await isConditionMet(() =>
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              ...keyItem(part.key),
              names: { B: bytes },
              generation: number(part.generation),
            },
            ConditionExpression: 'generation = :generation',
            ExpressionAttributeValues: { ':generation': number(part.generation) },
          }),
        ),
      );
      if (isWritten) written += 1;
      else isLost = true;
    }
  }
  for (const row of await readNewNames(table)) {
    if (!row.names?.some(isForgotten)) continue;
    const left = row.names.filter((name) => !isForgotten(name));
    if (left.length > 0) {
      await client.send(new PutItemCommand({ TableName: tableName, Item: newNamesRow(left) }));
    }
    await deleteRows(table, [row]);
    written += 1;
  }
  return { written, isLost };
}
