// Relay keys in the control table: implements RelayKeyStore.
// There are two kinds of row: one per key, found by thumbprint, which decides whether the key is
// valid; and one per relay, which lists at most two active keys. The write order is chosen so that
// a crash between the two leaves a key listed but not valid. Registering or revoking again
// completes it.

import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type AgreementJwk, parseAgreementJwk } from '../../../wire/hpke.ts';
import { type PublicJwk, parsePublicJwk, thumbprint } from '../../../wire/signature.ts';
import {
  type KeyRefusal,
  keyOverlapMs,
  type RelayKey,
  type RelayKeyStore,
  relayKeysMax,
} from '../../shared/control-ports.ts';
import { readPartition } from './control-reads.ts';
import {
  type ControlTable,
  createRow,
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
  const activeKey = async (keyId: string) => {
    const key = await knownKey(table, keyId);
    return key && isActive(table, key) ? key : undefined;
  };
  return {
    registerKey: (relayId, jwk, agreementKey) =>
      registerKey(table, relayId, { jwk, ...(agreementKey && { agreementKey }) }),
    admitKey: (relayId, tokenId, pair) => registerKey(table, relayId, pair, tokenId),
    rotateKey: (usedKeyId, relayId, next) => rotateKey(table, usedKeyId, relayId, next),
    activeKey,
    knownKey: (keyId) => knownKey(table, keyId),
    relayKeys: async (relayId) => {
      const { value } = await readDocument(table, relayRow(relayId));
      const keys = await Promise.all(keyIdsOf(value).map(activeKey));
      return keys.filter((key) => key !== undefined && key.relayId === relayId) as RelayKey[];
    },
    relayIds: () => relayIds(table),
    revokeKey: (relayId, keyId) => revokeKey(table, relayId, keyId),
    revokeAllKeys: (relayId) => revokeAllKeys(table, relayId),
  };
}

type KeyPair = { readonly jwk: PublicJwk; readonly agreementKey?: AgreementJwk };

function registerKey(
  table: ControlTable,
  relayId: string,
  pair: KeyPair,
): Promise<'registered' | KeyRefusal>;
function registerKey(
  table: ControlTable,
  relayId: string,
  pair: KeyPair,
  tokenId: string,
): Promise<'registered' | KeyRefusal | 'withdrawn'>;
async function registerKey(
  table: ControlTable,
  relayId: string,
  pair: KeyPair,
  tokenId?: string,
): Promise<'registered' | KeyRefusal | 'withdrawn'> {
  const keyId = thumbprint(pair.jwk);
  const refusal = await refusalOf(table, relayId, keyId);
  if (refusal) return refusal;
  await dropEnded(table, relayId);
  let listed: 'yes' | 'too-many' | 'withdrawn' = 'yes';
  await updateDocument(table, relayRow(relayId), (value) => {
    const keyIds = keyIdsOf(value);
    listed = 'yes';
    if (keyIds.includes(keyId)) return undefined;
    const { revokedAt: _, token, ...rest } = relayRowOf(value);
    if (tokenId !== undefined && token?.tokenId !== tokenId) listed = 'withdrawn';
    else listed = keyIds.length < relayKeysMax ? 'yes' : 'too-many';
    const kept = token && tokenId === undefined ? { token } : {};
    return listed === 'yes' ? { ...rest, ...kept, keyIds: [...keyIds, keyId] } : undefined;
  });
  return listed === 'yes' ? createKey(table, relayId, keyId, pair) : listed;
}

async function rotateKey(
  table: ControlTable,
  usedKeyId: string,
  relayId: string,
  pair: Required<KeyPair>,
): Promise<{ readonly previousUntil: number } | KeyRefusal> {
  const keyId = thumbprint(pair.jwk);
  const refusal = keyId === usedKeyId ? 'taken' : await refusalOf(table, relayId, keyId);
  if (refusal) return refusal;
  // Back to a pair that is running out: both would end.
  if ((await knownKey(table, keyId))?.retiresAt !== undefined) return 'revoked';
  await dropEnded(table, relayId);
  let isListed = false;
  let isRevoked = false;
  let older: readonly string[] = [];
  await updateDocument(table, relayRow(relayId), (value) => {
    const keyIds = keyIdsOf(value);
    isRevoked = relayRowOf(value).revokedAt !== undefined;
    isListed = !isRevoked && (keyIds.includes(keyId) || keyIds.at(-1) === usedKeyId);
    older = isListed ? keyIds.filter((id) => id !== keyId && id !== usedKeyId) : [];
    if (!isListed || keyIds.includes(keyId)) return undefined;
    return withKeys(value, [usedKeyId, keyId]);
  });
  // The used pair has a successor already, and it is another one.
  if (!isListed) return isRevoked ? 'revoked' : 'too-many';
  for (const id of older) await revokeListed(table, relayId, id);
  const created = await createKey(table, relayId, keyId, pair);
  return created === 'registered' ? retireKey(table, relayId, usedKeyId) : created;
}

async function createKey(
  table: ControlTable,
  relayId: string,
  keyId: string,
  { jwk, agreementKey }: KeyPair,
): Promise<'registered' | KeyRefusal> {
  const isCreated = await createRow(table, keyRow(keyId), {
    relayId: text(relayId),
    jwk: text(JSON.stringify(jwk)),
    ...(agreementKey && { agreementKey: text(JSON.stringify(agreementKey)) }),
    registeredAt: number(table.now()),
  });
  if (isCreated) return 'registered';
  const lateRefusal = await refusalOf(table, relayId, keyId);
  if (lateRefusal) await unlist(table, relayId, keyId);
  return lateRefusal ?? 'registered';
}

