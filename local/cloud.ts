// The embedded cloud: the functions of lambdas/ on local tables, a local queue and a local API,
// wired as the stack wires them. Only what AWS provides is replaced.
// Promise: 202 means the batch is on disk; stopping or killing it loses no admitted batch.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda';
import type { Location } from '../domain/location.ts';
import type { CellName } from '../geo/compact/cell-names.ts';
import { makeControlStore } from '../lambdas/aws/dynamodb/control-store.ts';
import { isOrderWaiting } from '../lambdas/aws/dynamodb/order-book.ts';
import { withLabelRequests } from '../lambdas/aws/location/label-requests.ts';
import { makeLambdaLocate } from '../lambdas/aws/location/lambda-locate.ts';
import { makeAdmit } from '../lambdas/ingest/admit.ts';
import { makeLocate } from '../lambdas/locate/locate.ts';
import { queryRoutes } from '../lambdas/query/query.ts';
import type { Access, Group } from '../lambdas/shared/access.ts';
import type { ControlStore } from '../lambdas/shared/control-ports.ts';
import { makeLog } from '../lambdas/shared/log.ts';
import { healthLimitsDefault, healthLimitsOf } from '../lambdas/shared/relay-health.ts';
import { makeTableProcess, makeTableQuery } from '../lambdas/wiring/table-handlers.ts';
import { makeTableSweep } from '../lambdas/wiring/table-sweep.ts';
import type { PublicJwk } from '../wire/signature.ts';
import { type Clock, systemClock } from './clock.ts';
import { readContract } from './contract.ts';
import { controlPaths, localCloudKey } from './control-paths.ts';
import { type LocalDynamo, localTables, startLocalDynamo } from './dynamo.ts';
import { type EventFile, makeEventFile } from './event-file.ts';
import { expireRows } from './expire-rows.ts';
import { FunctionHost, type FunctionHostOptions } from './function-host.ts';
import { loopbackAuthorities } from './http/origin-check.ts';
import type { Routes } from './http/route-table.ts';
import { type Fallback, type HttpFront, startHttpFront } from './http-front.ts';
import { type KeptRows, openKeptRows } from './kept-rows.ts';
import { labelRequests } from './label-requests.ts';
import { makeLocalFunction } from './local-function.ts';
import { makeLocalPopulation } from './local-population.ts';
import { makeLocateCaller } from './locate-caller.ts';
import { LocalQueue } from './queue/queue.ts';
import { startSweeping } from './sweeper.ts';
import { Teardown } from './teardown.ts';

export type LocalCloudOptions = {
  /** Holds `dynamodb/` and `queue.log`; must belong to this process (data-dir.ts). */
  readonly folder: string;
  /** 0 takes a free port. */
  readonly apiPort: number;
  readonly locate: (address: string) => Location;
  /** Names map cells from the location data; absent: places keep their own names. */
  readonly cellName?: CellName;
  /** Takes the functions' log lines (JSON). */
  readonly writeLog: (line: string) => void;
  /** Serves paths outside the API. */
  readonly fallback?: Fallback;
  readonly clock?: Clock;
  /** The highest role of callers; absent: admin. */
  readonly role?: Group | undefined;
  /** How batches are delivered: concurrency, backoff, and faults for tests. */
  readonly delivery?: Pick<
    FunctionHostOptions,
    'concurrency' | 'reservedConcurrency' | 'window' | 'backoff' | 'chaos'
  >;
};

export type LocalCloud = {
  readonly url: string;
  readonly port: number;
  readonly queue: LocalQueue;
  /** Relay keys, settings, ledger. */
  readonly control: ControlStore;
  /** The key that relays pin. */
  cloudKey(): Promise<PublicJwk>;
  /** Copies settings and erasures to where a rebuild finds them. */
  keep(): Promise<void>;
  /** Resolves when every admitted batch is processed or a dead letter. */
  idle(): Promise<void>;
  /** Resolves when no batch is being processed; those that failed may wait for their next turn. */
  settled(): Promise<void>;
  /** Rejects when a disk failed, with what to do: nothing more is processed. */
  readonly failed: Promise<never>;
  /** Takes no more requests, lets running functions end, closes everything. */
  stop(): Promise<void>;
};

/** As in the stack; but on a slow machine what judges has its time, or the order would change. */
const timeoutsMs = {
  admit: 10_000,
  process: 15 * 60_000,
  locate: 15 * 60_000,
  query: 10_000,
  control: 25_000,
  label: 60_000,
  sweep: 300_000,
};
/** All of an invocation: how long one takes is up to the host, which makes batches of history. */
const eventsAtOnceMax = 20_000;
/** Deliveries before a batch becomes a dead letter: with the local backoff about 25 minutes. */
export const maxReceiveCount = 30;

