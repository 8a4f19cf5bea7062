// The local DynamoDB: dynalite's tables on disk, in this process, behind an ordinary SDK client.
// Promise: what was written survives the death of the process (LevelDB hands each write to the
// operating system); what was written before `sync()` survives a power cut.
// Dynalite has no transactions and no TTL calls, and neither does our schema need them.

import { existsSync, renameSync, rmSync } from 'node:fs';
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { makeDynamoClient } from '../lambdas/aws/dynamodb/dynamo-client.ts';
import { createTable } from './create-tables.ts';
import { QuickTables, type Send } from './tables/quick-tables.ts';
import { tableRequestHandler } from './tables/request-handler.ts';
import { TableStore } from './tables/table-store.ts';

/** The three tables of ARCHITECTURE, here under their own names. */
export const localTables = {
  profiles: 'profiles',
  control: 'control',
  places: 'places',
} as const;

export type LocalDynamo = {
  readonly client: DynamoDBClient;
  /** Makes durable what has been written so far. @throws TablesDiskError */
  sync(): Promise<void>;
  /** Rejects with a TablesDiskError when the disk fails; what is asked later may fail as well. */
  readonly failed: Promise<never>;
  /** Files synced so far. */
  syncs(): number;
  /** Lets running operations end and releases the folder. */
  stop(): Promise<void>;
};

/** The folder holds something else than our tables, all of them ready. */
export class LocalTablesError extends Error {
  readonly code = 'LOCAL_TABLES';

  constructor(path: string, fault?: unknown) {
    const reason = fault === undefined ? 'does not hold the tables of this version' : textOf(fault);
    const again = 'with --rebuild it is made again from the journal';
    super(`${path} ${reason}; ${again}, or move it away to start empty`, { cause: fault });
    this.name = 'LocalTablesError';
  }
}

/** What LevelDB says, or the system through it. */
function textOf(fault: unknown): string {
  const { message, cause } = fault as { readonly message?: string; readonly cause?: unknown };
  const inner = (cause as { readonly message?: string } | undefined)?.message;
  return `cannot be opened (${inner ?? message ?? String(fault)})`;
}

/**
 * Opens the tables in the folder `path`, creating them when it is absent.
 * @throws LocalTablesError when the folder holds something else.
 */
export async function startLocalDynamo(options: { readonly path: string }): Promise<LocalDynamo> {
  const { path } = options;
  if (!existsSync(path)) await prepareFolder(path);
  const dynamo = await openFolder(path);
  const names = Object.values(localTables);
  const states = await Promise.all(names.map((name) => tableState(dynamo.client, name)));
  if (states.every((state) => state === 'ACTIVE')) return dynamo;
  await dynamo.stop();
  throw new LocalTablesError(path);
}

async function openFolder(path: string): Promise<LocalDynamo> {
  const tables = await TableStore.open(path).catch((fault: unknown) => {
    throw new LocalTablesError(path, fault);
  });
  const client = makeDynamoClient({
    endpoint: 'http://dynamodb.invalid',
    requestHandler: tableRequestHandler(tables),
  });
  const ordinary = client.send.bind(client) as Send;
  const quick = new QuickTables(Object.values(localTables), tables, ordinary);
  const send: Send = (...args) =>
    quick.send(...args).catch((error: unknown) => {
      tables.noteError(error);
      throw error;
    });
  return {
    client: Object.assign(client, { send }),
    sync: async () => {
      await quick.flushed();
      await tables.sync();
    },
    failed: tables.failed,
    syncs: () => tables.syncs,
    stop: async () => {
      client.destroy();
      await quick.flushed();
      await tables.close();
    },
  };
}

/**
 * Creates the tables beside their place and moves them there when all are ready: a table whose
 * creation was cut short would stay unusable for ever.
 */
async function prepareFolder(path: string): Promise<void> {
  const draft = `${path}.new`;
  rmSync(draft, { recursive: true, force: true });
  const { client, sync, stop } = await openFolder(draft);
  for (const name of Object.values(localTables)) await createTable(client, name);
  await sync();
  await stop();
  renameSync(draft, path);
}

async function tableState(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table?.TableStatus;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
