// Signing in as in AWS, in a real browser: page, API and token endpoint on one origin, the identity
// provider elsewhere. What RFC 7636 asks is checked by the stand-in of the provider.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { bundleConsole } from '../../../../build/console-bundle.ts';
import { makeConsoleFiles } from '../../../../local/console-files.ts';
import { browserPath, openPage, startBrowser } from '../../../support/browser.ts';

const isRun = browserPath !== undefined || process.env['CI'] !== undefined;
const describeInBrowser = isRun ? describe : describe.skip;

/** What the page asks of the API in its frame, and nobody in particular. */
const answers: Readonly<Record<string, unknown>> = {
  '/v1/summary': {
    users: 1,
    isUsersComplete: true,
    detections: { low: 0, medium: 0, high: 0 },
    detectionsNew: 0,
    live: { openSessions: 3, usersConnected: 2, isComplete: true, places: [] },
    isDetectionsComplete: true,
    detectionsSince: '2026-11-01T00:00:00.000Z',
    attribution: [],
  },
  '/v1/detections/facets': {
    total: 0,
    isComplete: true,
    facets: {},
    trend: [],
    classified: { benign: 0, malicious: 0 },
  },
  '/v1/me': { id: 'one', role: 'analyst', actions: [] },
};
const nothing = { items: [], attribution: [] };

