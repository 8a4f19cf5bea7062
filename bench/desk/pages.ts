// Every page over the large organisation: how soon it paints, shows what it is about, and answers
// at once, with a warm cache; the longest task while it did, axe in both themes and two widths, and
// what the page complained of.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { axeFindings } from '../../test/support/axe.ts';
import { heavyName, large, networkAsn } from '../api/large-rows.ts';
import { nightAddress } from './night.ts';
import { type Desk, openDesk } from './open-desk.ts';

const msMax = 2_000;
const frozenMs = 500;
const visits = 3;

type Shown = readonly [path: string, what: string];

async function pagesOf(page: Page): Promise<readonly Shown[]> {
  const get = async (path: string) => (await page.request.get(path)).json();
  const list = await get('/v1/detections?from=P1D&sort=severity&order=desc&limit=1');
  const cases = await get('/v1/cases?from=P1D&sort=severity');
  const { id, place } = list.items[0];
  const cell = [place.lat, place.lon].map((one) => (Math.floor(one * 2) / 2).toFixed(1)).join('_');
  return [
    ['/', 'tr[data-key]'],
    ['/?range=P30D&status=any', 'tr[data-key]'],
    ['/cases', 'tr[data-key]'],
    [`/cases/${cases.items[0].id}`, 'main tr[data-key]'],
    [`/detections/${id}`, '.reasons'],
    ...large.heavySessions.map(
      (count): Shown => [`/users/${heavyName(count)}?range=P180D`, '.timeline'],
    ),
    ['/users', 'main tr[data-key]'],
    ['/users?search=firstname.lastname09', 'main tr[data-key]'],
    ['/users?sort=detections', 'main tr[data-key]'],
    ['/live', 'main .map, main .empty'],
    ['/map', 'main table'],
    [`/addresses/${nightAddress}`, 'main table'],
    [`/networks/AS${networkAsn}`, 'main table'],
    ['/places', 'main table, main .empty'],
    ['/places?sort=detections', 'main table, main .empty'],
    [`/places/${cell}`, 'main table, main .empty'],
    ['/networks', 'main table'],
    ['/devices', 'main table, main .empty'],
    ['/devices?sort=detections', 'main table, main .empty'],
    ['/audit', 'main table, main .empty'],
    ['/relays', 'main h1'],
    ['/settings/detection', 'main form'],
  ];
}

/** Opens them, and prints what they took. @param pictures a folder for a picture of each */
export async function openPages(
  browser: Browser,
  origin: string,
  pictures?: string,
): Promise<void> {
  const desk = await openDesk(browser, origin);
  const { page } = desk;
  await page.addInitScript(`
    window.longest = 0;
    window.busyUntil = 0;
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) {
        window.longest = Math.max(window.longest, one.duration);
        window.busyUntil = one.startTime + one.duration;
      }
    }).observe({ type: 'longtask', buffered: true });
  `);
  await page.goto('/');
  process.stdout.write(
    '\n| page | first paint, ms | shown, ms | interactive, ms | longest task, ms | axe |\n' +
      '|---|---|---|---|---|---|\n',
  );
  let findings = 0;
  for (const [path, what] of await pagesOf(page)) {
    const seen: Visit[] = [];
    for (let visit = 0; visit < visits; visit += 1) seen.push(await visitOnce(desk, path, what));
    if (pictures !== undefined) {
      const name = path.replace(/[?].*/, '').replaceAll('/', '-');
      await page.screenshot({ path: join(pictures, `page${name}.png`) });
    }
    const found = await lookEverywhere(page);
    findings += found.length;
    for (const one of found) process.stderr.write(`${path}: ${one}\n`);
    const middle = (one: keyof Visit): number =>
      seen.map((visit) => visit[one]).toSorted((x, y) => x - y)[Math.floor(visits / 2)] ?? 0;
    const longest = Math.max(...seen.map((visit) => visit.longest));
    const isOver = middle('shown') > msMax || longest > frozenMs;
    const numbers = [middle('paint'), middle('shown'), middle('interactive'), longest];
    const cells = [...numbers.map((ms) => ms.toFixed(0)), found.length];
    process.stdout.write(`| ${path}${isOver ? ' (over)' : ''} | ${cells.join(' | ')} |\n`);
  }
  const complaints = await desk.complaints();
  process.stdout.write(
    `\naxe: ${findings} findings. Complaints of the pages (console, policy, other origins): ` +
      `${complaints.length === 0 ? 'none' : complaints.join('; ')}.\n`,
  );
  await scrollQueue(desk);
  await desk.close();
}

/** What a visit took, ms: from the address, and the longest task until all of it was there. */
type Visit = Readonly<Record<'paint' | 'shown' | 'interactive' | 'longest', number>>;

async function visitOnce({ page, whole }: Desk, path: string, what: string): Promise<Visit> {
  const began = performance.now();
  await page.goto(path);
  await page.locator(what).first().waitFor();
  const shown = performance.now() - began;
  const shownThere = (await page.evaluate('performance.now()')) as number;
  await whole();
  const paints = 'performance.getEntriesByName("first-contentful-paint")';
  const told = await page.evaluate(`[longest, busyUntil, ${paints}[0]?.startTime ?? 0]`);
  const [longest, busyUntil, paint] = told as [number, number, number];
  // Once it is shown and no task of 50 ms or more follows, the page answers at once.
  return { paint, shown, interactive: Math.max(shownThere, busyUntil), longest };
}

/** Both themes, wide and narrow. */
async function lookEverywhere(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const some = await axeFindings(page);
      found.push(...some.map((one) => `${width} ${colorScheme}: ${one}`));
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  return found;
}

const loaded = 2_000;

/** Scrolls down the whole queue until so many rows are loaded: none of it may freeze. */
async function scrollQueue({ page, whole }: Desk): Promise<void> {
  await page.goto('/?range=P30D&status=any');
  await page.locator('tr[data-key]').first().waitFor();
  await whole();
  await page.evaluate('longest = 0');
  const began = performance.now();
  const label = page.getByText(/\([\d,]+ shown\)/).first();
  const countOf = async (): Promise<number> =>
    Number((await label.textContent())?.replaceAll(/\D/g, ''));
  let count = await countOf();
  while (count < loaded) {
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    const before = page.getByText(`(${count.toLocaleString('en-GB')} shown)`);
    await before.waitFor({ state: 'detached' });
    count = await countOf();
  }
  const rows = await page.locator('tr[data-key]').count();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const longest = ((await page.evaluate('longest')) as number).toFixed(0);
  process.stdout.write(
    `Scrolled to ${count} rows of the queue in ${seconds} s: ${rows} in the document, ` +
      `longest task ${longest} ms.\n`,
  );
}
