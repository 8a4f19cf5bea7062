// A directory that cannot be used is a sentence that names the option and says why.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirError, openDataDir } from '../../local/data-dir.ts';
import { tempDir } from './temp-dir.ts';

const path = tempDir();

it.each([
  [
    'a file',
    (at: string) => writeFileSync(at, ''),
    (at: string) => at,
    /: it is a file \(EEXIST\)$/,
  ],
  [
    'in a file',
    (at: string) => writeFileSync(at, ''),
    (at: string) => join(at, 'd'),
    /: a part of its path is a file \(ENOTDIR\)$/,
  ],
  [
    'one whose claim cannot be read',
    (at: string) => mkdirSync(join(at, 'in-use-by'), { recursive: true }),
    (at: string) => at,
    /: EISDIR: /,
  ],
])('refuses %s', async (name, prepare, chosen, why) => {
  const at = path(name);
  prepare(at);

  const refused: unknown = await openDataDir(chosen(at)).catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(DataDirError);
  expect((refused as Error).message).toMatch(/^--data .* cannot be used: /);
  expect((refused as Error).message).toMatch(why);
});
