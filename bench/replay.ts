// npm run bench:replay [-- --beside DIR] [--turns N] [--people N] [--days N] [--users N]: how fast
// `npm run replay` judges the records of an invented organisation, interims among them, in turns
// with another checkout (of the commit before a change, with its modules), as each starts it;
// whether it prints the same octets for any number of workers; and with --users instead: what a
// user more takes of memory. Times are processor time of all threads: what else the machine does
// hardly shows. Rates are of what comes after the first third of the file: the start is not in it.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openInstalledLocator } from '../geo/open-locator.ts';
import { AddressBook } from './eval/address-book.ts';
import { writeDetailFiles } from './eval/detail-file.ts';
import { makeWorld } from './eval/world.ts';
import { writeHistory } from './import/history.ts';

const root = dirname(import.meta.dirname);
const dayMs = 86_400_000;
/** The kernel's clock, which processor times of ended children are told in. */
const ticksPerSecond = 100;

const { values } = parseArgs({
  options: {
    beside: { type: 'string' },
    turns: { type: 'string', default: '3' },
    people: { type: 'string', default: '200' },
    days: { type: 'string', default: '40' },
    users: { type: 'string' },
  },
});

type Run = {
  /** Processor time, wall time: seconds. */
  readonly cpu: number;
  readonly wall: number;
  /** The printed octets. */
  readonly digest: string;
  readonly peakMiB: number;
};

/** Processor time of children that have ended, s (proc_pid_stat(5), cutime and cstime). */
function childrenSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/** Replays a file with a checkout's own command. */
function replayed(checkout: string, args: readonly string[]): Run {
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const [, ...command] = (scripts.replay as string).split(' ');
  const before = childrenSeconds();
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
    cwd: checkout,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`the replay of ${checkout} ended with ${status}: ${stderr}`);
  return {
    cpu: childrenSeconds() - before,
    wall: (performance.now() - began) / 1000,
    digest: createHash('sha256').update(stdout).digest('hex').slice(0, 12),
    peakMiB: Number(/at most (\d+) MiB/.exec(stderr)?.[1]),
  };
}

const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0;
const recordsOf = (text: string): number => text.split('\n\n').length - 1;

const folder = mkdtempSync(join(tmpdir(), 'wherefrom-replay-'));
try {
  if (values.users === undefined) compareRates();
  else measureMemory(Number(values.users));
} finally {
  rmSync(folder, { recursive: true });
}

function compareRates(): void {
  const locator = openInstalledLocator(root);
  const size = {
    people: Number(values.people),
    days: Number(values.days),
    lists: 0,
    campaignTimes: 1,
  };
  const world = makeWorld({ name: 'full', seed: 301, ...size }, new AddressBook(locator), locator);
  const whole = writeDetailFiles(world, folder);
  const settings = ['--settings', whole.replace(/\.detail$/, '.settings.json')];
  const text = readFileSync(whole, 'utf8');
  const third = join(folder, 'third.detail');
  writeFileSync(third, text.slice(0, text.indexOf('\n\n', text.length / 3) + 2));
  const records = recordsOf(text) - recordsOf(readFileSync(third, 'utf8'));
  console.log(`${recordsOf(text)} records of ${size.people} people in ${size.days} days`);
  const subjects = [
    ...(values.beside === undefined ? [] : [{ name: 'beside it', at: resolve(values.beside) }]),
    { name: '1 worker', at: root, workers: 1 },
    { name: '2 workers', at: root, workers: 2 },
  ];
  const spent = subjects.map(() => ({ cpu: [] as number[], wall: [] as number[] }));
  for (let turn = 0; turn < Number(values.turns); turn += 1) {
    for (const [index, { at, workers }] of subjects.entries()) {
      const args = [...settings, ...(workers === undefined ? [] : ['--workers', `${workers}`])];
      const short = replayed(at, [...args, third]);
      const long = replayed(at, [...args, whole]);
      spent[index]?.cpu.push(long.cpu - short.cpu);
      spent[index]?.wall.push(long.wall - short.wall);
    }
  }
  const [first] = spent;
  for (const [index, { name }] of subjects.entries()) {
    const [cpu, wall] = [median(spent[index]?.cpu ?? []), median(spent[index]?.wall ?? [])];
    const times = (of: number[] | undefined, own: number): string =>
      (median(of ?? []) / own).toFixed(2);
    console.log(
      `${name}: ${Math.round(records / cpu)} records/s of a processor's time ` +
        `(${times(first?.cpu, cpu)} times the first), ` +
        `${Math.round(records / wall)}/s by the clock (${times(first?.wall, wall)} times)`,
    );
  }
  const digests = [1, 2, 3, 7].map(
    (workers) => replayed(root, [...settings, '--scores', '--workers', `${workers}`, third]).digest,
  );
  console.log(`scores printed by 1, 2, 3 and 7 workers: ${digests.join(', ')}`);
}

/** Users of one session each: a quarter of them, and all. */
function measureMemory(users: number): void {
  const peakOf = (people: number): number => {
    const file = join(folder, `${people}.detail`);
    const until = Math.floor(Date.now() / dayMs) * dayMs;
    writeHistory(file, { records: 2 * people, people, until, seed: 1 }, openInstalledLocator(root));
    return replayed(root, [file]).peakMiB;
  };
  const [few, all] = [peakOf(users / 4), peakOf(users)];
  const each = ((all - few) * 1024) / (users - users / 4);
  console.log(
    `most memory of ${users / 4} users: ${few} MiB, of ${users}: ${all} MiB; ` +
      `${each.toFixed(1)} KB for each user more, a session each`,
  );
}
