// Erasures in the control table: one document with the keyed hashes of erased users, the key of
// those hashes, the audit rows, and the progress of the reconcile run. No row names a user.

import { createHmac, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Erasure, ErasureBook, Look } from '../../shared/erasures.ts';
import {
  type ControlTable,
  createRow,
  number,
  type RowKey,
  readDocument,
  readRow,
  text,
  updateDocument,
} from './control-rows.ts';

const keyRow: RowKey = { pk: 'ERASURE-KEY', sk: 'ERASURE-KEY' };
const bookRow: RowKey = { pk: 'ERASURES', sk: 'BOOK' };
const lookRow: RowKey = { pk: 'ERASURES', sk: 'LOOK' };
const auditRow = (time: number, subject: string): RowKey => ({
  pk: 'ERASURES',
  sk: `AUDIT#${new Date(time).toISOString()}#${subject}`,
});

/** Longer than queues, journals of relays and dead-letter rows remember anything. */
const rememberedMs = 90 * 86_400_000;
/** The document stays below half of what an item may hold. */
const erasuresMax = 2_500;

const bookSchema: v.GenericSchema<unknown, Erasure[]> = v.array(
  v.object({ subject: v.string(), erasedAt: v.number(), isSwept: v.boolean() }),
);
const lookSchema: v.GenericSchema<unknown, { look?: Look }> = v.object({
  look: v.exactOptional(v.object({ began: v.number(), after: v.exactOptional(v.string()) })),
});

/** Makes the ErasureBook. */
export function makeErasureBook(table: ControlTable): ErasureBook {
  let key: Promise<string> | undefined;
  const read = async () => erasuresOf((await readDocument(table, bookRow)).value);
  const change = (edit: (known: readonly Erasure[]) => readonly Erasure[]) =>
    updateDocument(table, bookRow, (value) =>
      edit(erasuresOf(value))
        .filter(({ erasedAt }) => table.now() - erasedAt < rememberedMs)
        .sort((a, b) => b.erasedAt - a.erasedAt)
        .slice(0, erasuresMax),
    );
  return {
    subjectOf: async (userKey) => {
      key ??= hashKey(table);
      return createHmac('sha256', await key)
        .update(userKey)
        .digest('base64url')
        .slice(0, 22);
    },
    erasures: read,
    mark: (subject) =>
      change((known) => [
        ...known.filter((one) => one.subject !== subject),
        { subject, erasedAt: table.now(), isSwept: false },
      ]),
    settle: async (done) => {
      const isDone = (one: Erasure) =>
        done.some(({ subject, erasedAt }) => subject === one.subject && erasedAt === one.erasedAt);
      if (done.length === 0) return;
      await change((known) => known.map((one) => (isDone(one) ? { ...one, isSwept: true } : one)));
    },
    audit: async ({ subject, actor, rows }) => {
      const item = { actor: text(actor), rows: number(rows), erasedAt: number(table.now()) };
      await createRow(table, auditRow(table.now(), subject), item);
    },
    look: async () => {
      const { value } = await readDocument(table, lookRow);
      return value === undefined ? undefined : v.parse(lookSchema, value).look;
    },
    keepLook: (look) => updateDocument(table, lookRow, () => (look ? { look } : {})),
  };
}

const erasuresOf = (value: unknown): Erasure[] =>
  value === undefined ? [] : v.parse(bookSchema, value);

async function hashKey(table: ControlTable): Promise<string> {
  const stored = await readRow(table, keyRow);
  if (stored?.['secret']?.S) return stored['secret'].S;
  const secret = randomBytes(32).toString('base64url');
  if (await createRow(table, keyRow, { secret: text(secret) })) return secret;
  return hashKey(table);
}
