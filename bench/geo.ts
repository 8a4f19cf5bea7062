// npm run bench:geo: the readers of location data beside each other, each in a fresh process, and
// the accuracy of what they say. Prints tables; ratios travel between machines, numbers do not.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { buildOnce, installedSources } from '../geo/build/build-once.ts';
import { openCompactLocator } from '../geo/compact/compact-locator.ts';
import { installedPlainData } from '../geo/installed-data.ts';
import { openPlainLocator } from '../geo/plain-locator.ts';
import { type Accuracy, measureAccuracy, sumAccuracy } from '../test/support/known-places.ts';

type Measured = {
  readonly openMs: number;
  readonly firstMs: number;
  readonly random: number;
  readonly skewed: number;
  readonly rssMb: number;
};

const coldStarts = 5;
/** Processes per reader: the best counts, because the machine is shared. */
const warmRuns = 3;

/** Bundled first, so that a cold start is Node and the reader, not a TypeScript loader. */
function bundleReader(folder: string): string {
  const outfile = join(folder, 'geo-reader.cjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'geo-reader.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

function run(script: string, reader: readonly string[], mode: 'cold' | 'warm'): Measured {
  const [name = '', path = '', second = ''] = reader;
  const output = execFileSync(process.execPath, [script, name, path, second, mode]);
  return JSON.parse(output.toString('utf8')) as Measured;
}

/** Milliseconds from spawning a process until it has answered and ended. */
function coldStartMs(script: string, reader: readonly string[]): number {
  const times = Array.from({ length: coldStarts }, () => {
    const start = performance.now();
    run(script, reader, 'cold');
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** Runs readers in turn, round after round, so that a busy minute strikes all of them. */
function warmRounds(script: string, readers: readonly (readonly string[])[]): readonly Measured[] {
  const rounds = Array.from({ length: warmRuns }, () =>
    readers.map((reader) => run(script, reader, 'warm')),
  );
  return readers.map((_, i) => {
    const runs = rounds.map((round) => round[i] as Measured);
    return {
      openMs: Math.min(...runs.map(({ openMs }) => openMs)),
      firstMs: Math.min(...runs.map(({ firstMs }) => firstMs)),
      random: Math.max(...runs.map(({ random }) => random)),
      skewed: Math.max(...runs.map(({ skewed }) => skewed)),
      rssMb: Math.max(...runs.map(({ rssMb }) => rssMb)),
    };
  });
}

function printSpeed(script: string, readers: readonly (readonly [string, readonly string[]])[]) {
  const measured = warmRounds(
    script,
    readers.map(([, reader]) => reader),
  );
  const rows = readers.map(([label, reader], i) => ({
    label,
    cold: coldStartMs(script, reader),
    ...(measured[i] as Measured),
  }));
  const base = rows[0] as (typeof rows)[number];
  console.log(
    '\nreader                                   random/s  ratio   90 % skewed/s  open ms' +
      '  first answer ms  cold start ms  RSS MB',
  );
  for (const row of rows) {
    console.log(
      [
        row.label.padEnd(38),
        String(row.random).padStart(10),
        `${(row.random / base.random).toFixed(1)}x`.padStart(6),
        String(row.skewed).padStart(15),
        row.openMs.toFixed(1).padStart(8),
        row.firstMs.toFixed(1).padStart(16),
        row.cold.toFixed(0).padStart(14),
        String(row.rssMb).padStart(7),
      ].join(' '),
    );
  }
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '-'.padStart(7) : `${((100 * part) / whole).toFixed(1)} %`.padStart(7);

function printAccuracy(title: string, all: readonly Accuracy[]): void {
  console.log(`\n${title}`);
  console.log(
    'class     rows  country  believed  right of believed  <=50 km  <=100 km  in radius  type',
  );
  const kinds = ['cloud', 'campus', 'access', 'mobile'] as const;
  const rows = kinds.map((kind) => [kind, sumAccuracy(all, [kind])] as const);
  for (const [label, a] of [...rows, ['all', sumAccuracy(all, kinds)] as const]) {
    console.log(
      [
        label.padEnd(8),
        String(a.rows).padStart(5),
        percent(a.countryRight, a.rows),
        percent(a.believed, a.rows).padStart(10),
        percent(a.believedRight, a.believed).padStart(18),
        percent(a.within50Km, a.positions).padStart(9),
        percent(a.within100Km, a.positions).padStart(9),
        percent(a.withinRadius, a.positions).padStart(10),
        percent(a.typeRight, a.rows).padStart(8),
      ].join(' '),
    );
  }
}

function main(): void {
  const { path, result } = buildOnce(installedSources(), undefined, (step) => console.error(step));
  if (result) console.log(`built ${path}`);
  const plain = installedPlainData();
  const folder = mkdtempSync(join(import.meta.dirname, '..', '.cache', 'bench-'));
  try {
    const megabytes = (file: string): string => `${(statSync(file).size / 1e6).toFixed(1)} MB`;
    console.log(`city IPv4 ${megabytes(plain.cityV4Path)}, IPv6 ${megabytes(plain.cityV6Path)}`);
    console.log(`AS lists ${megabytes(plain.asnV4Path)} + ${megabytes(plain.asnV6Path)}`);
    console.log(`compact ${megabytes(path)} (city, network, type, second opinion, both families)`);
    const cityFolder = join(plain.cityV4Path, '..');
    const asnFolder = join(plain.asnV4Path, '..');
    printSpeed(bundleReader(folder), [
      ['mmdb-lib, city of IPv4', ['mmdb-lib', plain.cityV4Path]],
      ['maxmind, city of IPv4', ['maxmind', plain.cityV4Path]],
      ['plain files, whole location', ['plain', cityFolder, asnFolder]],
      ['compact in memory, whole location', ['compact', path]],
      ['compact paged, whole location', ['compact-paged', path]],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const compact = openCompactLocator(path, 'memory');
  printAccuracy('accuracy, compact file', measureAccuracy(compact.locate));
  printAccuracy('accuracy, plain files', measureAccuracy(openPlainLocator(plain).locate));
}

main();
