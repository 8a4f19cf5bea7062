// A shift by keyboard: the case of last night, the way from an address to its users and their
// detection, then some 200 new detections of the last day. Ten are opened and read, five are taken
// on, 150 are classified at once, one decision is taken back; at last two people at one detection.

import type { Browser } from 'playwright-core';
import { nightAddress } from './night.ts';
import { type Desk, openDesk } from './open-desk.ts';

const opened = 10;
const taken = 5;
const many = 150;
/** As far back as the first 300 detections go. */
const shiftMs = 20.9 * 3_600_000;

type Step = { readonly name: string; readonly ms: number; readonly requests: number };

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const tell = (text: string): boolean => process.stdout.write(`${text}\n`);

/** Works the shift, and prints it. @param now when it begins, by the clock of the API */
export async function workShift(browser: Browser, origin: string, now: number): Promise<void> {
  const desk = await openDesk(browser, origin);
  const steps: Step[] = [];
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const [began, asked] = [performance.now(), desk.requests()];
    await work();
    await desk.whole();
    steps.push({ name, ms: performance.now() - began, requests: desk.requests() - asked });
  };
  await followCase(desk, step);
  await workQueue(desk, step, now);
  tell('\n| step | time | requests |\n|---|---|---|');
  for (const { name, ms, requests } of steps) tell(`| ${name} | ${seconds(ms)} | ${requests} |`);
  const [ms, requests] = [
    steps.reduce((sum, one) => sum + one.ms, 0),
    steps.reduce((sum, one) => sum + one.requests, 0),
  ];
  tell(`| all | ${seconds(ms)} | ${requests} |`);
  await desk.page.goto(`/detections/${await someId(origin)}`);
  await decideTogether(desk, await openDesk(browser, origin));
  tell(
    `Complaints of the pages (console, policy, other origins): ${
      (await desk.complaints()).length === 0 ? 'none' : (await desk.complaints()).join('; ')
    }`,
  );
  await desk.close();
}

type Stepper = (name: string, work: () => Promise<unknown>) => Promise<void>;

async function workQueue(desk: Desk, step: Stepper, now: number): Promise<void> {
  const { page, whole } = desk;
  const { keyboard } = page;
  const from = new Date(now - shiftMs).toISOString();
  const to = new Date(now + 60_000).toISOString();
  const marked = page.locator('tr.cursor');
  await step('the queue is opened', async () => {
    await page.goto(`/?status=new&from=${from}&to=${to}`);
    await marked.waitFor();
    await page.locator('.head-line .tiles-note').waitFor();
  });
  tell(`Queue: ${await page.locator('.head-line .tiles-note').textContent()}`);
  let back = 0;
  await step(`${opened} are opened, read, and left by Back`, async () => {
    for (let at = 0; at < opened; at += 1) {
      await keyboard.press('j');
      const key = await marked.getAttribute('data-key');
      await keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Why it is abnormal' }).waitFor();
      await whole();
      await page.goBack();
      await page.locator(`tr.cursor[data-key="${key}"]`).waitFor();
      await whole();
      back += 1;
    }
  });
  tell(`Back came to its row ${back} of ${opened} times.`);
  await step(`${taken} are taken on`, async () => {
    for (let at = 0; at < taken; at += 1) {
      await keyboard.press('j');
      await keyboard.press('a');
      await page.locator('.toast', { hasText: '1 assigned to you.' }).waitFor();
      await whole();
    }
  });
  await step(`${many} are selected`, async () => {
    await keyboard.press('j');
    await keyboard.press('x');
    const first = Number(await marked.getAttribute('aria-rowindex'));
    for (let at = 1; at < many; at += 1) {
      await keyboard.press('j');
      // Rows come as they are gone through: nobody presses on before the next one is there.
      const isThere = await page.locator(`tr.cursor[aria-rowindex="${first + at}"]`).count();
      if (isThere === 0) await untilMarked(desk, first + at);
    }
    await keyboard.press('X');
    await page.getByText(`${many} selected`).waitFor();
  });
  await step(`${many} are benign`, async () => {
    await keyboard.press('b');
    await page.getByText(`${many} classified as benign.`).waitFor();
  });
  await step('one is malicious, and taken back', async () => {
    await page.getByText('Saving').waitFor({ state: 'detached' });
    await keyboard.press('m');
    await page.getByText('1 classified as malicious.').waitFor();
    await keyboard.press('u');
    await page.getByText('1 as before.').waitFor();
  });
  tell(`Left: ${await page.locator('.head-line .tiles-note').textContent()}`);
}

