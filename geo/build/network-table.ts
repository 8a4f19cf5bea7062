// The networks of a build: ranges and one record per AS number, from the installed CSV lists.

import type { KnownNetwork } from '../asn-list.ts';
import { readAsnFields } from '../asn-list.ts';
import { networkTypeOf } from '../network-type.ts';
import type { Overlay } from './overlay.ts';
import { RangeList } from './range-list.ts';

export class NetworkTable {
  private readonly ids = new Map<number, number>();
  private readonly overlays = new Map<number, Overlay>();
  readonly networks: KnownNetwork[] = [];

  /** @param overlays the operator's word on AS numbers beats seed and name; the last one wins */
  constructor(overlays: readonly Overlay[]) {
    for (const one of overlays) for (const asn of one.asns) this.overlays.set(asn, one);
  }

  /** Ranges of an AS list (`start,end,asn,"name"`, decimal bounds, sorted). */
  readRanges(csv: string, family: 4 | 6): RangeList {
    const ranges = new RangeList();
    // Where the last row ends: a gap begins there unless the next row does, or began before.
    let gapStart: bigint | undefined;
    for (const line of csv.split('\n')) {
      if (line === '') continue;
      const fields = readAsnFields(line);
      if (!fields) throw new Error('AS list: a line is not start,end,asn,"name"');
      const id = this.idOf(fields.asn, fields.organization);
      const [start, end] = line.split(',', 2) as [string, string];
      const from = start64(BigInt(start), family);
      if (gapStart !== undefined && gapStart < from) push64(ranges, gapStart, 0);
      push64(ranges, from, id);
      gapStart = start64(BigInt(end), family) + (family === 4 ? 1n << 32n : 1n);
    }
    if (gapStart !== undefined && gapStart >> 64n === 0n) push64(ranges, gapStart, 0);
    return ranges;
  }

  private idOf(asn: number, organization: string): number {
    const known = this.ids.get(asn);
    if (known !== undefined) return known;
    const overlay = this.overlays.get(asn);
    const { type, source } = overlay
      ? { type: overlay.type, source: 'overlay' as const }
      : networkTypeOf(asn, organization);
    const listed = overlay && { list: overlay.name, date: overlay.date };
    this.networks.push({
      network: { asn, organization, type, ...(listed ? { listed } : {}) },
      typeSource: source,
    });
    this.ids.set(asn, this.networks.length);
    return this.networks.length;
  }
}

/** An address as a 64-bit start: IPv4 in the upper half, IPv6 without its lower half. */
function start64(address: bigint, family: 4 | 6): bigint {
  return family === 4 ? address << 32n : address >> 64n;
}

function push64(ranges: RangeList, start: bigint, value: number): void {
  ranges.push(Number(start >> 32n), Number(start & 0xffffffffn), value);
}
