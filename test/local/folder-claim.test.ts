// One process per data directory. What a real kill leaves is in the system tests.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimFolder } from '../../local/folder-claim.ts';
import { tempDir } from './temp-dir.ts';

const path = tempDir();

function folder(name: string): string {
  mkdirSync(path(name));
  return path(name);
}

const claimFile = (dir: string) => join(dir, 'in-use-by');

describe('a claimed folder', () => {
  it('belongs to one claim at a time and is free again afterwards', () => {
    const dir = folder('once');
    const giveFree = claimFolder(dir);

    expect(() => claimFolder(dir)).toThrow(`${dir} is in use by process ${process.pid}`);

    giveFree();
    claimFolder(dir)();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is taken over from a process whose id now belongs to another one', () => {
    if (process.platform !== 'linux') return;
    const dir = folder('reused');
    writeFileSync(claimFile(dir), `${process.ppid} another-boot:1`);

    claimFolder(dir)();

    expect(readdirSync(dir)).toEqual([]);
  });

  it.each(['', 'nonsense', `${process.pid} earlier-life:1`])(
    'is taken over when its claim reads "%s"',
    (text) => {
      const dir = folder(`claim-${text.length}`);
      writeFileSync(claimFile(dir), text);

      const giveFree = claimFolder(dir);

      expect(readFileSync(claimFile(dir), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
      giveFree();
    },
  );
});
