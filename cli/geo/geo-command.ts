// `npm run geo:build`, `geo:lookup` and `geo:lists`: compile the location data, look up an address
// in it, keep lists of Tor exits, VPN services, proxies and data centres that it is compiled with.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { BuildSources } from '../../geo/build/build-compact.ts';
import { buildOnce, installedSources } from '../../geo/build/build-once.ts';
import type { Overlay } from '../../geo/build/overlay.ts';
import { openCompactLocator } from '../../geo/compact/compact-locator.ts';
import { compactFileName } from '../../geo/compact/layout.ts';
import { explanationJson, explanationText } from '../../geo/explanation-text.ts';
import { openInstalledLocator } from '../../geo/open-locator.ts';
import { addList, readListFile, readLists, removeList } from '../../geo/reputation-lists.ts';
import { readSites } from '../../geo/site.ts';

const usage = `Usage:
  npm run geo:build -- [options]
    --city FILE            MaxMind-format city database instead of the installed one (repeatable:
                           one file of both families, or one of IPv4 and one of IPv6)
    --sites FILE           JSON list of {cidr, name, country, region?, lat, lon}
    --overlay TYPE=FILE    a list of a type, beside those of geo:lists (repeatable)
    --no-second-opinion    leave the second country database out
    --out FILE             default: .cache/geo/<hash of the sources>/${compactFileName}
  npm run geo:lookup -- [--json] [--data FILE] [address ...]     (else one a line on stdin)
  npm run geo:lists                                   the lists, and how old they are
  npm run geo:lists -- add TYPE FILE [--name NAME]    keeps a copy in lists/ and builds
  npm run geo:lists -- remove TYPE/NAME               forgets it and builds
    TYPE: tor, proxy, vpn, hosting, or another type of network (docs/reputation.md)
`;

const options = {
  city: { type: 'string', multiple: true },
  sites: { type: 'string' },
  overlay: { type: 'string', multiple: true },
  'no-second-opinion': { type: 'boolean' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  data: { type: 'string' },
  name: { type: 'string' },
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
    overlays: [
      ...readLists(),
      ...(values.overlay ?? []).map((text) => {
        const [type = '', file = ''] = text.split(/=(.*)/s);
        return readListFile(type, file);
      }),
    ],
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

const dayMs = 24 * 3600 * 1000;

/** `tor/exits.txt: 1,203 blocks of 2026-11-28 (2 days old)`. */
function listText({ type, name, date, blocks, asns, specialBlocks }: Overlay): string {
  const days = Math.max(0, Math.floor((Date.now() - Date.parse(date)) / dayMs));
  const counts = [
    ...(blocks.length > 0 ? [`${blocks.length.toLocaleString('en-US')} blocks`] : []),
    ...(asns.length > 0 ? [`${asns.length.toLocaleString('en-US')} networks`] : []),
  ];
  const leftOut =
    specialBlocks > 0 ? `; ${specialBlocks} of private and reserved space left out` : '';
  return (
    `${type}/${name}: ${counts.join(' and ')} of ${date} ` +
    `(${days === 1 ? '1 day' : `${days} days`} old)${leftOut}`
  );
}

/** Shows, adds or removes lists; what changes them builds the data anew. */
function keepLists(values: Values, [verb, ...rest]: readonly string[]): void {
  const [type, path] = rest;
  if (verb === 'add' && type !== undefined && path !== undefined && rest.length === 2) {
    const { name } = values;
    console.log(listText(addList({ type, path, ...(name === undefined ? {} : { name }) })));
    build(values);
  } else if (verb === 'remove' && type !== undefined && rest.length === 1) {
    removeList(type);
    build(values);
  } else if (verb === undefined) {
    const lists = readLists();
    for (const list of lists) console.log(listText(list));
    if (lists.length === 0) console.log('no lists; docs/reputation.md says how to bring one');
  } else {
    throw new Error(usage);
  }
}

/**
 * Runs one of the commands; the first argument names it (`build`, `lookup`, `lists`).
 * @throws Error a sentence: an unknown option, a file that cannot be read, data that does not fit
 */
export async function runGeo(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [command, ...addresses] = positionals;
  const isKnown = command === 'build' || command === 'lookup' || command === 'lists';
  if (values.help || !isKnown) console.log(usage);
  else if (command === 'lists') keepLists(values, addresses);
  else if (command === 'build') build(values);
  else await lookup(values, addresses);
}
