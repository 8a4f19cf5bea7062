// The page of a person with 2,000 sessions in a real browser: what it weighs, when something can be
// read, when everything is there and the page answers at once.

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { bundleConsole } from '../../build/console-bundle.ts';
import { queryRoutes } from '../../lambdas/query/query.ts';
import { systemClock } from '../../local/clock.ts';
import { makeConsoleFiles } from '../../local/console-files.ts';
import { startHttpFront } from '../../local/http-front.ts';
import { makeLocalFunction } from '../../local/local-function.ts';
import { browserPath, openPage, startBrowser } from '../../test/support/browser.ts';

const visits = 7;
const repository = join(import.meta.dirname, '..', '..');

/** What a visit took, ms after the address was entered. */
type Visit = { readonly paint: number; readonly shown: number; readonly interactive: number };

type Query = (event: APIGatewayProxyEventV2) => Promise<unknown>;

/** Prints weights, and times where there is a browser. */
export async function measurePage(query: Query, user: string): Promise<void> {
  const files = await bundleConsole(repository);
  const weigh = (ending: RegExp): string => {
    const found = [...files].filter(([path]) => ending.test(path));
    const octets = found.reduce((sum, [, body]) => sum + gzipSync(body).length, 0);
    return `${(octets / 1024).toFixed(1)} KB`;
  };
  process.stdout.write(`\nPage, gzip: script ${weigh(/\.js$/)}, style ${weigh(/\.css$/)}, `);
  process.stdout.write(`all ${weigh(/./)}.\n`);
  if (browserPath === undefined) {
    process.stderr.write('No Chromium here (apt-get install chromium): times are left out.\n');
    return;
  }
  const clock = systemClock;
  const handler = makeLocalFunction<APIGatewayProxyEventV2>({
    name: 'query',
    handler: query,
    timeoutMs: 20_000,
    clock,
  });
  const front = await startHttpFront({
    port: 0,
    clock,
    routes: () =>
      Object.fromEntries(Object.keys(queryRoutes).map((key) => [key, { function: handler }])),
    fallback: makeConsoleFiles(async () => files),
  });
  const browser = await startBrowser();
  try {
    const found: Visit[] = [];
    for (let visit = 0; visit < visits; visit += 1) {
      found.push(await visitOnce(browser, front.url, user));
    }
    const middle = (key: keyof Visit): number =>
      Math.round(found.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(visits / 2)] ?? 0);
    process.stdout.write(
      `A profile of 2,000 sessions, median of ${visits} visits with an empty cache: first paint ` +
        `${middle('paint')} ms, everything shown ${middle('shown')} ms, interactive ` +
        `${middle('interactive')} ms.\n`,
    );
  } finally {
    await browser.close();
    await front.stop();
  }
}

async function visitOnce(
  browser: Awaited<ReturnType<typeof startBrowser>>,
  origin: string,
  user: string,
): Promise<Visit> {
  const { page, close } = await openPage(browser, origin);
  try {
    await page.addInitScript(`
      window.lastLongTask = 0;
      new PerformanceObserver((list) => {
        for (const one of list.getEntries()) window.lastLongTask = one.startTime + one.duration;
      }).observe({ type: 'longtask', buffered: true });
    `);
    await page.goto(`/users/${user}?range=P180D`);
    await page.getByRole('table', { name: 'Sessions, newest first' }).waitFor();
    const shown = (await page.evaluate('performance.now()')) as number;
    // The page is interactive once no task of 50 ms or more follows: it is given time to show one.
    await page.waitForTimeout(500);
    const [paint, lastLongTask] = (await page.evaluate(
      '[performance.getEntriesByName("first-contentful-paint")[0]?.startTime, lastLongTask]',
    )) as [number, number];
    return { paint, shown, interactive: Math.max(shown, lastLongTask) };
  } finally {
    await close();
  }
}
