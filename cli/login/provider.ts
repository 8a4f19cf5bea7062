// The identity provider, through oauth4webapi: discovery (OpenID Connect Discovery 1.0), the token
// endpoint (RFC 6749 sections 4.1.3 and 6, RFC 7636), revocation (RFC 7009).
// Promise: only the provider's own answer about the grant (`invalid_grant`) ends a sign-in. A
// provider that is busy, broken or unreachable changes nothing.

import * as oauth from 'oauth4webapi';
import { quoted, SignInError } from './sign-in-error.ts';
import type { SignInTarget, Tokens } from './sign-in-store.ts';

/** One request to the provider. */
const requestMsMax = 15_000;
const tooManyRequests = 429;
const serverFault = 500;

export type Fetch = typeof globalThis.fetch;

export type Provider = {
  /** Where the person's browser goes. */
  authorizeUrl(request: AuthorizeRequest): Promise<URL>;
  /**
   * Checks what came back with the browser: `code`; `foreign`: not the answer to this request.
   * @throws SignInError when the provider sent the person back without a code
   */
  checkCallback(parameters: URLSearchParams, state: string): URLSearchParams | 'foreign';
  /** Changes the code for tokens. `parameters` come from checkCallback. */
  exchange(parameters: URLSearchParams, proof: CodeProof): Promise<SignedIn>;
  /** @throws SignInError `ended` when the provider has ended the sign-in */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Ends the refresh token and what came from it; `no-endpoint`: the provider cannot. */
  revoke(refreshToken: string): Promise<'revoked' | 'no-endpoint'>;
};

export type AuthorizeRequest = {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
};

export type CodeProof = Pick<AuthorizeRequest, 'redirectUri' | 'nonce' | 'verifier'>;

export type SignedIn = {
  readonly tokens: Tokens;
  /** Who signed in, as the ID token names them. */
  readonly person: string;
};

/**
 * Asks the issuer for its endpoints.
 * @param now milliseconds since 1970, for when tokens expire
 * @throws SignInError `unavailable` or `refused`
 */
export async function openProvider(
  target: SignInTarget,
  { fetch, now }: { readonly fetch: Fetch; readonly now: () => number },
): Promise<Provider> {
  const issuer = new URL(target.issuer);
  const client: oauth.Client = { client_id: target.clientId };
  const options = () => requestOptions(issuer, fetch);
  const server = await asked(issuer.host, async () =>
    oauth.processDiscoveryResponse(
      issuer,
      checked(issuer.host, await oauth.discoveryRequest(issuer, options())),
    ),
  );
  const { host } = new URL(server.token_endpoint ?? target.issuer);
  return {
    authorizeUrl: (request) => authorizeUrl(server, target, request),
    checkCallback: (parameters, state) => checkCallback(server, client, parameters, state),
    exchange: async (parameters, { redirectUri, nonce, verifier }) => {
      const answer = await asked(host, async () => {
        const request = oauth.authorizationCodeGrantRequest;
        const key = oauth.None();
        const sent = request(server, client, key, parameters, redirectUri, verifier, options());
        return oauth.processAuthorizationCodeResponse(server, client, checked(host, await sent), {
          expectedNonce: nonce,
          requireIdToken: true,
        });
      });
      const claims = oauth.getValidatedIdTokenClaims(answer);
      const name = claims?.['email'] ?? claims?.['preferred_username'] ?? claims?.sub;
      return { tokens: tokensOf(answer, now()), person: quoted(String(name)) };
    },
    refresh: async (refreshToken) => {
      const answer = await asked(host, async () => {
        const request = oauth.refreshTokenGrantRequest;
        const sent = request(server, client, oauth.None(), refreshToken, options());
        return oauth.processRefreshTokenResponse(server, client, checked(host, await sent));
      });
      // A provider that does not rotate refresh tokens sends none (RFC 6749 section 6).
      return { refreshToken, ...tokensOf(answer, now()) };
    },
    revoke: async (refreshToken) => {
      if (server.revocation_endpoint === undefined) return 'no-endpoint';
      await asked(host, async () => {
        const request = oauth.revocationRequest;
        const sent = request(server, client, oauth.None(), refreshToken, options());
        await oauth.processRevocationResponse(checked(host, await sent));
      });
      return 'revoked';
    },
  };
}

/** Bounds of one request. Only loopback gets so far without TLS (secure-url.ts). */
export const requestOptions = (to: URL, fetch: Fetch) => ({
  [oauth.customFetch]: fetch as never,
  [oauth.allowInsecureRequests]: to.protocol === 'http:',
  signal: AbortSignal.timeout(requestMsMax),
});

async function authorizeUrl(
  server: oauth.AuthorizationServer,
  { clientId, scope }: SignInTarget,
  { redirectUri, state, nonce, verifier }: AuthorizeRequest,
): Promise<URL> {
  if (server.authorization_endpoint === undefined) {
    throw new SignInError('refused', `${server.issuer} names no page where people sign in`);
  }
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge_method: 'S256',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    // OpenID Connect Core 1.0 section 11: without consent a provider must ignore offline_access.
    ...(scope.split(' ').includes('offline_access') && { prompt: 'consent' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

function checkCallback(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams | 'foreign' {
  // Whoever opens the listener's address without our state is not the person we sent away.
  if (parameters.get('state') !== state) return 'foreign';
  try {
    return oauth.validateAuthResponse(server, client, parameters, state);
  } catch (error) {
    if (!(error instanceof oauth.AuthorizationResponseError)) return 'foreign';
    const said = [error.error, error.error_description].filter(Boolean).join(': ');
    const kind = error.error === 'access_denied' ? 'cancelled' : 'refused';
    throw new SignInError(kind, `the provider let nobody in: ${quoted(said)}`);
  }
}

function tokensOf(answer: oauth.TokenEndpointResponse, now: number): Tokens {
  const { access_token: accessToken, expires_in: seconds, refresh_token: refreshToken } = answer;
  return {
    accessToken,
    ...(seconds !== undefined && { expiresAt: now + seconds * 1000 }),
    ...(refreshToken !== undefined && { refreshToken }),
  };
}

/** Lets an answer through that the endpoint itself can have meant. */
export function checked(host: string, response: Response): Response {
  const { status } = response;
  if (status !== tooManyRequests && status < serverFault) return response;
  throw new SignInError('unavailable', `${host} answers ${status}: try again in a minute`);
}

/** Runs one request and says what became of it as a SignInError. */
export async function asked<T>(host: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof SignInError) throw error;
    if (error instanceof oauth.ResponseBodyError) {
      const isOver = error.error === 'invalid_grant';
      const said = [error.error, error.error_description].filter(Boolean).join(': ');
      throw new SignInError(isOver ? 'ended' : 'refused', `${host} refuses: ${quoted(said)}`);
    }
    if (error instanceof oauth.WWWAuthenticateChallengeError) {
      const said = error.cause[0]?.parameters.error ?? `status ${error.status}`;
      throw new SignInError('refused', `${host} refuses: ${quoted(said)}`);
    }
    const isOurs = error instanceof Error && 'code' in error;
    if (isOurs && String(error.code).startsWith('OAUTH_')) {
      const what = `${host} answers with something else than OpenID Connect asks for`;
      throw new SignInError('unavailable', `${what}: ${quoted(error.message)}`);
    }
    throw new SignInError('unavailable', `nothing answers at ${host}: try again later`);
  }
}
