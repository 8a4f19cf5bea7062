// The token that a command sends to the API: given in a file or the environment, fetched with a
// machine client's credentials, or that of the user who signed in with `npm run login`. Nothing
// secret is ever an argument: the process list and the shell's history would keep it.

import { lastLocalRun } from './local-run.ts';
import { configFolder, type Surroundings } from './login/config-folder.ts';
import { type Machine, machineToken } from './login/machine-token.ts';
import type { Fetch } from './login/provider.ts';
import { secureUrl } from './login/secure-url.ts';
import { SignInError } from './login/sign-in-error.ts';
import { openSignIns } from './login/sign-in-store.ts';
import { signedInToken } from './login/signed-in-token.ts';

export type TokenSource = {
  readonly tokenFile?: string | undefined;
  readonly clientId?: string | undefined;
  readonly tokenUrl?: string | undefined;
};

export type TokenIo = Surroundings & {
  readonly readText: (path: string) => string;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export type Token = {
  readonly value: string;
  /** Gets another after the API has refused this one; absent: there is no other. */
  readonly renew?: () => Promise<string>;
};

/** What a person reads in `--help`. */
export const tokenHelp = `  A token for the deployed API, the first of:
  --token-file FILE     the token is in this file
  --client-id ID --token-url URL
                        a machine's own; its secret is WHEREFROM_CLIENT_SECRET in the environment
  WHEREFROM_TOKEN       in the environment: the token
  npm run login         yours, after you signed in
`;

/** What a command line asks when nothing is said. */
export const localUrl = 'http://127.0.0.1:8080';

/**
 * Which API is meant: the given one, that of WHEREFROM_URL, the only one where somebody signed in,
 * else the last local run.
 * @throws SignInError `usage` when somebody signed in to several
 */
export function apiUrlOf(given: string | undefined, io: Surroundings): string {
  const said = given ?? io.environment['WHEREFROM_URL'];
  if (said) return said;
  const [only = lastLocalRun(io) ?? localUrl, ...more] = openSignIns(
    configFolder(io),
    io.platform,
  ).apis();
  if (more.length === 0) return only;
  throw new SignInError('usage', `expects --url: you signed in at ${[only, ...more].join(', ')}`);
}

/**
 * Gets the token.
 * @param api origin of the API
 * @returns undefined on loopback where nobody signed in: the local run takes no token
 * @throws SignInError with what to do; nothing of a secret is in it
 */
export async function accessToken(
  source: TokenSource,
  api: string,
  io: TokenIo,
): Promise<Token | undefined> {
  const { tokenFile, clientId, tokenUrl } = source;
  const folder = configFolder(io);
  const store = openSignIns(folder, io.platform);
  // Nothing goes out without TLS, but to this machine where somebody signed in to it.
  if (new URL(api).protocol === 'http:' && store.read(api) === undefined) return undefined;
  if (tokenFile !== undefined) return { value: readToken(tokenFile, io) };
  if (clientId !== undefined || tokenUrl !== undefined) {
    const machine = machineOf(clientId, tokenUrl, io);
    const deps = { ...io, folder };
    const value = await machineToken(deps, machine);
    return { value, renew: () => machineToken(deps, machine, value) };
  }
  const given = io.environment['WHEREFROM_TOKEN']?.trim();
  if (given) return { value: given };
  const deps = { ...io, store };
  const value = await signedInToken(deps, api);
  return { value, renew: () => signedInToken(deps, api, value) };
}

function readToken(path: string, io: TokenIo): string {
  try {
    return io.readText(path).trim();
  } catch (error) {
    throw new SignInError('usage', `cannot read ${path}: ${(error as { code?: string }).code}`);
  }
}

function machineOf(
  clientId: string | undefined,
  tokenUrl: string | undefined,
  { environment }: TokenIo,
): Machine {
  const clientSecret = environment['WHEREFROM_CLIENT_SECRET'];
  if (clientId === undefined || tokenUrl === undefined) {
    throw new SignInError('usage', '--client-id and --token-url go together');
  }
  if (!clientSecret) throw new SignInError('usage', 'WHEREFROM_CLIENT_SECRET is not set');
  return { clientId, clientSecret, tokenUrl: secureUrl(tokenUrl, '--token-url') };
}
