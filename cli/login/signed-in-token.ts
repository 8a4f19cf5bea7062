// The access token of a user who signed in with `npm run login`, for the commands that call the
// API. It is renewed shortly before it expires, by one process at a time. When the provider is busy
// or unreachable, a token that is still valid is used, and the user stays signed in.

import { type Fetch, openProvider } from './provider.ts';
import { SignInError } from './sign-in-error.ts';
import type { SignInStore, StoredSignIn, Tokens } from './sign-in-store.ts';

/** A token that ends sooner is renewed before it is used. */
const earlyMs = 60_000;

export type TokenDeps = {
  readonly store: SignInStore;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * Gets the token for an API.
 * @param refused a token that the API has just refused: a newer one is wanted
 * @throws SignInError `ended` when nobody is signed in there, with what to type
 */
export async function signedInToken(
  deps: TokenDeps,
  api: string,
  refused?: string,
): Promise<string> {
  const held = usable(deps, deps.store.read(api), api, refused);
  if (held !== undefined) return held;
  return deps.store.exclusively(api, async () => {
    // Another command may have renewed it meanwhile.
    const signIn = deps.store.read(api);
    const renewed = usable(deps, signIn, api, refused);
    return renewed ?? renew(deps, signIn as Held, refused);
  });
}

type Held = StoredSignIn & { readonly tokens: Tokens };

function usable(
  { now }: TokenDeps,
  signIn: StoredSignIn | undefined,
  api: string,
  refused: string | undefined,
): string | undefined {
  const tokens = signIn?.tokens;
  if (!tokens) throw new SignInError('ended', notSignedIn(api, signIn !== undefined));
  const isEnding = tokens.expiresAt !== undefined && tokens.expiresAt - earlyMs <= now();
  return isEnding || tokens.accessToken === refused ? undefined : tokens.accessToken;
}

/** What to type: the provider is known where somebody was signed in before. */
function notSignedIn(api: string, isKnown: boolean): string {
  const command = `npm run login -- --url ${api}`;
  if (isKnown) return `the sign-in at ${api} has ended: ${command}`;
  return `nobody is signed in at ${api}: ${command} (the first time with --issuer and --client-id)`;
}

async function renew(deps: TokenDeps, signIn: Held, refused: string | undefined): Promise<string> {
  const { store, now } = deps;
  const { tokens, ...target } = signIn;
  const { accessToken, expiresAt, refreshToken } = tokens;
  if (refreshToken === undefined) {
    store.write(target);
    throw new SignInError('ended', notSignedIn(target.api, true));
  }
  try {
    const provider = await openProvider(target, deps);
    const fresh = await provider.refresh(refreshToken);
    store.write({ ...target, tokens: fresh });
    return fresh.accessToken;
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    if (error.kind === 'ended') {
      store.write(target);
      throw new SignInError('ended', notSignedIn(target.api, true));
    }
    const stillHolds = accessToken !== refused && (expiresAt ?? 0) > now();
    if (error.kind === 'unavailable' && stillHolds) return accessToken;
    throw new SignInError(error.kind, `${error.message}; you are still signed in`);
  }
}
