// One process per data directory, also after a crash.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

  it('is refused while its owner lives and taken over when the owner was killed', async () => {
    const dir = folder('other');
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    // What that process would have written: its id and, where /proc tells, its beginning.
    const giveFree = claimFolder(dir);
    const [, ownBeginning = ''] = readFileSync(claimFile(dir), 'utf8').split(' ');
    giveFree();
    writeFileSync(claimFile(dir), `${other.pid} ${beginningOf(other.pid ?? 0, ownBeginning)}`);

    expect(() => claimFolder(dir)).toThrow(`in use by process ${other.pid}`);

    other.kill('SIGKILL');
    await once(other, 'exit');
    claimFolder(dir)();
    expect(existsSync(claimFile(dir))).toBe(false);
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

function beginningOf(pid: number, ownBeginning: string): string {
  if (process.platform !== 'linux') return '-';
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [boot] = ownBeginning.split(':');
  return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
}
