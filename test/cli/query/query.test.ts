// `npm run query`: the command line against an HTTP server on loopback, with every way to a token.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runQuery } from '../../../cli/query/query-command.ts';

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

  const query = (...args: string[]) => queryIn({}, ...args);

  async function queryIn(environment: Record<string, string>, ...args: string[]) {
    let out = '';
    let error = '';
    const shown: Record<string, string>[] = [];
    const posted: { url: string; authorization: string | undefined; body: string }[] = [];
    const exitCode = await runQuery(args, {
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
      fetch: (target, headers) => {
        shown.push(headers);
        const to = target.protocol === 'https:' ? new URL(target.pathname, url) : target;
        return fetch(to, { headers });
      },
      environment,
      readText: (path) => {
        if (path === 'token.txt') return 'from-file\n';
        throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      },
      post: async (to, { authorization }, body) => {
        posted.push({ url: String(to), authorization, body });
        const isKnown = authorization === `Basic ${btoa('client:s3cret')}`;
        return new Response(isKnown ? '{"access_token":"from-pool"}' : '{"error":"x"}', {
          status: isKnown ? 200 : 400,
        });
      },
    });
    return { exitCode, out, error, shown, posted };
  }

  it('asks the local API without a signature and prints its answer', async () => {
    const { exitCode, out } = await query('--url', url, 'users?search=ali');

    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toEqual({ items: [] });
    expect(asked).toEqual([{ path: '/v1/users?search=ali', authorization: undefined }]);
  });

  const api = 'https://abc.execute-api.eu-central-1.amazonaws.com';
  const machine = [
    '--client-id',
    'client',
    '--token-url',
    'https://login.example.com/oauth2/token',
  ];

  it('shows the deployed API the token of the environment', async () => {
    const { exitCode, shown } = await queryIn({ WHEREFROM_TOKEN: 'given' }, '--url', api, 'users');

    expect(exitCode).toBe(0);
    expect(shown).toEqual([{ authorization: 'Bearer given' }]);
  });

  it('prefers the token of a file', async () => {
    const environment = { WHEREFROM_TOKEN: 'given' };
    const args = ['--url', api, '--token-file', 'token.txt', 'users'];

    const { shown } = await queryIn(environment, ...args);

    expect(shown).toEqual([{ authorization: 'Bearer from-file' }]);
  });

  it('gets a machine’s token with a secret that is no argument', async () => {
    const environment = { WHEREFROM_CLIENT_SECRET: 's3cret' };

    const { shown, posted } = await queryIn(environment, '--url', api, ...machine, 'summary');

    expect(shown).toEqual([{ authorization: 'Bearer from-pool' }]);
    expect(posted).toEqual([
      {
        url: 'https://login.example.com/oauth2/token',
        authorization: expect.stringMatching(/^Basic /),
        body: 'grant_type=client_credentials&scope=wherefrom%2Fread',
      },
    ]);
  });

  it.each<[string, RegExp, Record<string, string>, string[]]>([
    ['there is none', /WHEREFROM_TOKEN/, {}, []],
    ['its file is missing', /cannot read nowhere.txt: ENOENT/, {}, ['--token-file', 'nowhere.txt']],
    ['the machine has no secret', /WHEREFROM_CLIENT_SECRET is not set/, {}, machine],
    ['half of the machine is missing', /go together/, {}, machine.slice(2)],
    [
      'the login is not encrypted',
      /no https/,
      { WHEREFROM_CLIENT_SECRET: 's3cret' },
      ['--client-id', 'client', '--token-url', 'http://login.example.com/'],
    ],
    [
      'the login refuses, without showing the secret',
      /no token was given \(status 400\)/,
      { WHEREFROM_CLIENT_SECRET: 'wrong-one' },
      machine,
    ],
  ])('says what to do about a token when %s', async (_, message, environment, args) => {
    const { exitCode, error } = await queryIn(environment, '--url', api, ...args, 'users');

    expect(exitCode).toBe(64);
    expect(error).toMatch(message);
    expect(error).not.toContain('wrong-one');
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
