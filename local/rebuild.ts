// Tables that are made again from the journal: what was processed is folded once more into empty
// ones. The order of steps is that of a crash which harms nothing: a repeat begins at the first.

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { journalFolder } from '../relay/journal/journal-folder.ts';
import { DataDirError } from './data-dir.ts';
import { type DamagedLog, damagedLogs } from './tables/log-check.ts';

/** Where the parts of a data directory lie. */
const partsOf = (dataDir: string) => ({
  cursor: join(journalFolder(join(dataDir, 'relay')), 'cursor'),
  queue: join(dataDir, 'cloud', 'queue.log'),
  tables: join(dataDir, 'cloud', 'dynamodb'),
  before: join(dataDir, 'cloud', 'dynamodb.before'),
});

/** What the tables' own logs say at start. */
export const damageOf = (dataDir: string): readonly DamagedLog[] =>
  damagedLogs(partsOf(dataDir).tables);

/** The sentence for damage that was found, before the tables are made again. */
export function damageText([first, ...others]: readonly DamagedLog[]): string {
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return (
    `the tables' log ${first?.name} is damaged from octet ${first?.offset} on${more}: rows ` +
    'written since may be missing. The tables are made again from the journal.\n'
  );
}

/**
 * Puts the tables aside and lets the relay ship its whole journal again.
 * @throws DataDirError when there is no journal to make them from
 */
export function prepareRebuild(dataDir: string): void {
  const { cursor, queue, tables, before } = partsOf(dataDir);
  const journal = journalFolder(join(dataDir, 'relay'));
  if (!existsSync(journal)) {
    throw new DataDirError(`--data ${dataDir} holds no journal: there is nothing to rebuild from`);
  }
  // First, so that a death in between leaves old tables with records that are merged away.
  rmSync(cursor, { force: true });
  // What waits in the queue stands in the journal as well.
  rmSync(queue, { force: true });
  if (!existsSync(tables)) return;
  rmSync(before, { recursive: true, force: true });
  renameSync(tables, before);
}

/** Removes the tables of before, once the new ones hold everything. */
export function endRebuild(dataDir: string): void {
  rmSync(partsOf(dataDir).before, { recursive: true, force: true });
}

/** What came of it; `firstPosition` is the journal's. */
export function rebuiltText(firstPosition: number, lastPosition: number): string {
  const count = Math.max(0, lastPosition - firstPosition + 1).toLocaleString('en-US');
  const lacking =
    firstPosition > 1
      ? `The journal begins at position ${firstPosition}: position 1 is the first that it lacks. ` +
        `What the records up to ${firstPosition - 1} said is not in these tables.\n`
      : '';
  return (
    `The tables were made again from ${count} records of the journal; erasures and settings ` +
    `hold. What analysts decided on detections is not in the journal and begins anew.\n${lacking}`
  );
}
