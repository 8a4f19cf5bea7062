// Plays the sample of five weeks into a data folder, as a program of its own:
// node --import tsx test/support/play-sample-process.ts FOLDER
// How long it takes is up to the machine; it fails when nothing is written for a while, in which
// time that its threads waited for a processor does not count (Linux, schedstat of each task).

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const stillMs = 25_000;
const [folder = ''] = process.argv.slice(2);

const root = join(import.meta.dirname, '..', '..');
const checker = new URL('checked-process.ts', import.meta.url).href;
const ports = ['--radius-port', '0', '--api-port', '0'];
const program = [join(root, 'bin/local.ts'), '--once', '--json', '--data', folder, ...ports];
const child = spawn(process.execPath, ['--import', 'tsx', '--import', checker, ...program], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});

/** Names, sizes and times of all files: other when something was written. */
function written(): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? {};
    return `${name} ${size} ${mtimeMs}`;
  });
  return files.join('\n');
}

/** Milliseconds that threads of the program were ready to run and did not, all added up. */
function starvedMs(): number {
  try {
    const tasks = `/proc/${child.pid}/task`;
    const delays = readdirSync(tasks).map((id) => {
      const [, waitedNs = '0'] = readFileSync(join(tasks, id, 'schedstat'), 'utf8').split(' ');
      return Number(waitedNs) / 1e6;
    });
    return delays.reduce((sum, one) => sum + one, 0);
  } catch {
    return 0;
  }
}

let [seen, stillSoFarMs] = ['', 0];
let [wallMs, delayMs] = [performance.now(), starvedMs()];
const watch = setInterval(() => {
  const [files, nowMs, nowDelayMs] = [written(), performance.now(), starvedMs()];
  stillSoFarMs += Math.max(nowMs - wallMs - Math.max(nowDelayMs - delayMs, 0), 0);
  if (files !== seen) stillSoFarMs = 0;
  [seen, wallMs, delayMs] = [files, nowMs, nowDelayMs];
  if (stillSoFarMs < stillMs) return;
  process.stderr.write(`the sample wrote nothing for ${stillMs} ms\n`);
  child.kill('SIGKILL');
}, 1_000);
child.once('exit', (code) => {
  clearInterval(watch);
  process.exitCode = code ?? 1;
});
