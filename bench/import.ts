// `npm run bench:import -- [--records N] [--people N] [--kills N] [--profile]`: a year of an
// invented organisation into the local run as a user would give it: records a second, memory, its
// report. Killed on its way and started again, with the same command; then the API is asked whether
// a session is missing or double.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { sessionRetentionDays } from '../domain/limits.ts';
import { openInstalledLocator } from '../geo/open-locator.ts';
import { getAll, userPath } from '../local/summary.ts';
import { nasAddress, type PersonTruth, writeHistory } from './import/history.ts';
import {
  cpuSeconds,
  mainThreadSeconds,
  mappedFilesMiB,
  memoryPeakMiB,
} from './relay/process-numbers.ts';

const root = dirname(import.meta.dirname);
const dayMs = 86_400_000;
/** People whose activities are counted one by one. */
const lookedAt = 40;

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '500000' },
    people: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '2' },
    profile: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log('npm run bench:import -- [--records N] [--people N] [--kills N] [--profile FOLDER]');
} else await measure(Number(values.records), Number(values.people), Number(values.kills));

async function measure(records: number, people: number, kills: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-import-'));
  try {
    const file = join(folder, 'history.detail');
    const until = Math.floor(Date.now() / dayMs) * dayMs;
    const shape = { records, people, until, seed: 1 };
    const truth = writeHistory(file, shape, openInstalledLocator(root));
    const octets = statSync(file).size;
    console.log(`${records} records of ${people} people, ${(octets / 1e6).toFixed(0)} MB`);
    const data = join(folder, 'data');
    const began = performance.now();
    for (let kill = 1; kill <= kills; kill += 1) {
      await killedAt(start(data, file), (records * kill) / (kills + 1));
    }
    const last = performance.now();
    const run = start(data, file);
    const api = await apiOf(run);
    const seconds = (from: number): number => (performance.now() - from) / 1000;
    console.log(`all starts included: ${Math.round(records / seconds(began))} records/s`);
    console.log(`the last start: ${seconds(last).toFixed(1)} s`);
    console.log(machineText(run.pid ?? 0));
    console.log(await countedText(api, truth));
    run.kill('SIGINT');
    await once(run, 'exit');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Memory and processor's time of a run that has reported. */
function machineText(pid: number): string {
  const [most, mapped] = [memoryPeakMiB(pid), mappedFilesMiB(pid)];
  const [all, main] = [cpuSeconds(pid), mainThreadSeconds(pid)];
  return (
    `most memory: ${most.toFixed(0)} MiB; files mapped at the end: ${mapped.toFixed(0)} MiB\n` +
    `processor's time: ${all.toFixed(1)} s, ${main.toFixed(1)} s of it on the thread that folds`
  );
}

/** What package.json gives Node for `npm start`. */
function startArgs(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return String(scripts.start).split(' ').slice(1);
}

/** `npm start` as its script starts it. */
function start(data: string, file: string): ChildProcess {
  const profile =
    values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const ports = ['--radius-port', '0', '--api-port', '0'];
  const gateway = ['--gateway', `${nasAddress}=asa-london`];
  const args = ['--data', data, '--import', file, ...gateway, ...ports];
  return spawn(process.execPath, [...profile, ...startArgs(), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Kills it when so many records are taken, by its own word. */
async function killedAt(run: ChildProcess, records: number): Promise<void> {
  if (!run.stdout) return;
  for await (const line of createInterface(run.stdout)) {
    console.log(`  ${line}`);
    const taken = /([\d,]+) of/.exec(line)?.[1]?.replaceAll(',', '');
    if (Number(taken ?? 0) < records) continue;
    const ended = once(run, 'exit');
    run.kill('SIGKILL');
    await ended;
    console.log('  killed');
  }
}

/** Follows a run to the end of its import. @returns where its API is */
async function apiOf(run: ChildProcess): Promise<string> {
  if (!run.stdout) throw new Error('it says nothing');
  for await (const line of createInterface(run.stdout)) {
    console.log(`  ${line}`);
    const url = /^Page\s+(\S+)\/$/.exec(line)?.[1];
    if (url !== undefined) {
      run.stdout.resume();
      return url;
    }
  }
  throw new Error(`it ended with ${run.exitCode}`);
}

async function countedText(api: string, truth: readonly PersonTruth[]): Promise<string> {
  let missing = 0;
  let double = 0;
  for (const { user, sessionIds } of truth) {
    const response = await fetch(new URL(userPath(user), api));
    const { sessions = 0 } = (await response.json()) as { sessions?: number };
    missing += Math.max(0, sessionIds.length - sessions);
    double += Math.max(0, sessions - sessionIds.length);
  }
  // The edge of the days that sessions are kept is today's; a day inside is sure.
  const since = Date.now() - (sessionRetentionDays - 1) * dayMs;
  let listed = 0;
  for (const { user, sessionIds, starts } of truth.slice(0, lookedAt)) {
    const from = new Date(since).toISOString();
    const path = `${userPath(user)}/activities?from=${from}`;
    const items = await getAll<{ sessionId: string }>(api, path);
    const wanted = sessionIds.filter((_, at) => (starts[at] ?? 0) >= since);
    const found = items.map(({ sessionId }) => sessionId);
    listed += found.length;
    missing += wanted.filter((id) => !found.includes(id)).length;
    double += found.length - new Set(found).size;
  }
  const all = truth.reduce((sum, { sessionIds }) => sum + sessionIds.length, 0);
  return (
    `${all} sessions in profiles, ${listed} listed ones of ${lookedAt} people looked at: ` +
    `${missing} missing, ${double} double`
  );
}
