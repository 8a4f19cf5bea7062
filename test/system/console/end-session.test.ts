// The whole walk in a real browser: a live session of Debian's strongSwan is ended from the page,
// the page says what happens, and that the person is back. PICTURES=1 takes those of docs/images.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundleConsole } from '../../../build/console-bundle.ts';
import { makeConsoleFiles } from '../../../local/console-files.ts';
import { browserPath, openPage, startBrowser, type WatchedPage } from '../../support/browser.ts';
import {
  accountingSecret,
  type CutSite,
  cutSecret,
  startCutCloud,
} from '../../support/cut-site.ts';
import { openOf, startSite } from '../../support/cut-walk.ts';
import { freePort } from '../../support/free-port.ts';
import { onStop, stopAll, temporaryFolder } from '../../support/running-relay.ts';
import { type StrongSwan, startStrongSwan, strongSwanPrograms } from '../../support/strongswan.ts';
import { makeLine, namespacesTrouble } from '../../support/vpn-namespaces.ts';

const trouble = browserPath ? namespacesTrouble(...strongSwanPrograms) : 'there is no Chromium';
const suite = trouble === undefined ? describe : describe.skip;
if (trouble !== undefined) process.stderr.write(`the walk is skipped: ${trouble}\n`);

const root = join(__dirname, '../../..');
/** The relay asks when it is told to, or every half minute; the gateway answers at once. */
const heardWithinMs = 90_000;

suite('ending a session from the page', () => {
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let site: CutSite;
  let swan: StrongSwan;

  beforeAll(async () => {
    browser = await startBrowser();
    onStop(() => browser.close());
    const line = makeLine('walk');
    const radiusPort = await freePort();
    const cloud = await startCutCloud({ fallback: makeConsoleFiles(() => bundleConsole(root)) });
    site = await startSite(line, 'strongswan', radiusPort, cloud);
    swan = await startStrongSwan({
      line,
      folder: temporaryFolder(),
      radiusPort,
      accountingSecret,
      cutSecret,
      users: { alice1: 'alice', alice2: 'alice' },
    });
    watched = await openPage(browser, site.cloud.url, { viewport: { width: 1280, height: 1400 } });
    onStop(() => watched.close());
    page = watched.page;
  }, 90_000);

  afterAll(stopAll);

  const main = async (): Promise<string> => (await page.locator('main').textContent()) ?? '';
  const appears = (text: RegExp): Promise<void> =>
    page.locator('main').getByText(text).first().waitFor({ timeout: heardWithinMs });

  const picture = async (name: string): Promise<void> => {
    if (process.env['PICTURES'] !== '1') return;
    const path = join(root, `docs/images/end-session-${name}.png`);
    await page.getByRole('region', { name: 'Open now' }).first().screenshot({ path });
  };

  it('names what ends, asks why, and shows each state until the proof', async () => {
    await swan.connect('alice1');
    await openOf(site, 'alice');
    await swan.connect('alice2');
    await page.goto('/users/alice');
    const buttons = page.getByRole('button', { name: 'End this session' });
    await buttons.nth(1).waitFor({ timeout: heardWithinMs });
    await buttons.first().click();
    await appears(/Ends every session of/);
    const asked = await main();
    await picture('asked');
    await page.getByRole('textbox', { name: 'Why' }).fill('Says on the telephone: not me');
    await page.getByRole('button', { name: 'End it now' }).click();
    await appears(/requested/);
    await site.askNow();
    await appears(/The session has ended: its Stop has come/);
    const ended = await main();
    await picture('ended');
    await swan.connect('alice1');
    await appears(/The session has ended, and the user is back: disable the account/);

    expect(asked).toContain('First disable the account');
    expect(asked.match(/since .*? from 10\.67\.1\.2/g)?.length).toBeGreaterThanOrEqual(2);
    expect(ended).toContain('Says on the telephone: not me');
    expect(ended).toMatch(/requested.*sent.*confirmed: stop/s);
    expect(await watched.complaints()).toEqual([]);
  }, 240_000);
});
