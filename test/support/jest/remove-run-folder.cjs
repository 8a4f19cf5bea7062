// Jest's global teardown of the project `system`.

const { existsSync, readdirSync, rmSync } = require('node:fs');
const { basename, join } = require('node:path');
const { removeOuterLines } = require('../outer-lines.ts');

const cache = join(__dirname, '..', '..', '..', '.cache');

module.exports = () => {
  removeOuterLines();
  rmSync(process.env.WHEREFROM_TEST_RUN, { recursive: true, force: true });
  // Programs that were made for the run (built-program.ts).
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    if (name.startsWith(basename(process.env.WHEREFROM_TEST_RUN))) rmSync(join(cache, name));
  }
};