describeInBrowser('signing in', () => {
  let server: Server;
  let origin: string;
  let browser: Browser;
  /** Access tokens that open the API, and the refresh token that makes the next one. */
  let valid: Set<string>;
  let challenge: string;
  let exchanged: URLSearchParams[];
  /** How often somebody was sent to sign in. */
  let left: number;
  /** What a path answers instead; status 0: the connection ends without an answer. */
  let trouble: { path: string; status: number; body?: string } | undefined;

  beforeAll(async () => {
    const serve = makeConsoleFiles(() => bundleConsole(join(import.meta.dirname, '../../../..')));
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', origin);
      const json = (status: number, body: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      if (trouble?.path === url.pathname) {
        if (trouble.status === 0) response.destroy();
        else {
          response.writeHead(trouble.status, { 'content-type': 'text/html' });
          response.end(trouble.body ?? '<html>trouble</html>');
        }
      } else if (url.pathname === '/sign-in.json') {
        json(200, {
          authorizeUrl: `${origin}/elsewhere/authorize`,
          logoutUrl: `${origin}/elsewhere/logout`,
          clientId: 'page',
          scope: 'openid',
        });
      } else if (url.pathname === '/elsewhere/authorize') {
        left += 1;
        challenge = url.searchParams.get('code_challenge') ?? '';
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('code', 'one-time');
        back.searchParams.set('state', url.searchParams.get('state') ?? '');
        response.writeHead(302, { location: back.href });
        response.end();
      } else if (url.pathname === '/elsewhere/logout') response.end('signed out');
      else if (url.pathname === '/oauth2/token') {
        bodyOf(request).then((text) => json(...tokenFor(new URLSearchParams(text))), reportLost);
      } else if (url.pathname.startsWith('/v1/')) {
        const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
        if (valid.has(token)) json(200, answers[url.pathname] ?? nothing);
        else json(401, { message: 'Unauthorized' });
      } else {
        serve(url.pathname).then((file) => {
          response.writeHead(file?.status ?? 404, { ...file?.headers } as Record<string, string>);
          response.end(file?.body);
        }, reportLost);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await startBrowser();
  }, 30_000);

  beforeEach(() => {
    valid = new Set();
    exchanged = [];
    left = 0;
    trouble = undefined;
  });

  afterAll(async () => {
    await browser?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const reportLost = (error: unknown): void => {
    throw error;
  };

  function tokenFor(fields: URLSearchParams): [number, unknown] {
    exchanged.push(fields);
    const digest = createHash('sha256').update(fields.get('code_verifier') ?? '');
    const isProven = digest.digest('base64url') === challenge && fields.get('code') === 'one-time';
    const isRefresh = fields.get('refresh_token') === 'refresh';
    if (!(isProven || isRefresh)) return [400, { error: 'invalid_grant' }];
    const token = `token-${exchanged.length}`;
    valid.add(token);
    return [200, { access_token: token, ...(isRefresh ? {} : { refresh_token: 'refresh' }) }];
  }

  it('leads over the provider back to where the reader wanted to go', async () => {
    const { page, complaints, close } = await openPage(browser, origin);
    await page.goto('/detections?severity=high');
    await page.getByText('No such detection in this time').waitFor();

    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(
      '/detections?severity=high',
    );
    expect(exchanged.map((fields) => fields.get('grant_type'))).toEqual(['authorization_code']);
    expect(exchanged[0]?.get('client_secret')).toBeNull();
    expect(await complaints()).toEqual([]);
    await close();
  });

  it('gets a new token when the old one has run out, and does not ask the person', async () => {
    const { page, close } = await openPage(browser, origin);
    await page.goto('/');
    await page.getByText('open sessions').waitFor({ state: 'attached' });
    valid.clear();
    await page.reload();
    await page.getByText('open sessions').waitFor({ state: 'attached' });

    // Several answers were 401 at once.
    expect(left).toBe(1);
    const grants = exchanged.map((fields) => fields.get('grant_type'));
    expect(grants).toEqual(['authorization_code', 'refresh_token']);
    await close();
  });

  const troubles = [
    ...['/oauth2/token', '/sign-in.json'].flatMap((path) => [
      ...[0, 429, 500, 502, 503, 504, 403].map((status) => ({ path, status })),
      { path, status: 200, body: '<html>sign in to the Wi-Fi</html>' },
      { path, status: 200, body: '{"access_tok' },
    ]),
    { path: '/oauth2/token', status: 200, body: '{}' },
    { path: '/oauth2/token', status: 200, body: '{"error":"invalid_grant"}' },
    { path: '/oauth2/token', status: 503, body: '{"error":"invalid_grant"}' },
    { path: '/oauth2/token', status: 400, body: '{"error":"invalid_client"}' },
    { path: '/oauth2/token', status: 400, body: 'null' },
  ];

  it('signs nobody out when token endpoint or sign-in.json are in trouble', async () => {
    const { page, close } = await openPage(browser, origin);
    await page.goto('/');
    await page.getByText('open sessions').waitFor({ state: 'attached' });
    const stored = () => page.evaluate('sessionStorage.getItem("wherefrom-tokens")');
    const before = await stored();
    const found: unknown[] = [];
    valid.clear();
    for (const one of troubles) {
      trouble = one;
      await page.reload();
      await page.getByText('The sign-in service does not answer').first().waitFor();
      found.push({ ...one, after: await stored(), at: new URL(page.url()).pathname });
    }
    trouble = undefined;
    await page.reload();
    await page.getByText('open sessions').waitFor({ state: 'attached' });

    expect(found).toEqual(troubles.map((one) => ({ ...one, after: before, at: '/' })));
    const grants = new Set(exchanged.slice(1).map((fields) => fields.get('grant_type')));
    expect([...grants]).toEqual(['refresh_token']);
    await close();
  }, 120_000);

  it('sends a person to sign in again when the provider says that it is over', async () => {
    const { page, close } = await openPage(browser, origin);
    await page.goto('/users');
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    valid.clear();
    trouble = { path: '/oauth2/token', status: 400, body: '{"error":"invalid_grant"}' };
    // The page leaves for the provider before it has loaded: its load is never over.
    await page.reload({ waitUntil: 'commit' });
    await page.getByText('That did not work').waitFor();
    expect(await page.evaluate('sessionStorage.getItem("wherefrom-tokens")')).toBeNull();
    await close();
  });

  it('tries the same code once more when the token endpoint was in trouble', async () => {
    const { page, close } = await openPage(browser, origin);
    trouble = { path: '/oauth2/token', status: 503 };
    await page.goto('/detections');
    await page.getByText('The sign-in service does not answer').waitFor();
    trouble = undefined;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No such detection in this time').waitFor();

    expect(exchanged.map((fields) => fields.get('code'))).toEqual(['one-time']);
    await close();
  });

  it('refuses a code that it did not ask for', async () => {
    const { page, close } = await openPage(browser, origin);
    await page.goto('/signed-in?code=stolen&state=made-up');
    await page.getByText('That did not work').waitFor();

    expect(exchanged).toEqual([]);
    await close();
  });

  it('ends here and at the provider when somebody signs out', async () => {
    const { page, close } = await openPage(browser, origin);
    await page.goto('/');
    await page.getByText('open sessions').waitFor({ state: 'attached' });
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('signed out').waitFor();

    expect(new URL(page.url()).searchParams.get('logout_uri')).toBe(`${origin}/`);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await close();
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
