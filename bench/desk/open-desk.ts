// A page of the console that counts what it asks of the API, and tells when all of it has come.
// Whoever goes on sooner leaves reads behind that the tables of this process still answer, each a
// second of it: they pile up until calls end by their time limit. A person reads meanwhile.

import { EventEmitter, once } from 'node:events';
import type { Browser, Request } from 'playwright-core';
import { openPage, type WatchedPage } from '../../test/support/browser.ts';

/** How long a step may wait: answers of this process queue up behind each other. */
const stepMs = 120_000;

export type Desk = WatchedPage & {
  /** Requests to the API so far. */
  requests(): number;
  /** Resolves when everything that the page asked for is there, and drawn. */
  whole(): Promise<void>;
};

export async function openDesk(browser: Browser, origin: string): Promise<Desk> {
  const watched = await openPage(browser, origin, { viewport: { width: 1280, height: 800 } });
  const { page } = watched;
  page.setDefaultTimeout(stepMs);
  const underWay = new Set<Request>();
  const ends = new EventEmitter();
  let requests = 0;
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/v1/`)) return;
    requests += 1;
    underWay.add(request);
  });
  const end = (request: Request): void => {
    if (underWay.delete(request)) ends.emit('end');
  };
  page.on('requestfinished', end);
  page.on('requestfailed', end);
  const drawn = 'new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))';
  const whole = async (): Promise<void> => {
    // What one answer leads to is asked for when it is drawn.
    for (await page.evaluate(drawn); underWay.size > 0; await page.evaluate(drawn)) {
      await once(ends, 'end', { signal: AbortSignal.timeout(stepMs) });
    }
  };
  return { ...watched, requests: () => requests, whole };
}
