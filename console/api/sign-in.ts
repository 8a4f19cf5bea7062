// Signing in where the API asks for a token: OAuth 2.0 authorization code with PKCE (RFC 7636) at
// the identity provider named by /sign-in.json. The local run answers without a token, so nothing
// of this happens there. Tokens live in this tab's storage and go to this origin only.

type Provider = {
  /** Where a person signs in. */
  readonly authorizeUrl: string;
  /** Where people sign out; comes back to `/`. */
  readonly logoutUrl?: string;
  readonly clientId: string;
  readonly scope: string;
};

type Tokens = { readonly access: string; readonly refresh?: string };

const tokenPath = '/oauth2/token';
export const signedInPath = '/signed-in';
const keys = { tokens: 'wherefrom-tokens', attempt: 'wherefrom-attempt' } as const;

/** Asks this origin, with a token where one is there; gets one when the API wants it. */
export async function authorized(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, withToken(init, tokens()));
  if (response.status !== 401) return response;
  const fresh = await refreshed();
  if (fresh) return fetch(path, withToken(init, fresh));
  await signIn();
  return response;
}

function withToken(init: RequestInit, held: Tokens | undefined): RequestInit {
  if (!held) return init;
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${held.access}`);
  return { ...init, headers };
}

const tokens = (): Tokens | undefined => read<Tokens>(keys.tokens);

/** Leaves for the identity provider, remembering where the reader was. */
async function signIn(): Promise<void> {
  const provider = await providerOf();
  if (!provider) return;
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
}

/** Back from the provider: changes the code for tokens. @returns where the reader was. */
export async function finishSignIn(address: URL): Promise<string | undefined> {
  const attempt = read<{ state: string; verifier: string; back: string }>(keys.attempt);
  const code = address.searchParams.get('code');
  if (!(attempt && code) || address.searchParams.get('state') !== attempt.state) return undefined;
  sessionStorage.removeItem(keys.attempt);
  const got = await exchange({
    grant_type: 'authorization_code',
    code,
    code_verifier: attempt.verifier,
    redirect_uri: location.origin + signedInPath,
  });
  return got && attempt.back;
}

/** Whether somebody is signed in here: there is somebody to sign out. */
export const isSignedIn = (): boolean => tokens() !== undefined;

/** Forgets the tokens, and has the provider forget the session. */
export async function signOut(): Promise<void> {
  sessionStorage.removeItem(keys.tokens);
  const provider = await providerOf();
  if (!provider?.logoutUrl) return location.assign('/');
  const parameters = new URLSearchParams({
    client_id: provider.clientId,
    logout_uri: `${location.origin}/`,
  });
  location.assign(`${provider.logoutUrl}?${parameters}`);
}

let refreshing: Promise<Tokens | undefined> | undefined;

/** New tokens for the refresh token; one request however many answers were 401. */
function refreshed(): Promise<Tokens | undefined> {
  const refresh = tokens()?.refresh;
  if (refresh === undefined) return Promise.resolve(undefined);
  refreshing ??= exchange({ grant_type: 'refresh_token', refresh_token: refresh }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function exchange(fields: Record<string, string>): Promise<Tokens | undefined> {
  const provider = await providerOf();
  if (!provider) return undefined;
  const response = await fetch(tokenPath, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: provider.clientId, ...fields }).toString(),
  });
  if (!response.ok) {
    sessionStorage.removeItem(keys.tokens);
    return undefined;
  }
  const answer = (await response.json()) as { access_token?: string; refresh_token?: string };
  if (!answer.access_token) return undefined;
  const refresh = answer.refresh_token ?? tokens()?.refresh;
  const got = { access: answer.access_token, ...(refresh ? { refresh } : {}) };
  write(keys.tokens, got);
  return got;
}

async function providerOf(): Promise<Provider | undefined> {
  const response = await fetch('/sign-in.json');
  return response.ok ? ((await response.json()) as Provider) : undefined;
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
