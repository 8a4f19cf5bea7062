// The start of every npm script on a fresh clone, with a stand-in for npm that "installs" one tool:
// what is installed when, what reaches stdout, and what becomes of exit codes and signals.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../../..');
const lock = (version: string) => ({
  packages: {
    '': { name: 'clone' },
    'node_modules/jest': { version, integrity: `sha512-${version}`, dev: true },
    'node_modules/tsx': { version, integrity: `sha512-${version}` },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
});

/** A `tsx` whose loader takes every file for JavaScript. */
const tsxStandIn = `
import { register as add } from 'node:module';
const load = 'export async function load(url, context, next) {' +
  'if (!url.endsWith(".ts")) return next(url, context);' +
  'const { readFile } = await import("node:fs/promises");' +
  'return { format: "module", shortCircuit: true, source: await readFile(new URL(url)) };' +
  '}';
export const register = () => add('data:text/javascript,' + encodeURIComponent(load));
`;

/**
 * `npm ci` and `npm install`: notes its call, takes a moment, writes the packages and then its own
 * note, as npm does. `ci` removes what was there, and development dependencies may be left out.
 */
const npmStandIn = `
const fs = require('node:fs');
fs.appendFileSync('calls.txt', process.argv.slice(2).join(' ') + '\\n');
console.log('added 1 package');
if (fs.existsSync('npm-fails')) process.exit(1);
if (process.argv[2] === 'ci') fs.rmSync('node_modules', { recursive: true, force: true });
const write = (path, text) => {
  fs.mkdirSync(require('node:path').dirname('node_modules/' + path), { recursive: true });
  fs.writeFileSync('node_modules/' + path, text);
};
setTimeout(() => {
  const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
  delete packages[''];
  delete packages['node_modules/other-platform'];
  if (process.argv.includes('--omit=dev')) delete packages['node_modules/jest'];
  else {
    write('jest/bin/jest.js', fs.readFileSync('tool.js', 'utf8'));
    write('jest/package.json', '{}');
  }
  const exports = { '.': './api.mjs', './esm/api': './api.mjs' };
  write('tsx/package.json', JSON.stringify({ name: 'tsx', exports }));
  write('tsx/api.mjs', fs.readFileSync('tsx.mjs', 'utf8'));
  write('@ip-location-db/asn/asn-ipv4.csv', 'read by nobody');
  write('@ip-location-db/asn/asn-ipv4-num.csv', 'read');
  write('.package-lock.json', JSON.stringify({ packages }));
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
  mkdirSync(file('build'));
  for (const path of ['bin/run.mjs', 'bin/typescript.mjs', 'build/plain-names.mjs']) {
    copyFileSync(join(repository, path), file(path));
  }
  writeFileSync(file('package-lock.json'), JSON.stringify(lock('1.0.0')));
  writeFileSync(file('npm-cli.js'), npmStandIn);
  writeFileSync(file('tool.js'), tool);
  writeFileSync(file('tsx.mjs'), tsxStandIn);
  writeFileSync(file('bin', 'query.ts'), 'console.log("asked");');
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

function start(...args: string[]): ChildProcess {
  return startTool(['jest', ...args]);
}

function startTool(toolAndArgs: readonly string[]): ChildProcess {
  return spawn(process.execPath, [file('bin', 'run.mjs'), ...toolAndArgs], {
    cwd: clone,
    env: { PATH: process.env['PATH'], npm_execpath: file('npm-cli.js') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const run = (...args: string[]) => runTool(['jest', ...args]);

async function runTool(toolAndArgs: readonly string[]) {
  const child = startTool(toolAndArgs);
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

it('installs for a program of users what it needs, and adds the rest for a tool', async () => {
  const program = ['tsx', 'bin/query.ts'];
  const asked = await runTool(program);
  const tested = await run();
  const askedAgain = await runTool(program);

  expect(asked).toMatchObject({ exitCode: 0, stdout: 'asked\n' });
  expect(asked.stderr).toContain('installing what this program needs');
  expect(tested.exitCode).toBe(7);
  expect(askedAgain.stderr).toBe('');
  expect(installs()).toEqual([
    expect.stringMatching(/^ci .*--omit=dev/),
    expect.stringMatching(/^install --no-save .*--include=dev/),
  ]);
});

it('leaves out of the location data what nobody reads', async () => {
  await run();

  expect(readdirSync(file('node_modules', '@ip-location-db', 'asn'))).toEqual(['asn-ipv4-num.csv']);
});

it('installs again when the folder of a package is gone', async () => {
  await run();
  rmSync(file('node_modules', 'tsx'), { recursive: true });
  const { exitCode } = await run();

  expect(exitCode).toBe(7);
  expect(installs()).toHaveLength(2);
});

it('takes an install whose end was not seen for half, and starts it from nothing', async () => {
  await runTool(['tsx', 'bin/query.ts']);
  // What a killed installer leaves behind while it adds packages: npm's own note is the former one.
  writeFileSync(file('.cache', 'install-unfinished'), '');
  const { exitCode } = await run();

  expect(exitCode).toBe(7);
  expect(installs()[1]).toMatch(/^ci /);
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
  expect(failed.stderr).toContain('npm could not install');
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
