// A data directory whose owner is another process, and is killed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimFolder } from '../../../local/folder-claim.ts';
import { tempDir } from '../../local/temp-dir.ts';

const path = tempDir();

const claimFile = (dir: string) => join(dir, 'in-use-by');

describe('a claimed folder', () => {
  it('is refused while its owner lives and taken over when the owner was killed', async () => {
    const dir = path('other');
    mkdirSync(dir);
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
});

function beginningOf(pid: number, ownBeginning: string): string {
  if (process.platform !== 'linux') return '-';
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [boot] = ownBeginning.split(':');
  return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
}
