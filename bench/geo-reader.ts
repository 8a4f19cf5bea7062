// One reader in a process of its own: opens its data, answers, and prints what it took as JSON.
// Started by bench/geo.ts: geo-reader <reader> <path> <second path, or nothing>.

import { readFileSync } from 'node:fs';
import maxmind from 'maxmind';
import { Reader } from 'mmdb-lib';
import { openCompactLocator } from '../geo/compact/compact-locator.ts';
import { plainDataOf } from '../geo/installed-data.ts';
import { openPlainLocator } from '../geo/plain-locator.ts';

const addressCount = 200_000;
const roundsMax = 7;

type Lookup = (address: string) => unknown;

const readers: Readonly<Record<string, (path: string, second: string) => Promise<Lookup>>> = {
  'mmdb-lib': async (path) => {
    const reader = new Reader(readFileSync(path));
    return (address) => reader.get(address);
  },
  maxmind: async (path) => {
    const reader = await maxmind.open(path);
    return (address) => reader.get(address);
  },
  plain: async (cityFolder, asnFolder) =>
    openPlainLocator(plainDataOf(cityFolder, asnFolder)).locate,
  compact: async (path) => openCompactLocator(path, 'memory').locate,
  'compact-paged': async (path) => openCompactLocator(path, 'paged').locate,
};

/** Global IPv4 addresses, the same in every run. `skew` of them come from few networks. */
function addresses(skew: number): string[] {
  let state = 2026;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
  const list: string[] = [];
  while (list.length < addressCount) {
    const isSkewed = (random() & 0xffff) / 0x10000 < skew;
    const [a, b, c] = isSkewed
      ? [80 + (random() % 4), random() % 16, random() % 64]
      : [1 + (random() % 223), random() & 255, random() & 255];
    if (a === 10 || a === 127) continue;
    list.push(`${a}.${b}.${c}.${random() & 255}`);
  }
  return list;
}

/** Best of several rounds: the machine is shared. */
function lookupsPerSecond(lookup: Lookup, list: readonly string[]): number {
  let best = 0;
  for (let round = 0; round < roundsMax; round += 1) {
    const start = performance.now();
    for (const address of list) lookup(address);
    best = Math.max(best, (list.length / (performance.now() - start)) * 1000);
  }
  return Math.round(best);
}

async function main(): Promise<void> {
  const [name = '', path = '', second = '', mode] = process.argv.slice(2);
  const open = readers[name];
  if (!open) throw new Error(`no reader ${name}`);
  const start = performance.now();
  const lookup = await open(path, second);
  const openMs = performance.now() - start;
  lookup('81.2.69.142');
  const firstMs = performance.now() - start;
  if (mode === 'cold') {
    console.log(JSON.stringify({ openMs, firstMs }));
    return;
  }
  const random = lookupsPerSecond(lookup, addresses(0));
  const skewed = lookupsPerSecond(lookup, addresses(0.9));
  const rssMb = Math.round(process.memoryUsage.rss() / 1e6);
  console.log(JSON.stringify({ openMs, firstMs, random, skewed, rssMb }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
