// A real Chromium, driven through playwright-core: finds one, opens pages that watch themselves.
// Downloads none: Debian's is `apt-get install chromium`.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const candidates = [
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
    close: () => context.close(),
  };
}
