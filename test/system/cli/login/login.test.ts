// `npm run login` against an OpenID provider that is not ours: the whole code flow over loopback
// with a browser that follows what it is told, what is on disk afterwards, how tokens are renewed,
// and what becomes of a sign-in when provider, port, browser or disk do not play along.

import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { redirectUriAt } from '../../../../cli/login/callback-listener.ts';
import { type LoginIo, runLogin } from '../../../../cli/login/login-command.ts';
import { openSignIns, type StoredSignIn } from '../../../../cli/login/sign-in-store.ts';
import { signedInToken } from '../../../../cli/login/signed-in-token.ts';
import { tempDir } from '../../../local/temp-dir.ts';
import { freePort } from '../../../support/free-port.ts';
import {
  type OpenIdProvider,
  type ProviderFault,
  startOpenIdProvider,
  Visitor,
} from '../../../support/openid-provider.ts';

const path = tempDir();
const api = 'https://abc.execute-api.eu-central-1.amazonaws.com';
const clientId = 'command-line';
let provider: OpenIdProvider;
let port: number;
let homes = 0;
let home: string;
let now: number;

beforeAll(async () => {
  port = await freePort();
  provider = await startOpenIdProvider({ clientId, redirectUri: redirectUriAt(port) });
}, 60_000);
afterAll(() => provider.stop());
beforeEach(async () => {
  homes += 1;
  home = path(`home-${homes}`);
  now = Date.now();
  provider.forget();
  await provider.breakPath(undefined);
});

const signIns = () => join(home, '.config', 'wherefrom', 'sign-ins');
const store = () => openSignIns(join(home, '.config', 'wherefrom'), 'linux');
const tokensOf = () => store().read(api)?.tokens;
const tokenAt = (later: number, refused?: string) =>
  signedInToken({ store: store(), fetch, now: () => now + later }, api, refused);
const hour = 3_600_000;

type Run = { readonly exitCode: number; readonly out: string; readonly error: string };

/** Runs a command line; `visit` gets the address that the person is to open. */
async function login(
  args: readonly string[],
  visit: (address: string) => Promise<unknown> = async () => undefined,
  more: Partial<LoginIo> = {},
): Promise<Run> {
  let out = '';
  let error = '';
  let visited: Promise<unknown> | undefined;
  const onPort = args.some((one) => /^--(print|sign-out|port|help)$/.test(one));
  const exitCode = await runLogin(onPort ? args : [...args, '--port', String(port)], {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
      const address = /^ {2}(http\S+)$/m.exec(error)?.[1];
      if (address) visited ??= visit(address);
    },
    environment: {},
    platform: 'linux',
    home,
    fetch,
    now: () => now,
    stopped: new AbortController().signal,
    ...more,
  });
  await visited;
  return { exitCode, out, error };
}

const first = () => ['--url', api, '--issuer', provider.issuer, '--client-id', clientId];
const signIn = (visitor = new Visitor()) => login(first(), (address) => visitor.signIn(address));