/** Presses on until a row is marked. */
async function untilMarked({ page }: Desk, row: number): Promise<void> {
  for (let waited = 0; waited < 100; waited += 1) {
    const at = Number(await page.locator('tr.cursor').getAttribute('aria-rowindex'));
    if (at === row) return;
    if (at < row) await page.keyboard.press('j');
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(drawn))');
  }
  throw new Error(`row ${row} was not reached`);
}

async function followCase({ page }: Desk, step: Stepper): Promise<void> {
  const night = `${nightAddress} within`;
  await step('the case of last night is found and read', async () => {
    await page.goto('/cases?range=P1D');
    await page.getByRole('link', { name: night }).first().click();
    await page.getByRole('heading', { level: 1, name: night }).waitFor();
    await page.getByRole('img', { name: /^Map: detections/ }).waitFor();
  });
  tell(`Case: ${await page.locator('h1').textContent()}`);
  await step('all of it is malicious', async () => {
    await page.getByRole('button', { name: /^Malicious/ }).click();
    await page.getByText(/classified as malicious\./).waitFor();
  });
  await step('address, its user, their detection: two clicks', async () => {
    await page.goto(`/addresses/${nightAddress}`);
    const users = page.getByRole('table', { name: /^Users/ });
    await users.getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await page.locator('.card .row-link').first().click();
    await page.getByRole('heading', { name: 'Why it is abnormal' }).waitFor();
  });
}

/** A detection that nobody has decided about. */
async function someId(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/v1/detections?status=new&sort=score&limit=1`);
  return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id ?? '';
}

/** Both write about the same detection; the second to save is shown the first, and both stay. */
async function decideTogether(one: Desk, other: Desk): Promise<void> {
  const path = new URL(one.page.url()).pathname;
  await other.page.goto(path);
  await Promise.all([one.whole(), other.whole()]);
  const formOf = ({ page }: Desk) => page.getByRole('region', { name: 'Classification' });
  const noteOf = (desk: Desk) => formOf(desk).getByRole('textbox', { name: 'Note' });
  for (const [desk, text] of [
    [one, 'Asked by telephone: not them'],
    [other, 'The account is disabled'],
  ] as const) {
    await noteOf(desk).fill(text);
  }
  const saveOf = (desk: Desk) => formOf(desk).getByRole('button', { name: 'Save classification' });
  await saveOf(one).click();
  await formOf(one).getByText('Saved.').waitFor();
  await saveOf(other).click();
  const isShown = formOf(other)
    .getByRole('alert')
    .or(formOf(other).getByText('changed this while'));
  await isShown.first().waitFor();
  const kept = await noteOf(other).inputValue();
  await saveOf(other).click();
  await formOf(other).getByText('Saved.').waitFor();
  await Promise.all([one.whole(), other.whole()]);
  const answer = await fetch(`${new URL(other.page.url()).origin}/v1${path}`);
  const { triage } = (await answer.json()) as { triage: { note: string; history: unknown[] } };
  const isFirstThere = JSON.stringify(triage).includes('not them');
  tell(
    `Two at once: the second saw the first, their own words stayed ("${kept}"), both are kept: ` +
      `${triage.note === kept && isFirstThere ? 'yes' : JSON.stringify(triage)}.`,
  );
  await other.close();
}
