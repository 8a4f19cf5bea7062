// npm run eval: how much the detection finds at which price, beside published methods, on simulated
// organisations (bench/eval/README.md). Tables on stdout, progress on stderr.

import { parseArgs } from 'node:util';
import { openInstalledLocator } from '../geo/open-locator.ts';
import { AddressBook } from './eval/address-book.ts';
import { writeDetailFiles } from './eval/detail-file.ts';
import { truthOf } from './eval/metrics.ts';
import {
  daysDefault,
  peopleDefault,
  testSeeds,
  tuningSeeds,
  type WorldName,
  worldNames,
} from './eval/parameters.ts';
import { play } from './eval/play.ts';
import { type Line, measure, reportOf } from './eval/report.ts';
import { makeWorld } from './eval/world.ts';

const usage = `Usage: npm run eval -- [options]
  --tuning        the tuning seeds ${tuningSeeds.join(', ')} instead of the test seeds ${testSeeds.join(', ')}
  --seeds LIST    these seeds instead, separated by commas
  --world NAME    ${worldNames.join(' | ')} | all (default: all)
  --users N       people in the organisation (default: ${peopleDefault})
  --days N        days of the world, half of them history (default: ${daysDefault})
  --peers         the peers only
  --detail DIR    write each world as a FreeRADIUS detail file with settings and truth; no tables
  --json          one JSON object per world instead of tables
  --help
`;

const { values } = parseArgs({
  options: {
    tuning: { type: 'boolean' },
    seeds: { type: 'string' },
    world: { type: 'string', default: 'all' },
    users: { type: 'string', default: String(peopleDefault) },
    days: { type: 'string', default: String(daysDefault) },
    peers: { type: 'boolean' },
    detail: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

function whole(text: string, name: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a whole number above 0`);
}

async function evaluate(
  name: WorldName,
  seeds: readonly number[],
  book: AddressBook,
): Promise<void> {
  const locator = openInstalledLocator();
  const perSeed: Line[][] = [];
  let records = 0;
  let oursMs = 0;
  const began = performance.now();
  for (const seed of seeds) {
    const size = { people: whole(values.users, 'users'), days: whole(values.days, 'days') };
    const world = makeWorld({ name, seed, ...size }, book, locator);
    if (values.detail !== undefined) {
      console.log(writeDetailFiles(world, values.detail));
      continue;
    }
    const result = await play(world, { withOurs: values.peers !== true });
    perSeed.push(measure(truthOf(world), result.played));
    records += result.records;
    oursMs += result.oursMs;
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.error(`${name}: seed ${seed}, ${world.sessions.length} sessions, ${seconds} s`);
  }
  if (perSeed.length === 0) return;
  const seconds = (performance.now() - began) / 1000;
  if (values.json) {
    console.log(JSON.stringify({ world: name, seeds, perSeed }, mapsAsObjects));
    return;
  }
  console.log(`## World \`${name}\`, seeds ${seeds.join(', ')}\n\n${reportOf(perSeed)}\n`);
  const rate =
    oursMs > 0 ? `; the product took ${Math.round(records / (oursMs / 1000))} records/s` : '';
  console.log(`${records} records in ${seconds.toFixed(0)} s${rate}.\n`);
}

function mapsAsObjects(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(usage);
    return;
  }
  const listed = values.seeds?.split(',').map((text) => whole(text, 'seeds'));
  const seeds = listed ?? (values.tuning ? tuningSeeds : testSeeds);
  const names = worldNames.filter((name) => values.world === 'all' || values.world === name);
  if (names.length === 0) throw new Error(`--world must be one of ${worldNames.join(', ')}, all`);
  const book = new AddressBook(openInstalledLocator());
  for (const name of names) await evaluate(name, seeds, book);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
