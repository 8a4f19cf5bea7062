// `npm run query`: the signature against the published examples of AWS, the command line against an
// HTTP server on loopback.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signGet } from '../../bin/aws-signature.ts';
import { runQuery } from '../../bin/query-command.ts';

// Example credentials of AWS's Signature Version 4 test suite.
const scope = {
  credentials: {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  },
  region: 'us-east-1',
  service: 'service',
  timeMs: Date.parse('2015-08-30T12:36:00Z'),
};

describe('the signature', () => {
  it.each([
    ['get-vanilla', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('is that of the test suite: %s', (_, path, signature) => {
    const headers = signGet(new URL(path, 'https://example.amazonaws.com'), scope);

    expect(headers['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        `SignedHeaders=host;x-amz-date, Signature=${signature}`,
    );
    expect(headers['x-amz-date']).toBe('20150830T123600Z');
  });

  it('covers the token of temporary credentials', () => {
    const credentials = { ...scope.credentials, sessionToken: 'token' };
    const headers = signGet(new URL('https://example.amazonaws.com/'), { ...scope, credentials });

    expect(headers['x-amz-security-token']).toBe('token');
    expect(headers['authorization']).toContain('host;x-amz-date;x-amz-security-token');
  });
});

describe('the command line', () => {
  let server: Server;
  let url: string;
  let asked: { path: string | undefined; authorization: string | undefined }[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push({ path: request.url, authorization: request.headers.authorization });
      response.statusCode = request.url === '/v1/users/nobody' ? 404 : 200;
      response.end('{"items":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function query(...args: string[]) {
    let out = '';
    let error = '';
    const signed: Record<string, string>[] = [];
    const exitCode = await runQuery(args, {
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
      fetch: (target, headers) => {
        signed.push(headers);
        const to = target.protocol === 'https:' ? new URL(target.pathname, url) : target;
        return fetch(to, { headers });
      },
      credentials: async () => scope.credentials,
      now: () => scope.timeMs,
    });
    return { exitCode, out, error, signed };
  }

  it('asks the local API without a signature and prints its answer', async () => {
    const { exitCode, out } = await query('--url', url, 'users?search=ali');

    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toEqual({ items: [] });
    expect(asked).toEqual([{ path: '/v1/users?search=ali', authorization: undefined }]);
  });

  it('signs for the region that the host of the API names', async () => {
    const api = 'https://abc.execute-api.eu-central-1.amazonaws.com';

    const { exitCode, signed } = await query('--url', api, 'summary');

    expect(exitCode).toBe(0);
    expect(signed[0]?.['authorization']).toContain('/eu-central-1/execute-api/aws4_request');
  });

  it('asks for the region of an API with a domain of its own', async () => {
    const { exitCode, error } = await query('--url', 'https://vpn.example.com', 'users');

    expect(exitCode).toBe(64);
    expect(error).toContain('--region is missing');
    expect(asked).toEqual([]);
  });

  it('ends with 1 when the API refuses, and 69 when nothing answers', async () => {
    const refused = await query('--url', url, '/v1/users/nobody');
    const nowhere = await query('--url', 'http://127.0.0.1:1', 'users');

    expect(refused.exitCode).toBe(1);
    expect(nowhere).toMatchObject({ exitCode: 69, error: expect.stringContaining('nothing') });
  });

  it('explains itself', async () => {
    const { exitCode, out } = await query('--help');

    expect(exitCode).toBe(0);
    expect(out).toContain('npm run query --');
  });
});
