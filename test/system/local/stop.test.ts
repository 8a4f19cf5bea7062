// `npm start` that is stopped, by Ctrl-C or with its terminal: it says what it kept, and leaves
// nothing behind that is of no use to anybody.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../local/temp-dir.ts';
import { builtProgram } from '../../support/built-program.ts';
import { until } from '../../support/until.ts';

const path = tempDir();
const root = join(import.meta.dirname, '../../..');
jest.setTimeout(120_000);

async function stopped(signal: NodeJS.Signals, name: string, args: readonly string[]) {
  const temporary = path(`${name}-tmp`);
  mkdirSync(temporary);
  const program = [builtProgram('bin/local.ts'), '--sample', 'none'];
  const ports = ['--api-port', '0', '--radius-port', '0'];
  const child = spawn(process.execPath, [...program, ...ports, ...args], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary, XDG_CONFIG_HOME: path(`${name}-config`) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close');
  await until(() => said.includes('Press Ctrl-C to stop.'), 'the program to be ready', 60_000);
  const note = path(`${name}-config`);
  const isNoted = existsSync(note) && JSON.stringify(readdirSync(note, { recursive: true }));
  child.kill(signal);
  const [code] = await ended;
  const left = readdirSync(temporary).filter((one) => one.startsWith('wherefrom-'));
  return {
    code,
    said,
    left,
    isNoted,
    notes: JSON.stringify(readdirSync(note, { recursive: true })),
  };
}

it('removes a temporary directory with its terminal, and says so', async () => {
  const { code, said, left, isNoted, notes } = await stopped('SIGHUP', 'hangup', []);

  expect(code).toBe(0);
  expect(left).toEqual([]);
  expect(said).toMatch(/Stopped; what it had is removed\. With --data DIR it is kept\.\n$/);
  // Where npm run query finds it, as long as it runs.
  expect(isNoted).toContain('local-run.json');
  expect(notes).not.toContain('local-run.json');
});

it('keeps the directory that was named, at Ctrl-C, and says where', async () => {
  const data = path('data');
  const { code, said, left } = await stopped('SIGINT', 'interrupt', ['--data', data]);

  expect(code).toBe(0);
  expect(left).toEqual([]);
  expect(said).toContain(`Stopped. All that was answered is kept in ${data}; the same --data goes`);
  expect(existsSync(join(data, 'cloud', 'dynamodb'))).toBe(true);
  expect(existsSync(join(data, 'in-use-by'))).toBe(false);
});
