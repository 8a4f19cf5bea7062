// Asks the API for commands: with the token of who asks, renewed once when the API refuses it, and
// with a bound on how long an answer may take. What the API says no to becomes a few lines.

import { accessToken, type TokenIo, type TokenSource } from './access-token.ts';

/** API Gateway gives up after 30 seconds. */
const requestMsMax = 60_000;
const unauthorized = 401;
const forbidden = 403;

export type ApiRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Resolves to undefined when nothing answers. */
export type Ask = (url: URL, request?: ApiRequest) => Promise<Response | undefined>;

/**
 * Makes the client of one API.
 * @param api its origin: the token is sent nowhere else
 * @throws SignInError when there is no token, with what to do
 */
export async function openApi(source: TokenSource, api: string, io: TokenIo): Promise<Ask> {
  const token = await accessToken(source, api, io);
  let shown = token?.value;
  const ask: Ask = (url, { headers, ...request } = {}) => {
    const authorization = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
    const signal = AbortSignal.timeout(requestMsMax);
    return io
      .fetch(url, { ...request, headers: { ...headers, ...authorization }, signal })
      .catch(() => undefined);
  };
  return async (url, request) => {
    const response = await ask(url, request);
    if (response?.status !== unauthorized || !token?.renew) return response;
    // Revoked, or ended before its time: another one may do.
    shown = await token.renew();
    return ask(url, request);
  };
}

/** Whether an answer means that the caller has to sign in, or to be let in. */
export const isNotAllowed = (status: number): boolean =>
  status === unauthorized || status === forbidden;

/** Problem+json of the API as lines for a person; undefined when it is none. */
export function problemLines(body: unknown): string | undefined {
  if (!isObject(body) || typeof body['title'] !== 'string') return undefined;
  const detail = body['detail'] ? `: ${body['detail']}` : '';
  const errors = Array.isArray(body['errors']) ? body['errors'] : [];
  const lines = errors.map((one) => `  ${one.parameter ?? one.pointer ?? ''}: ${one.detail}\n`);
  return `${body['title']}${detail}\n${lines.join('')}`;
}

/** What a text holds as JSON; undefined when it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
