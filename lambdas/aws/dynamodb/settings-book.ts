// The settings of an organisation and the public half of the cloud's key, in the control table. The
// pipeline reads its part of the settings from the same row.
// Promise: no row here holds a secret, only fingerprints and the version in the secret store.

import { randomBytes } from 'node:crypto';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { parsePublicJwk } from '../../../wire/signature.ts';
import { type CloudKeyBook, type SettingsBook, settingsTurnMs } from '../../control/ports.ts';
import type { OrganisationSettings } from '../../control/settings-model.ts';
import {
  type ControlTable,
  createRow,
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
