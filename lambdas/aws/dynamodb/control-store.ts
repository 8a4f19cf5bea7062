// The control table (keys `pk` and `sk`, TTL attribute `expiresAt`): ControlStore.
// Promise: conditional single-row writes only, no transactions, nothing that dynalite lacks; every
// write may be repeated. Rejects with the SDK's errors when the table does not answer.

import { createHash, randomBytes } from 'node:crypto';
import { DeleteItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { deadLetterRetentionDays } from '../../../domain/limits.ts';
import { defaultSettings, type Settings } from '../../../domain/settings.ts';
import type { ControlStore, DeadLetter, StoredDeadLetter } from '../../shared/control-ports.ts';
import { addCoverage, coverageOf, type Ledger } from '../../shared/coverage.ts';
import {
  batchRow,
  type ControlTable,
  createRow,
  cursorKeyRow,
  deadLetterPartition,
  expiryAfter,
  type Item,
  isConditionMet,
  isExpired,
  keyItem,
  ledgerRow,
  number,
  readDocument,
  readRow,
  settingsRow,
  text,
  updateDocument,
  writeDocument,
} from './control-rows.ts';
import { makeGatewayBook } from './gateway-book.ts';
import { makeRelayKeyStore } from './relay-keys.ts';

/** Batch ids are remembered one day longer than the queue can hold a message. */
export const batchIdRetentionDays = 15;

/** The part of the settings that the pipeline reads; the whole is settings-book.ts. */
export const pipelineSettingsEntries = {
  domains: v.object({
    netbios: v.record(v.string(), v.string()),
    defaultDomain: v.exactOptional(v.string()),
  }),
  detection: v.exactOptional(
    v.object({
      sensitivity: v.exactOptional(v.picklist(['low', 'normal', 'high'])),
      alertsPerThousandPerDay: v.exactOptional(v.pipe(v.number(), v.minValue(0.05))),
      strictGate: v.exactOptional(v.boolean()),
    }),
  ),
  sessions: v.exactOptional(
    v.object({
      maxHoursWithoutInterims: v.exactOptional(v.pipe(v.number(), v.minValue(1))),
    }),
  ),
  sites: v.exactOptional(
    v.array(
      v.object({
        name: v.string(),
        networks: v.array(v.string()),
        country: v.string(),
        city: v.exactOptional(v.string()),
        lat: v.number(),
        lon: v.number(),
      }),
    ),
  ),
};
const settingsSchema: v.GenericSchema<unknown, Settings> = v.object(pipelineSettingsEntries);

const intervalSchema = v.object({ first: v.number(), last: v.number(), since: v.number() });
const ledgerSchema: v.GenericSchema<unknown, Ledger> = v.object({
  intervals: v.array(intervalSchema),
  epoch: v.number(),
  sequence: v.number(),
  lastSeen: v.number(),
});

/** Makes the ControlStore over one table. */
export function makeControlStore(table: ControlTable): ControlStore {
  return {
    ...makeRelayKeyStore(table),
    claimBatch: (batchId, digest) => claimBatch(table, batchId, digest),
    recordCoverage: (relayId, batches) =>
      updateDocument(table, ledgerRow(relayId), (value) =>
        addCoverage(
          value === undefined ? undefined : v.parse(ledgerSchema, value),
          batches,
          table.now(),
        ),
      ),
    coverage: async (relayId) => {
      const { value } = await readDocument(table, ledgerRow(relayId));
      return value === undefined ? undefined : coverageOf(v.parse(ledgerSchema, value));
    },
    settings: async () => {
      const { value, version } = await readDocument(table, settingsRow);
      return { settings: version ? v.parse(settingsSchema, value) : defaultSettings, version };
    },
    putSettings: async (settings, expectedVersion) =>
      (await writeDocument(table, settingsRow, settings, expectedVersion)) ? 'written' : 'conflict',
    ...makeGatewayBook(table),
    setAside: (entry) => setAside(table, entry),
    listDeadLetters: (limit, after) => listDeadLetters(table, limit, after),
    removeDeadLetter: async (id) => {
      const Key = keyItem({ pk: deadLetterPartition, sk: id });
      await table.client.send(new DeleteItemCommand({ TableName: table.tableName, Key }));
    },
    cursorKey: () => cursorKey(table),
  };
}

async function claimBatch(
  table: ControlTable,
  batchId: string,
  digest: string,
): Promise<'new' | 'same' | 'conflict'> {
  let previous: Item | undefined;
  const isClaimed = await isConditionMet(async () => {
    const { Attributes } = await table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: {
          ...keyItem(batchRow(batchId)),
          digest: text(digest),
          expiresAt: expiryAfter(table, batchIdRetentionDays),
        },
        ConditionExpression: 'attribute_not_exists(pk) OR digest = :digest OR expiresAt <= :now',
        ExpressionAttributeValues: {
          ':digest': text(digest),
          ':now': number(Math.floor(table.now() / 1000)),
        },
        ReturnValues: 'ALL_OLD',
      }),
    );
    previous = Attributes;
  });
  if (!isClaimed) return 'conflict';
  return previous && !isExpired(table, previous) ? 'same' : 'new';
}

/** Sorts by time; the hash makes the same event of the same batch the same row. */
async function setAside(table: ControlTable, entry: DeadLetter): Promise<void> {
  const identity = JSON.stringify([entry.batchId, entry.event.eventId, entry.event.time]);
  const hash = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  const sk = `${new Date(entry.event.receivedTime).toISOString()}#${hash}`;
  await createRow(
    table,
    { pk: deadLetterPartition, sk },
    {
      entry: text(JSON.stringify(entry)),
      setAsideAt: number(table.now()),
      expiresAt: expiryAfter(table, deadLetterRetentionDays),
    },
  );
}

async function listDeadLetters(
  table: ControlTable,
  limit: number,
  after?: string,
): Promise<{ entries: StoredDeadLetter[]; next?: string }> {
  const page = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': text(deadLetterPartition) },
      Limit: limit,
      ...(after ? { ExclusiveStartKey: keyItem({ pk: deadLetterPartition, sk: after }) } : {}),
    }),
  );
  const entries = (page.Items ?? [])
    .filter((item) => !isExpired(table, item))
    .map((item) => ({
      ...(JSON.parse(item['entry']?.S ?? '{}') as DeadLetter),
      id: item['sk']?.S ?? '',
      setAsideAt: Number(item['setAsideAt']?.N),
    }));
  const next = page.LastEvaluatedKey?.['sk']?.S;
  return next ? { entries, next } : { entries };
}

async function cursorKey(table: ControlTable): Promise<string> {
  const stored = await readRow(table, cursorKeyRow);
  if (stored?.['secret']?.S) return stored['secret'].S;
  const secret = randomBytes(32).toString('base64url');
  if (await createRow(table, cursorKeyRow, { secret: text(secret) })) return secret;
  return cursorKey(table);
}
