// What no journal can bring back, beside the tables: who was erased, as keyed hashes with their
// time, and the settings. Tables that are made again begin with it. Promise: an erasure is in the
// file before its answer, and stays there as long as the journal may: longer than the tables' own
// book remembers it.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { ControlTable, Item } from '../lambdas/aws/dynamodb/control-rows.ts';
import { makeErasureBook } from '../lambdas/aws/dynamodb/erasure-book.ts';
import { queryAll } from '../lambdas/aws/dynamodb/query-all.ts';
import type { Erasure } from '../lambdas/shared/erasures.ts';
import { nodeDisk, replaceFile } from '../relay/journal/disk.ts';
import { DataDirError } from './data-dir.ts';

const fileName = 'kept.json';
/** Partitions of the control table: settings, erasures, and the keys of both. */
const partitions = ['SETTINGS', 'SETTINGS-TURN', 'CLOUD-KEY', 'ERASURE-KEY', 'ERASURES'];

const schema = v.object({
  version: v.literal(1),
  items: v.array(v.record(v.string(), v.record(v.string(), v.any()))),
  erasures: v.array(v.object({ subject: v.string(), erasedAt: v.number(), isSwept: v.boolean() })),
});
type Kept = { readonly items: readonly Item[]; readonly erasures: readonly Erasure[] };

export type KeptRows = {
  /** Every erasure since the directory was made, those that the book has forgotten too. */
  readonly erasures: () => readonly Erasure[];
  /** Copies what the table holds now; durable when resolved. */
  save(): Promise<void>;
  /** Puts the copy into an empty table. */
  restore(): Promise<void>;
};

/**
 * Opens the copy of a control table.
 * @param folder of the cloud's files
 * @throws DataDirError when the file is damaged
 */
export function openKeptRows(folder: string, table: ControlTable): KeptRows {
  let kept = read(join(folder, fileName));
  let saving: Promise<void> = Promise.resolve();
  const save = async (): Promise<void> => {
    const pages = await Promise.all(partitions.map((pk) => itemsOf(table, pk)));
    const known = await makeErasureBook(table).erasures();
    kept = { items: pages.flat(), erasures: joined(kept.erasures, known) };
    const text = JSON.stringify({ version: 1, ...kept });
    await replaceFile(nodeDisk, folder, fileName, Buffer.from(text));
  };
  return {
    erasures: () => kept.erasures,
    save: () => {
      saving = saving.catch(() => undefined).then(save);
      return saving;
    },
    restore: async () => {
      for (const item of kept.items) {
        await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
      }
    },
  };
}

function read(path: string): Kept {
  if (!existsSync(path)) return { items: [], erasures: [] };
  try {
    const { items, erasures } = v.parse(schema, JSON.parse(readFileSync(path, 'utf8')));
    return { items: items.map(itemOf), erasures };
  } catch (cause) {
    throw new DataDirError(
      `${path} is damaged: it holds who was erased, and the settings. Put it back from a copy; ` +
        'without it, remove it, and erase again whom you had erased',
      { cause },
    );
  }
}

/** JSON makes an object of octets. */
const itemOf = (item: Readonly<Record<string, Record<string, unknown>>>): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const { B } = value;
      const octets = B === undefined ? undefined : Uint8Array.from(Object.values(B as object));
      return [name, (octets ? { B: octets } : value) as unknown as AttributeValue];
    }),
  );

const itemsOf = ({ client, tableName }: ControlTable, pk: string): Promise<Item[]> =>
  queryAll(client, {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  });

/** One of each subject, the latest. */
function joined(known: readonly Erasure[], later: readonly Erasure[]): readonly Erasure[] {
  const bySubject = new Map<string, Erasure>();
  for (const one of [...known, ...later]) {
    const other = bySubject.get(one.subject);
    if (!other || other.erasedAt <= one.erasedAt) bySubject.set(one.subject, one);
  }
  return [...bySubject.values()];
}
