// Installs the emulators of AWS that tests compare with, into a virtual environment of Python below
// `.cache/`: exact versions, every file checked against its digest. Says in a sentence why it could
// not, and ends with 1; tests that need them are skipped then.
// Usage: node test/system/cloud/install-emulators.mjs

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const requirements = join(here, 'requirements.txt');
const home = join(here, '..', '..', '..', '.cache', 'emulators');
const installed = join(home, 'requirements.txt');
const isWindows = process.platform === 'win32';
const python = isWindows ? join(home, 'Scripts', 'python.exe') : join(home, 'bin', 'python');

/** Python 3.10 is what the emulators need. */
const versionCheck = 'import sys, venv; sys.exit(sys.version_info < (3, 10))';

const run = (program, args) =>
  execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

function isDone() {
  return (
    existsSync(installed) &&
    readFileSync(installed, 'utf8') === readFileSync(requirements, 'utf8') &&
    existsSync(python)
  );
}

function install() {
  const found = ['python3', 'python'].find((name) => {
    try {
      run(name, ['-c', versionCheck]);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error('there is no Python of 3.10 or later with its module venv');
  rmSync(home, { recursive: true, force: true });
  run(found, ['-m', 'venv', home]);
  const options = ['--quiet', '--disable-pip-version-check', '--no-input', '--require-hashes'];
  run(python, ['-m', 'pip', 'install', ...options, '-r', requirements]);
  copyFileSync(requirements, installed);
}

try {
  if (!isDone()) install();
  console.log(`emulators: installed in ${join('.cache', 'emulators')}`);
} catch (error) {
  const reason = String(error.stderr ?? error.message)
    .trim()
    .split('\n')
    .at(-1);
  console.error(`emulators: not installed (${reason}); what needs them is skipped`);
  rmSync(home, { recursive: true, force: true });
  process.exitCode = 1;
}
