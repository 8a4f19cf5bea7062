// The local DynamoDB: dynalite on disk, in this process, behind an ordinary SDK client.
// Promise: what was written survives the death of the process (LevelDB hands each write to the
// operating system). It is not synced: a power cut can take the last seconds.
// Dynalite has no transactions and no TTL calls, and neither does our schema need them.

import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { makeDynamoClient } from '../lambdas/aws/dynamodb/dynamo-client.ts';
import { createTable } from './create-tables.ts';
import { inProcessRequestHandler } from './in-process.ts';

/** The three tables of ARCHITECTURE, here under their own names. */
export const localTables = {
  profiles: 'profiles',
  control: 'control',
  places: 'places',
} as const;

export type LocalDynamo = {
  readonly client: DynamoDBClient;
  /** Lets running operations end and releases the folder. */
  stop(): Promise<void>;
};

/** The folder holds something else than our tables, all of them ready. */
export class LocalTablesError extends Error {
  readonly code = 'LOCAL_TABLES';

  constructor(path: string) {
    super(`${path} does not hold the tables of this version; move it away to start empty`);
    this.name = 'LocalTablesError';
  }
}

/**
 * Opens the tables in the folder `path`, creating them when it is absent.
 * @throws LocalTablesError when the folder holds something else.
 */
export async function startLocalDynamo(options: { readonly path: string }): Promise<LocalDynamo> {
  const { path } = options;
  if (!existsSync(path)) await prepareFolder(path);
  const dynamo = openFolder(path);
  const names = Object.values(localTables);
  const states = await Promise.all(names.map((name) => tableState(dynamo.client, name)));
  if (states.every((state) => state === 'ACTIVE')) return dynamo;
  await dynamo.stop();
  throw new LocalTablesError(path);
}

function openFolder(path: string): LocalDynamo {
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const client = makeDynamoClient({
    endpoint: 'http://dynamodb.invalid',
    requestHandler: inProcessRequestHandler(server),
  });
  return {
    client,
    stop: () => {
      client.destroy();
      return closeStore(server);
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
  const { client, stop } = openFolder(draft);
  for (const name of Object.values(localTables)) await createTable(client, name);
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

/**
 * Dynalite closes its store only after a server that listened has closed, so it listens for that
 * moment on a free loopback port and refuses whoever comes.
 */
function closeStore(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('connection', (socket) => socket.destroy());
    server.listen(0, '127.0.0.1', () => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
  });
}
