// The settings of an organisation, the public half of the cloud's key and the audit trail, in the
// control table. The pipeline reads its part of the settings from the same row.
// Promise: no row here holds a secret, only fingerprints and the version in the secret store.

import { createHash, randomBytes } from 'node:crypto';
import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { parsePublicJwk } from '../../../wire/signature.ts';
import {
  type AuditBook,
  type AuditEntry,
  type AuditRow,
  auditActions,
  type CloudKeyBook,
  type SettingsBook,
  settingsTurnMs,
} from '../../control/ports.ts';
import type { OrganisationSettings } from '../../control/settings-model.ts';
import { readPartition } from './control-reads.ts';
import {
  type ControlTable,
  createRow,
  type Item,
  isConditionMet,
  keyItem,
  number,
  type RowKey,
  readDocument,
  readRow,
  settingsRow,
  text,
  writeDocument,
} from './control-rows.ts';
import { pipelineSettingsEntries } from './control-store.ts';

const turnRow: RowKey = { pk: 'SETTINGS-TURN', sk: 'SETTINGS-TURN' };
const cloudKeyRow: RowKey = { pk: 'CLOUD-KEY', sk: 'CLOUD-KEY' };
const hourMs = 3_600_000;
/** One partition a month: changes by hand are few. */
const auditPartition = (month: string): string => `AUDIT#${month}`;
const auditRow = (time: number, random: string): RowKey => {
  const iso = new Date(time).toISOString();
  return { pk: auditPartition(iso.slice(0, 7)), sk: `${iso}#${random}` };
};

const settingsSchema: v.GenericSchema<unknown, OrganisationSettings> = v.object({
  ...pipelineSettingsEntries,
  // Written before there were gateways in the settings: a relay's own file rules, and it listens.
  enabled: v.optional(v.boolean(), true),
  gateways: v.optional(
    v.array(
      v.object({
        name: v.string(),
        addresses: v.array(v.string()),
        vendor: v.exactOptional(v.string()),
        behindProxy: v.exactOptional(v.boolean()),
        requireMessageAuthenticator: v.exactOptional(v.boolean()),
        secret: v.exactOptional(v.string()),
        nextSecret: v.exactOptional(v.string()),
      }),
    ),
    [],
  ),
  secretsVersion: v.exactOptional(v.string()),
});

const nothingSet: OrganisationSettings = { enabled: true, gateways: [], domains: { netbios: {} } };

/** Makes the SettingsBook. */
export function makeSettingsBook(table: ControlTable): SettingsBook {
  return {
    settings: async () => {
      const { value, version } = await readDocument(table, settingsRow);
      return { settings: version ? v.parse(settingsSchema, value) : nothingSet, version };
    },
    putSettings: async (settings, expectedVersion) =>
      (await writeDocument(table, settingsRow, settings, expectedVersion)) ? 'written' : 'conflict',
    takeTurn: () => takeTurn(table),
  };
}

async function takeTurn(table: ControlTable): Promise<(() => Promise<void>) | undefined> {
  const holder = randomBytes(12).toString('base64url');
  const expiresAt = number(Math.ceil((table.now() + settingsTurnMs) / 1000));
  if (!(await createRow(table, turnRow, { holder: text(holder), expiresAt }))) return undefined;
  return async () => {
    // False: it expired and another writer has it. That writer releases it.
    await isConditionMet(() =>
      table.client.send(
        new DeleteItemCommand({
          TableName: table.tableName,
          Key: keyItem(turnRow),
          ConditionExpression: 'holder = :holder',
          ExpressionAttributeValues: { ':holder': text(holder) },
        }),
      ),
    );
  };
}

/** Makes the CloudKeyBook. */
export function makeCloudKeyBook(table: ControlTable): CloudKeyBook {
  return {
    cloudKey: async () => {
      const item = await readRow(table, cloudKeyRow);
      const jwk = parsePublicJwk(JSON.parse(item?.['jwk']?.S ?? 'null'));
      const secretVersion = item?.['secretVersion']?.S;
      return jwk && secretVersion ? { jwk, secretVersion } : undefined;
    },
    createCloudKey: ({ jwk, secretVersion }) =>
      createRow(table, cloudKeyRow, {
        jwk: text(JSON.stringify(jwk)),
        secretVersion: text(secretVersion),
        createdAt: number(table.now()),
      }),
  };
}

/** Makes the AuditBook. Rows stay: who let whom in is asked years later. */
export function makeAuditBook(table: ControlTable): AuditBook {
  return {
    begin: async (entry) => {
      const row = auditRow(table.now(), randomBytes(6).toString('base64url'));
      await createRow(table, row, auditItem(table, entry, 'begun'));
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
  { actor, action, subject }: AuditEntry,
  outcome: AuditRow['outcome'],
): Item {
  return {
    actor: text(actor),
    action: text(action),
    subject: text(subject),
    at: number(table.now()),
    outcome: text(outcome),
  };
}

const auditSchema: v.GenericSchema<unknown, AuditRow> = v.object({
  actor: v.string(),
  action: v.picklist(auditActions),
  subject: v.string(),
  at: v.number(),
  outcome: v.picklist(['begun', 'done', 'refused']),
});

/** Changes of one month (`2026-11`), oldest first. */
export async function readAudit(table: ControlTable, month: string): Promise<readonly AuditRow[]> {
  const items = await readPartition(table, auditPartition(month));
  return items.map(({ actor, action, subject, at, outcome }) => {
    const row = { actor: actor?.S, action: action?.S, subject: subject?.S, outcome: outcome?.S };
    return v.parse(auditSchema, { ...row, at: Number(at?.N) });
  });
}
