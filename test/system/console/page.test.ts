// The page in a real browser, on the real pipeline with the sample morning: what an analyst does,
// and what no packet may make the page do.

import { readFileSync, rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { axeFindings } from '../../support/axe.ts';
import {
  askedTwice,
  browserPath,
  openPage,
  startBrowser,
  type WatchedPage,
} from '../../support/browser.ts';
import { hostileName, sendHostilePackets } from '../../support/hostile-user.ts';
import {
  getJson,
  type Pipeline,
  playedSample,
  startPipeline,
  stopPipeline,
} from '../../support/pipeline.ts';
import { until } from '../../support/until.ts';

/** In CI a missing browser is a failure; elsewhere somebody may not have one. */
const isRun = browserPath !== undefined || process.env['CI'] !== undefined;
const describeInBrowser = isRun ? describe : describe.skip;
const title = isRun ? 'the page' : 'the page (skipped: needs Chromium, apt-get install chromium)';

const headline =
  'In Hamburg, DE and Buenos Aires, AR at once, 11,361 km apart; never before in Argentina';

const freePorts = ['--radius-port', '0', '--api-port', '0'];
const sample = isRun ? playedSample().folder : '';

describeInBrowser(title, () => {
  let pipeline: Pipeline;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let detectionId: string;

  beforeAll(async () => {
    // One after the other: what was started is closed even when the next one fails.
    browser = await startBrowser();
    pipeline = await startPipeline(['--json', '--data', sample, ...freePorts]);
    await sendHostilePackets(pipeline);
    type Item = { readonly id: string; readonly user: string };
    type List = { readonly items: readonly Item[] };
    const list = await getJson<List>(pipeline.ready, '/v1/detections');
    const stolen = list?.items.find(({ user }) => user === 'jonas.weber@contoso.com');
    detectionId = stolen?.id ?? '';
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    if (pipeline) await stopPipeline(pipeline);
    rmSync(sample, { recursive: true, force: true });
  });

  beforeEach(async () => {
    watched = await openPage(browser, pipeline.ready.api);
    page = watched.page;
  });

  afterEach(async () => {
    const complaints = await watched.complaints();
    await watched.close();
    // Of every test: no console error, no breach of the policy, no request to another origin.
    expect(complaints).toEqual([]);
  });

  const textOf = async (selector: string) => (await page.locator(selector).textContent()) ?? '';
  const heading = () => textOf('h1');
  /** The link of a row of the queue. */
  const queued = (user: string) =>
    page.getByRole('table', { name: 'Detections' }).getByRole('link', { name: user });

  it('leads from the queue over the detection to the profile', async () => {
    await page.goto('/');
    await queued('jonas.weber@contoso.com').click();
    await page.getByRole('heading', { name: 'Why it is abnormal' }).waitFor();

    expect(await heading()).toBe(headline);
    expect(await textOf('main')).toContain('11361 km apart after 430 km of location uncertainty');
    const map = page.getByRole('img', { name: /Map: .*Hamburg, DE/ });
    await map.waitFor();
    expect(await map.locator('path.arc.alert').count()).toBe(1);
    expect(await map.locator('path.disc').count()).toBe(2);
    await page.getByText('What this rests on').click();
    const basis = page.getByRole('table', { name: 'What each weight was computed from' });
    await basis.waitFor();
    expect(await basis.textContent()).toMatch(/travel overlapping.*distance after uncertainty/s);
    await page.locator('.eyebrow').getByRole('link', { name: 'jonas.weber@contoso.com' }).click();
    await page.getByRole('heading', { name: 'Places' }).waitFor();
    expect(await heading()).toBe('jonas.weber@contoso.com');
    expect(await textOf('.lead')).toMatch(
      /^\d+ sessions since .* Hamburg, DE .* 1 session open, from Hamburg, DE\. 1 detection/,
    );
    expect(await page.title()).toMatch(/^(\(\d+\) )?jonas\.weber@contoso\.com · Wherefrom$/);
    const timeline = page.getByRole('img', { name: /^Timeline:/ });
    expect(await timeline.getAttribute('aria-label')).toContain('At the same time from');
    const bars = await timeline.locator('rect.bar').count();
    expect(bars).toBeGreaterThanOrEqual(2);
    await page.getByRole('link', { name: /^high detection, .*Buenos Aires, AR/ }).waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).press('+');
    await page.waitForURL('**zoom=**');
    await page.getByRole('table', { name: /^Sessions of the part/ }).waitFor();
    await page.getByRole('tab', { name: /^Places/ }).click();
    const places = page.getByRole('table', { name: 'Places, most used first' });
    expect(await places.textContent()).toMatch(/Hamburg, DE.*Buenos Aires, AR/s);
    await page.goBack();
    expect(await heading()).toBe(headline);
  });

  it('is worked without a mouse: search, rows, shortcuts, help', async () => {
    await page.goto('/');
    await page.locator('.row-link').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('jonas');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/users?search=jonas');
    await page.locator('.list .row-link').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/users/jonas.weber@contoso.com');
    await page.locator('.card .row-link').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/detections/${detectionId}`);
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.waitForURL('**/devices');
    await page.keyboard.press('?');
    expect(await textOf('dialog[open]')).toContain('next row');
    await page.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(drawn))');
    expect(new URL(page.url()).pathname).toBe('/devices');
  });

  it('is read aloud in the order of its headings, each chart as a table with a name', async () => {
    await page.goto('/users/jonas.weber@contoso.com');
    await page.getByRole('table', { name: 'Sessions, newest first' }).waitFor();
    const tree = await page.locator('main').ariaSnapshot();
    const named = (role: string): string[] =>
      [...tree.matchAll(new RegExp(`^ *- ${role} "([^"]*)"`, 'gm'))].map(([, name = '']) => name);
    const [user, ...headings] = named('heading');
    expect(user).toBe('jonas.weber@contoso.com');
    expect(headings).toEqual(['Places', 'Open now', 'Newest unresolved', 'Timeline']);
    expect(named('region')).toEqual([...headings, 'In detail']);
    expect(named('table')).toEqual(['Sessions, newest first']);
    const tabs = page.getByRole('tablist', { name: 'In detail' }).getByRole('tab');
    const captionOf = async (tab: number): Promise<string> => {
      await tabs.nth(tab).click();
      await page.locator('[role=tabpanel] .waiting').waitFor({ state: 'detached' });
      const caption = page.locator('[role=tabpanel] caption');
      return (await caption.count()) === 0 ? '' : ((await caption.first().textContent()) ?? '');
    };
    const captions: string[] = [];
    for (let tab = 0; tab < (await tabs.count()); tab += 1) captions.push(await captionOf(tab));
    expect(captions).toEqual([
      'Sessions, newest first',
      'Detections of this time, newest first',
      'Places, most used first',
      'Networks',
      'Client addresses',
      'Devices',
      'Gateways',
      expect.stringMatching(/^Most often /),
      '',
      '',
    ]);
    expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []]);
  });

  it('filters as one types, and keeps the text in the address', async () => {
    await page.goto('/users');
    await page.getByRole('searchbox', { name: 'Name begins with' }).pressSequentially('jona');
    await page.waitForURL('**/users?search=jona');
    await page.getByRole('heading', { name: '“jona”' }).waitFor();
    await page.locator('tr[data-key]').nth(1).waitFor({ state: 'detached' });

    expect(await textOf('.list .row-link')).toBe('jonas.weber@contoso.com');
    await page.goto('/users?search=jona');
    expect(await page.locator('#filter').inputValue()).toBe('jona');
  });

  it('finds a user by any spelling of the account', async () => {
    await page.goto('/');
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Search' }).fill('CONTOSO\\jonas.weber');
    await page.getByRole('option', { name: 'jonas.weber@contoso.com' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { level: 1, name: 'jonas.weber@contoso.com' }).waitFor();
  });

  it('leads from an address that is found to its users and their detection', async () => {
    await page.goto(`/detections/${detectionId}`);
    const address = await page.locator('a[href^="/addresses/"]').first().textContent();
    await page.getByRole('combobox', { name: 'Search' }).fill(`${address}`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: `${address}` }).waitFor();
    await page.getByRole('table', { name: 'Users, who came last first' }).waitFor();

    await page.locator('.detections .row-link').first().click();
    await page.waitForURL(/detections.20/);
  });

  it('shows devices with users, and machine accounts whose names hold a slash', async () => {
    await page.goto('/devices');
    await page.getByRole('link', { name: 'LT-0109' }).click();
    await page.getByRole('table', { name: 'Users' }).waitFor();
    expect(await textOf('main')).toContain('sophie.clarke@contoso.com');

    await page.goto('/users/host%2Flt-0122.contoso.com');
    await page.getByRole('heading', { name: 'Places' }).waitFor();
    expect(await heading()).toBe('host/lt-0122.contoso.com');
  });

  it('credits the location data with a link on every page that shows a place', async () => {
    const paths = ['/', '/map', `/detections/${detectionId}`, '/users/jonas.weber@contoso.com'];
    for (const path of [...paths, '/places/53.5_10.0']) {
      await page.goto(path);
      const credit = page.getByRole('link', { name: /IP geolocation by DB-IP/ });

      expect([path, await credit.getAttribute('href')]).toEqual([path, 'https://db-ip.com']);
    }
  });

  it('shows a hostile name as text and is not moved by it', async () => {
    await page.goto('/users');
    await page.locator('.list .row-link').first().waitFor();
    const link = page.locator('.list a').filter({ hasText: '<img src=x' });
    expect(await link.textContent()).toContain('onerror=alert(1)>\\u{202e}\\u{7}');
    await link.click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();

    expect(await heading()).toContain('<img src=x onerror=alert(1)>\\u{202e}\\u{7}');
    expect(await page.title()).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await textOf('main')).toContain('local/127.0.0.1');
  });

  it('cannot be made to run text as code or to call elsewhere, and would be caught', async () => {
    const tried = await openPage(browser, pipeline.ready.api);
    await tried.page.goto('/');
    const inject = "document.body.insertAdjacentHTML('beforeend', '<i onclick=alert(1)>x</i>')";
    await expect(tried.page.evaluate(inject)).rejects.toThrow('TrustedHTML');
    await tried.page.evaluate("fetch('https://elsewhere.invalid/').catch(() => undefined)");

    const breaches = await until(
      async () => {
        const found = (await tried.complaints()).filter((one) => one.startsWith('policy:'));
        return found.length > 1 ? found : undefined;
      },
      'both breaches are known',
      5_000,
    );
    expect(breaches.sort()).toEqual([
      expect.stringContaining('connect-src'),
      expect.stringContaining('require-trusted-types-for'),
    ]);
    await tried.close();
  });

  it('is worked through by key: select, decide, take back, go on', async () => {
    const statuses = async () => {
      type Listed = { readonly items: readonly { readonly user: string; status: string }[] };
      const list = await getJson<Listed>(pipeline.ready, '/v1/detections');
      return Object.fromEntries((list?.items ?? []).map(({ user, status }) => [user, status]));
    };
    await page.goto('/');
    await queued('jonas.weber@contoso.com').waitFor();
    for (const key of ['j', 'j', 'x']) await page.keyboard.press(key);
    await page.getByText('1 selected').waitFor();
    expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []]);
    await page.keyboard.press('b');
    await page.getByText('1 classified as benign.').waitFor();
    await queued('max.krueger@contoso.com').waitFor({ state: 'detached' });
    expect(await statuses()).toMatchObject({ 'max.krueger@contoso.com': 'resolved' });

    await page.keyboard.press('u');
    await page.getByText('1 as before.').waitFor();
    await queued('max.krueger@contoso.com').waitFor();
    expect(await statuses()).toMatchObject({ 'max.krueger@contoso.com': 'new' });
    const marked = page.getByRole('complementary', { name: 'The marked detection' });
    await marked.getByRole('heading', { name: 'jonas.weber@contoso.com' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: headline }).waitFor();
    await page.keyboard.press('j');
    await page.locator('.eyebrow').getByText('max.krueger@contoso.com').waitFor();
  });

  it('keeps every comment, and narrows the queue by facets', async () => {
    await page.goto(`/detections/${detectionId}`);
    const comments = page.getByRole('region', { name: 'Comments' });
    await comments.getByRole('textbox', { name: 'New comment' }).fill(hostileName);
    await comments.getByRole('button', { name: 'Add comment' }).click();
    await comments.locator('.quoted').waitFor();
    expect(await comments.locator('.quoted').textContent()).toContain(
      '<img src=x onerror=alert(1)>',
    );

    await page.goto('/');
    await page.getByRole('checkbox', { name: /^Argentina/ }).check();
    await page.waitForURL('**/?country=AR');
    await queued('max.krueger@contoso.com').waitFor({ state: 'detached' });
    await queued('jonas.weber@contoso.com').waitFor();
    expect(await page.locator('tr[data-key]').count()).toBe(1);
  });

  it('keeps a classification with its note, and shows it to everybody', async () => {
    await page.goto(`/detections/${detectionId}`);
    const form = page.getByRole('region', { name: 'Classification' });
    await form.getByText('Not classified yet.').waitFor();
    await form.getByRole('radio', { name: 'benign' }).check({ force: true });
    await form.getByRole('combobox', { name: 'Counts as usual for' }).selectOption('30');
    await form.getByRole('textbox', { name: 'Note' }).fill('At a fair; asked by telephone');
    expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []]);
    await form.getByRole('button', { name: 'Save classification' }).click();
    await form.getByText('resolved, benign').waitFor();

    expect(await form.textContent()).toContain('At a fair; asked by telephone');
    const api = `/v1/detections/${detectionId}`;
    const stored = await getJson<Record<string, unknown>>(pipeline.ready, api);
    expect(stored).toMatchObject({ status: 'resolved', classification: 'benign' });
    await page.goto('/detections?status=resolved');
    await page.locator('tr[data-key]').first().waitFor();
    expect(await page.locator('tr[data-key]').count()).toBe(1);
    await page.goto('/detections?status=new');
    await queued('max.krueger@contoso.com').waitFor();
    expect(await page.locator(`a[href$="${detectionId}"]`).count()).toBe(0);
  });

  it('shows the newest state to who decides on an old one', async () => {
    await page.goto(`/detections/${detectionId}`);
    const form = page.getByRole('region', { name: 'Classification' });
    const note = form.getByRole('textbox', { name: 'Note' });
    await note.waitFor();
    await page.route(`**/v1/detections/${detectionId}`, async (route) => {
      const isChange = route.request().method() === 'PATCH';
      if (!isChange) return route.continue();
      const headers = { ...route.request().headers(), 'if-match': '"another"' };
      return route.continue({ headers });
    });
    await note.fill('Too late');
    await form.getByRole('button', { name: 'Save classification' }).click();

    await form.getByRole('alert').waitFor();
    expect(await form.getByRole('alert').textContent()).toContain('look at it, then save again');
  });

  it('keeps what one types while a colleague decides, and changes nothing else', async () => {
    const path = `/v1/detections/${detectionId}`;
    await page.goto(`/detections/${detectionId}`);
    const form = page.getByRole('region', { name: 'Classification' });
    const note = form.getByRole('textbox', { name: 'Note' });
    await note.fill('Still on the telephone');
    const read = await fetch(`${pipeline.ready.api}${path}`);
    const benignUntil = new Date(Date.now() + 7 * 24 * 3600 * 1000).toISOString();
    const decided = await fetch(`${pipeline.ready.api}${path}`, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/json',
        'if-match': read.headers.get('etag') ?? '',
        origin: pipeline.ready.api,
      },
      body: JSON.stringify({ classification: 'benign', benignUntil, note: 'Theirs' }),
    });
    expect(decided.status).toBe(200);
    await form.getByText('changed this while you were writing').waitFor();

    expect(await note.inputValue()).toBe('Still on the telephone');
    expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []]);
    await form.getByRole('button', { name: 'Save classification' }).click();
    await form.getByText('Saved.').waitFor();
    type Kept = { readonly triage: Record<string, unknown> };
    const kept = await getJson<Kept>(pipeline.ready, path);
    expect(kept?.triage).toMatchObject({ note: 'Still on the telephone', benignUntil });
  });

  it('asks before unsaved settings are left, and invents no position', async () => {
    const asked = 'dialog: Your changes are not saved. Leave and lose them?';
    const tried = await openPage(browser, pipeline.ready.api);
    await tried.page.goto('/nonsense');
    await tried.page.getByText('No such page').waitFor();
    await tried.page.getByRole('link', { name: 'Settings' }).click();
    await tried.page.getByRole('link', { name: 'Sites' }).click();
    await tried.page.getByRole('button', { name: 'Add a site' }).click();
    const site = tried.page.getByRole('group', { name: /^Site/ });
    expect(await site.getByLabel('Latitude').inputValue()).toBe('');
    await site.getByLabel('Name', { exact: true }).fill('Nantes');
    await tried.page.getByText('Not saved yet: Sites.').waitFor();
    await tried.page.getByRole('img', { name: /^Map of sites/ }).click();
    expect(await site.getByLabel('Latitude').inputValue()).toMatch(/^-?\d/);
    await tried.page.getByRole('link', { name: 'Roles' }).click();
    await tried.page.getByRole('link', { name: 'Sites' }).click();
    expect([tried.page.url(), await axeFindings(tried.page)]).toEqual([tried.page.url(), []]);
    await tried.page.getByRole('link', { name: 'Users', exact: true }).click();
    await tried.page.evaluate('history.go(-4)');
    await tried.page.waitForURL('**/settings/sites');

    expect(await site.getByLabel('Name', { exact: true }).inputValue()).toBe('Nantes');
    const dialogs = (await tried.complaints()).filter((text) => text.startsWith('dialog'));
    expect(dialogs).toEqual([asked, asked]);
    await tried.page.getByRole('button', { name: 'Discard changes' }).click();
    await tried.page.getByRole('link', { name: 'Users', exact: true }).click();
    await tried.page.getByRole('heading', { name: 'Users', exact: true }).waitFor();
    await tried.close();
  });

  it('keeps one time range from view to view, and finds the row on the way back', async () => {
    await page.setViewportSize({ width: 1280, height: 300 });
    await page.goto('/?range=P7D&status=any');
    const row = queued('jonas.weber@contoso.com');
    await row.focus();
    const top = 100;
    await page.evaluate(`scrollTo(0, ${top})`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: headline }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=P7D');
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('P90D');
    expect(new URL(page.url()).search).toBe('?range=P90D');
    await page.goBack();
    await row.waitFor();

    expect(new URL(page.url()).search).toBe('?range=P7D&status=any');
    await until(
      async () => (await page.evaluate('scrollY')) === top || undefined,
      'the page is scrolled to where it was',
      5_000,
    );
  });

  it('takes two moments as the time range, in the zone that is shown', async () => {
    await page.goto('/');
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('ask');
    const dialog = page.getByRole('dialog', { name: 'From … to …' });
    expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []]);
    await dialog.getByLabel('From').fill('2020-03-01T00:00');
    await dialog.getByLabel('To').fill('2020-03-02T12:00');
    await dialog.getByRole('button', { name: 'Show' }).click();
    await page.getByText('Choose a longer time').waitFor();

    const query = new URL(page.url()).searchParams;
    expect(query.get('from')).toBe('2020-03-01T00:00:00.000Z');
    expect(query.get('to')).toBe('2020-03-02T12:00:00.000Z');
  });

  it('saves a list as a file, whole and harmless', async () => {
    await page.goto('/detections?status=any');
    await page.locator('tr[data-key]').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('detections.csv');
    const text = readFileSync(await download.path(), 'utf8');
    expect(text.split('\r\n')[0]).toMatch(/^id,severity,score,/);
    expect(text).toContain('jonas.weber@contoso.com');
  });

  it('changes a setting and takes a secret that it never shows again', async () => {
    await page.goto('/settings/detection');
    await page.getByRole('radio', { name: /^high/ }).check({ force: true });
    await page.getByRole('link', { name: 'Gateways' }).click();
    await page.getByRole('button', { name: 'Add a gateway' }).click();
    const gateway = page.getByRole('group', { name: /^Gateway/ }).last();
    await gateway.getByRole('textbox', { name: 'Name' }).fill('asa-nantes');
    await gateway.getByRole('textbox', { name: 'Addresses' }).fill('10.9.0.1');
    await gateway.getByLabel('Shared secret').fill('short');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('16 characters');
    expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []]);

    await gateway.getByLabel('Shared secret').fill('a secret nobody guesses');
    await page.getByRole('link', { name: 'Sites' }).click();
    await page.getByRole('button', { name: 'Add a site' }).click();
    const site = page.getByRole('group', { name: /^Site/ });
    for (const [label, text] of [
      ['Name', 'Nantes'],
      ['Addresses', '198.51.100.0/24 '],
      ['Country', 'fr'],
    ] as const) {
      await site.getByLabel(label, { exact: true }).fill(text);
    }
    await site.getByLabel('Latitude').fill('47.2');
    await site.getByLabel('Longitude').fill('-1.6');
    await page.getByRole('link', { name: 'Gateways' }).click();
    const hours = page.getByLabel('Hours until a session without interims');
    await hours.fill('200');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('/sessions/maxHoursWithoutInterims').waitFor();
    await hours.fill('12');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('Saved. Relays take it over').waitFor();
    await page.reload();
    await page.getByText('fingerprint').first().waitFor();

    expect(await page.content()).not.toContain('nobody guesses');
    type Stored = { readonly sites: unknown };
    const stored = await getJson<Stored>(pipeline.ready, '/v1/settings');
    expect(stored).toMatchObject({
      sessions: { maxHoursWithoutInterims: 12 },
      detection: { sensitivity: 'high' },
    });
    expect(await hours.inputValue()).toBe('12');
    const nantes = { name: 'Nantes', networks: ['198.51.100.0/24'], lat: 47.2, lon: -1.6 };
    expect(stored?.sites).toEqual([{ ...nantes, country: 'FR' }]);
  });

  it('lets a relay in: token and command to paste, then its card', async () => {
    await page.goto('/relays');
    await page.getByRole('textbox', { name: 'Name of the relay' }).fill('relay-nantes');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByRole('button', { name: 'Copy token' }).waitFor();

    expect(await textOf('.token')).toMatch(/npm run relay -- enrol --url http:\/\/127/);
    const card = page.getByRole('region', { name: 'Relay relay-nantes' });
    await card.getByText('waiting for the relay to enrol').waitFor();
    expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []]);

    await card.getByRole('button', { name: /^Revoke …/ }).click();
    await card.getByRole('button', { name: 'Revoke relay-nantes' }).click();
    await card.getByText('revoked', { exact: true }).waitFor();
  });

  it('says what to do when there is nothing', async () => {
    for (const [path, text] of [
      ['/users/nobody', 'Look for another spelling'],
      ['/detections/20200101T000000Z-abcdefghijklmnop', 'See all detections'],
      ['/devices/host:none', 'Nobody has connected from'],
      ['/users?search=zzz', 'Try the first letters'],
      ['/detections?severity=low&range=P1D', 'Choose a longer time'],
      ['/cases/20200101T00Z-AbCdEfGh', 'See all cases'],
      ['/users/a/b', 'No such page'],
    ] as const) {
      await page.goto(path);
      await page.getByText(text).waitFor();
      expect([path, await axeFindings(page)]).toEqual([path, []]);
    }
  });

  const main = ['/', '/users/jonas.weber@contoso.com', '/detections/{detection}', '/map', '/live'];
  const lists = ['/users', '/devices', '/devices/host:lt-0109', '/places/53.5_10.0', '/cases'];
  const others = ['/cases/drawn', '/places', '/networks', '/audit', '/relays', '/settings/sites'];
  const pages = [main, lists, others].flat();
  const looks = ['light', 'dark'].flatMap((theme) =>
    [1280, 390].map((width) => [theme as 'light' | 'dark', width] as const),
  );

  it.each(pages)('%s has no fault that axe can find, in no theme and width', async (named) => {
    const path = named.replace('{detection}', detectionId);
    await drawCase(page, await getJson(pipeline.ready, '/v1/detections'));
    await page.goto(path);
    await page.locator('h1').waitFor();
    await page.locator('.waiting').first().waitFor({ state: 'detached' });
    expect(askedTwice(watched.asked)).toEqual([]);
    for (const [colorScheme, width] of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect([colorScheme, width, await axeFindings(page)]).toEqual([colorScheme, width, []]);
    }
  });

  it('keeps what it shows when the API is gone for a while, and says so', async () => {
    await page.clock.install();
    await page.goto('/users/jonas.weber@contoso.com');
    await page.getByRole('heading', { name: 'Places' }).waitFor();
    await page.route('**/v1/**', (route) => route.fulfill({ status: 503, body: 'busy' }));
    await page.clock.runFor(11_000);
    await page.getByText('What you see may be out of date').first().waitFor();
    expect(await heading()).toBe('jonas.weber@contoso.com');

    await page.unroute('**/v1/**');
    await page.clock.runFor(11_000);
    await page.getByText('What you see may be out of date').first().waitFor({ state: 'hidden' });
  });
});

/** Nobody of the sample has company: a case of all its detections is answered in its place. */
async function drawCase(page: Page, list: unknown): Promise<void> {
  const { items = [] } = list as { items?: readonly Record<string, string>[] };
  const { severity, score, firstSeen, lastSeen } = items[0] ?? {};
  const words = { title: '2 accounts from AS7303 within 40 minutes', kind: 'network', asn: 7303 };
  const worst = { severity, score, firstSeen, lastSeen, status: 'new', countries: ['AR'] };
  const detections = items.map(({ id }) => id);
  const rest = { users: 2, detections, decisionTag: '"drawn:0"', isComplete: true };
  const json = { id: 'drawn', ...words, ...worst, ...rest, items, attribution: [] };
  await page.route('**/v1/cases/drawn', (route) => route.fulfill({ json }));
  const comments = { items: [], attribution: [] };
  await page.route('**/v1/cases/drawn/comments*', (route) => route.fulfill({ json: comments }));
}
