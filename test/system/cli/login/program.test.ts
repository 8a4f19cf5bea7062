// `npm run login` and what uses it as programs of their own: a browser that the system opens, an
// API that checks signature, issuer, audience and time of the token as API Gateway does, a person
// who presses Ctrl-C.

import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { redirectUriAt } from '../../../../cli/login/callback-listener.ts';
import { tempDir } from '../../../local/temp-dir.ts';
import { builtProgram } from '../../../support/built-program.ts';
import { freePort } from '../../../support/free-port.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../../../support/openid-provider.ts';

const repository = join(import.meta.dirname, '..', '..', '..', '..');
const path = tempDir();
const clientId = 'command-line';
let provider: OpenIdProvider;
let port: number;
let server: Server;
let api: string;

beforeAll(async () => {
  port = await freePort();
  const redirectUri = redirectUriAt(port);
  provider = await startOpenIdProvider({ clientId, redirectUri, accessTokenSeconds: 61 });
  server = createServer((request, response) => {
    judge(request.headers.authorization ?? '').then((status) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 200 ? '{"items":[]}' : '{"message":"Unauthorized"}');
    }, response.destroy);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mkdirSync(path('bin'));
  const visitor = builtProgram('test/support/visitor-process.ts');
  const opener = `#!/bin/sh\nexec "${process.execPath}" "${visitor}" "$1"\n`;
  writeFileSync(path('bin/xdg-open'), opener, { mode: 0o755 });
}, 120_000);
afterAll(async () => {
  await provider.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What the JWT authorizer of an HTTP API checks (API Gateway developer guide). */
async function judge(authorization: string): Promise<200 | 401> {
  const [head = '', body = '', seal = ''] = authorization.replace('Bearer ', '').split('.');
  if (seal === '') return 401;
  const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as {
    keys: (JsonWebKey & { kid: string })[];
  };
  const jwk = keys.find(({ kid }) => kid === decoded(head).kid);
  if (!jwk) return 401;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    key,
    Buffer.from(seal, 'base64url'),
  );
  const { iss, aud, exp } = decoded(body);
  const isOurs = iss === provider.issuer && aud === clientId && exp * 1000 > Date.now();
  return isSigned && isOurs ? 200 : 401;
}

function start(script: string, args: readonly string[], more: Record<string, string> = {}) {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(repository, 'bin', 'run.mjs'), 'tsx', script, ...args],
    {
      cwd: repository,
      env: {
        PATH: `${path('bin')}:${process.env['PATH']}`,
        HOME: path('home'),
        DISPLAY: ':0',
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = { out: '', error: '' };
  child.stdout?.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.error += chunk;
  });
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, ...output }));
  return { child, output, ended };
}

const first = () => [
  '--url',
  api,
  '--issuer',
  provider.issuer,
  '--client-id',
  clientId,
  '--port',
  String(port),
];

it('signs in through the browser that the system opens; query then asks as them', async () => {
  const before = await start('bin/query.ts', ['--url', api, '--json', 'users']).ended;
  const login = await start('bin/login.ts', first()).ended;
  const asked = await start('bin/query.ts', ['--json', 'users']).ended;
  const printed = await start('bin/login.ts', ['--print']).ended;

  expect(before.exitCode).toBe(77);
  expect(login).toMatchObject({ exitCode: 0, out: '' });
  expect(login.error).toContain(`Signed in to ${api} as alice@example.com`);
  expect(asked).toMatchObject({ exitCode: 0, out: '{\n  "items": []\n}\n', error: '' });
  expect(printed.out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const folder = join(path('home'), '.config', 'wherefrom', 'sign-ins');
  expect(statSync(join(folder, readdirSync(folder)[0] ?? '')).mode & 0o777).toBe(0o600);
}, 300_000);

it('prints the address where no browser can be opened, and ends at Ctrl-C', async () => {
  const { child, output, ended } = start('bin/login.ts', first(), { SSH_CONNECTION: 'x' });
  while (!output.error.includes('Ctrl-C stops')) await once(child.stderr as never, 'data');
  child.kill('SIGINT');

  const { exitCode, error } = await ended;

  expect(exitCode).toBe(130);
  expect(error).toContain('Open this in your browser:\n\n  http://127.0.0.1');
  expect(error).toContain(`ssh -L ${port}:localhost:${port}`);
  expect(error).toMatch(/wherefrom login: stopped; nobody was signed in\n$/);
}, 120_000);
