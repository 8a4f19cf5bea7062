// `config-permissions`: who may change the configuration.

import { statSync } from 'node:fs';
import { type Check, pass, skip, warn } from '../check.ts';

const writableByOthers = 0o022;

export const configPermissions: Check = {
  code: 'config-permissions',
  question: 'Can only its owner change the configuration?',
  meaning:
    'Whoever can write the configuration can name another cloud, and so read who connects from ' +
    'where.',
  fix: '`chmod go-w` the file, and let root own it.',
  whenToIgnore: 'on a machine that is yours alone.',
  run({ file }) {
    if (process.platform === 'win32') return [skip('Windows has no modes: see `icacls`')];
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats) return [skip(`${file} cannot be seen`)];
    const mode = (stats.mode & 0o777).toString(8);
    if ((stats.mode & writableByOthers) === 0) return [pass(`${file} has mode ${mode}`)];
    return [warn(`${file} has mode ${mode}: others may change it`, `chmod go-w ${file}`)];
  },
};
