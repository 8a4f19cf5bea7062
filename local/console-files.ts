// Serves the console beside the API: its files, and index.html for every address the console knows;
// for what it does not know too, as 404, when a browser asks.
// Promise: nothing runs that is not from this origin, nothing is framed, nothing is fetched from
// elsewhere (docs/analyst.md names the headers). It builds nothing: files come from the caller,
// when they are first requested.

import { extname } from 'node:path/posix';
import type { HttpAnswer } from './http/gateway-answer.ts';
import type { Fallback } from './http-front.ts';

/** Files by path, as a browser asks for them; `/index.html` is the page. */
export type ConsoleFiles = ReadonlyMap<string, Buffer>;

/** No inline script or style, no sink for text as code; the page itself meets Trusted Types. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of every file of the page. HSTS is left out: this server speaks plain HTTP on loopback. */
const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'geolocation=(), camera=(), microphone=()',
} as const;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Addresses that the page shows itself (console/api/paths.ts). */
const pages = [
  'live|map|users|detections|cases|devices|places|addresses|networks',
  'relays|settings|audit|signed-in',
].join('|');
const pageAddress = new RegExp(`^/(?:$|(?:${pages})(?:/|$))`);

/**
 * Makes the fallback of the HTTP front.
 * @param build makes the files; called at the first request, and again after it failed
 */
export function makeConsoleFiles(build: () => Promise<ConsoleFiles>): Fallback {
  let built: Promise<ConsoleFiles> | undefined;
  const files = (): Promise<ConsoleFiles> => {
    built ??= build().catch((error: unknown) => {
      built = undefined;
      throw error;
    });
    return built;
  };
  return async (path, accept = '') => {
    if (pageAddress.test(path)) return fileAnswer('/index.html', await files());
    if (path.startsWith('/assets/')) return fileAnswer(path, await files());
    // A person who mistyped an address gets the page's own words, a program gets its problem.
    const isPerson = accept.includes('text/html') && !path.startsWith('/v1/');
    const page = isPerson ? fileAnswer('/index.html', await files()) : undefined;
    return page && { ...page, status: 404 };
  };
}

function fileAnswer(path: string, files: ConsoleFiles): HttpAnswer | undefined {
  const body = files.get(path);
  const type = contentTypes[extname(path)];
  if (!(body && type)) return undefined;
  // Asset names carry a hash of their content; the page that names them is always asked for.
  const isHashed = path.startsWith('/assets/');
  return {
    status: 200,
    headers: {
      ...securityHeaders,
      'content-type': type,
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
    body,
  };
}
