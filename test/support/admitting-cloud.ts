// The real admit function behind a plain HTTP server on loopback, with its keys and batch ids in
// memory: what a relay meets in the cloud, down to the words of a refusal.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeAdmit } from '../../lambdas/ingest/admit.ts';
import { makeLog } from '../../lambdas/shared/log.ts';
import { toGatewayEvent } from '../../local/http/gateway-event.ts';
import type { CloudConfig } from '../../relay/config/relay-config.ts';
import { publicJwkOf, sealKeyOf } from '../../wire/signature.ts';

export type AdmittingCloud = {
  readonly cloud: CloudConfig;
  /** The private key, as a PEM file holds it. */
  readonly keyPem: string;
  readonly queued: string[];
  /** What a person can do to it. */
  readonly state: {
    isRevoked: boolean;
    clockAheadMs: number;
    status?: number;
    isHostKnown: boolean;
  };
  stop(): void;
};

export async function startAdmittingCloud(relayId = 'lyon-1'): Promise<AdmittingCloud> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { keyId } = sealKeyOf(privateKey);
  const state: AdmittingCloud['state'] = { isRevoked: false, clockAheadMs: 0, isHostKnown: true };
  const queued: string[] = [];
  const claims = new Map<string, string>();
  const now = (): number => Date.now() + state.clockAheadMs;
  const makeHandler = (authority: string) =>
    makeAdmit({
      keys: {
        activeKey: async (id) =>
          id === keyId && !state.isRevoked
            ? { keyId, relayId, jwk: publicJwkOf(privateKey), registeredAt: 0 }
            : undefined,
      },
      batches: {
        async claimBatch(id, digest) {
          const known = claims.get(id);
          claims.set(id, known ?? digest);
          if (known === undefined) return 'new';
          return known === digest ? 'same' : 'conflict';
        },
      },
      queue: {
        async send({ body }) {
          queued.push(body);
        },
      },
      allowedAuthorities: [state.isHostKnown ? authority : 'other.example'],
      now,
      log: makeLog({ service: 'admit', now, write: () => undefined }),
    });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const event = toGatewayEvent({
        method: request.method ?? '',
        path: request.url ?? '',
        rawQuery: '',
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks),
        sourceAddress: '127.0.0.1',
        httpVersion: '1.1',
        routeKey: 'POST /v1/batches',
        parameters: {},
        time: now(),
      });
      const answer = await makeHandler(request.headers.host ?? '')(event);
      response.sendDate = false;
      const headers = { ...answer.headers, date: new Date(now()).toUTCString() };
      response.writeHead(
        state.status ?? answer.statusCode ?? 500,
        headers as Record<string, string>,
      );
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    cloud: { url: `http://127.0.0.1:${port}`, relayId, privateKey },
    keyPem: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    queued,
    state,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