/** A token's claims. */
const claimsOf = (token = '') =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('signing in', () => {
  it('gets a token for the person who signed in at the provider, by code and PKCE', async () => {
    let address = '';
    let page = '';
    const { exitCode, out, error } = await login(first(), async (shown) => {
      address = shown;
      page = (await new Visitor().signIn(shown)).text;
    });

    expect({ exitCode, out }).toEqual({ exitCode: 0, out: '' });
    expect(error).toContain(`Signed in to ${api} as alice@example.com`);
    expect(page).toContain('You can close this tab');
    expect(Object.fromEntries(new URL(address).searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `http://localhost:${port}/signed-in`,
      scope: 'openid',
    });
    expect(claimsOf(tokensOf()?.accessToken)).toMatchObject({
      iss: provider.issuer,
      aud: clientId,
      sub: 'alice@example.com',
    });
  });

  it('keeps the tokens in a folder and a file of the owner alone, and prints none', async () => {
    const { error } = await signIn();

    const [file = '', ...others] = readdirSync(signIns());
    const text = readFileSync(join(signIns(), file), 'utf8');
    expect(others).toEqual([]);
    expect(statSync(signIns()).mode & 0o777).toBe(0o700);
    expect(statSync(join(signIns(), file)).mode & 0o777).toBe(0o600);
    for (const secret of [tokensOf()?.accessToken, tokensOf()?.refreshToken]) {
      expect(text).toContain(secret);
      expect(error).not.toContain(secret);
    }
  });

  it('needs no options the second time, and asks for the API where there are several', async () => {
    await signIn();
    const again = await login([], (address) => new Visitor().signIn(address, 'bob@example.com'));
    store().write({ ...(store().read(api) as StoredSignIn), api: 'https://other.example' });
    const ambiguous = await login([]);

    expect(again).toMatchObject({ exitCode: 0, error: expect.stringContaining('bob@example.com') });
    expect(ambiguous.exitCode).toBe(64);
    expect(ambiguous.error).toContain(`you signed in at ${api}, https://other.example`);
  });

  it('says that the person said no, and keeps nothing', async () => {
    const { exitCode, error } = await login(first(), (one) => new Visitor().refuse(one));

    expect(exitCode).toBe(130);
    expect(error).toContain('the provider let nobody in: access_denied');
    expect(tokensOf()).toBeUndefined();
  });

  it('waits on when somebody else visits its address, with any state or path', async () => {
    const visits: number[] = [];
    const { exitCode } = await login(first(), async (address) => {
      const back = `http://127.0.0.1:${port}`;
      for (const one of ['/signed-in?code=x&state=y', '/signed-in', '/favicon.ico', '/']) {
        visits.push((await new Visitor().open(back + one)).status);
      }
      await new Visitor().signIn(address);
    });

    expect(visits).toEqual([400, 400, 404, 404]);
    expect(exitCode).toBe(0);
  });

  it('ends at Ctrl-C, and when nobody comes back, and gives the port free', async () => {
    const stopping = new AbortController();
    const stopped = await login(first(), async () => stopping.abort(), {
      stopped: stopping.signal,
    });
    const late = await login(first(), undefined, { patienceMs: 1 });

    expect(stopped).toMatchObject({ exitCode: 130, error: expect.stringContaining('stopped') });
    expect(late).toMatchObject({
      exitCode: 130,
      error: expect.stringContaining('nobody signed in'),
    });
    expect((await signIn()).exitCode).toBe(0);
  });

  it.each(['127.0.0.1', '::1'])('says that the port is taken on %s', async (host) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, host, resolve));
    const { exitCode, error } = await login(first());
    await new Promise((resolve) => other.close(resolve));

    expect(exitCode).toBe(69);
    expect(error).toContain(`port ${port} of localhost is in use`);
  });

  it('gets no token for a code that was made for another sign-in', async () => {
    // The code is of this provider, but the verifier is not the one that it was made for.
    let other = '';
    const stopping = new AbortController();
    const remember = async (address: string): Promise<void> => {
      other = address;
      stopping.abort();
    };
    await login(first(), remember, { stopped: stopping.signal });
    const { exitCode, error } = await login(first(), async (address) => {
      const mixed = new URL(address);
      const challenge = new URL(other).searchParams.get('code_challenge') ?? '';
      mixed.searchParams.set('code_challenge', challenge);
      await new Visitor().signIn(mixed);
    });

    expect(exitCode).toBe(77);
    expect(error).toContain('invalid_grant');
    expect(tokensOf()).toBeUndefined();
  });
});

