// Signs users in where the API requires a token: OAuth 2.0 authorization code with PKCE (RFC 7636)
// at the identity provider named by /sign-in.json. The local run takes no token, so nothing of this
// happens there. Tokens live in this tab's storage and are sent to this origin only.
// Promise: only the provider's own answer that the grant is over (invalid_grant, RFC 6749 section
// 5.2) signs a user out. A token endpoint that is busy, broken or unreachable does not.

type Provider = {
  /** Where a user signs in. */
  readonly authorizeUrl: string;
  /** Where users sign out; comes back to `/`. */
  readonly logoutUrl?: string;
  readonly clientId: string;
  readonly scope: string;
};

type Tokens = { readonly access: string; readonly refresh?: string };

/** `over`: the provider ended it, or there was nothing to go on; `unavailable`: ask again later. */
type Exchanged = Tokens | 'over' | 'unavailable';

const tokenPath = '/oauth2/token';
export const signedInPath = '/signed-in';
const keys = { tokens: 'wherefrom-tokens', attempt: 'wherefrom-attempt' } as const;

/** Asks this origin, with a token where one is there; gets one when the API wants it. */
export async function authorized(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, withToken(init, tokens()));
  if (response.status !== 401) return response;
  const fresh = await refreshed();
  if (fresh === 'unavailable') return notNow();
  if (fresh !== 'over') return fetch(path, withToken(init, fresh));
  return (await signIn()) === 'unavailable' ? notNow() : response;
}

/** As if the API had answered so: what is shown stays, and the console asks again. */
function notNow(): Response {
  const problem = {
    code: 'sign-in-unavailable',
    title: 'The sign-in service does not answer',
    detail: 'You are still signed in; try again in a minute. If it stays, sign out and in again.',
  };
  return Response.json(problem, { status: 503 });
}

function withToken(init: RequestInit, held: Tokens | undefined): RequestInit {
  if (!held) return init;
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${held.access}`);
  return { ...init, headers };
}

const tokens = (): Tokens | undefined => read<Tokens>(keys.tokens);

type Leaving = 'left' | 'none' | 'unavailable';
let leaving: Promise<Leaving> | undefined;

/** Leaves for the provider once, however many answers were 401: an attempt ends the last one. */
async function signIn(): Promise<Leaving> {
  leaving ??= leave();
  const end = await leaving;
  if (end !== 'left') leaving = undefined;
  return end;
}

// Back in the browser's history comes to this very script again, which has not left any more.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) leaving = undefined;
});

/** Goes to the identity provider, remembering where the reader was; `none`: there is none. */
async function leave(): Promise<Leaving> {
  const provider = await providerOf();
  if (typeof provider === 'string') return provider;
  const verifier = random();
  const attempt = { state: random(), verifier, back: location.pathname + location.search };
  write(keys.attempt, attempt);
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: location.origin + signedInPath,
    scope: provider.scope,
    state: attempt.state,
    code_challenge_method: 'S256',
    code_challenge: base64Url(new Uint8Array(challenge)),
  });
  location.assign(`${provider.authorizeUrl}?${parameters}`);
  return 'left';
}

/**
 * Back from the provider: changes the code for tokens. The attempt is kept while the endpoint is
 * unavailable, so that the same code can be tried once more.
 * @returns where the reader was
 */
export async function finishSignIn(
  address: URL,
): Promise<{ readonly back: string } | 'failed' | 'unavailable'> {
  const attempt = read<{ state: string; verifier: string; back: string }>(keys.attempt);
  const code = address.searchParams.get('code');
  if (!(attempt && code) || address.searchParams.get('state') !== attempt.state) return 'failed';
  const got = await exchange({
    grant_type: 'authorization_code',
    code,
    code_verifier: attempt.verifier,
    redirect_uri: location.origin + signedInPath,
  });
  if (got === 'unavailable') return got;
  sessionStorage.removeItem(keys.attempt);
  return got === 'over' ? 'failed' : { back: attempt.back };
}

/** Whether a user is signed in here and can sign out. */
export const isSignedIn = (): boolean => tokens() !== undefined;

/** Forgets the tokens, and has the provider forget the session. */
export async function signOut(): Promise<void> {
  sessionStorage.removeItem(keys.tokens);
  const provider = await providerOf();
  if (typeof provider === 'string' || !provider.logoutUrl) return location.assign('/');
  const parameters = new URLSearchParams({
    client_id: provider.clientId,
    logout_uri: `${location.origin}/`,
  });
  location.assign(`${provider.logoutUrl}?${parameters}`);
}

let refreshing: Promise<Exchanged> | undefined;

/** New tokens for the refresh token; one request however many answers were 401. */
function refreshed(): Promise<Exchanged> {
  const refresh = tokens()?.refresh;
  if (refresh === undefined) return Promise.resolve('over');
  refreshing ??= exchange({ grant_type: 'refresh_token', refresh_token: refresh }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function exchange(fields: Record<string, string>): Promise<Exchanged> {
  const provider = await providerOf();
  if (typeof provider === 'string') return 'unavailable';
  const answer = await post({ client_id: provider.clientId, ...fields });
  if (answer.error === 'invalid_grant') {
    sessionStorage.removeItem(keys.tokens);
    return 'over';
  }
  if (typeof answer.access_token !== 'string') return 'unavailable';
  const refresh = answer.refresh_token ?? tokens()?.refresh;
  const got = { access: answer.access_token, ...(refresh ? { refresh } : {}) };
  write(keys.tokens, got);
  return got;
}

/** What the token endpoint means by an answer; nothing when it is in trouble. */
type TokenAnswer = {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly error?: string;
};

async function post(fields: Record<string, string>): Promise<TokenAnswer> {
  const response = await fetch(tokenPath, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }).catch(() => undefined);
  // Tokens come with 200, a refusal with 400 or 401; anything else was not meant.
  if (!response || ![200, 400, 401].includes(response.status)) return {};
  const body = (await response.json().catch(() => null)) as TokenAnswer | null;
  if (response.ok) return { ...body, error: '' };
  return body?.error ? { error: body.error } : {};
}

/** `none`: there is no sign-in here, as in the local run. */
async function providerOf(): Promise<Provider | 'none' | 'unavailable'> {
  const response = await fetch('/sign-in.json').catch(() => undefined);
  if (response?.status === 404) return 'none';
  if (!response?.ok) return 'unavailable';
  return (await response.json().catch(() => 'unavailable')) as Provider | 'unavailable';
}

const randomBytes = 32;
const random = (): string => base64Url(crypto.getRandomValues(new Uint8Array(randomBytes)));

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function read<T>(key: string): T | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? 'null') as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}

const write = (key: string, value: unknown): void =>
  sessionStorage.setItem(key, JSON.stringify(value));
