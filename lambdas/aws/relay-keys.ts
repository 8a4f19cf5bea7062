// Relay keys in the control table: RelayKeyStore.
// Two rows: one per key (found by thumbprint, decides what opens) and one per relay (lists at most
// two active keys). Written in an order that a crash between them leaves a key listed but not
// usable: registering or revoking again completes it, and nothing opens that should not.

import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type PublicJwk, parsePublicJwk, thumbprint } from '../../wire/signature.ts';
import { type RelayKey, type RelayKeyStore, relayKeysMax } from '../control-ports.ts';
import {
  type ControlTable,
  createRow,
  type Item,
  isConditionMet,
  keyItem,
  keyRow,
  number,
  readDocument,
  readRow,
  relayRow,
  relaysPartition,
  text,
  updateDocument,
} from './control-rows.ts';

/** Makes the RelayKeyStore over the control table. */
export function makeRelayKeyStore(table: ControlTable): RelayKeyStore {
  return {
    registerKey: (relayId, jwk) => registerKey(table, relayId, jwk),
    activeKey: (keyId) => activeKey(table, keyId),
    relayKeys: async (relayId) => {
      const { value } = await readDocument(table, relayRow(relayId));
      const keys = await Promise.all(keyIdsOf(value).map((keyId) => activeKey(table, keyId)));
      return keys.filter((key) => key !== undefined && key.relayId === relayId) as RelayKey[];
    },
    relayIds: () => relayIds(table),
    revokeKey: (relayId, keyId) => revokeKey(table, relayId, keyId),
  };
}

async function registerKey(
  table: ControlTable,
  relayId: string,
  jwk: PublicJwk,
): Promise<'registered' | 'too-many' | 'taken' | 'revoked'> {
  const keyId = thumbprint(jwk);
  const refusal = await refusalOf(table, relayId, keyId);
  if (refusal) return refusal;

  let isListed = false;
  await updateDocument(table, relayRow(relayId), (value) => {
    const keyIds = keyIdsOf(value);
    isListed = keyIds.includes(keyId) || keyIds.length < relayKeysMax;
    return isListed && !keyIds.includes(keyId) ? { keyIds: [...keyIds, keyId] } : undefined;
  });
  if (!isListed) return 'too-many';

  const isCreated = await createRow(table, keyRow(keyId), {
    relayId: text(relayId),
    jwk: text(JSON.stringify(jwk)),
    registeredAt: number(table.now()),
  });
  if (isCreated) return 'registered';
  const lateRefusal = await refusalOf(table, relayId, keyId);
  if (lateRefusal) await unlist(table, relayId, keyId);
  return lateRefusal ?? 'registered';
}

/** Why a key that is on record cannot be registered; undefined when it can, or already is. */
async function refusalOf(
  table: ControlTable,
  relayId: string,
  keyId: string,
): Promise<'taken' | 'revoked' | undefined> {
  const item = await readRow(table, keyRow(keyId));
  if (!item) return undefined;
  if (item['relayId']?.S !== relayId) return 'taken';
  return item['revokedAt'] ? 'revoked' : undefined;
}

async function activeKey(table: ControlTable, keyId: string): Promise<RelayKey | undefined> {
  const item = await readRow(table, keyRow(keyId));
  if (!item || item['revokedAt']) return undefined;
  const jwk = parsePublicJwk(JSON.parse(item['jwk']?.S ?? 'null'));
  const relayId = item['relayId']?.S;
  if (!jwk || !relayId) return undefined;
  return { keyId, relayId, jwk, registeredAt: Number(item['registeredAt']?.N) };
}

async function revokeKey(
  table: ControlTable,
  relayId: string,
  keyId: string,
): Promise<'revoked' | 'unknown'> {
  // The key row first: from here on it opens nothing, whatever happens to the list.
  const isKnown = await isConditionMet(() =>
    table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: keyItem(keyRow(keyId)),
        UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
        ConditionExpression: 'relayId = :relay',
        ExpressionAttributeValues: { ':now': number(table.now()), ':relay': text(relayId) },
      }),
    ),
  );
  await unlist(table, relayId, keyId);
  return isKnown ? 'revoked' : 'unknown';
}

function unlist(table: ControlTable, relayId: string, keyId: string): Promise<void> {
  return updateDocument(table, relayRow(relayId), (value) => {
    const keyIds = keyIdsOf(value);
    return keyIds.includes(keyId) ? { keyIds: keyIds.filter((id) => id !== keyId) } : undefined;
  });
}

async function relayIds(table: ControlTable): Promise<string[]> {
  const ids: string[] = [];
  let start: Item | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': text(relaysPartition) },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    ids.push(...(page.Items ?? []).map((item) => item['sk']?.S ?? ''));
    start = page.LastEvaluatedKey;
  } while (start);
  return ids;
}

function keyIdsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || !('keyIds' in value)) return [];
  return Array.isArray(value.keyIds) ? value.keyIds.filter((id) => typeof id === 'string') : [];
}
