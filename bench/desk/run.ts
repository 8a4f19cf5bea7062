// Opens the console over the large organisation with a burst of last night in it, as the local run
// serves it, on a clock that begins where the rows end.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { bundleConsole } from '../../build/console-bundle.ts';
import { clockFrom } from '../../local/clock.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import { makeConsoleFiles } from '../../local/console-files.ts';
import { startBrowser } from '../../test/support/browser.ts';
import { largeNow } from '../api/large-rows.ts';
import { layLarge, withTables } from '../api/large-tables.ts';
import { playNight } from './night.ts';
import { openPages } from './pages.ts';
import { workShift } from './shift.ts';

const repository = join(import.meta.dirname, '..', '..');
type Part = (browser: Browser, origin: string, pictures?: string) => Promise<void>;
const parts: Readonly<Record<string, Part>> = {
  shift: (browser, origin) => workShift(browser, origin, largeNow),
  pages: openPages,
};

/**
 * Works the parts that are asked for, and prints them.
 * @param kept a folder that keeps the organisation's tables for the next time
 * @param chosen names of parts: `shift`, `pages`
 * @param pictures a folder for a picture of each page
 */
export async function runDesk(
  kept: string | undefined,
  chosen: readonly string[],
  pictures?: string,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-bench-desk-'));
  try {
    const tables = join(folder, 'dynamodb');
    await layLarge(tables, kept);
    await withTables(tables, playNight);
    const files = await bundleConsole(repository);
    const cloud = await startLocalCloud({
      folder,
      apiPort: 0,
      clock: clockFrom(largeNow),
      locate: () => ({ kind: 'special', special: 'private' }),
      writeLog: (line) => {
        if (/"level":"(?:WARN|ERROR)"/.test(line)) process.stderr.write(`${line}\n`);
      },
      fallback: makeConsoleFiles(async () => files),
    });
    const browser = await startBrowser();
    try {
      for (const name of chosen) await parts[name]?.(browser, cloud.url, pictures);
    } finally {
      await browser.close();
      await cloud.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
