// A disk that fails under `npm start`: it ends with a sentence, and the next start has everything.

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { runLocal } from '../../../local/run.ts';
import { tempDir } from '../../local/temp-dir.ts';
import { builtProgram } from '../../support/built-program.ts';

const path = tempDir();
jest.setTimeout(120_000);

/** @param whenReady is called before the sample is played */
async function played(data: string, sample: string, whenReady = (): void => undefined) {
  const said: string[] = [];
  const errors: string[] = [];
  const ports = ['--api-port', '0', '--radius-port', '0'];
  const args = ['--data', data, '--once', '--json', '--sample', sample, ...ports];
  const code = await runLocal(args, {
    out: (text) => {
      said.push(text);
      if (text.includes('"ready"')) whenReady();
    },
    error: (text) => errors.push(text),
    isInteractive: false,
    stopped: new AbortController().signal,
  });
  return { code, said, errors: errors.join('') };
}

it('ends with what to do, and processes what it had taken when it is started again', async () => {
  const data = path('data');
  const tables = join(data, 'cloud', 'dynamodb');
  // A log that cannot be synced.
  const obstacle = join(tables, '999999.log');

  const failed = await played(data, 'morning', () => mkdirSync(obstacle));
  expect(failed.code).toBe(1);
  expect(failed.errors).toMatch(
    /wherefrom: writing the tables in .*dynamodb failed \(.*\); check the disk and start again\n$/,
  );

  rmdirSync(obstacle);
  const again = await played(data, 'none');
  expect(again).toMatchObject({ code: 0, errors: '' });
  const { summary } = JSON.parse(again.said.at(-1) ?? '{}') as {
    readonly summary: { readonly users: readonly object[] };
  };
  expect(summary.users).not.toHaveLength(0);
});

const itOnUnix = process.platform === 'win32' ? it.skip : it;

itOnUnix('ends with what to do when no more can be written', async () => {
  const data = path('full');
  const root = join(import.meta.dirname, '../../..');
  const program = builtProgram('bin/local.ts');
  const args = [program, '--data', data, '--once', '--api-port', '0', '--radius-port', '0'];
  // The system refuses what makes a file longer than 256 KiB, as it does on a disk that is full.
  const limited = ['-c', 'ulimit -f 512; exec "$@"', 'sh', process.execPath, ...args];
  const { status, stderr } = spawnSync('sh', limited, { cwd: root, encoding: 'utf8' });

  expect([status, stderr]).toEqual([1, expect.stringMatching(/failed.*check the disk and start/)]);

  const again = await played(data, 'none');
  expect(again).toMatchObject({ code: 0, errors: '' });
});
