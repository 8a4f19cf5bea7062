// Walks the search tree of a MaxMind-format file in address order and gives its ranges.
// Each distinct record is decoded once. IPv6 is cut to /64: below it lies one household, and the
// first record of a /64 stands for it.

import { type CountryResponse, Reader } from 'mmdb-lib';
import { formatAddress } from '../../domain/address.ts';
import { RangeList } from './range-list.ts';

/** Gives a record its value; 0 drops it. */
export type RecordValue = (record: unknown) => number;

/** A MaxMind-format file, opened for walking. */
export type MmdbFile = {
  readonly ranges: (family: 4 | 6, valueFor: RecordValue) => RangeList;
  readonly buildEpoch: Date;
};

/** @throws Error when the bytes are no MaxMind database. */
export function openMmdbFile(file: Buffer): MmdbFile {
  const reader = new Reader<CountryResponse>(file);
  const { ipVersion, buildEpoch } = reader.metadata;
  return {
    buildEpoch,
    ranges: (family, valueFor) => {
      if (family === 6 && ipVersion === 4) return new RangeList();
      return walk(file, reader, family, valueFor);
    },
  };
}

/** Space that no lookup asks for: outside 2000::/3, and transition prefixes decoded before. */
function isSkipped6(depth: number, hi: number): boolean {
  if (depth === 3) return hi >>> 29 !== 1;
  if (depth === 16) return hi >>> 16 === 0x2002;
  return depth === 32 && hi === 0x20010000;
}

function walk(
  file: Buffer,
  reader: Reader<CountryResponse>,
  family: 4 | 6,
  valueFor: RecordValue,
): RangeList {
  const { nodeCount, recordSize, ipVersion } = reader.metadata;
  const child = childReader(file, recordSize);
  const depthMax = family === 4 ? 32 : 64;
  const ranges = new RangeList();
  const values = new Map<number, number>();

  const leafValue = (pointer: number, hi: number, lo: number): number => {
    const known = values.get(pointer);
    if (known !== undefined) return known;
    const value = valueFor(reader.get(formatAddress(octetsOf(family, hi, lo))));
    values.set(pointer, value);
    return value;
  };
  const visit = (node: number, depth: number, hi: number, lo: number): void => {
    if (node === nodeCount || (family === 6 && isSkipped6(depth, hi))) ranges.push(hi, lo, 0);
    else if (node > nodeCount) ranges.push(hi, lo, leafValue(node, hi, lo));
    else if (depth === depthMax) {
      let below = node;
      while (below < nodeCount) below = child(below, 0);
      ranges.push(hi, lo, below === nodeCount ? 0 : leafValue(below, hi, lo));
    } else {
      visit(child(node, 0), depth + 1, hi, lo);
      const bit = 2 ** (31 - (depth % 32));
      visit(child(node, 1), depth + 1, depth < 32 ? hi + bit : hi, depth < 32 ? lo : lo + bit);
    }
  };

  // A file of both families keeps IPv4 under ::/96.
  let root = 0;
  if (family === 4 && ipVersion === 6) {
    for (let i = 0; i < 96 && root < nodeCount; i += 1) root = child(root, 0);
  }
  visit(root, 0, 0, 0);
  return ranges;
}

function octetsOf(family: 4 | 6, hi: number, lo: number): Uint8Array {
  const octets = new Uint8Array(family === 4 ? 4 : 16);
  const view = new DataView(octets.buffer);
  view.setUint32(0, hi);
  if (family === 6) view.setUint32(4, lo);
  return octets;
}

/** Reads the left (0) or right (1) record of a node (MaxMind DB format, "Binary Search Tree"). */
function childReader(file: Buffer, recordSize: number): (node: number, side: 0 | 1) => number {
  if (recordSize === 24) return (node, side) => file.readUIntBE(node * 6 + side * 3, 3);
  if (recordSize === 32) return (node, side) => file.readUInt32BE(node * 8 + side * 4);
  if (recordSize !== 28) throw new Error(`unsupported MaxMind record size ${recordSize}`);
  return (node, side) => {
    const at = node * 7;
    const middle = file[at + 3] as number;
    if (side === 0) return ((middle & 0xf0) << 20) | file.readUIntBE(at, 3);
    return ((middle & 0x0f) << 24) | file.readUIntBE(at + 4, 3);
  };
}
