// A real Chromium, driven through playwright-core: finds one, opens pages that watch themselves.
// Downloads none: Debian's are `apt-get install chromium-headless-shell` (the same engine without
// the parts of a window, for half of the processor's time) and `chromium`.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const candidates = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser of this machine; CHROMIUM names another one. */
export const browserPath: string | undefined = [process.env['CHROMIUM'] ?? '', ...candidates].find(
  (path) => path !== '' && existsSync(path),
);

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? 'chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page, and everything it did that it must not do: empty when all is well. */
export type WatchedPage = {
  readonly page: Page;
  /** Console errors and warnings, exceptions, breaches of the policy, requests to elsewhere. */
  complaints(): Promise<readonly string[]>;
  /** Paths of the API that were asked for so far, with their parameters, and when, ms. */
  readonly asked: readonly { readonly path: string; readonly at: number }[];
  close(): Promise<void>;
};

/** Opens a page that counts what goes wrong from its first byte on. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ timezoneId: 'UTC', ...options, baseURL: origin });
  const page = await context.newPage();
  const found: string[] = [];
  const asked: { path: string; at: number }[] = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    // Chromium writes a line for each refusal of the API; the page shows it, which tests look at.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (isRefusal && message.location().url.startsWith(`${origin}/v1/`)) return;
    found.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => found.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== 'data:') found.push(`request: ${url.origin}`);
    const isQuestion = request.method() === 'GET' && url.pathname.startsWith('/v1/');
    if (isQuestion) asked.push({ path: `${url.pathname}${url.search}`, at: Date.now() });
  });
  page.on('dialog', (dialog) => {
    found.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  const breaches: string[] = [];
  await context.exposeFunction('reportBreach', (text: string) => breaches.push(text));
  await context.addInitScript(`
    document.addEventListener('securitypolicyviolation', (event) =>
      window.reportBreach(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
  `);
  return {
    page,
    complaints: async () => [...found, ...breaches.map((text) => `policy: ${text}`)],
    asked,
    close: () => context.close(),
  };
}

/** Asked again so soon is no look for news: two parts of a page do not know of each other. */
const newsMs = 5_000;
/** Questions that were asked twice on opening a page. */
export function askedTwice(asked: WatchedPage['asked']): readonly string[] {
  return asked
    .filter(({ path, at }, place) =>
      asked.slice(0, place).some((one) => one.path === path && at - one.at < newsMs),
    )
    .map(({ path }) => path);
}
