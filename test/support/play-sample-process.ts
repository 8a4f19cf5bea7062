// Plays the sample of five weeks into a data folder, as a program of its own:
// node --import tsx test/support/play-sample-process.ts FOLDER
// How long it takes is up to the machine; it fails when nothing is written any more.

import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
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

let [seen, sinceMs] = ['', performance.now()];
const watch = setInterval(() => {
  const now = written();
  if (now !== seen) sinceMs = performance.now();
  seen = now;
  if (performance.now() - sinceMs < stillMs) return;
  process.stderr.write(`the sample wrote nothing for ${stillMs} ms\n`);
  child.kill('SIGKILL');
}, 1_000);
child.once('exit', (code) => {
  clearInterval(watch);
  process.exitCode = code ?? 1;
});