describe('a token for scripts', () => {
  it('is printed alone, and never opens a browser', async () => {
    const nowhere = await login(['--print']);
    const without = await login(['--print', '--url', api]);
    await signIn();
    const { exitCode, out, error } = await login(['--print']);

    expect(nowhere).toMatchObject({ exitCode: 77, out: '' });
    expect(without).toMatchObject({ exitCode: 77, out: '' });
    expect(without.error).toContain(`npm run login -- --url ${api}`);
    expect({ exitCode, out, error }).toEqual({
      exitCode: 0,
      out: `${tokensOf()?.accessToken}\n`,
      error: '',
    });
  });

  it('is renewed when it is about to end, once, however many ask at once', async () => {
    await signIn();
    const before = tokensOf();
    provider.forget();

    const got = await Promise.all(Array.from({ length: 8 }, () => tokenAt(hour - 30_000)));

    expect(new Set(got).size).toBe(1);
    expect(got[0]).not.toBe(before?.accessToken);
    expect(tokensOf()?.refreshToken).not.toBe(before?.refreshToken);
    expect(provider.asked.filter((one) => one === 'POST /token')).toHaveLength(1);
    expect(readdirSync(signIns())).toHaveLength(1);
  });

  it('is renewed when the API refused it before its time', async () => {
    await signIn();
    const refused = tokensOf()?.accessToken;

    const next = await tokenAt(0, refused);

    expect(next).not.toBe(refused);
    expect(await tokenAt(0, refused)).toBe(next);
  });

  it('takes over the lock of a command that was killed', async () => {
    await signIn();
    const [file = ''] = readdirSync(signIns());
    // No process has this id: Linux stops at 4194304.
    writeFileSync(join(signIns(), `${file}.lock`), `99999999 ${hostname()}`);

    expect(await tokenAt(hour)).toBe(tokensOf()?.accessToken);
  });
});

/** What a token endpoint in trouble answers, and what stands in front of it. */
const troubles: readonly (Omit<ProviderFault, 'path'> & { readonly name: string })[] = [
  ...[429, 500, 502, 503, 504].map((status) => ({ name: `${status}`, status })),
  { name: '503 as JSON', status: 503, type: 'application/json', body: '{"error":"invalid_grant"}' },
  { name: '429 as JSON', status: 429, type: 'application/json', body: '{"error":"slow_down"}' },
  { name: '200 without a token', status: 200, type: 'application/json', body: '{}' },
  { name: '200 as HTML', status: 200, body: '<html>sign in to the Wi-Fi</html>' },
  { name: '200 cut short', status: 200, type: 'application/json', body: '{"access_to' },
  { name: '302 to elsewhere', status: 302 },
  { name: '403 of a proxy', status: 403, body: '<html>blocked</html>' },
  { name: '404', status: 404 },
  { name: '400 without a reason', status: 400, body: 'bad' },
  { name: 'no answer', status: 0 },
];

describe.each(['/token', '/.well-known/openid-configuration'])('%s in trouble', (broken) => {
  it.each(troubles)('signs nobody out with $name', async (trouble) => {
    await signIn();
    const before = tokensOf();
    await provider.breakPath({ ...trouble, path: broken });

    // It still holds for half a minute: that will do.
    expect(await tokenAt(hour - 30_000)).toBe(before?.accessToken);
    const ended = tokenAt(hour + 1);
    await expect(ended).rejects.toMatchObject({ kind: 'unavailable', exitCode: 69 });
    await expect(ended).rejects.toThrow(/you are still signed in$/);
    expect(tokensOf()).toEqual(before);

    await provider.breakPath(undefined);
    expect(await tokenAt(hour + 1)).toBe(tokensOf()?.accessToken);
    expect(tokensOf()?.accessToken).not.toBe(before?.accessToken);
  });
});

it('keeps a sign-in whose client the provider does not know any more, and says so', async () => {
  await signIn();
  const before = tokensOf();
  const body = '{"error":"invalid_client","error_description":"client is\\u202e gone"}';
  await provider.breakPath({ path: '/token', status: 401, type: 'application/json', body });

  const refused = tokenAt(hour + 1);

  await expect(refused).rejects.toMatchObject({ kind: 'refused' });
  await expect(refused).rejects.toThrow(/refuses: invalid_client: client is {2}gone/);
  expect(tokensOf()).toEqual(before);
});

