// `data-permissions`: which accounts may read the relay's files, and who owns them.

import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../../errors.ts';
import { type Check, fail, pass, type Result, skip, warn } from '../check.ts';

const forOthers = 0o007;
const filesMax = 5_000;

export const dataPermissions: Check = {
  code: 'data-permissions',
  question: 'Do the files of the data directory belong to one user, closed to others?',
  meaning:
    'The journal holds names and addresses. A file left behind by root, after one run by hand, ' +
    'keeps the service from writing.',
  fix: '`chown -R` the directory to the user of the relay, `chmod 700` it.',
  whenToIgnore: 'about the mode when nobody else has an account on this machine.',
  run({ places }) {
    if (!places) return [skip('the configuration names no data directory')];
    if (process.platform === 'win32') return [skip('Windows has no modes: see `icacls`')];
    const { dataDir } = places;
    const stats = statSync(dataDir, { throwIfNoEntry: false });
    if (!stats) return [skip(`${dataDir} does not exist yet`)];
    const found: Result[] = [];
    try {
      const foreign = foreignFile(dataDir, stats.uid);
      if (foreign) {
        found.push(
          fail(
            `${foreign.path} belongs to user ${foreign.uid}, its directory to user ${stats.uid}`,
            `chown -R ${stats.uid} ${dataDir}: somebody ran the relay as another user`,
          ),
        );
      }
    } catch (error) {
      const advice = 'run this as the user of the relay or as root';
      found.push(warn(`${dataDir} cannot be read (${systemErrorCode(error)})`, advice));
    }
    if ((stats.mode & forOthers) !== 0) {
      const mode = (stats.mode & 0o777).toString(8);
      found.push(warn(`${dataDir} has mode ${mode}: others may look in`, `chmod 700 ${dataDir}`));
    }
    return found.length > 0
      ? found
      : [pass(`${dataDir} and its files belong to user ${stats.uid}`)];
  },
};

/** The first file of another owner; the journal's folders are one level deep, or two. */
function foreignFile(
  directory: string,
  owner: number,
  left = { files: filesMax },
): { readonly path: string; readonly uid: number } | undefined {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    left.files -= 1;
    if (left.files < 0) return undefined;
    const path = join(directory, entry.name);
    const { uid } = lstatSync(path, { throwIfNoEntry: false }) ?? { uid: owner };
    if (uid !== owner) return { path, uid };
    const below = entry.isDirectory() ? foreignFile(path, owner, left) : undefined;
    if (below) return below;
  }
  return undefined;
}
