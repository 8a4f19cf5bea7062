// npm run geo:build and npm run geo:lookup: compiles the location data, and shows what it says.

import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type BuildSources, buildCompact, fingerprint } from '../geo/build/build-compact.ts';
import { readOverlay } from '../geo/build/known-blocks.ts';
import { openCompactLocator } from '../geo/compact/compact-locator.ts';
import { compactFileName } from '../geo/compact/layout.ts';
import { readCompactHeader } from '../geo/compact/page-source.ts';
import { explanationJson, explanationText } from '../geo/explanation-text.ts';
import { compactCacheFolder, installedOpinion, installedPlainData } from '../geo/installed-data.ts';
import { openInstalledLocator } from '../geo/open-locator.ts';
import { readSites } from '../geo/site.ts';

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

function readArguments() {
  return parseArgs({ options, allowPositionals: true });
}

function buildSources(values: Values): BuildSources {
  const plain = installedPlainData();
  const cities = values.city ?? [plain.cityV4Path, plain.cityV6Path];
  const cityV4 = cities[0] as string;
  const opinion = values['no-second-opinion'] ? undefined : installedOpinion();
  return {
    cityV4,
    cityV6: cities[1] ?? cityV4,
    asnV4: plain.asnV4Path,
    asnV6: plain.asnV6Path,
    ...(opinion && { opinionV4: opinion.v4, opinionV6: opinion.v6 }),
    sites: values.sites ? readSites(readFileSync(values.sites, 'utf8'), values.sites) : [],
    overlays: (values.overlay ?? []).map((text) => {
      const [type = '', file = ''] = text.split(/=(.*)/s);
      return readOverlay(type, readFileSync(file, 'utf8'), file);
    }),
  };
}

function build(values: Values): void {
  const sources = buildSources(values);
  const { sourceHash } = fingerprint(sources);
  const path =
    values.out ??
    relative('.', join(compactCacheFolder(), sourceHash.slice(0, 16), compactFileName));
  if (readCompactHeader(path)?.sourceHash === sourceHash) {
    console.log(`${path} is up to date`);
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const start = performance.now();
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`.padStart(7);
  const result = buildCompact(sources, path, (step) => console.error(`${seconds()}  ${step}`));
  console.log(
    `${path}: ${(result.bytes / 1e6).toFixed(1)} MB, ${result.places} places ` +
      `(of ${result.placesBefore}), ${result.networks} networks, in ${seconds().trim()}`,
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

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [command, ...addresses] = positionals;
  if (values.help || (command !== 'build' && command !== 'lookup')) console.log(usage);
  else if (command === 'build') build(values);
  else await lookup(values, addresses);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
