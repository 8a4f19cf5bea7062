// `journal-writable`: whether records can be written where the configuration says.

import { closeSync, existsSync, fstatSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../../../errors.ts';
import { type Check, fail, pass, type Result, type Surroundings, skip } from '../check.ts';

export const journalWritable: Check = {
  code: 'journal-writable',
  question: 'Can the data directory be written to?',
  meaning: 'What cannot be written is not answered: gateways then hold up logins.',
  fix:
    'Read-only: mount it writable (look into `dmesg`: a failing disk is remounted read-only). ' +
    'Not permitted: let the user of the relay own it. Full: [journal-space](#journal-space).',
  whenToIgnore: 'never.',
  run(surroundings) {
    const { places, running } = surroundings;
    if (!places) return [skip('the configuration names no data directory')];
    if (running && !running.journal.isWritable) {
      const why = running.problems[0] ?? 'the journal takes no records';
      return [fail(why, 'make room or repair the disk; the relay goes on by itself')];
    }
    return [tryToWrite(places.dataDir, surroundings)];
  },
};

function tryToWrite(dataDir: string, { userId }: Surroundings): Result {
  const folder = nearestFolder(dataDir);
  const probe = join(folder, `.doctor-${process.pid}`);
  try {
    const descriptor = openSync(probe, 'wx', 0o600);
    const owner = fstatSync(descriptor).uid;
    closeSync(descriptor);
    rmSync(probe, { force: true });
    const as = userId === undefined ? '' : ` by user ${owner}`;
    return folder === dataDir
      ? pass(`${dataDir} is writable${as}`)
      : pass(`${dataDir} does not exist yet and can be made${as}`);
  } catch (error) {
    const code = systemErrorCode(error);
    return fail(`${folder} cannot be written to (${code})`, adviceFor(code, dataDir));
  }
}

function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function adviceFor(code: string, dataDir: string): string {
  if (code === 'EROFS') return 'the file system is read-only: remount it, and look into dmesg';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full: make room';
  if (code === 'ENOTDIR') return 'a file stands where the directory should be';
  return `let the relay's user own it (chown -R wherefrom: ${dataDir}), or run this as that user`;
}
