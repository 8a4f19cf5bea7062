// Local tables as benchmarks open them, and those of the large organisation, made once and copied.

import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TableOptions } from '../../lambdas/wiring/table-handlers.ts';
import { localTables, startLocalDynamo } from '../../local/dynamo.ts';
import { fillLarge, largeNow } from './large-rows.ts';

export type Tables = TableOptions & { readonly placesTable: string };

/** Opens the tables in a folder for as long as they are used, at `largeNow`. */
export async function withTables(
  path: string,
  use: (tables: Tables) => Promise<void>,
): Promise<void> {
  const dynamo = await startLocalDynamo({ path });
  try {
    await use({
      client: dynamo.client,
      profilesTable: localTables.profiles,
      controlTable: localTables.control,
      placesTable: localTables.places,
      now: () => largeNow,
      writeLog: (line) => {
        if (line.includes('"level":"ERROR"')) process.stderr.write(`${line}\n`);
      },
    });
  } finally {
    await dynamo.stop();
  }
}

/**
 * Puts the tables of the large organisation into a folder of their own.
 * @param path a folder that is not there yet
 * @param kept keeps them for the next time: what is done to the copy does not change them, and a
 * filling that was broken off is begun anew
 */
export async function layLarge(path: string, kept?: string): Promise<void> {
  if (kept === undefined) return withTables(path, fill);
  const whole = join(kept, 'large');
  if (!existsSync(whole)) {
    mkdirSync(kept, { recursive: true });
    const partial = `${whole}.partial`;
    rmSync(partial, { recursive: true, force: true });
    await withTables(partial, fill);
    renameSync(partial, whole);
  }
  cpSync(whole, path, { recursive: true });
}

async function fill(tables: Tables): Promise<void> {
  const began = performance.now();
  const rows = await fillLarge(tables);
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stderr.write(`${rows} rows in ${seconds} s\n`);
}
