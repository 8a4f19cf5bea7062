// `npm run query`: the command line against an HTTP server on loopback, with every way to a token.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openSignIns } from '../../../cli/login/sign-in-store.ts';
import { runQuery } from '../../../cli/query/query-command.ts';
import { tempDir } from '../../local/temp-dir.ts';

const path = tempDir();
const tokenUrl = 'https://login.example.com/oauth2/token';

describe('the command line', () => {
  let server: Server;
  let url: string;
  let homes = 0;
  let now = Date.now();
  let posted: { authorization: string | null; body: string }[];
  let poolAnswers: (authorization: string | null) => Response;
  /** Tokens that the API does not take any more. */
  const revoked = new Set<string>();
  let asked: { path: string | undefined; authorization: string | undefined }[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push({ path: request.url, authorization: request.headers.authorization });
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      response.statusCode = request.url === '/v1/users/nobody' ? 404 : 200;
      if (revoked.has(token)) response.statusCode = 401;
      response.end('{"items":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  beforeEach(() => {
    homes += 1;
    asked = [];
    posted = [];
    poolAnswers = (authorization) =>
      authorization === `Basic ${btoa('client:s3cret')}`
        ? new Response('{"access_token":"from-pool","token_type":"Bearer","expires_in":3600}')
        : Response.json({ error: 'invalid_client' }, { status: 400 });
  });

  const query = (...args: string[]) => queryIn({}, ...args);
  const home = () => path(`home-${homes}`);

  /** The deployed API and the token endpoint are on this machine; what they are shown is noted. */
  async function queryIn(environment: Record<string, string>, ...args: string[]) {
    let out = '';
    let error = '';
    const shown: (string | null)[] = [];
    const exitCode = await runQuery(args, {
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
      fetch: async (address, init) => {
        const target = new URL(String(address));
        const authorization = new Headers(init?.headers).get('authorization');
        if (target.href === tokenUrl) {
          posted.push({ authorization, body: String(init?.body) });
          return poolAnswers(authorization);
        }
        shown.push(authorization);
        const to = target.protocol === 'https:' ? new URL(target.pathname, url) : target;
        return fetch(to, init);
      },
      environment,
      platform: 'linux',
      home: home(),
      now: () => now,
      readText: (name) => {
        if (name === 'token.txt') return 'from-file\n';
        throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      },
    });
    return { exitCode, out, error, shown };
  }

  const signInAt = (origin: string, accessToken: string) =>
    openSignIns(join(home(), '.config', 'wherefrom'), 'linux').write({
      api: origin,
      issuer: 'https://id.example',
      clientId: 'command-line',
      scope: 'openid',
      tokens: { accessToken },
    });

  it('asks the local API without a signature and prints its answer', async () => {
    const { exitCode, out } = await query('--url', url, 'users?search=ali');

    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toEqual({ items: [] });
    expect(asked).toEqual([{ path: '/v1/users?search=ali', authorization: undefined }]);
  });

  const api = 'https://abc.execute-api.eu-central-1.amazonaws.com';
  const machine = ['--client-id', 'client', '--token-url', tokenUrl];

  it('shows the deployed API the token of the environment', async () => {
    const { exitCode, shown } = await queryIn({ WHEREFROM_TOKEN: 'given' }, '--url', api, 'users');

    expect(exitCode).toBe(0);
    expect(shown).toEqual(['Bearer given']);
  });

  it('prefers the token of a file', async () => {
    const environment = { WHEREFROM_TOKEN: 'given' };
    const args = ['--url', api, '--token-file', 'token.txt', 'users'];

    const { shown } = await queryIn(environment, ...args);

    expect(shown).toEqual(['Bearer from-file']);
  });

  it('gets a machine’s token with a secret that is no argument', async () => {
    const environment = { WHEREFROM_CLIENT_SECRET: 's3cret' };

    const { shown } = await queryIn(environment, '--url', api, ...machine, 'summary');

    expect(shown).toEqual(['Bearer from-pool']);
    expect(posted).toEqual([
      {
        authorization: expect.stringMatching(/^Basic /),
        body: 'scope=wherefrom%2Fread&grant_type=client_credentials',
      },
    ]);
  });

  it('keeps a machine’s token until it expires, in a file without the secret', async () => {
    const environment = { WHEREFROM_CLIENT_SECRET: 's3cret' };
    const ask = () => queryIn(environment, '--url', api, ...machine, 'summary');

    await ask();
    now += 3_500_000;
    await ask();
    expect(posted).toHaveLength(1);
    now += 50_000;
    await ask();
    expect(posted).toHaveLength(2);

    const folder = join(home(), '.config', 'wherefrom', 'machine-tokens');
    const [file = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(file + readFileSync(join(folder, file), 'utf8')).not.toContain('s3cret');
  });

  it('gives a kept token to nobody with another secret', async () => {
    await queryIn({ WHEREFROM_CLIENT_SECRET: 's3cret' }, '--url', api, ...machine, 'summary');
    const other = { WHEREFROM_CLIENT_SECRET: 'wrong-one' };

    const { exitCode, shown } = await queryIn(other, '--url', api, ...machine, 'summary');

    expect(exitCode).toBe(77);
    expect(shown).toEqual([]);
  });

  it('gets another token when the API does not take the kept one any more', async () => {
    const environment = { WHEREFROM_CLIENT_SECRET: 's3cret' };
    const ask = () => queryIn(environment, '--url', api, ...machine, 'summary');
    await ask();
    revoked.add('from-pool');
    const grant = { access_token: 'second', token_type: 'Bearer', expires_in: 3600 };
    poolAnswers = () => Response.json(grant);

    const { exitCode, shown } = await ask();

    revoked.clear();
    expect(exitCode).toBe(0);
    expect(shown).toEqual(['Bearer from-pool', 'Bearer second']);
  });

  it.each([429, 500, 503])(
    'says to try again when the token endpoint answers %d',
    async (status) => {
      poolAnswers = () => new Response('busy', { status });
      const environment = { WHEREFROM_CLIENT_SECRET: 's3cret' };

      const { exitCode, error } = await queryIn(environment, '--url', api, ...machine, 'users');

      expect(exitCode).toBe(69);
      expect(error).toContain(`login.example.com answers ${status}: try again`);
    },
  );

  it('asks as the person who signed in, at the API where they did', async () => {
    signInAt(api, 'of-alice');

    expect((await query('users')).shown).toEqual(['Bearer of-alice']);
    expect((await query('--url', `${api}/`, 'users')).shown).toEqual(['Bearer of-alice']);
    const elsewhere = await query('--url', 'https://elsewhere.example', 'users');
    expect(elsewhere).toMatchObject({ exitCode: 77, shown: [] });
    expect(elsewhere.error).toContain('npm run login -- --url https://elsewhere.example');
  });

  it('takes the API from the environment, and asks which of several is meant', async () => {
    signInAt(api, 'of-alice');
    signInAt('https://second.example', 'second');

    const named = await queryIn({ WHEREFROM_URL: 'https://second.example' }, 'users');
    const unnamed = await query('users');

    expect(named.shown).toEqual(['Bearer second']);
    expect(unnamed).toMatchObject({ exitCode: 64, shown: [] });
    expect(unnamed.error).toContain(`you signed in at ${api}, https://second.example`);
  });

  it('shows no token to an address without TLS, however it was given', async () => {
    const args = ['--url', url, '--token-file', 'token.txt', 'users'];

    expect((await queryIn({ WHEREFROM_TOKEN: 'given' }, ...args)).shown).toEqual([null]);
  });

  it.each<[string, number, RegExp, Record<string, string>, string[]]>([
    ['there is none', 77, /nobody is signed in at https.*npm run login/, {}, []],
    [
      'its file is missing',
      64,
      /cannot read nowhere.txt: ENOENT/,
      {},
      ['--token-file', 'nowhere.txt'],
    ],
    ['the machine has no secret', 64, /WHEREFROM_CLIENT_SECRET is not set/, {}, machine],
    ['half of the machine is missing', 64, /go together/, {}, machine.slice(2)],
    [
      'the login is not encrypted',
      64,
      /no https/,
      { WHEREFROM_CLIENT_SECRET: 's3cret' },
      ['--client-id', 'client', '--token-url', 'http://login.example.com/'],
    ],
    [
      'the login refuses, without showing the secret',
      77,
      /login.example.com refuses: invalid_client/,
      { WHEREFROM_CLIENT_SECRET: 'wrong-one' },
      machine,
    ],
  ])('says what to do about a token when %s', async (_, code, message, environment, args) => {
    const { exitCode, error } = await queryIn(environment, '--url', api, ...args, 'users');

    expect(exitCode).toBe(code);
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
