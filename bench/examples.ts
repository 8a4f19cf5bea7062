// npm run examples: plays worlds to the product and writes what the terms said of each judged
// session, for bench/train/ (README there). One file a world; Python reads them.

import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { openInstalledLocator } from '../geo/open-locator.ts';
import { AddressBook } from './eval/address-book.ts';
import { trainingWorldSeeds, validationWorldSeeds } from './eval/draw-parameters.ts';
import { daysDefault, type WorldName, worldNames } from './eval/parameters.ts';
import { makeWorld } from './eval/world.ts';
import { examplesOf } from './train/examples.ts';

const worlds: readonly WorldName[] = ['training', ...worldNames];
const usage = `Usage: npm run examples -- --to DIR [options]
  --world NAME    ${worlds.join(' | ')} (default: training)
  --seeds LIST    separated by commas (default: those of bench/eval/draw-parameters.ts)
  --users N       people in each world (default: 250)
`;

const { values } = parseArgs({
  options: {
    to: { type: 'string' },
    world: { type: 'string', default: 'training' },
    seeds: { type: 'string' },
    users: { type: 'string', default: '250' },
  },
});

async function main(): Promise<void> {
  if (values.to === undefined) throw new Error(usage);
  const name = worlds.find((world) => world === values.world);
  if (!name) throw new Error(`--world must be one of ${worlds.join(', ')}`);
  const usual = name === 'training' ? trainingWorldSeeds : validationWorldSeeds;
  const seeds = values.seeds?.split(',').map(Number) ?? usual;
  const people = Number(values.users);
  if (![people, ...seeds].every((number) => Number.isInteger(number) && number > 0)) {
    throw new Error('--users and --seeds expect whole numbers from 1 on');
  }
  const locator = openInstalledLocator();
  const book = new AddressBook(locator);
  await mkdir(values.to, { recursive: true });
  for (const seed of seeds) {
    const began = performance.now();
    const world = makeWorld({ name, seed, people, days: daysDefault }, book, locator);
    const path = join(values.to, `${name}-${seed}.ndjson.gz`);
    const lines = Readable.from(linesOf(examplesOf(world)));
    await pipeline(lines, createGzip(), createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
    console.error(`${path}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
}

async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of texts) yield `${text}\n`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
