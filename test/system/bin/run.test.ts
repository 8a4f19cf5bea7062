// The start of every npm script on a fresh clone, with a stand-in for npm that "installs" one tool:
// what is installed when, what reaches stdout, and what becomes of exit codes and signals.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const runner = join(import.meta.dirname, '../../../bin/run.mjs');
const lock = (version: string) => ({
  packages: {
    '': { name: 'clone' },
    'node_modules/jest': { version, integrity: `sha512-${version}` },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
});

/** `npm ci`: notes its call, takes a moment, writes the tool and then its own note, as npm does. */
const npmStandIn = `
const fs = require('node:fs');
fs.appendFileSync('calls.txt', process.argv.slice(2).join(' ') + '\\n');
console.log('added 1 package');
if (fs.existsSync('npm-fails')) process.exit(1);
setTimeout(() => {
  fs.mkdirSync('node_modules/jest/bin', { recursive: true });
  fs.copyFileSync('tool.js', 'node_modules/jest/bin/jest.js');
  const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
  const jest = packages['node_modules/jest'];
  const note = { packages: { 'node_modules/jest': jest } };
  fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify(note));
}, 300);
`;

/** Prints its arguments, then ends with 7, or stays until it is told to stop. */
const tool = `
if (!process.argv.includes('--stay')) process.exitCode = 7;
else {
  process.on('SIGTERM', () => process.exit(9));
  setInterval(() => undefined, 1000);
}
console.log(JSON.stringify(process.argv.slice(2)));
`;

let clone: string;
const file = (...path: string[]) => join(clone, ...path);

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'wherefrom-run-'));
  mkdirSync(file('bin'));
  copyFileSync(runner, file('bin', 'run.mjs'));
  writeFileSync(file('package-lock.json'), JSON.stringify(lock('1.0.0')));
  writeFileSync(file('npm-cli.js'), npmStandIn);
  writeFileSync(file('tool.js'), tool);
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [file('bin', 'run.mjs'), 'jest', ...args], {
    cwd: clone,
    env: { PATH: process.env['PATH'], npm_execpath: file('npm-cli.js') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(...args: string[]) {
  const child = start(...args);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
}

const installs = () => readFileSync(file('calls.txt'), 'utf8').trim().split('\n');

it('installs first, keeps stdout for the tool, and passes arguments and exit code', async () => {
  const { exitCode, stdout, stderr } = await run('--once', '--json');

  expect(stdout).toBe('["--once","--json"]\n');
  expect(exitCode).toBe(7);
  expect(stderr).toContain('installing dependencies');
  expect(stderr).toContain('added 1 package');
  expect(installs()).toEqual([expect.stringMatching(/^ci .*--ignore-scripts/)]);
});

it('installs once, whatever other platforms would need', async () => {
  await run();
  const { stderr } = await run();

  expect(stderr).toBe('');
  expect(installs()).toHaveLength(1);
});

it('installs again when the lockfile asks for another version', async () => {
  await run();
  writeFileSync(file('package-lock.json'), JSON.stringify(lock('1.0.1')));
  await run();

  expect(installs()).toHaveLength(2);
});

it('installs again after an install that was cut short', async () => {
  await run();
  rmSync(file('node_modules', '.package-lock.json'));
  await run();

  expect(installs()).toHaveLength(2);
});

it('lets one of several starts at once install, the others wait', async () => {
  const ends = await Promise.all([run('a'), run('b'), run('c')]);

  expect(ends.map(({ exitCode }) => exitCode)).toEqual([7, 7, 7]);
  expect(installs()).toHaveLength(1);
});

it('takes over from an installer that was killed', async () => {
  mkdirSync(file('.cache'));
  // No process has this id: Linux stops at 4194304.
  writeFileSync(file('.cache', 'installing'), '99999999');

  const { exitCode } = await run();

  expect(exitCode).toBe(7);
});

it('says that npm failed, and frees the way for the next try', async () => {
  writeFileSync(file('npm-fails'), '');
  const failed = await run();
  rmSync(file('npm-fails'));
  const next = await run();

  expect(failed).toMatchObject({ exitCode: 1, stdout: '' });
  expect(failed.stderr).toContain('npm ci failed');
  expect(next.exitCode).toBe(7);
});

it('is the tool itself: a signal to the process is a signal to the tool', async () => {
  await run();
  const child = start('--stay');
  await once(child.stdout as NodeJS.ReadableStream, 'data');

  child.kill('SIGTERM');
  const [exitCode] = await once(child, 'exit');

  expect(exitCode).toBe(9);
});

it('stops when the shell between npm and it is gone', async () => {
  await run();
  const script = `"${process.execPath}" bin/run.mjs jest --stay & wait`;
  const shell = spawn('sh', ['-c', script], {
    cwd: clone,
    env: { PATH: process.env['PATH'], npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  shell.stdout.on('data', (chunk) => {
    output += chunk;
  });
  while (!output.includes('--stay')) await once(shell.stdout, 'data');

  shell.kill('SIGKILL');
  // The pipe closes only when the last process that holds it, the tool, has ended.
  await once(shell.stdout, 'close');

  expect(shell.stdout.readableEnded).toBe(true);
});
