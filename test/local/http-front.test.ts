// The local HTTP API: API Gateway towards functions, a closed door towards everybody else.

import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { systemClock } from '../../local/clock.ts';
import { type HttpFront, startHttpFront } from '../../local/http-front.ts';
import { makeLocalFunction } from '../../local/local-function.ts';

type Reply = { status: number; headers: IncomingHttpHeaders; body: string };
type Sent = {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
};

let front: HttpFront;
let event: APIGatewayProxyEventV2;
const failures: string[] = [];

const make = (handler: (event: APIGatewayProxyEventV2) => Promise<unknown>, timeoutMs = 5_000) => ({
  function: makeLocalFunction({ name: 'f', handler, timeoutMs, clock: systemClock }),
});
const keep = async (seen: APIGatewayProxyEventV2) => {
  event = seen;
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
};

beforeAll(async () => {
  front = await startHttpFront({
    port: 0,
    clock: systemClock,
    bodyBytesMax: 1_000,
    onFailure: (route) => failures.push(route),
    fallback: async (path) =>
      path === '/'
        ? { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>') }
        : undefined,
    routes: () => ({
      'POST /v1/batches': { ...make(keep), isSealed: true },
      'GET /v1/users/{user}': make(keep),
      'GET /v1/users/me': make(async () => ({ me: true })),
      'DELETE /v1/users/{user}': make(keep),
      'GET /v1/users/{user}/activities': make(keep),
      'PUT /v1/settings': make(keep),
      'GET /cookies': make(async () => ({
        statusCode: 201,
        cookies: ['a=1', 'b=2'],
        isBase64Encoded: true,
        body: Buffer.from([0, 255]).toString('base64'),
      })),
      'GET /throws': make(async () => {
        throw new Error('alice@example.com');
      }),
      'GET /slow': make(() => new Promise(() => {}), 20),
      'GET /nonsense': make(async () => ({ statusCode: 'many' })),
    }),
  });
});

afterAll(() => front.stop());

function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { port } = front;
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('latin1');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    sent.end(body);
  });
}

const codeOf = (reply: Reply): unknown => JSON.parse(reply.body).code;
const own = () => ({ origin: front.url, 'content-type': 'application/json' });

describe('a request through the local API', () => {
  it('becomes an event of payload format 2.0', async () => {
    const query = 'from=2026-11-01&tag=a&tag=b%20c';
    await send(`/v1/users/alice%40example.com/activities?${query}`, {
      headers: { 'X-Two': ['1', '2'], Cookie: 'a=1; b=2', 'User-Agent': 'test' },
    });

    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /v1/users/{user}/activities',
      rawPath: '/v1/users/alice@example.com/activities',
      rawQueryString: query,
      cookies: ['a=1', 'b=2'],
      headers: {
        host: `127.0.0.1:${front.port}`,
        'x-two': '1,2',
        'user-agent': 'test',
        connection: 'close',
      },
      queryStringParameters: { from: '2026-11-01', tag: 'a,b c' },
      pathParameters: { user: 'alice@example.com' },
      isBase64Encoded: false,
      requestContext: {
        accountId: expect.any(String),
        apiId: 'local',
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: {
          method: 'GET',
          path: '/v1/users/alice@example.com/activities',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.any(String),
        routeKey: 'GET /v1/users/{user}/activities',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
    });
  });

  it('carries a text body as text and anything else as base64, octet for octet', async () => {
    const post = (type: string, body: Buffer, more = {}) =>
      send('/v1/batches', { method: 'POST', body, headers: { 'content-type': type, ...more } });

    await post('text/plain', Buffer.from('héllo'));
    expect([event.body, event.isBase64Encoded]).toEqual(['héllo', false]);

    await post('application/problem+json; charset=utf-8', Buffer.from('{}'));
    expect([event.body, event.isBase64Encoded]).toEqual(['{}', false]);

    for (const [type, body, more] of [
      ['application/octet-stream', Buffer.from('hello'), {}],
      ['text/plain', Buffer.from([0xc3, 0x28]), {}],
      ['text/plain', Buffer.from('zipped'), { 'content-encoding': 'gzip' }],
    ] as const) {
      await post(type, body, more);
      expect(event.isBase64Encoded).toBe(true);
      expect(Buffer.from(event.body ?? '', 'base64')).toEqual(body);
    }
  });

  it('decodes the path before it splits it, as API Gateway does', async () => {
    expect(codeOf(await send('/v1/users/host%2Fpc17'))).toBe('not-found');

    await send('/v1/users/host%252Fpc17');
    expect(event.pathParameters).toEqual({ user: 'host%2Fpc17' });

    await send('/v1/users/alice%3Fadmin=1');
    expect(event.pathParameters).toEqual({ user: 'alice' });
  });

  it('prefers the route that is spelled out to the one with a parameter', async () => {
    expect((await send('/v1/users/me')).body).toBe('{"me":true}');
  });

  it('is refused when the path cannot be decoded or is no path', async () => {
    expect(await send('/v1/users/%ff')).toMatchObject({ status: 400 });
    expect(await send('http://evil.example/v1/users/a')).toMatchObject({ status: 400 });
  });

  it('is refused with 413 when the body is too large, told or not', async () => {
    const big = Buffer.alloc(1_001, 'a');
    const told = await send('/v1/batches', { method: 'POST', body: big });
    const untold = await send('/v1/batches', {
      method: 'POST',
      body: big,
      headers: { 'transfer-encoding': 'chunked' },
    });

    expect([told.status, untold.status]).toEqual([413, 413]);
    expect(codeOf(told)).toBe('too-large');
    const fits = await send('/v1/batches', { method: 'POST', body: Buffer.alloc(1_000, 'a') });
    expect(fits.status).toBe(200);
  });

  it('is refused with 404 for an unknown path and 405 with Allow for another method', async () => {
    const unknown = await send('/v1/nothing');
    expect([unknown.status, unknown.headers['content-type']]).toEqual([
      404,
      'application/problem+json',
    ]);
    const other = await send('/v1/users/alice', { method: 'POST', headers: own(), body: '{}' });
    expect([other.status, other.headers['allow']]).toEqual([405, 'DELETE, GET']);
    expect(codeOf(other)).toBe('method-not-allowed');
  });

  it('may be answered by the fallback, for reading only', async () => {
    expect(await send('/')).toMatchObject({ status: 200, body: '<h1>' });
    expect((await send('/', { method: 'POST', headers: own() })).status).toBe(404);
    expect((await send('/favicon.ico')).status).toBe(404);
  });
});

