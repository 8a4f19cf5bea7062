// A relay with real sockets, a real journal in a temporary folder and a cloud over HTTP that
// verifies every batch, refuses what it is told to refuse, and can be away. `stopAll` ends them.

import { generateKeyPairSync } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import {
  type CloudConfig,
  type RelayConfig,
  relayDefaults,
} from '../../relay/config/relay-config.ts';
import { openAdminSocket } from '../../relay/run/admin-answers.ts';
import type { AdminSocket } from '../../relay/run/admin-socket.ts';
import { type Relay, type RelayDeps, startRelay } from '../../relay/run/relay.ts';
import type { BalanceReport } from '../../relay/status/balance-report.ts';
import { decodeBatch } from '../../wire/batch.ts';
import { verifySeal } from '../../wire/seal.ts';
import { sealKeyOf } from '../../wire/signature.ts';
import { accounting, attribute } from './radius-packets.ts';
import { until } from './until.ts';

export const gatewaySecret = 'a-secret-of-the-test-gateway';

const stops: (() => unknown)[] = [];

/** Ends everything that was started, latest first. */
export async function stopAll(): Promise<void> {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
}

/** Has something ended with the others. */
export function onStop(stop: () => unknown): void {
  stops.push(stop);
}

/** A folder that goes away in the end. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'relay-'));
  stops.push(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** asa sends from 127.0.0.1, rras from 127.0.0.2. */
export function configIn(dataDir: string, cloud?: CloudConfig): RelayConfig {
  return {
    ...relayDefaults,
    listen: [{ address: '127.0.0.1', port: 0 }],
    gateways: [
      { name: 'asa', addresses: ['127.0.0.1'], secrets: [Buffer.from(gatewaySecret)] },
      { name: 'rras', addresses: ['127.0.0.2'], secrets: [Buffer.from(gatewaySecret)] },
    ],
    dataDir,
    adminSocket: path.join(dataDir, 'relay.sock'),
    flushAfterMs: 20,
    ...(cloud && { cloud }),
  };
}

export type RunningRelay = {
  readonly relay: Relay;
  readonly events: string[];
  /** Sends from one gateway; `answers` grows. */
  send(packet: Buffer, from?: 'asa' | 'rras'): void;
  readonly answers: Buffer[];
  /** Resolves when the relay has heard that the cloud has everything. */
  allShipped(): Promise<void>;
  /** The balance once the journal was counted. */
  balance(): Promise<BalanceReport>;
  stop(): Promise<void>;
};

/** Starts a relay and its admin socket. */
export async function runRelay(
  config: RelayConfig,
  now: () => number = Date.now,
  more: Pick<RelayDeps, 'after'> = {},
): Promise<RunningRelay> {
  const events: string[] = [];
  const log = (_level: string, event: string): void => {
    events.push(event);
  };
  const relay = await startRelay(config, {
    log,
    now,
    monotonicMs: () => performance.now(),
    // The 28 MB of a real one, at every start, have the garbage of all files before collected.
    rememberedMax: 10_000,
    ...more,
  });
  const admin: AdminSocket | undefined = await openAdminSocket({
    relay,
    config,
    version: '1.2.3',
    startedTime: Date.now(),
    isReloadGood: () => true,
    log,
  });
  const answers: Buffer[] = [];
  const sockets = new Map<string, Socket>();
  for (const [name, address] of Object.entries({ asa: '127.0.0.1', rras: '127.0.0.2' })) {
    const socket = createSocket('udp4');
    socket.on('message', (answer) => answers.push(answer));
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    sockets.set(name, socket);
  }
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    ended ??= (async () => {
      await relay.stop();
      await admin?.close();
      for (const socket of sockets.values()) socket.close();
    })();
    return ended;
  };
  stops.push(stop);
  return {
    relay,
    events,
    answers,
    send: (packet, from = 'asa') =>
      sockets.get(from)?.send(packet, relay.addresses[0]?.port ?? 0, '127.0.0.1'),
    async allShipped() {
      await until(() => relay.status().balance.total.waiting === 0, 'the cloud has everything');
    },
    async balance() {
      await until(() => !relay.status().balance.isCounting, 'the records are counted');
      return relay.reportBalance();
    },
    stop,
  };
}

/** A Start of a session; more attributes behind. */
export function startPacket(session: string, ...more: readonly Buffer[]): Buffer {
  return accounting(gatewaySecret, [attribute(40, [0, 0, 0, 1]), attribute(44, session), ...more]);
}

export type TestCloud = {
  readonly cloud: CloudConfig;
  readonly events: AccountingEvent[];
  /** Positions that were named as set aside. */
  readonly setAside: number[];
  /** Events it answers with 422. */
  refuse: (event: AccountingEvent) => boolean;
  /** While true it answers 503. */
  isAway: boolean;
};

/** Starts a cloud on loopback. */
export async function runCloud(): Promise<TestCloud> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { keyId } = sealKeyOf(privateKey);
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks);
      const seal = await verifySeal({
        method: request.method ?? '',
        authority: request.headers.host ?? '',
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body,
        nowSeconds: Math.floor(Date.now() / 1000),
        allowedAuthorities: [request.headers.host ?? ''],
        keyOf: async (id) =>
          id === keyId ? { algorithm: 'ed25519', publicKey, relayId: 'lyon-1' } : undefined,
      });
      const decoded = decodeBatch(body.toString());
      if (!seal.ok || !decoded.ok) response.writeHead(401).end();
      else if (test.isAway) response.writeHead(503).end();
      else if (decoded.batch.events.some(test.refuse)) response.writeHead(422).end();
      else {
        test.events.push(...decoded.batch.events);
        test.setAside.push(...decoded.batch.setAside.map(({ position }) => position));
        response.writeHead(202).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const test: TestCloud = {
    cloud: { url: `http://127.0.0.1:${port}/v1`, relayId: 'lyon-1', privateKey },
    events: [],
    setAside: [],
    refuse: () => false,
    isAway: false,
  };
  return test;
}
