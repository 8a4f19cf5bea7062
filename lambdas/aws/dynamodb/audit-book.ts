// The audit trail in the control table: `AUDIT#<yyyy-mm>`, a row for each change, by time.

import { createHash, randomBytes } from 'node:crypto';
import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { Page, PageRequest } from '../../query/ports.ts';
import { type AuditBook, type AuditRow, auditActions } from '../../shared/audit.ts';
import { readPartition } from './control-reads.ts';
import {
  type ControlTable,
  createRow,
  type Item,
  keyItem,
  number,
  type RowKey,
  text,
} from './control-rows.ts';

const hourMs = 3_600_000;
/** One partition a month: changes by hand are few. */
const auditPartition = (month: string): string => `AUDIT#${month}`;
const auditRow = (time: number, random: string): RowKey => {
  const iso = new Date(time).toISOString();
  return { pk: auditPartition(iso.slice(0, 7)), sk: `${iso}#${random}` };
};

/** Answers the reference by which a user is kept, and sees that it can be resolved. */
export type ReferToUser = (userKey: string) => Promise<string>;

/**
 * Makes the AuditBook. Rows stay: who let whom in is asked years later.
 * @param refer absent: rows say nothing of the user they are about
 */
export function makeAuditBook(table: ControlTable, refer?: ReferToUser): AuditBook {
  return {
    begin: async ({ userKey, ...entry }) => {
      const row = auditRow(table.now(), randomBytes(6).toString('base64url'));
      const about = userKey === undefined ? undefined : await refer?.(userKey);
      await createRow(table, row, auditItem(table, { ...entry, about }, 'begun'));
      return async (outcome) => {
        await table.client.send(
          new UpdateItemCommand({
            TableName: table.tableName,
            Key: keyItem(row),
            UpdateExpression: 'SET outcome = :outcome',
            ExpressionAttributeValues: { ':outcome': text(outcome) },
          }),
        );
      };
    },
    noteRefused: (entry) => {
      // Whoever is refused may ask for ever: one row an hour says so.
      const hour = table.now() - (table.now() % hourMs);
      const name = JSON.stringify([entry.actor, entry.action, entry.subject]);
      const hash = createHash('sha256').update(name).digest('base64url').slice(0, 16);
      return createRow(table, auditRow(hour, hash), auditItem(table, entry, 'refused'));
    },
  };
}

function auditItem(
  table: ControlTable,
  { actor, action, subject, about }: Omit<AuditRow, 'id' | 'at' | 'outcome'>,
  outcome: AuditRow['outcome'],
): Item {
  return {
    actor: text(actor),
    action: text(action),
    subject: text(subject),
    ...(about === undefined ? {} : { about: text(about) }),
    at: number(table.now()),
    outcome: text(outcome),
  };
}

/** Notes that a user was erased, by the reference that nothing resolves any more. */
export async function noteErasure(
  table: ControlTable,
  { subject, actor, rows }: { subject: string; actor: string; rows: number },
): Promise<void> {
  const entry = { actor, action: 'user-erased' as const, subject: `${rows} rows`, about: subject };
  const row = auditRow(table.now(), randomBytes(6).toString('base64url'));
  await createRow(table, row, auditItem(table, entry, 'done'));
}

const auditSchema = v.object({
  actor: v.string(),
  action: v.picklist(auditActions),
  subject: v.string(),
  at: v.number(),
  outcome: v.picklist(['begun', 'done', 'refused']),
});

function auditOf(item: Item): AuditRow {
  const { actor, action, subject, at, outcome, about, sk } = item;
  const row = { actor: actor?.S, action: action?.S, subject: subject?.S, outcome: outcome?.S };
  return {
    id: sk?.S ?? '',
    ...v.parse(auditSchema, { ...row, at: Number(at?.N) }),
    ...(about?.S ? { about: about.S } : {}),
  };
}

/** Changes of one month (`2026-11`), oldest first. */
export async function readAudit(table: ControlTable, month: string): Promise<readonly AuditRow[]> {
  return (await readPartition(table, auditPartition(month))).map(auditOf);
}

/** Rows written within [from, to), oldest first. */
export async function readTrail(
  table: ControlTable,
  from: number,
  to: number,
): Promise<readonly AuditRow[]> {
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const rows: AuditRow[] = [];
  // A month has 28 days at least: none is passed over.
  const months = new Set<string>();
  for (let at = from; at < to; at += 28 * 24 * hourMs) months.add(monthOf(at));
  for (const month of [...months.add(monthOf(to))].sort()) {
    let after: string | undefined;
    do {
      const page = await readAuditPage(table, month, range, {
        limit: trailPageRows,
        ...(after === undefined ? {} : { after }),
      });
      rows.push(...page.items);
      after = page.last;
    } while (after !== undefined);
  }
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const trailPageRows = 1_000;
const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

/** Rows of one month with ids within [from, to), newest first. */
export async function readAuditPage(
  { client, tableName }: ControlTable,
  month: string,
  { from, to }: { readonly from: string; readonly to: string },
  { limit, after }: PageRequest,
): Promise<Page<AuditRow>> {
  const pk = text(auditPartition(month));
  if (from > to || (after !== undefined && (after < from || after > to))) return { items: [] };
  const answer = await client.send(
    new QueryCommand({
      TableName: tableName,
      ScanIndexForward: false,
      Limit: limit,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': pk, ':from': text(from), ':to': text(to) },
      ...(after ? { ExclusiveStartKey: { pk, sk: text(after) } } : {}),
    }),
  );
  const last = answer.LastEvaluatedKey?.['sk']?.S;
  return { items: (answer.Items ?? []).map(auditOf), ...(last ? { last } : {}) };
}
