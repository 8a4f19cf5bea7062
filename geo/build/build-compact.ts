// Compiles databases, overlays and sites into one compact file. Takes tens of seconds and a few
// hundred megabytes: run by `npm run geo:build`, never by an install script or a start.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { SecondOpinion } from '../area-rules.ts';
import { idBits, opinions, type SourceFile } from '../compact/layout.ts';
import { rulesHash } from '../compact/rules-hash.ts';
import { countryOf, readGeoRecord } from '../geo-record.ts';
import { attribution } from '../locator.ts';
import type { SiteBlock } from '../site.ts';
import { buildKnownRanges } from './known-blocks.ts';
import { type MmdbFile, openMmdbFile } from './mmdb-walk.ts';
import { NetworkTable } from './network-table.ts';
import type { Overlay } from './overlay.ts';
import { PlaceTable } from './place-table.ts';
import { combineRanges, type RangeList } from './range-list.ts';
import { SpotTable } from './spot-table.ts';
import { type CompactContent, writeCompactFile } from './write-compact.ts';

/** What a file is made from. A file of both families may stand in both places. */
export type BuildSources = {
  readonly cityV4: string;
  readonly cityV6: string;
  readonly asnV4: string;
  readonly asnV6: string;
  /** Country databases of another origin; absent: no second opinion. */
  readonly opinionV4?: string;
  readonly opinionV6?: string;
  readonly sites: readonly SiteBlock[];
  readonly overlays: readonly Overlay[];
};

export type BuildResult = {
  readonly bytes: number;
  readonly places: number;
  readonly placesBefore: number;
  readonly networks: number;
  readonly spots: number;
  readonly ranges: Readonly<Record<string, number>>;
};

/** Hash and size of each source, and one hash over all that a file is made from. */
export function fingerprint(sources: BuildSources): {
  readonly sources: readonly SourceFile[];
  readonly sourceHash: string;
} {
  const paths = [
    sources.cityV4,
    sources.cityV6,
    sources.asnV4,
    sources.asnV6,
    sources.opinionV4,
    sources.opinionV6,
  ].filter((path) => path !== undefined);
  const files = paths.map((path) => {
    const bytes = readFileSync(path);
    return { name: basename(path), bytes: bytes.length, sha256: sha256(bytes) };
  });
  const { sites, overlays } = sources;
  return {
    sources: files,
    sourceHash: sha256(JSON.stringify([rulesHash, files.map((f) => f.sha256), sites, overlays])),
  };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * Builds the file at `outPath`.
 * @param progress is told each step in a short sentence
 * @throws Error when a source cannot be read or holds more than the layout can.
 */
export function buildCompact(
  sources: BuildSources,
  outPath: string,
  progress: (step: string) => void,
): BuildResult {
  progress('reading the sources');
  const { sources: files, sourceHash } = fingerprint(sources);
  const city4 = openMmdbFile(readFileSync(sources.cityV4));
  const city6 =
    sources.cityV6 === sources.cityV4 ? city4 : openMmdbFile(readFileSync(sources.cityV6));
  const placed = placeRanges(sources, city4, city6, progress);
  progress('networks');
  const networks = new NetworkTable(sources.overlays);
  const network4 = networks.readRanges(readFileSync(sources.asnV4, 'utf8'), 4);
  const network6 = networks.readRanges(readFileSync(sources.asnV6, 'utf8'), 6);
  const known = buildKnownRanges(sources.sites, sources.overlays);
  const spots = new SpotTable();
  const content: CompactContent = {
    tables: {
      spot4: spots.combine(placed.v4, network4),
      spot6: spots.combine(placed.v6, network6),
      known4: known.v4,
      known6: known.v6,
    },
    spots,
    places: placed.places,
    networks: networks.networks,
    about: {
      sourceHash,
      rulesHash,
      sources: files,
      dataDate: city4.buildEpoch.toISOString().slice(0, 10),
      attribution,
      known: known.known,
      lists: sources.overlays.map(({ name, type, date, blocks, asns }) => {
        return { name, type, date, blocks: blocks.length, networks: asns.length };
      }),
    },
  };
  if (spots.size >= 2 ** idBits) throw new Error('more spots than the layout can hold');
  progress('writing');
  const bytes = writeCompactFile(outPath, content);
  return {
    bytes,
    places: placed.places.length,
    placesBefore: placed.placesBefore,
    networks: networks.networks.length,
    spots: spots.size,
    ranges: Object.fromEntries(Object.entries(content.tables).map(([k, v]) => [k, v.length])),
  };
}

/** IPv4 addresses and IPv6 /48 blocks are the lines that places are counted in. */
const lineBits = { 4: 32, 6: 16 } as const;

/** Places by range, folded, each value carrying the second opinion on its country. */
function placeRanges(
  sources: BuildSources,
  city4: MmdbFile,
  city6: MmdbFile,
  progress: (step: string) => void,
) {
  const table = new PlaceTable();
  const valueFor = (record: unknown): number => {
    const place = readGeoRecord(record);
    return place ? table.idOf(place) : 0;
  };
  const count = (ranges: RangeList, family: 4 | 6): RangeList => {
    for (let i = 0; i < ranges.length; i += 1) {
      const id = ranges.value[i] as number;
      if (id > 0) table.addLines(id, ranges.sizeOf(i, lineBits[family]));
    }
    return ranges;
  };
  progress('places of IPv4');
  const raw4 = count(city4.ranges(4, valueFor), 4);
  progress('places of IPv6');
  const raw6 = count(city6.ranges(6, valueFor), 6);
  progress(`folding ${table.size} places`);
  const { places, idOf } = table.fold();
  if (Math.max(places.length, table.size) >= 2 ** idBits) {
    throw new Error('more places than the layout can hold');
  }
  const countries = places.map(({ country }) => country);
  progress('second opinion');
  const folded = [raw4, raw6].map((ranges) => ranges.mapValues(idOf)) as [RangeList, RangeList];
  return {
    v4: withOpinion(folded[0], countries, sources.opinionV4, 4),
    v6: withOpinion(folded[1], countries, sources.opinionV6, 6),
    places,
    placesBefore: table.size,
  };
}

function withOpinion(
  ranges: RangeList,
  countries: readonly string[],
  path: string | undefined,
  family: 4 | 6,
): RangeList {
  if (path === undefined) return ranges;
  const codes: string[] = [''];
  const second = openMmdbFile(readFileSync(path)).ranges(family, (record) => {
    const country = countryOf(record);
    if (country === undefined) return 0;
    const known = codes.indexOf(country);
    return known > 0 ? known : codes.push(country) - 1;
  });
  const opinionOf = (place: number, code: number): SecondOpinion => {
    if (code === 0) return 'silent';
    return countries[place - 1] === codes[code] ? 'agrees' : 'differs';
  };
  return combineRanges(ranges, second, (place, code) =>
    place === 0 ? 0 : place + (opinions.indexOf(opinionOf(place, code)) << idBits),
  );
}
