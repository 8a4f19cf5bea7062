// `npm run geo:build` and `npm run geo:lookup`: compile the location data, and look up an address
// in it.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { BuildSources } from '../../geo/build/build-compact.ts';
import { buildOnce, installedSources } from '../../geo/build/build-once.ts';
import { readOverlay } from '../../geo/build/known-blocks.ts';
import { openCompactLocator } from '../../geo/compact/compact-locator.ts';
import { compactFileName } from '../../geo/compact/layout.ts';
import { explanationJson, explanationText } from '../../geo/explanation-text.ts';
import { openInstalledLocator } from '../../geo/open-locator.ts';
import { readSites } from '../../geo/site.ts';

const usage = `Usage:
  npm run geo:build -- [options]
    --city FILE            MaxMind-format city database instead of the installed one (repeatable:
                           one file of both families, or one of IPv4 and one of IPv6)
    --sites FILE           JSON list of {cidr, name, country, region?, lat, lon}
    --overlay TYPE=FILE    blocks or AS numbers of a type, one a line (repeatable)
    --no-second-opinion    leave the second country database out
    --out FILE             default: .cache/geo/<hash of the sources>/${compactFileName}
  npm run geo:lookup -- [--json] [--data FILE] [address ...]     (else one a line on stdin)
`;

const options = {
  city: { type: 'string', multiple: true },
  sites: { type: 'string' },
  overlay: { type: 'string', multiple: true },
  'no-second-opinion': { type: 'boolean' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  data: { type: 'string' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof readArguments>['values'];

function readArguments(args: readonly string[]) {
  return parseArgs({ args: [...args], options, allowPositionals: true });
}

function buildSources(values: Values): BuildSources {
  const installed = installedSources();
  const [cityV4 = installed.cityV4, cityV6 = values.city ? cityV4 : installed.cityV6] =
    values.city ?? [];
  const { opinionV4: _, opinionV6: __, ...withoutOpinion } = installed;
  return {
    ...(values['no-second-opinion'] ? withoutOpinion : installed),
    cityV4,
    cityV6,
    sites: values.sites ? readSites(readFileSync(values.sites, 'utf8'), values.sites) : [],
    overlays: (values.overlay ?? []).map((text) => {
      const [type = '', file = ''] = text.split(/=(.*)/s);
      return readOverlay(type, readFileSync(file, 'utf8'), file);
    }),
  };
}

function build(values: Values): void {
  const start = performance.now();
  const built = buildOnce(buildSources(values), values.out, (step) => {
    console.error(`${((performance.now() - start) / 1000).toFixed(1)} s`.padStart(7), step);
  });
  const path = relative('.', built.path);
  if (!built.result) {
    console.log(`${path} is up to date`);
    return;
  }
  const { bytes, places, placesBefore, networks } = built.result;
  console.log(
    `${path}: ${(bytes / 1e6).toFixed(1)} MB, ${places} places (of ${placesBefore}), ` +
      `${networks} networks, in ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
}

async function lookup(values: Values, addresses: readonly string[]): Promise<void> {
  const locator = values.data ? openCompactLocator(values.data, 'paged') : openInstalledLocator();
  const show = (address: string): void => {
    const found = locator.explain(address);
    if (values.json) console.log(explanationJson(address, found));
    else console.log(explanationText(address, found));
  };
  for (const address of addresses) show(address);
  if (addresses.length === 0) {
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() !== '') show(line.trim());
    }
  }
  if (!values.json) console.log(`\ndata of ${locator.dataDate}. ${locator.attribution}`);
}

/**
 * Runs one of the two commands; the first argument names it (`build`, `lookup`).
 * @throws Error a sentence: an unknown option, a file that cannot be read, data that does not fit
 */
export async function runGeo(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [command, ...addresses] = positionals;
  if (values.help || (command !== 'build' && command !== 'lookup')) console.log(usage);
  else if (command === 'build') build(values);
  else await lookup(values, addresses);
}