/**
 * Starts everything.
 * @throws LocalTablesError, QueueError or PortInUseError, each saying what to do.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { folder, clock = systemClock } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const parts = new Teardown();
  let ended: Promise<void> | undefined;
  try {
    const tables = join(folder, 'dynamodb');
    const isNew = !existsSync(tables);
    const dynamo = await startLocalDynamo({ path: tables });
    parts.add(dynamo.stop);
    const kept = openKeptRows(folder, controlTableOf({ dynamo, clock }));
    if (isNew) await kept.restore();
    const path = join(folder, 'queue.log');
    const queue = await LocalQueue.open({ path, clock, maxReceiveCount });
    parts.add(() => queue.close());
    const services: Services = {
      ...options,
      clock,
      dynamo,
      queue,
      kept,
      events: makeEventFile(join(folder, 'events.ndjson')),
      control: makeControlStore(controlTableOf({ dynamo, clock })),
    };
    const host = startProcessing(services);
    parts.add(() => host.stop());
    parts.add(startSweep(services));
    const front = await startApi(services);
    parts.add(front.stop);
    return {
      url: front.url,
      port: front.port,
      queue,
      control: services.control,
      cloudKey: () => localCloudKey(controlTableOf(services), folder),
      keep: () => kept.save(),
      idle: () => host.idle(),
      settled: () => host.settled(),
      failed: host.failed,
      stop: () => {
        ended ??= parts.run();
        return ended;
      },
    };
  } catch (error) {
    await parts.run();
    throw error;
  }
}

type Services = LocalCloudOptions & {
  readonly clock: Clock;
  readonly dynamo: LocalDynamo;
  readonly queue: LocalQueue;
  readonly kept: KeptRows;
  /** What the event bus takes in the cloud. */
  readonly events: EventFile;
  readonly control: ControlStore;
};

function controlTableOf({ dynamo, clock }: Pick<Services, 'dynamo' | 'clock'>) {
  return { client: dynamo.client, tableName: localTables.control, now: clock.now };
}

function tablesOf({ dynamo, clock, writeLog }: Services) {
  return {
    client: dynamo.client,
    profilesTable: localTables.profiles,
    controlTable: localTables.control,
    now: clock.now,
    writeLog,
  };
}

/** queue -> process -> locate */
function startProcessing(services: Services): FunctionHost {
  const { clock, queue, writeLog } = services;
  const log = makeLog({ service: 'host', now: clock.now, write: writeLog });
  const locate = makeLocalFunction({
    name: 'locate',
    handler: makeLocate({ locate: services.locate }),
    timeoutMs: timeoutsMs.locate,
    clock,
  });
  const handler = makeTableProcess({
    ...tablesOf(services),
    bus: { send: services.events.send },
    locate: withLabelRequests(
      makeLambdaLocate({ client: makeLocateCaller(locate), functionName: 'locate' }),
      labelRequests(services, timeoutsMs.label),
    ),
    // In the cloud a failed message waits minutes to an hour; here people watch.
    postpone: async () => undefined,
    inOrder: { population: makeLocalPopulation(controlTableOf(services)), eventsAtOnceMax },
    olderErasures: services.kept.erasures,
  });
  const timeoutMs = timeoutsMs.process;
  return new FunctionHost({
    ...services.delivery,
    queue,
    clock,
    beforeDelete: () => services.dynamo.sync(),
    storeFailed: services.dynamo.failed,
    function: makeLocalFunction<SQSEvent>({ name: 'process', handler, timeoutMs, clock }),
    onInvocation: ({ outcome: reason, messages, failed: count, error }) => {
      if (reason !== 'done') log.error('messages come back', error, { reason, messages, count });
    },
  });
}

/** schedule -> sweep */
function startSweep(services: Services): () => Promise<void> {
  const { clock, dynamo } = services;
  const handler = makeTableSweep({
    ...tablesOf(services),
    // Troubles are in the log already, and no bus listens here.
    publish: async () => undefined,
    bus: { send: services.events.send },
    expire: () => expireRows(dynamo.client, Object.values(localTables), clock.now()),
    limits: healthLimitsOf(healthLimitsDefault),
  });
  const timeoutMs = timeoutsMs.sweep;
  return startSweeping(
    makeLocalFunction<object>({ name: 'sweep', handler, timeoutMs, clock }),
    clock,
  );
}

/** HTTP API -> admit, query, control */
function startApi(services: Services): Promise<HttpFront> {
  const { clock, writeLog, fallback } = services;
  const log = makeLog({ service: 'front', now: clock.now, write: writeLog });
  return startHttpFront({
    port: services.apiPort,
    clock,
    ...(fallback ? { fallback } : {}),
    routes: (port) => ({
      'POST /v1/batches': admitRoute(services, port),
      ...queryPaths(services),
      ...controlPaths({
        tables: tablesOf(services),
        folder: services.folder,
        events: services.events,
        kept: services.kept,
        port,
        clock,
        timeoutMs: timeoutsMs.control,
        access: openTo(services),
      }),
    }),
    onFailure: (route, error) => log.error('a request failed', error, { route }),
  });
}

function admitRoute(services: Services, port: number): Routes[string] {
  const { clock, control, queue, writeLog } = services;
  const handler = makeAdmit({
    keys: control,
    batches: control,
    queue: {
      send: async (message) => {
        await queue.send(message);
      },
    },
    isOrderWaiting: (relayId) => isOrderWaiting(controlTableOf(services), relayId),
    allowedAuthorities: [...loopbackAuthorities(port)],
    now: clock.now,
    log: makeLog({ service: 'admit', now: clock.now, write: writeLog }),
  });
  const timeoutMs = timeoutsMs.admit;
  const admit = makeLocalFunction<APIGatewayProxyEventV2>({
    name: 'admit',
    handler,
    timeoutMs,
    clock,
  });
  return { function: admit, isSealed: true };
}

/** Loopback, to callers of a role. */
const openTo = ({ role }: Services): Access =>
  role === undefined ? { kind: 'open' } : { kind: 'open', group: role };

function queryPaths(services: Services): Routes {
  const query = makeLocalFunction<APIGatewayProxyEventV2>({
    name: 'query',
    handler: makeTableQuery({
      ...tablesOf(services),
      placesTable: localTables.places,
      access: openTo(services),
      contract: readContract,
    }),
    timeoutMs: timeoutsMs.query,
    clock: services.clock,
  });
  return Object.fromEntries(Object.keys(queryRoutes).map((key) => [key, { function: query }]));
}
