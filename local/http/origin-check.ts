// Keeps web pages and other machines out of an API that takes no token on loopback.
// Host: a name that an attacker's DNS points at 127.0.0.1 is refused (DNS rebinding).
// Origin: a page of another site cannot change anything, with or without a simple request.

import type { HttpAnswer } from './gateway-answer.ts';
import type { HeaderValues } from './gateway-event.ts';

/** Refusals that only the local front makes. */
const refusals = {
  'bad-request': { status: 400, title: 'The request cannot be read' },
  'cross-site': { status: 403, title: 'Changes are taken from pages of this address only' },
  'not-json': { status: 415, title: 'The body must be application/json' },
  'foreign-host': { status: 421, title: 'This server answers for its loopback names only' },
} as const;

export type RefusalCode = keyof typeof refusals;

/** The refusal as application/problem+json (RFC 9457). */
export function refuse(code: RefusalCode, detail: string): HttpAnswer {
  const { status, title } = refusals[code];
  const body = JSON.stringify({ type: `/problems/${code}`, title, status, code, detail });
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: Buffer.from(body),
  };
}

/** Host header values that mean this server. */
export function loopbackAuthorities(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return new Set(names.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]));
}

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Checks a request that no seal vouches for. State may be changed only with a JSON body type and
 * proof, by Origin or Sec-Fetch-Site, that the request comes from a page of this server; a program
 * sends `Origin` itself.
 */
export function checkOrigin(method: string, headers: HeaderValues): HttpAnswer | undefined {
  if (readingMethods.has(method)) return undefined;
  const { origin, 'sec-fetch-site': site, 'content-type': type = '' } = headers;
  const isOwnOrigin = origin?.toLowerCase() === `http://${headers['host']?.toLowerCase()}`;
  const isProven = origin !== undefined || site !== undefined;
  const isOwn =
    isProven && (origin === undefined || isOwnOrigin) && (site ?? 'same-origin') === 'same-origin';
  if (!isOwn) return refuse('cross-site', 'send Origin with the address of this server');
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return refuse('not-json', 'send content-type: application/json');
  }
  return undefined;
}
