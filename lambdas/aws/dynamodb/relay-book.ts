// State of relays other than keys and ledger: enrolment tokens, the record in the relay's row, the
// newest health report. Implements RelayBook over the control table.
// Promise: one conditional write decides whether a token is spent; every write may be repeated.

import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { readRelayHealth } from '../../../wire/relay-documents.ts';
import { parsePublicJwk } from '../../../wire/signature.ts';
import type { HealthReport, RelayBook, RelayRecord, StoredToken } from '../../control/ports.ts';
import {
  type ControlTable,
  expiryAfter,
  isConditionMet,
  keyItem,
  number,
  type RowKey,
  readDocument,
  readRow,
  relayRow,
  text,
  updateDocument,
} from './control-rows.ts';

/** An expired token is remembered for a while, so that the answer can say so. */
const tokenRowDays = 2;

const tokenRow = (tokenId: string): RowKey => ({ pk: `TOKEN#${tokenId}`, sk: 'TOKEN' });
const healthRow = (relayId: string): RowKey => ({ pk: `HEALTH#${relayId}`, sk: 'HEALTH' });

const recordSchema: v.GenericSchema<unknown, RelayRecord> = v.object({
  createdAt: v.exactOptional(v.number()),
  token: v.exactOptional(v.object({ tokenId: v.string(), validUntil: v.number() })),
  revokedAt: v.exactOptional(v.number()),
  secretsKnown: v.fallback(v.array(v.object({ gateway: v.string(), fingerprint: v.string() })), []),
});

/** Makes the RelayBook. */
export function makeRelayBook(table: ControlTable): RelayBook {
  return {
    relay: async (relayId) => recordOf((await readDocument(table, relayRow(relayId))).value),
    changeRelay: (relayId, change) =>
      updateDocument(table, relayRow(relayId), (value) => {
        const keyIds = keyIdsOf(value);
        return { ...change(recordOf(value) ?? { secretsKnown: [] }), keyIds };
      }),
    putToken: (token) => putToken(table, token),
    token: (tokenId) => readToken(table, tokenId),
    dropToken: async (tokenId) => {
      const Key = keyItem(tokenRow(tokenId));
      await table.client.send(new DeleteItemCommand({ TableName: table.tableName, Key }));
    },
    spendToken: (tokenId, keyId) => spendToken(table, tokenId, keyId),
    putHealth: (relayId, report) => putHealth(table, relayId, report),
    health: (relayId) => readHealth(table, relayId),
  };
}

/** When a relay last reported its health: the part the sweep needs. */
export async function healthReportedAt(
  table: ControlTable,
  relayId: string,
): Promise<UnixMs | undefined> {
  const at = (await readRow(table, healthRow(relayId)))?.['receivedAt']?.N;
  return at === undefined ? undefined : Number(at);
}

function recordOf(value: unknown): RelayRecord | undefined {
  return value === undefined ? undefined : v.parse(recordSchema, value);
}

const keysSchema = v.fallback(v.object({ keyIds: v.array(v.string()) }), { keyIds: [] });
const keyIdsOf = (value: unknown): readonly string[] => v.parse(keysSchema, value).keyIds;

async function putToken(table: ControlTable, token: StoredToken): Promise<void> {
  await table.client.send(
    new PutItemCommand({
      TableName: table.tableName,
      Item: {
        ...keyItem(tokenRow(token.tokenId)),
        relayId: text(token.relayId),
        jwk: text(JSON.stringify(token.publicJwk)),
        validUntil: number(token.validUntil),
        expiresAt: expiryAfter(table, tokenRowDays),
      },
    }),
  );
}

async function readToken(table: ControlTable, tokenId: string): Promise<StoredToken | undefined> {
  const item = await readRow(table, tokenRow(tokenId));
  const publicJwk = parsePublicJwk(JSON.parse(item?.['jwk']?.S ?? 'null'));
  const relayId = item?.['relayId']?.S;
  if (!item || !publicJwk || !relayId) return undefined;
  const spentBy = item['spentBy']?.S;
  return {
    tokenId,
    relayId,
    publicJwk,
    validUntil: Number(item['validUntil']?.N),
    ...(spentBy && { spentBy }),
  };
}

function spendToken(table: ControlTable, tokenId: string, keyId: string): Promise<boolean> {
  return isConditionMet(() =>
    table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: keyItem(tokenRow(tokenId)),
        UpdateExpression: 'SET spentBy = :key',
        ConditionExpression:
          'attribute_exists(pk) AND validUntil > :now AND ' +
          '(attribute_not_exists(spentBy) OR spentBy = :key)',
        ExpressionAttributeValues: { ':key': text(keyId), ':now': number(table.now()) },
      }),
    ),
  );
}

async function putHealth(
  table: ControlTable,
  relayId: string,
  { report, receivedAt }: HealthReport,
): Promise<void> {
  await isConditionMet(() =>
    table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: {
          ...keyItem(healthRow(relayId)),
          report: text(JSON.stringify(report)),
          reportedAt: number(report.time),
          receivedAt: number(receivedAt),
        },
        ConditionExpression: 'attribute_not_exists(reportedAt) OR reportedAt <= :time',
        ExpressionAttributeValues: { ':time': number(report.time) },
      }),
    ),
  );
}

async function readHealth(table: ControlTable, relayId: string): Promise<HealthReport | undefined> {
  const item = await readRow(table, healthRow(relayId));
  // A report of an older form counts as none until the next one, a minute later.
  const report = readRelayHealth(JSON.parse(item?.['report']?.S ?? 'null'));
  return report && { report, receivedAt: Number(item?.['receivedAt']?.N) };
}
