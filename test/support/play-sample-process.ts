// Plays the sample of five weeks into SHARED/data, as a program of its own, and notes in
// SHARED/played.json how it ended and what it printed. Where another of these has begun, it waits
// for that one: `node --import tsx test/support/play-sample-process.ts PROGRAM SHARED`, where
// PROGRAM is bin/local.ts as `node` runs it.
// How long it takes is up to the machine; it fails when nothing is written for a while, in which
// time that its threads waited for a processor does not count (Linux, schedstat of each task).

import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const stillMs = 25_000;
const [program = '', shared = ''] = process.argv.slice(2);
const folder = join(shared, 'data');
const note = join(shared, 'played.json');
const owner = `${shared}.pid`;

/** True: nobody plays it yet, and now this process does. */
function isMine(): boolean {
  try {
    writeFileSync(owner, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Ends when the other has noted its end; fails when it ends without. */
function awaitOther(): void {
  const look = setInterval(() => {
    if (existsSync(note)) return end();
    try {
      process.kill(Number(readFileSync(owner, 'utf8')), 0);
    } catch {
      process.stderr.write('who plays the sample has died\n');
      end();
    }
  }, 100);
  const end = (): void => {
    clearInterval(look);
    process.exitCode = existsSync(note) ? 0 : 1;
  };
}

/** Names, sizes and times of all files: other when something was written. */
function written(): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? {};
    return `${name} ${size} ${mtimeMs}`;
  });
  return files.join('\n');
}

/** Milliseconds that threads of the program were ready to run and did not, all added up. */
function starvedMs(pid: number | undefined): number {
  try {
    const tasks = `/proc/${pid}/task`;
    const delays = readdirSync(tasks).map((id) => {
      const [, waitedNs = '0'] = readFileSync(join(tasks, id, 'schedstat'), 'utf8').split(' ');
      return Number(waitedNs) / 1e6;
    });
    return delays.reduce((sum, one) => sum + one, 0);
  } catch {
    return 0;
  }
}

function play(): void {
  mkdirSync(folder, { recursive: true });
  const ports = ['--radius-port', '0', '--api-port', '0'];
  const args = ['--once', '--json', '--data', folder, ...ports];
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  let [seen, stillSoFarMs] = ['', 0];
  let [wallMs, delayMs] = [performance.now(), starvedMs(child.pid)];
  const watch = setInterval(() => {
    const [files, nowMs, nowDelayMs] = [written(), performance.now(), starvedMs(child.pid)];
    stillSoFarMs += Math.max(nowMs - wallMs - Math.max(nowDelayMs - delayMs, 0), 0);
    if (files !== seen) stillSoFarMs = 0;
    [seen, wallMs, delayMs] = [files, nowMs, nowDelayMs];
    if (stillSoFarMs < stillMs) return;
    process.stderr.write(`the sample wrote nothing for ${stillMs} ms\n`);
    child.kill('SIGKILL');
  }, 1_000);
  child.once('close', (code) => {
    clearInterval(watch);
    const lines = printed.split('\n').filter((line) => line !== '');
    writeFileSync(`${note}.new`, JSON.stringify({ code, lines }));
    renameSync(`${note}.new`, note);
    process.exitCode = code === null ? 1 : 0;
  });
}

if (isMine()) play();
else awaitOther();
