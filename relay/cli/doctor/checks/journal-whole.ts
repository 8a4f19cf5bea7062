// `journal-whole`: damage on disk, missing positions, records that are not accounted for.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../../errors.ts';
import { positionsIn, unshippedSpans } from '../../../journal/covered.ts';
import { openCursor } from '../../../journal/cursor.ts';
import { journalFolder } from '../../../journal/journal-folder.ts';
import { journalFaults } from '../../journal-tools/verify.ts';
import { type Check, fail, pass, type Result, type Surroundings, skip } from '../check.ts';

/** More than some seconds of reading is the business of `journal verify`. */
const readBytesMax = 512 * 1024 ** 2;

export const journalWhole: Check = {
  code: 'journal-whole',
  question: 'Can every record that was answered be read and accounted for?',
  meaning:
    'Damage or missing segments mean that records which gateways believe safe will not reach ' +
    'the cloud: its ledger keeps a hole at these positions.',
  fix:
    '`journal verify` shows each damaged stretch; copies of them are kept in `quarantine/`. ' +
    'Never delete segments by hand. A data directory restored from a backup ships again what it ' +
    'knows, which changes nothing.',
  whenToIgnore: 'about a cursor or an epoch that is damaged: both are found anew.',
  async run(surroundings) {
    const { places, running } = surroundings;
    if (!places) return [skip('the configuration names no data directory')];
    const directory = journalFolder(places.dataDir);
    if (!existsSync(directory)) return [skip('there is no journal yet')];
    try {
      const bytes = bytesIn(directory);
      const isRead = bytes <= readBytesMax;
      const faults = isRead ? await journalFaults(directory) : [];
      const found: Result[] = faults.map((fault) =>
        fail(fault, 'see `journal verify`; look for a failing disk with `dmesg` and `smartctl`'),
      );
      found.push(...(await gap(directory, surroundings)));
      if (running?.balance.state === 'unbalanced') {
        const { difference } = running.balance;
        const evidence = `${difference} records are unaccounted for since ${running.balance.since}`;
        found.push(fail(evidence, 'keep the data directory as it is and report it: `support`'));
      }
      if (found.length > 0) return found;
      if (isRead) return [pass('every record can be read')];
      const mib = Math.round(bytes / 1024 ** 2);
      return [pass(`no position is missing; \`journal verify\` reads all ${mib} MiB`)];
    } catch (error) {
      return [fail(errorText(error), 'run this as the user of the relay')];
    }
  },
};

function bytesIn(directory: string): number {
  const names = readdirSync(directory, { withFileTypes: true }).filter((one) => one.isFile());
  return names.reduce((sum, { name }) => {
    const stats = statSync(join(directory, name), { throwIfNoEntry: false });
    return sum + (stats?.size ?? 0);
  }, 0);
}

/** Positions that were never shipped and whose segments are gone. */
async function gap(directory: string, { journal }: Surroundings): Promise<Result[]> {
  const look = await journal();
  if (!look || look.firstPosition === 0) return [];
  const cursor = await openCursor({ directory });
  const lost = positionsIn(unshippedSpans(cursor, look.firstPosition - 1));
  if (lost === 0) return [];
  const which = `${lost} positions below ${look.firstPosition}`;
  const evidence = `${which} were never shipped, and their segments are gone`;
  return [fail(evidence, 'put the segments back from a backup: the ledger has a hole there')];
}
