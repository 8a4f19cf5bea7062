// Programs of this repository as one file each, made once for all test files of a run: to translate
// and load their several hundred files takes two seconds of processor at every start. What a person
// types (`node bin/run.mjs tsx ...`) is what other tests start.

import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
/** One folder down, as what asks for the repository by `import.meta.dirname` expects. */
const folder = join(root, '.cache');

/** Folders of packages, which Node's own loader does not take. */
const folders = Object.fromEntries(
  ['dynalite/db', 'dynalite/validations'].map((one) => [one, `${one}/index.js`]),
);

/**
 * @param programs files of the repository, the program last; what stands before it is run first
 * @returns the file that `node` runs
 */
export function builtProgram(...programs: readonly string[]): string {
  // Removed by the end of the run (jest/remove-run-folder.cjs).
  const run = basename(process.env['WHEREFROM_TEST_RUN'] ?? `by-hand-${process.pid}`);
  const file = join(folder, `${[run, ...programs].join('-').replace(/[^\w-]+/g, '-')}.mjs`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const outfile = `${file}.${process.pid}`;
  const contents = programs.map((one) => `import ${JSON.stringify(join(root, one))};\n`).join('');
  buildSync({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    packages: 'external',
    alias: folders,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  renameSync(outfile, file);
  return file;
}
