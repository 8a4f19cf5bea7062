// Opens the console over the large organisation with a burst of last night in it, as the local run
// serves it, on a clock that begins where the rows end.

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { bundleConsole } from '../../build/console-bundle.ts';
import { clockFrom } from '../../local/clock.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import { makeConsoleFiles } from '../../local/console-files.ts';
import { localTables, startLocalDynamo } from '../../local/dynamo.ts';
import { startBrowser } from '../../test/support/browser.ts';
import { fillLarge, largeNow } from '../api/large-rows.ts';
import { playNight } from './night.ts';
import { openPages } from './pages.ts';
import { workShift } from './shift.ts';

const repository = join(import.meta.dirname, '..', '..');
const names = { profilesTable: localTables.profiles, controlTable: localTables.control };

/** Opens tables, and closes them when the work is done. */
async function withTables(path: string, work: (tables: Tables) => Promise<unknown>): Promise<void> {
  const dynamo = await startLocalDynamo({ path });
  const { client } = dynamo;
  await work({ client, ...names, now: () => largeNow, writeLog: () => undefined });
  await dynamo.sync();
  await dynamo.stop();
}
type Tables = Parameters<typeof fillLarge>[0];

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
    const before = join(kept ?? folder, 'large');
    const tables = join(folder, 'dynamodb');
    mkdirSync(kept ?? folder, { recursive: true });
    if (!existsSync(before)) await withTables(before, fillLarge);
    cpSync(before, tables, { recursive: true });
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
