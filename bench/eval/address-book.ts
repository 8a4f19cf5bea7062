// Real addresses by network and place: the announced ranges of the networks of networks.ts,
// sampled as /24 (IPv6: /56) blocks and located by the product's own locator. What the databases
// get wrong about a block is wrong here too. Built once per run; holds no world state.

import { readFileSync } from 'node:fs';
import { formatAddress } from '../../domain/address.ts';
import { distanceKm, type Located } from '../../domain/location.ts';
import { installedPlainData } from '../../geo/installed-data.ts';
import type { Locator } from '../../geo/locator.ts';
import type { Position } from './geography.ts';
import {
  airlineAsns,
  corporateEgressAsns,
  hostingAsns,
  networksOf,
  satelliteAsns,
  vpnAsns,
} from './networks.ts';
import { Random } from './random.ts';

/** 256 neighbouring addresses (IPv6: 256 neighbouring /64) and where the database puts them. */
export type Block = Position & {
  readonly asn: number;
  readonly country: string;
  readonly city: string;
  readonly base: bigint;
  readonly version: 4 | 6;
};

const blocksPerNetwork = 700;
const ipv6BlocksPerNetwork = 60;

type Range = { readonly first: bigint; readonly last: bigint };

/** The address text of one host of a block. `host` counts from 0 to 255. */
export function addressIn(block: Block, host: number, interfaceId = 1n): string {
  if (block.version === 4) return formatAddress(octetsOf(block.base + BigInt(host & 255), 4));
  return formatAddress(octetsOf(block.base + (BigInt(host & 255) << 64n) + interfaceId, 16));
}

function octetsOf(value: bigint, length: 4 | 16): Uint8Array {
  const octets = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i -= 1) {
    octets[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return octets;
}

/** Blocks of the world's networks, found by network, country and distance. */
export class AddressBook {
  private readonly byAsn = new Map<number, readonly Block[]>();
  private readonly ipv6ByAsn = new Map<number, readonly Block[]>();

  /** `perNetwork`: how many IPv4 blocks to try of each network. */
  constructor(locator: Locator, perNetwork = blocksPerNetwork) {
    const paths = installedPlainData();
    const wanted = wantedAsns();
    for (const [asn, ranges] of readRanges(paths.asnV4Path, wanted)) {
      this.byAsn.set(asn, sampleBlocks(locator, asn, ranges, 4, perNetwork));
    }
    for (const [asn, ranges] of readRanges(paths.asnV6Path, wanted)) {
      this.ipv6ByAsn.set(asn, sampleBlocks(locator, asn, ranges, 6, ipv6BlocksPerNetwork));
    }
  }

  blocksOf(asn: number, version: 4 | 6 = 4): readonly Block[] {
    return (version === 4 ? this.byAsn : this.ipv6ByAsn).get(asn) ?? [];
  }

  /** Blocks of a network that the database puts into a country. */
  inCountry(asn: number, country: string): readonly Block[] {
    return this.blocksOf(asn).filter((block) => block.country === country);
  }

  /** Blocks of a network between two distances (km) of a point. */
  near(asn: number, at: Position, minKm: number, maxKm: number): readonly Block[] {
    return this.blocksOf(asn).filter((block) => {
      const km = distanceKm(block, at);
      return km >= minKm && km <= maxKm;
    });
  }

  /** The blocks nearest to a point, for networks that have none close by. */
  nearest(asn: number, at: Position, country: string, count: number): readonly Block[] {
    const blocks = this.inCountry(asn, country);
    return [...blocks].sort((a, b) => distanceKm(a, at) - distanceKm(b, at)).slice(0, count);
  }
}

function wantedAsns(): ReadonlySet<number> {
  const lists = Object.values(networksOf).flatMap(({ access, mobile }) => [
    ...access.map(([asn]) => asn),
    ...mobile,
  ]);
  return new Set([
    ...lists,
    ...hostingAsns,
    ...vpnAsns,
    ...corporateEgressAsns,
    ...satelliteAsns,
    ...airlineAsns,
  ]);
}

function readRanges(path: string, wanted: ReadonlySet<number>): Map<number, Range[]> {
  const ranges = new Map<number, Range[]>();
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    const [first, last, asnText] = line.split(',', 3);
    const asn = Number(asnText);
    if (first === undefined || last === undefined || !wanted.has(asn)) continue;
    const list = ranges.get(asn) ?? [];
    list.push({ first: BigInt(first), last: BigInt(last) });
    ranges.set(asn, list);
  }
  return ranges;
}

/** The same blocks whatever the world's seed: the seed draws among them. */
function sampleBlocks(
  locator: Locator,
  asn: number,
  ranges: readonly Range[],
  version: 4 | 6,
  count: number,
): readonly Block[] {
  const random = new Random('blocks', asn, version);
  const step = version === 4 ? 256n : 1n << 72n;
  const slots = ranges.map(({ first, last }) => Number((last - first + 1n) / step));
  let total = 0;
  const upTo = slots.map((n) => {
    total += n;
    return total;
  });
  if (total === 0) return [];
  const blocks: Block[] = [];
  const seen = new Set<bigint>();
  for (let i = 0; i < count; i += 1) {
    // Half of the draws go by size, half by range: one huge range must not hide the small ones.
    const index = i % 2 === 0 ? rangeAt(upTo, random.next() * total) : random.int(ranges.length);
    const base = drawBase(random, ranges[index], slots[index] ?? 0, step);
    if (base === undefined || seen.has(base)) continue;
    seen.add(base);
    const probe = { asn, base, version, country: '', city: '', lat: 0, lon: 0 };
    const location = locator.locate(addressIn(probe, 77));
    if (location.kind !== 'located' || location.network.asn !== asn) continue;
    blocks.push({ ...probe, ...placeOf(location) });
  }
  return blocks;
}

/** Which range the n-th slot of all lies in; `upTo` are running sums. */
function rangeAt(upTo: readonly number[], slot: number): number {
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((upTo[middle] ?? 0) > slot) high = middle;
    else low = middle + 1;
  }
  return low;
}

function drawBase(
  random: Random,
  range: Range | undefined,
  room: number,
  step: bigint,
): bigint | undefined {
  if (!range || room < 1) return undefined;
  return range.first + BigInt(random.int(Math.min(room, 2 ** 31))) * step;
}

function placeOf(location: Located): Pick<Block, 'country' | 'city' | 'lat' | 'lon'> {
  const { country, city = location.region ?? '', lat, lon } = location;
  return { country, city, lat, lon };
}
