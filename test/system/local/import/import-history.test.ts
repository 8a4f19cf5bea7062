// `npm start -- --data DIR --import FILE`: history through the whole local run, killed twice on its
// way, and nothing is missing or double.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../../local/temp-dir.ts';
import { builtProgram } from '../../../support/built-program.ts';
import { detailText, writtenSessions } from '../../../support/detail-text.ts';
import { until } from '../../../support/until.ts';

const path = tempDir();
const sessions = 1_600;
const nas = '192.0.2.7';
const dayMs = 24 * 3_600_000;
// Four starts of the program, on a machine that does other things as well.
jest.setTimeout(240_000);

const endings = ['--once', '--api-port', '0', '--radius-port', '0'];

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [builtProgram('bin/local.ts'), ...args, ...endings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, stdout, stderr }));
  return { child, ended };
}

/** Octets of the folder and all below it. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const name = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(name) : statSync(name).size);
  }, 0);
}

function journalBytes(data: string): number {
  try {
    return bytesIn(join(data, 'cloud', 'dynamodb'));
  } catch {
    // A file went between the look and the question.
    return 0;
  }
}

it('takes a file of history once, however often it is killed on its way', async () => {
  const data = path('data');
  mkdirSync(data);
  const file = path('detail');
  const from = Date.now() - 30 * dayMs;
  writeFileSync(file, detailText(writtenSessions(sessions, from, nas)));
  const args = ['--data', data, '--import', file, '--gateway', `${nas}=asa`];
  let before = 0;
  for (const share of [1, 2]) {
    const killed = start(args);
    // The tables have grown by what some hundred sessions take.
    await until(
      () => journalBytes(data) > before + 100_000 * share,
      'the import is under way',
      90_000,
      20,
    );
    killed.child.kill('SIGKILL');
    await killed.ended;
    before = journalBytes(data);
  }

  const last = await start([...args, '--json']).ended;
  const again = await start([...args, '--json']).ended;

  expect(last).toMatchObject({ exitCode: 0, stderr: '' });
  const [, imported, summary] = last.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(imported.imported).toMatchObject({ total: 2 * sessions, waiting: 0, skipped: 0 });
  const counts = summary.summary.users.map((user: { sessions: number }) => user.sessions);
  expect(counts).toEqual(Array.from({ length: 40 }, () => sessions / 40));
  const [, repeated] = again.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(repeated.imported).toMatchObject({ taken: 0, known: 2 * sessions });
});

it('asks who a gateway is beforehand, and names a file that is not there', async () => {
  const file = path('unnamed');
  writeFileSync(file, detailText(writtenSessions(3, Date.now() - dayMs, nas)));

  const unnamed = await start(['--import', file]).ended;
  const absent = await start(['--import', path('absent')]).ended;

  expect(unnamed.exitCode).toBe(1);
  expect(unnamed.stderr).toContain(`--gateway ${nas}=NAME`);
  expect(absent).toMatchObject({ exitCode: 1 });
  expect(absent.stderr).toMatch(/--import .*absent: there is no such file/);
  expect(absent.stderr).not.toContain('    at ');
});
