// Erasures in the control table: one document with the keyed hashes of erased users, the key of
// those hashes, the audit rows, and a row for each user whose rows the sweep will look for again.
// No row names a user in the clear: that one holds the name encrypted, for some minutes.

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { cached } from '../../shared/cached.ts';
import type { Erasure, ErasureBook, OpenErasure } from '../../shared/erasures.ts';
import { noteErasure } from './audit-book.ts';
import { readPartition } from './control-reads.ts';
import {
  type ControlTable,
  createRow,
  isConditionMet,
  keyItem,
  number,
  type RowKey,
  readDocument,
  readRow,
  text,
  updateDocument,
} from './control-rows.ts';

const keyRow: RowKey = { pk: 'ERASURE-KEY', sk: 'ERASURE-KEY' };
const bookRow: RowKey = { pk: 'ERASURES', sk: 'BOOK' };
const openPrefix = 'OPEN#';
const openRow = (subject: string): RowKey => ({ pk: 'ERASURES', sk: `${openPrefix}${subject}` });
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
/** Makes the ErasureBook. */
export function makeErasureBook(table: ControlTable): ErasureBook {
  // It never changes; a read that failed is not remembered.
  const secret = cached(() => hashKey(table), Number.POSITIVE_INFINITY, table.now);
  const read = async () => erasuresOf((await readDocument(table, bookRow)).value);
  const change = (edit: (known: readonly Erasure[]) => readonly Erasure[]) =>
    updateDocument(table, bookRow, (value) =>
      edit(erasuresOf(value))
        .filter(({ erasedAt }) => table.now() - erasedAt < rememberedMs)
        .sort((a, b) => b.erasedAt - a.erasedAt)
        .slice(0, erasuresMax),
    );
  return {
    subjectOf: async (userKey) =>
      createHmac('sha256', await secret())
        .update(userKey)
        .digest('base64url')
        .slice(0, 22),
    erasures: read,
    mark: async (subject, userKey) => {
      const erasedAt = table.now();
      const name = text(encrypt(await secret(), subject, userKey));
      const item = { ...keyItem(openRow(subject)), name, erasedAt: number(erasedAt) };
      await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
      await change((known) => [
        ...known.filter((one) => one.subject !== subject),
        { subject, erasedAt, isSwept: false },
      ]);
    },
    open: async () => {
      const items = await readPartition(table, bookRow.pk, openPrefix);
      if (items.length === 0) return [];
      const opened = await secret();
      return items.map((item): OpenErasure => {
        const subject = (item['sk']?.S ?? '').slice(openPrefix.length);
        const userKey = decrypt(opened, subject, item['name']?.S ?? '');
        return { subject, userKey, erasedAt: Number(item['erasedAt']?.N) };
      });
    },
    settle: async (done) => {
      if (done.length === 0) return;
      const isDone = (one: Erasure) =>
        done.some(({ subject, erasedAt }) => subject === one.subject && erasedAt === one.erasedAt);
      await change((known) => known.map((one) => (isDone(one) ? { ...one, isSwept: true } : one)));
      for (const one of done) await close(table, one);
    },
    audit: async ({ subject, actor, rows }) => {
      const item = { actor: text(actor), rows: number(rows), erasedAt: number(table.now()) };
      await createRow(table, auditRow(table.now(), subject), item);
      await noteErasure(table, { subject, actor, rows });
    },
  };
}

/** Deletes the name; false: the user was erased again, and that erasure stays open. */
function close(table: ControlTable, { subject, erasedAt }: OpenErasure): Promise<boolean> {
  return isConditionMet(() =>
    table.client.send(
      new DeleteItemCommand({
        TableName: table.tableName,
        Key: keyItem(openRow(subject)),
        ConditionExpression: 'erasedAt = :erasedAt',
        ExpressionAttributeValues: { ':erasedAt': number(erasedAt) },
      }),
    ),
  );
}

/** AES-256-GCM under a key of its own, bound to the subject. */
const cipherName = 'aes-256-gcm';
const nonceOctets = 12;
const tagOctets = 16;
const nameKey = (secret: string): Buffer =>
  createHmac('sha256', secret).update('\0name of an erased user').digest();

function encrypt(secret: string, subject: string, name: string): string {
  const nonce = randomBytes(nonceOctets);
  const cipher = createCipheriv(cipherName, nameKey(secret), nonce).setAAD(Buffer.from(subject));
  const body = Buffer.concat([cipher.update(name, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

function decrypt(secret: string, subject: string, sealed: string): string {
  const octets = Buffer.from(sealed, 'base64url');
  const nonce = octets.subarray(0, nonceOctets);
  const cipher = createDecipheriv(cipherName, nameKey(secret), nonce);
  cipher.setAAD(Buffer.from(subject)).setAuthTag(octets.subarray(-tagOctets));
  const body = cipher.update(octets.subarray(nonceOctets, -tagOctets));
  return Buffer.concat([body, cipher.final()]).toString('utf8');
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
