// A cloud for the shipper: a real HTTP server on loopback that decodes batches, remembers which
// positions it took, and answers as a test says. And a shipper on a real journal before it.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { type Clock, systemClock } from '../../local/clock.ts';
import { openCursor } from '../../relay/journal/cursor.ts';
import { DeadLetterFile } from '../../relay/journal/dead-letters.ts';
import { nodeDisk } from '../../relay/journal/disk.ts';
import { Journal } from '../../relay/journal/journal.ts';
import { quarantine } from '../../relay/journal/quarantine.ts';
import { makeReader } from '../../relay/journal/reader.ts';
import { raiseEpoch } from '../../relay/ship/epoch.ts';
import type { ToEvent } from '../../relay/ship/load.ts';
import type { Shipper, ShipperLimits } from '../../relay/ship/options.ts';
import { makePoster } from '../../relay/ship/post.ts';
import { startShipper } from '../../relay/ship/shipper.ts';
import { type Batch, decodeBatch, encodeBatchOfTexts } from '../../wire/batch.ts';
import { sealRequest, verifySeal } from '../../wire/seal.ts';
import { publicJwkOf, sealKeyOf, thumbprint, verifyKeyOf } from '../../wire/signature.ts';
import { asaEvent } from './batches.ts';
import { until } from './until.ts';

export type CloudRequest = {
  readonly batch: Batch;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type CloudAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code?: string;
};

/** Answers 202 to everything. */
export const acceptAll = (): CloudAnswer => ({ status: 202 });

export type TestCloud = {
  readonly url: string;
  readonly requests: CloudRequest[];
  /** Accepted batches, in order. */
  readonly accepted: CloudRequest[];
  answer: (request: CloudRequest, index: number) => CloudAnswer | 'hang' | 'cut';
  /** Positions of accepted batches, rising, with repeats. */
  positions(): readonly number[];
  close(): Promise<void>;
};

export async function startTestCloud(): Promise<TestCloud> {
  const requests: CloudRequest[] = [];
  const accepted: CloudRequest[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      const decoded = decodeBatch(body);
      if (!decoded.ok) throw new Error(`the shipper sent no batch: ${decoded.detail}`);
      const request = { batch: decoded.batch, headers: incoming.headers, body };
      requests.push(request);
      const answer = cloud.answer(request, requests.length - 1);
      if (answer === 'hang') return;
      if (answer === 'cut') {
        incoming.socket.destroy();
        return;
      }
      if (answer.status === 202) accepted.push(request);
      outgoing.writeHead(answer.status, answer.headers);
      outgoing.end(answer.code ? JSON.stringify({ code: answer.code }) : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cloud: TestCloud = {
    url: `http://127.0.0.1:${port}`,
    requests,
    accepted,
    answer: acceptAll,
    positions: () =>
      accepted
        .flatMap(({ batch: { firstPosition, lastPosition } }) =>
          Array.from({ length: lastPosition - firstPosition + 1 }, (_, at) => firstPosition + at),
        )
        .sort((a, b) => a - b),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return cloud;
}

const { privateKey } = generateKeyPairSync('ed25519');
const sealKey = sealKeyOf(privateKey);

/** Verifies a request's seal as the edge does. */
export function checkSeal({ headers, body }: CloudRequest, url: string) {
  const jwk = publicJwkOf(privateKey);
  const trusted = { ...verifyKeyOf(jwk), relayId: 'relay-1' };
  const authority = new URL(url).host;
  return verifySeal({
    method: 'POST',
    authority,
    path: '/v1/batches',
    headers: headers as Record<string, string | undefined>,
    body: Buffer.from(body, 'latin1'),
    nowSeconds: Math.floor(Date.now() / 1000),
    keyOf: (keyId) => Promise.resolve(keyId === thumbprint(jwk) ? trusted : undefined),
    allowedAuthorities: [authority],
  });
}

export type ShippingBench = {
  readonly directory: string;
  readonly journal: Journal;
  readonly cloud: TestCloud;
  readonly logs: string[];
  readonly shipper: () => Shipper;
  /** `clock`: its waiting and its time are the test's; absent: the system's. */
  start(limits?: Partial<ShipperLimits>, clock?: Clock): Promise<Shipper>;
  /** Waits until the cursor has reached a position. */
  shippedTo(position: number): Promise<void>;
  close(): Promise<void>;
};

/** Nobody waits for records of this gateway. */
export const unawaitedGateway = 'nobody-waits';

/** Limits that make tests quick. */
export const quickLimits: Partial<ShipperLimits> = {
  flushAfterMs: 10,
  retryMs: 4,
  retryMsMax: 20,
  refusedMs: 20,
  refusedMsMax: 40,
  stopWithinMs: 50,
};

/** A journal, a cloud, and a shipper between them that a test starts. */
export async function makeShippingBench(
  toEvent: ToEvent = ({ position, receivedTime }): AccountingEvent => ({
    ...asaEvent(position),
    receivedTime,
  }),
): Promise<ShippingBench> {
  const parent = mkdtempSync(join(tmpdir(), 'shipper-'));
  const directory = join(parent, 'journal');
  const cloud = await startTestCloud();
  const logs: string[] = [];
  let running: Shipper | undefined;
  const journal = await Journal.open({
    directory,
    now: Date.now,
    tickMs: 0,
    freeBytesMin: 0,
    segmentBytesMax: 20_000,
    isAwaited: ({ gatewayId }) => gatewayId !== unawaitedGateway,
    onDurable: (position, awaited) => running?.notify(position, awaited),
  });
  const current = (): Shipper => {
    if (!running) throw new Error('the shipper was not started');
    return running;
  };
  return {
    directory,
    journal,
    cloud,
    logs,
    shipper: current,
    async start(limits = {}, clock = systemClock) {
      const cursor = await openCursor({ directory });
      const url = new URL('/v1/batches', cloud.url);
      const poster = makePoster({ url, now: clock.now });
      const durablePosition = () => journal.durablePosition;
      running = startShipper({
        relayId: 'relay-1',
        cursor,
        durablePosition,
        load: {
          reader: makeReader({ directory, durablePosition }),
          toEvent,
          deadLetters: new DeadLetterFile(nodeDisk, directory),
          decodePerTurn: 50,
          onDamage: async (damage) => {
            await quarantine(nodeDisk, directory, { ...damage, kind: 'damaged' });
          },
        },
        raiseEpoch: (by) => raiseEpoch(directory, { by }),
        encodeBatch: encodeBatchOfTexts,
        seal: ({ body, batchId }) =>
          sealRequest({
            body,
            batchId,
            authority: url.host,
            path: url.pathname,
            createdSeconds: Math.floor(clock.now() / 1000),
            nonce: randomBytes(16).toString('base64url'),
            key: sealKey,
          }),
        post: poster.post,
        onShipped: (position) => journal.shippedTo(position),
        log: (level, event, message) => logs.push(`${level} ${event} ${message}`),
        now: clock.now,
        after: clock.after,
        random: Math.random,
        limits: { ...quickLimits, ...limits },
      });
      return running;
    },
    async shippedTo(position) {
      await until(
        () => current().status().shippedPosition >= position,
        () => `stuck: ${JSON.stringify(current().status())}\n${logs.join('\n')}`,
        8_000,
      );
    },
    async close() {
      await running?.stop();
      await journal.close();
      await cloud.close();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
