// How a batch gets out: TLS with an added authority, a proxy with CONNECT, timeouts, kept-alive
// connections. Everything is a real server on loopback; its certificate is for tests only.

import { readFileSync } from 'node:fs';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { readRetryAfter } from '../../../relay/ship/answer.ts';
import { makePoster, type PosterOptions } from '../../../relay/ship/post.ts';
import { proxyFor } from '../../../relay/ship/proxy.ts';

const tls = join(__dirname, '../../fixtures/tls');
const cert = readFileSync(join(tls, 'loopback.cert.pem'), 'utf8');
const key = readFileSync(join(tls, 'loopback.key.pem'), 'utf8');
const now = () => 1_790_000_000_000;
const request = { headers: { 'x-batch': '1' }, body: 'batch' };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server | ReturnType<typeof createTcp>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function poster(url: string, options: Partial<PosterOptions> = {}) {
  const made = makePoster({ url: new URL(url), now, ...options });
  closers.push(() => made.close());
  return made;
}

/** An https server that answers 202 and counts its connections. */
async function cloud() {
  const seen = { connections: 0, bodies: [] as string[] };
  const server = createHttps({ cert, key }, (incoming, outgoing) => {
    incoming.on('data', (chunk: Buffer) => seen.bodies.push(chunk.toString()));
    incoming.on('end', () => outgoing.writeHead(202).end('{}'));
  });
  server.on('secureConnection', () => {
    seen.connections += 1;
  });
  return { seen, port: await listen(server) };
}

describe('posting a batch', () => {
  it('trusts the authority that was added, and no other', async () => {
    const { port } = await cloud();
    const url = `https://localhost:${port}/v1/batches`;

    expect(await poster(url, { caCertificates: cert }).post(request)).toMatchObject({
      status: 202,
    });
    expect(await poster(url).post(request)).toEqual({
      kind: 'no-answer',
      reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('uses one connection for many batches', async () => {
    const { port, seen } = await cloud();
    const { post } = poster(`https://localhost:${port}/`, { caCertificates: cert });

    for (let index = 0; index < 5; index += 1) await post(request);

    expect(seen).toEqual({ connections: 1, bodies: Array(5).fill('batch') });
  });

  it('tries once more when a kept connection had been closed by the other side', async () => {
    const { port, seen } = await cloud();
    let opened: Socket | undefined;
    const relayed = await listen(
      createTcp((socket) => {
        opened = socket;
        const onward = connect(port, '127.0.0.1');
        socket.pipe(onward).pipe(socket);
        for (const end of [socket, onward]) end.on('error', () => undefined);
      }),
    );
    const { post } = poster(`https://localhost:${relayed}/`, { caCertificates: cert });
    await post(request);

    opened?.resetAndDestroy();
    const result = await post(request);

    expect(result).toMatchObject({ status: 202 });
    expect(seen.bodies).toHaveLength(2);
  });

  it('goes through the proxy with CONNECT and its credentials', async () => {
    const { port } = await cloud();
    const connects: (string | undefined)[] = [];
    const proxy = createHttp();
    proxy.on('connect', (incoming, socket: Socket) => {
      connects.push(incoming.url, incoming.headers['proxy-authorization']);
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) end.on('error', () => undefined);
    });
    const httpsProxy = `http://relay:p%40ss@127.0.0.1:${await listen(proxy)}`;

    const result = await poster('https://cloud.example/v1/batches', {
      caCertificates: cert,
      httpsProxy,
    }).post(request);

    expect(result).toMatchObject({ status: 202 });
    const credentials = Buffer.from('relay:p@ss').toString('base64');
    expect(connects).toEqual(['cloud.example:443', `Basic ${credentials}`]);
  });

  it('says what the proxy said when it lets nobody through', async () => {
    const proxy = createHttp();
    proxy.on('connect', (_incoming, socket: Socket) => {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    const httpsProxy = `127.0.0.1:${await listen(proxy)}`;

    const result = await poster('https://cloud.example/', { httpsProxy }).post(request);

    expect(result).toEqual({
      kind: 'no-answer',
      reason: 'the proxy answered CONNECT with 407',
    });
  });

  it('gives up a connection and an answer that do not come in time', async () => {
    const silent = await listen(createTcp(() => undefined));
    const httpsUrl = `https://localhost:${silent}/`;
    const httpUrl = `http://127.0.0.1:${silent}/`;

    const connecting = poster(httpsUrl, { connectTimeoutMs: 30 }).post(request);
    const answering = poster(httpUrl, { connectTimeoutMs: 30, requestTimeoutMs: 30 }).post(request);

    expect(await connecting).toEqual({ kind: 'no-answer', reason: 'no connection in time' });
    expect(await answering).toEqual({ kind: 'no-answer', reason: 'no answer in time' });
  });

  it('reads code, Retry-After and clock of an answer, and bounds the rest', async () => {
    const port = await listen(
      createHttp((_incoming, outgoing) => {
        outgoing.writeHead(503, {
          'retry-after': '7',
          date: new Date(now() + 90_000).toUTCString(),
        });
        outgoing.end(JSON.stringify({ code: 'unavailable', detail: 'x'.repeat(1000) }));
      }),
    );
    const huge = await listen(
      createHttp((_incoming, outgoing) => {
        outgoing.on('error', () => undefined);
        outgoing.writeHead(500).end('x'.repeat(10_000_000));
      }),
    );

    expect(await poster(`http://127.0.0.1:${port}/`).post(request)).toEqual({
      kind: 'answer',
      status: 503,
      code: 'unavailable',
      retryAfterMs: 7000,
      clockAheadMs: 90_000,
    });
    expect(await poster(`http://127.0.0.1:${huge}/`).post(request)).toMatchObject({ status: 500 });
  });
});

describe('the proxy settings', () => {
  const target = new URL('https://ingest.example.com/v1/batches');
  const httpsProxy = 'proxy.corp:3128';

  it.each([
    ['', true],
    ['example.org', true],
    ['ample.com', true],
    ['example.com', false],
    ['.example.com', false],
    ['INGEST.example.com:443', false],
    ['ingest.example.com:8443', true],
    ['10.0.0.1, ingest.example.com', false],
    ['*', false],
  ])('with NO_PROXY "%s" use the proxy: %s', (noProxy, isUsed) => {
    expect(proxyFor(target, { httpsProxy, noProxy })?.host).toBe(isUsed ? httpsProxy : undefined);
  });

  it('leave a plain http address on loopback alone', () => {
    expect(proxyFor(new URL('http://127.0.0.1:8080'), { httpsProxy })).toBeUndefined();
  });
});

it('reads Retry-After as seconds or as a date, and nothing else', () => {
  expect(readRetryAfter('120', now())).toBe(120_000);
  expect(readRetryAfter(new Date(now() + 5000).toUTCString(), now())).toBe(5000);
  expect(readRetryAfter(new Date(now() - 5000).toUTCString(), now())).toBe(0);
  expect(readRetryAfter('soon', now())).toBeUndefined();
  expect(readRetryAfter(undefined, now())).toBeUndefined();
});
