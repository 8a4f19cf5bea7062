// npm run eval: how much the detection finds at which price, beside published methods, on
// simulated organisations (bench/eval/README.md). Tables on stdout, progress on stderr.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openInstalledLocator } from '../geo/open-locator.ts';
import { AddressBook } from './eval/address-book.ts';
import { writeDetailFiles } from './eval/detail-file.ts';
import { type Line, measure } from './eval/measure.ts';
import { truthOf } from './eval/metrics.ts';
import {
  daysDefault,
  peopleDefault,
  testSeeds,
  tuningSeeds,
  type WorldName,
  worldNames,
  worldStart,
} from './eval/parameters.ts';
import { play } from './eval/play.ts';
import { differencesOf, reorderTable } from './eval/reorder.ts';
import { readReplayed } from './eval/replayed.ts';
import { reportOf } from './eval/report.ts';
import { type ToldCounts, toldCounts, toldTable } from './eval/told.ts';
import { makeWorld } from './eval/world.ts';

/** What `--reorder` holds a record up by, at most. */
const reorderMinutes = 10;

const usage = `Usage: npm run eval -- [options]
  --tuning        the tuning seeds ${tuningSeeds.join(', ')} instead of the test seeds
  --seeds LIST    these seeds, separated by commas (default: ${testSeeds.join(',')})
  --world NAME    ${worldNames.join(' | ')} | all (default: all)
  --users N       people in the organisation (default: ${peopleDefault})
  --days N        days of the world, half of them history (default: ${daysDefault})
  --lists SHARE   lists of the operator name this share of rented servers and VPN exits
                  (default: 0, no lists)
  --campaigns N   times the usual number of break-ins: more of them tell small differences
  --peers         the peers only
  --detail DIR    write each world as a FreeRADIUS detail file with settings and truth; no tables
  --write FILE    put the tables between the eval marks of a page instead of on stdout
  --scores FILE   what replay printed of one world's detail file, as a further method
  --reorder N     instead of tables: what differs when each record is held up by up to ten
                  minutes, in N orders a seed
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
    lists: { type: 'string', default: '0' },
    campaigns: { type: 'string', default: '1' },
    peers: { type: 'boolean' },
    detail: { type: 'string' },
    write: { type: 'string' },
    scores: { type: 'string' },
    reorder: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

function whole(text: string, name: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a whole number above 0`);
}

/** Evaluates one world over its seeds; the text to show, empty when only files were written. */
async function evaluate(
  name: WorldName,
  seeds: readonly number[],
  book: AddressBook,
): Promise<string> {
  const locator = openInstalledLocator();
  const perSeed: Line[][] = [];
  const told: ToldCounts[] = [];
  let records = 0;
  let oursMs = 0;
  const began = performance.now();
  const lists = Number(values.lists);
  if (!(lists >= 0 && lists <= 1)) throw new Error('--lists must be a share from 0 to 1');
  const size = {
    people: whole(values.users, 'users'),
    days: whole(values.days, 'days'),
    lists,
    campaignTimes: whole(values.campaigns, 'campaigns'),
  };
  for (const seed of seeds) {
    const world = makeWorld({ name, seed, ...size }, book, locator);
    if (values.detail !== undefined) {
      console.log(writeDetailFiles(world, values.detail));
      continue;
    }
    if (values.reorder !== undefined) {
      const orders = whole(values.reorder, 'reorder');
      const differences = await differencesOf(world, { minutes: reorderMinutes, orders });
      console.log(`${name}, seed ${seed}: ${reorderTable(differences, reorderMinutes)}\n`);
      continue;
    }
    const result = await play(world, { withOurs: values.peers !== true });
    const replayed = values.scores === undefined ? [] : [readReplayed(world, values.scores)];
    perSeed.push(measure(truthOf(world), [...replayed, ...result.played]));
    told.push(toldCounts(world, result.told, worldStart));
    records += result.records;
    oursMs += result.oursMs;
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.error(`${name}: seed ${seed}, ${world.sessions.length} sessions, ${seconds} s`);
  }
  if (perSeed.length === 0) return '';
  if (values.json) return JSON.stringify({ world: name, seeds, perSeed, told }, mapsAsObjects);
  const seconds = (performance.now() - began) / 1000;
  const speed = oursMs > 0 ? `; the product took ${Math.round(records / (oursMs / 1000))}/s` : '';
  return [
    `### World \`${name}\`, ${size.people} people, seeds ${seeds.join(', ')}`,
    reportOf(perSeed),
    ...(values.peers ? [] : [toldTable(told)]),
    `${records} records in ${seconds.toFixed(0)} s${speed}.`,
  ].join('\n\n');
}

function mapsAsObjects(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

const beginMark = '<!-- eval:begin -->';
const endMark = '<!-- eval:end -->';

/** Puts the tables between the marks of a page. @throws Error when the page has no marks. */
function writeInto(path: string, tables: string): void {
  const page = readFileSync(path, 'utf8');
  const begin = page.indexOf(beginMark);
  const end = page.indexOf(endMark);
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${beginMark} and ${endMark}`);
  const head = page.slice(0, begin + beginMark.length);
  writeFileSync(path, `${head}\n\n${tables}\n\n${page.slice(end)}`);
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
  const texts: string[] = [];
  for (const name of names) {
    const text = await evaluate(name, seeds, book);
    if (text === '') continue;
    texts.push(text);
    if (values.write === undefined) console.log(values.json ? text : `${text}\n`);
  }
  if (values.write !== undefined) writeInto(values.write, texts.join('\n\n'));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