async function retireKey(table: ControlTable, relayId: string, keyId: string) {
  const { Attributes: item } = await table.client.send(
    new UpdateItemCommand({
      TableName: table.tableName,
      Key: keyItem(keyRow(keyId)),
      UpdateExpression: 'SET retiresAt = if_not_exists(retiresAt, :until)',
      ConditionExpression: 'relayId = :relay',
      ExpressionAttributeValues: {
        ':until': number(table.now() + keyOverlapMs),
        ':relay': text(relayId),
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return { previousUntil: Number(item?.['retiresAt']?.N) };
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
  return item['revokedAt'] || hasRunOut(table, Number(item['retiresAt']?.N ?? Number.NaN))
    ? 'revoked'
    : undefined;
}

const hasRunOut = (table: ControlTable, retiresAt: number | undefined): boolean =>
  retiresAt !== undefined && retiresAt <= table.now();

const isActive = (table: ControlTable, { revokedAt, retiresAt }: RelayKey): boolean =>
  revokedAt === undefined && !hasRunOut(table, retiresAt);

async function knownKey(table: ControlTable, keyId: string): Promise<RelayKey | undefined> {
  const item = await readRow(table, keyRow(keyId));
  const jwk = parsePublicJwk(JSON.parse(item?.['jwk']?.S ?? 'null'));
  const relayId = item?.['relayId']?.S;
  if (!item || !jwk || !relayId) return undefined;
  const agreementKey = parseAgreementJwk(JSON.parse(item['agreementKey']?.S ?? 'null'));
  return {
    keyId,
    relayId,
    jwk,
    registeredAt: Number(item['registeredAt']?.N),
    ...(agreementKey && { agreementKey }),
    ...(item['retiresAt'] && { retiresAt: Number(item['retiresAt'].N) }),
    ...(item['revokedAt'] && { revokedAt: Number(item['revokedAt'].N) }),
  };
}

async function revokeKey(
  table: ControlTable,
  relayId: string,
  keyId: string,
): Promise<'revoked' | 'unknown'> {
  // The key row first: from here on it opens nothing, whatever happens to the list.
  const isKnown = await markRevoked(table, relayId, keyId, 'relayId = :relay');
  await unlist(table, relayId, keyId);
  return isKnown ? 'revoked' : 'unknown';
}

async function revokeAllKeys(table: ControlTable, relayId: string): Promise<readonly string[]> {
  // The mark first: a rotation that is under way has listed its key before it, or will not.
  await updateDocument(table, relayRow(relayId), (value) => {
    const { token: _, revokedAt = table.now(), ...rest } = relayRowOf(value);
    return { ...rest, revokedAt };
  });
  const keyIds = keyIdsOf((await readDocument(table, relayRow(relayId))).value);
  for (const keyId of keyIds) await revokeListed(table, relayId, keyId);
  return keyIds;
}

/** As revokeKey, and a registration that was interrupted finds its key revoked, too. */
async function revokeListed(table: ControlTable, relayId: string, keyId: string): Promise<void> {
  await markRevoked(table, relayId, keyId, 'attribute_not_exists(pk) OR relayId = :relay');
  await unlist(table, relayId, keyId);
}

function markRevoked(
  table: ControlTable,
  relayId: string,
  keyId: string,
  condition: string,
): Promise<boolean> {
  return isConditionMet(() =>
    table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: keyItem(keyRow(keyId)),
        UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now), relayId = :relay',
        ConditionExpression: condition,
        ExpressionAttributeValues: { ':now': number(table.now()), ':relay': text(relayId) },
      }),
    ),
  );
}

/** Takes keys off the list that open nothing any more; one not written yet stays. */
async function dropEnded(table: ControlTable, relayId: string): Promise<void> {
  const { value } = await readDocument(table, relayRow(relayId));
  for (const keyId of keyIdsOf(value)) {
    const key = await knownKey(table, keyId);
    if (key && !isActive(table, key)) await unlist(table, relayId, keyId);
  }
}

function unlist(table: ControlTable, relayId: string, keyId: string): Promise<void> {
  return updateDocument(table, relayRow(relayId), (value) => {
    const keyIds = keyIdsOf(value);
    const rest = keyIds.filter((id) => id !== keyId);
    return keyIds.includes(keyId) ? withKeys(value, rest) : undefined;
  });
}

async function relayIds(table: ControlTable): Promise<string[]> {
  const items = await readPartition(table, relaysPartition);
  return items.map((item) => item['sk']?.S ?? '');
}

type RelayDocument = {
  readonly revokedAt?: number;
  readonly token?: { readonly tokenId: string };
};

/** The relay's document: keys and, kept as they are, what relay-book.ts puts there. */
const relayRowOf = (value: unknown): RelayDocument =>
  typeof value === 'object' && value !== null ? value : {};

function keyIdsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || !('keyIds' in value)) return [];
  return Array.isArray(value.keyIds) ? value.keyIds.filter((id) => typeof id === 'string') : [];
}

/** The relay's document with other keys; what else it holds stays. */
function withKeys(value: unknown, keyIds: readonly string[]): object {
  return { ...(typeof value === 'object' ? value : {}), keyIds };
}