describe('the end of a sign-in', () => {
  it('is said with what to type when the provider has ended it', async () => {
    await signIn();
    const held = store().read(api) as StoredSignIn;
    const tokens = { ...held.tokens, accessToken: 'x', refreshToken: 'revoked', expiresAt: 1 };
    store().write({ ...held, tokens });

    await expect(tokenAt(0)).rejects.toMatchObject({ kind: 'ended', exitCode: 77 });
    await expect(tokenAt(0)).rejects.toThrow(`npm run login -- --url ${api}`);
    expect(readFileSync(join(signIns(), readdirSync(signIns())[0] ?? ''), 'utf8')).not.toContain(
      'revoked',
    );
    expect((await login([], (address) => new Visitor().signIn(address))).exitCode).toBe(0);
  });

  it('is brought about by --sign-out, here and at the provider', async () => {
    await signIn();
    const refreshToken = tokensOf()?.refreshToken;
    const held = store().read(api) as StoredSignIn;

    const { exitCode, error } = await login(['--sign-out']);

    expect(exitCode).toBe(0);
    expect(error).toContain('Signed out of');
    expect(readdirSync(signIns())).toEqual([]);
    store().write({
      ...held,
      tokens: { accessToken: 'x', expiresAt: 1, ...(refreshToken && { refreshToken }) },
    });
    await expect(tokenAt(0)).rejects.toMatchObject({ kind: 'ended' });
  });

  it('happens here even if the provider cannot be told', async () => {
    await signIn();
    await provider.breakPath({ path: '/token/revocation', status: 503 });

    const { exitCode, error } = await login(['--sign-out']);

    expect(exitCode).toBe(0);
    expect(error).toContain('the provider could not be told');
    expect(tokensOf()).toBeUndefined();
  });
});

describe('the file with the tokens', () => {
  it('is refused when others may read it', async () => {
    await signIn();
    const file = join(signIns(), readdirSync(signIns())[0] ?? '');
    chmodSync(file, 0o640);

    await expect(tokenAt(0)).rejects.toThrow(/open to others \(mode 640\)/);
  });

  it.each(['', '{', 'null', '[]', '{"version":2}', '{"version":1,"api":7}'])(
    'is refused when it holds %j',
    async (text) => {
      mkdirSync(signIns(), { recursive: true, mode: 0o700 });
      writeFileSync(join(signIns(), `${encodeURIComponent(api)}.json`), text, { mode: 0o600 });

      const { exitCode, error } = await login(['--print']);

      expect(exitCode).toBe(73);
      expect(error).toContain('remove it and sign in again');
    },
  );

  it('that cannot be written is a sentence', async () => {
    mkdirSync(join(home, '.config'), { recursive: true });
    writeFileSync(join(home, '.config', 'wherefrom'), 'a file');

    const { exitCode, error } = await signIn();

    expect(exitCode).toBe(73);
    expect(error).toMatch(/cannot use .*: (ENOTDIR|EEXIST)/);
  });
});

describe('the command line', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['nothing, the first time', [], /expects --url, --issuer and --client-id/],
    ['an API without its provider', ['--url', api], /expects --issuer and --client-id/],
    ['an API without TLS', ['--url', 'http://api.example'], /no https/],
    ['no URL', ['--url', 'api'], /no https/],
    [
      'a provider without TLS',
      ['--url', api, '--issuer', 'http://id.example', '--client-id', 'x'],
      /--issuer "http:\/\/id.example" is no https/,
    ],
    ['two wishes', ['--print', '--sign-out'], /two different wishes/],
    ['no port', ['--url', api, '--issuer', api, '--client-id', 'x', '--port', '0'], /is no port/],
    ['an unknown option', ['--pritn'], /pritn/],
    ['a word too many', ['now'], /now/],
  ])('says what is wrong with %s', async (_, args, message) => {
    const { exitCode, error } = await login(args);

    expect(exitCode).toBe(64);
    expect(error).toMatch(message);
    expect(error).toContain('--help');
  });

  it('explains itself', async () => {
    const { exitCode, out } = await login(['--help']);

    expect(exitCode).toBe(0);
    expect(out).toContain('npm run login --');
  });

  it('says what is no provider, and where none is', async () => {
    const nowhere = ['--url', api, '--issuer', 'http://127.0.0.1:1', '--client-id', 'x'];
    const unreached = await login(nowhere);
    const args = ['--url', api, '--issuer', `${provider.issuer}/tenant`, '--client-id', 'x'];
    const other = await login(args);

    expect(unreached).toMatchObject({ exitCode: 69 });
    expect(unreached.error).toContain('nothing answers at 127.0.0.1:1');
    expect(other.exitCode).toBe(69);
    expect(other.error).toContain('something else than OpenID Connect asks for');
  });
});