describe('an answer through the local API', () => {
  it('carries status, cookies and binary bodies', async () => {
    const reply = await send('/cookies');

    expect(reply.status).toBe(201);
    expect(reply.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(reply.body).toBe('\u0000\u00ff');
    expect(reply.headers['apigw-requestid']).toBeDefined();
  });

  it('is a 500 or 503 without a word of the fault when the function fails', async () => {
    failures.length = 0;
    const replies = [await send('/throws'), await send('/slow'), await send('/nonsense')];

    expect(replies.map((reply) => reply.status)).toEqual([500, 503, 500]);
    expect(replies.map((reply) => reply.body).join()).not.toContain('alice');
    expect(failures).toEqual(['GET /throws', 'GET /slow', 'GET /nonsense']);
  });
});

describe('the local API towards others', () => {
  it.each(['evil.example', '127.0.0.1', '127.0.0.1:1', '192.0.2.1:80'])(
    'refuses Host %s',
    async (host) => {
      const reply = await send('/v1/users/alice', { headers: { host } });

      expect([reply.status, codeOf(reply)]).toEqual([421, 'foreign-host']);
    },
  );

  it('answers for localhost, 127.0.0.1 and ::1 with its port, in any case', async () => {
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]']) {
      const headers = { host: `${name}:${front.port}` };
      expect((await send('/v1/users/alice', { headers })).status).toBe(200);
    }
  });

  it('refuses a request with two Host headers', async () => {
    const reply = await new Promise<string>((resolve) => {
      const socket = connect(front.port, '127.0.0.1');
      const hosts = `Host: 127.0.0.1:${front.port}\r\nHost: evil.example`;
      socket.end(`GET /v1/users/alice HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`);
      let text = '';
      socket.on('data', (data) => {
        text += data.toString();
      });
      socket.on('close', () => resolve(text));
    });

    expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it.each([
    ['another origin', { origin: 'http://evil.example', 'content-type': 'application/json' }, 403],
    ['no origin at all', { 'content-type': 'application/json' }, 403],
    ['an opaque origin', { origin: 'null', 'content-type': 'application/json' }, 403],
    [
      'a cross-site fetch',
      { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
      403,
    ],
    [
      'a same-site fetch',
      { 'sec-fetch-site': 'same-site', 'content-type': 'application/json' },
      403,
    ],
    ['a simple body type', { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' }, 415],
    ['no body type', { 'sec-fetch-site': 'same-origin' }, 415],
    [
      'a same-origin fetch of JSON',
      { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      200,
    ],
  ])('judges a change from %s', async (_what, headers, status) => {
    for (const [method, path] of [
      ['PUT', '/v1/settings'],
      ['DELETE', '/v1/users/alice'],
    ] as const) {
      expect(
        (await send(path, { method, headers: headers as Record<string, string> })).status,
      ).toBe(status);
    }
  });

  it('takes a change with its own origin, and none whose fetch site contradicts it', async () => {
    const put = (headers: Record<string, string>) =>
      send('/v1/settings', { method: 'PUT', headers, body: '{}' });

    expect((await put(own())).status).toBe(200);
    expect((await put({ ...own(), 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await put({ ...own(), origin: 'https://127.0.0.1:1' })).status).toBe(403);
  });

  it('asks nothing of the kind from a sealed request', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await send('/v1/batches', { method: 'POST', headers, body: 'x' })).status).toBe(200);
  });

  it('says which option to change when the port is taken', async () => {
    const second = startHttpFront({ port: front.port, clock: systemClock, routes: () => ({}) });

    await expect(second).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      option: '--api-port',
      message: `port ${front.port} is in use; choose another with --api-port`,
    });
  });
});

describe('a stopping local API', () => {
  it('lets a running request end, also on a kept-alive connection', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isRunning = () => {};
    const started = new Promise<void>((resolve) => {
      isRunning = resolve;
    });
    const other = await startHttpFront({
      port: 0,
      clock: systemClock,
      routes: () => ({
        'GET /wait': make(async () => {
          isRunning();
          await gate;
          return 'done';
        }),
      }),
    });
    const answer = fetch(`${other.url}/wait`);
    await started;

    const stopped = other.stop();
    release();

    expect(await (await answer).text()).toBe('done');
    await stopped;
    await expect(fetch(`${other.url}/wait`)).rejects.toThrow();
  });
});
