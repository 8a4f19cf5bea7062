// npm run bench:detect [-- --beside DIR] [--turns N] [--people N]: how many accounting events one
// core judges and folds, with and without the packing of profiles, and how large profiles become.
// With `--beside` another checkout (of the commit before a change, with its modules) is measured in
// turns with this one, and the ratio of the medians is printed. Each measurement is a process of
// its own.

import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Rate } from './detect/rate.ts';

const root = dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    beside: { type: 'string' },
    turns: { type: 'string', default: '3' },
    people: { type: 'string', default: '400' },
  },
});

type Kind = 'plain' | 'packed' | 'long';

/** Runs it as users' programs run: each checkout by its own way of reading TypeScript. */
function rateOf(checkout: string, kind: Kind): Rate {
  const script = join(root, 'bench/detect/rate-process.ts');
  const run = join(checkout, 'bin/run.mjs');
  const args = [run, 'tsx', script, checkout, kind, values.people];
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`measuring ${checkout} ended with ${status}`);
  return JSON.parse(stdout) as Rate;
}

const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0;
const whole = (value: number): string => Math.round(value).toLocaleString('en');

const other = values.beside === undefined ? undefined : resolve(values.beside);
const names = { plain: 'judge and fold, in memory', packed: 'with unpacking and packing' };
const rates: Record<Kind, { own: Rate[]; others: Rate[] }> = {
  plain: { own: [], others: [] },
  packed: { own: [], others: [] },
  long: { own: [rateOf(root, 'long')], others: [] },
};
for (let turn = 0; turn < Number(values.turns); turn += 1) {
  for (const kind of ['plain', 'packed'] as const) {
    if (other !== undefined) rates[kind].others.push(rateOf(other, kind));
    rates[kind].own.push(rateOf(root, kind));
  }
}
for (const kind of ['plain', 'packed'] as const) {
  const [own, others] = [rates[kind].own, rates[kind].others].map((some) =>
    median(some.map(({ eventsPerSecond }) => eventsPerSecond)),
  ) as [number, number];
  const beside =
    other === undefined ? '' : `; beside it ${whole(others)}: ${(own / others).toFixed(2)} times`;
  console.log(`${names[kind]}: ${whole(own)} events/s of one core${beside}`);
}
const sizes = rates.packed.own[0]?.sizes ?? [];
const long = rates.long.own[0]?.sizes ?? [];
console.log(`packed profile, median of ${sizes.length}: ${whole(median(sizes))} bytes`);
console.log(`packed profile, largest: ${whole(Math.max(...sizes))} bytes`);
console.log(`packed profile after 10,000 events: ${whole(Math.max(...long))} bytes`);
