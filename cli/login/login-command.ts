// `npm run login`: signs a user in at the identity provider of a deployed API, prints the token for
// scripts, signs out. The token goes to stdout and nothing else does.

import { parseArgs } from 'node:util';
import { isRemote, openBrowser } from './browser.ts';
import { signInPort } from './callback-listener.ts';
import { signInByCode } from './code-flow.ts';
import { configFolder, type Surroundings } from './config-folder.ts';
import { openProvider } from './provider.ts';
import { apiOf, secureUrl } from './secure-url.ts';
import { SignInError } from './sign-in-error.ts';
import { openSignIns, type SignInStore, type SignInTarget } from './sign-in-store.ts';
import { signedInToken, type TokenDeps } from './signed-in-token.ts';

export type LoginIo = Omit<TokenDeps, 'store'> &
  Surroundings & {
    readonly out: (text: string) => void;
    readonly error: (text: string) => void;
    /** Aborted by Ctrl-C. */
    readonly stopped: AbortSignal;
    /** How long the person may take in the browser, ms. */
    readonly patienceMs?: number;
  };

const patienceMs = 300_000;

const help = `Signs you in to a deployed API, in your browser.

  npm run login -- --url URL --issuer ISSUER --client-id ID    the first time; "npm run deploy"
                                                               prints this command
  npm run login                        again, where you were signed in before
  npm run login -- --print             a token for scripts, on stdout
  npm run login -- --sign-out          ends it here and at the provider

  --url URL         the API; needed where you are signed in to several (or WHEREFROM_URL)
  --issuer ISSUER   the identity provider, as in its tokens
  --client-id ID    what the provider knows this command as
  --scope SCOPE     what to ask for (openid; openid offline_access for most other providers)
  --print           never opens a browser: exit code 77 when you have to sign in again
  --no-browser      prints the address to open, and opens nothing
  --port PORT       of localhost, where the provider knows this command by another (${signInPort})

"npm run query" then asks as you. Your browser comes back to http://localhost:${signInPort}/signed-in,
which the provider has to know. The tokens are in your own config folder, readable by you alone,
and renewed by themselves while the provider allows it.

Exit codes: 0 signed in, 64 wrong usage, 69 the provider or the port is not available (you stay
signed in), 73 the file with the tokens cannot be used, 77 not signed in, 130 stopped.
`;

const optionTypes = {
  url: { type: 'string' },
  issuer: { type: 'string' },
  'client-id': { type: 'string' },
  scope: { type: 'string' },
  print: { type: 'boolean' },
  'sign-out': { type: 'boolean' },
  'no-browser': { type: 'boolean' },
  port: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parse>;

/** Runs one command line; resolves to the exit code. */
export async function runLogin(args: readonly string[], io: LoginIo): Promise<number> {
  try {
    const values = parse(args);
    if (values.help) {
      io.out(help);
      return 0;
    }
    if (values.print && values['sign-out']) {
      throw new SignInError('usage', '--print and --sign-out are two different wishes');
    }
    const store = openSignIns(configFolder(io), io.platform);
    const isFirst = !(values.print || values['sign-out']);
    const api = apiOf(values.url ?? io.environment['WHEREFROM_URL'], store, isFirst);
    if (values.print) {
      io.out(`${await signedInToken({ ...io, store }, api)}\n`);
      return 0;
    }
    if (values['sign-out']) return await signOut(api, store, io);
    const browser = { port: portOf(values.port), isOpened: values['no-browser'] !== true };
    await signIn(targetOf(values, api, store), browser, store, io);
    return 0;
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    const hint = error.kind === 'usage' ? '\nRun with --help for what there is.' : '';
    io.error(`wherefrom login: ${error.message}${hint}\n`);
    return error.exitCode;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionTypes }).values;
  } catch (error) {
    throw new SignInError('usage', (error as Error).message);
  }
}

function portOf(given: string | undefined): number {
  const port = Number(given ?? signInPort);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SignInError('usage', `--port "${given}" is no port`);
}

/** What the command line says, and for the rest what was said the last time. */
function targetOf(values: Values, api: string, store: SignInStore): SignInTarget {
  const known = values.issuer && values['client-id'] ? undefined : store.read(api);
  const issuer = values.issuer ?? known?.issuer;
  const clientId = values['client-id'] ?? known?.clientId;
  if (!issuer || !clientId) {
    throw new SignInError('usage', `expects --issuer and --client-id for ${api}, the first time`);
  }
  secureUrl(issuer, '--issuer');
  return { api, issuer, clientId, scope: values.scope ?? known?.scope ?? 'openid' };
}

async function signIn(
  target: SignInTarget,
  browser: { readonly port: number; readonly isOpened: boolean },
  store: SignInStore,
  io: LoginIo,
): Promise<void> {
  const provider = await openProvider(target, io);
  const { port } = browser;
  const show = (url: URL): void => {
    const isOpened = browser.isOpened && openBrowser(url, io);
    io.error(`${isOpened ? 'Your browser opens' : 'Open this in your browser'}:\n\n  ${url}\n\n`);
    if (isRemote(io.environment)) {
      io.error(`Your browser is on another machine? There: ssh -L ${port}:localhost:${port} ...\n`);
    }
    io.error('Waiting for you to sign in; Ctrl-C stops.\n');
  };
  const flow = { port, show, stopped: io.stopped, patienceMs: io.patienceMs ?? patienceMs };
  const { tokens, person } = await signInByCode(provider, flow);
  await store.exclusively(target.api, async () => store.write({ ...target, tokens }));
  const renewal = tokens.refreshToken
    ? 'renewed by itself while the provider allows it'
    : 'not renewed: the provider gave no refresh token (--scope "openid offline_access"?)';
  io.error(`Signed in to ${target.api} as ${person}; ${renewal}.\n`);
  io.error('Next: npm run query -- users\n');
}

async function signOut(api: string, store: SignInStore, io: LoginIo): Promise<number> {
  const known = await store.exclusively(api, async () => {
    const before = store.read(api);
    store.remove(api);
    return before;
  });
  if (!known) throw new SignInError('ended', `nobody is signed in at ${api}`);
  const refreshToken = known.tokens?.refreshToken;
  let end = 'an access token already given out opens the API until it expires';
  try {
    if (refreshToken) await (await openProvider(known, io)).revoke(refreshToken);
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    end = `the provider could not be told: ${error.message}`;
  }
  io.error(`Signed out of ${api}; ${end}.\n`);
  return 0;
}
