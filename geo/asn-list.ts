// Looks up the network of an address in the installed AS list (CSV with decimal range bounds).
// The file is searched as it lies: binary search over its bytes, so opening costs a read and
// nothing else. Sorted, non-overlapping rows are the publisher's promise.

import { readFileSync } from 'node:fs';
import type { Network } from '../domain/location.ts';
import type { IpNumber } from './ip-number.ts';
import { networkTypeOf, type TypeSource } from './network-type.ts';

/** A network and how its type was found. */
export type KnownNetwork = { readonly network: Network; readonly typeSource: TypeSource };

/** Finds the network of an address; AS 0 when the address is unrouted. */
export type NetworkLookup = (ip: IpNumber) => KnownNetwork;

export const unrouted: KnownNetwork = {
  network: { asn: 0, organization: '', type: 'unknown' },
  typeSource: 'none',
};

const newline = 10;
const comma = 44;

/** Opens the two `-num.csv` files of an AS list; IPv6 is read when first asked for. */
export function openAsnList(paths: { readonly v4: string; readonly v6: string }): NetworkLookup {
  const v4 = readFileSync(paths.v4);
  let v6: Buffer | undefined;
  const networks = new Map<number, KnownNetwork>();
  return (ip) => {
    if (ip.version === 6) v6 ??= readFileSync(paths.v6);
    const file = ip.version === 4 ? v4 : (v6 ?? v4);
    const row = findRow(file, decimalText(ip));
    if (!row) return unrouted;
    const known = networks.get(row.asn);
    if (known) return known;
    const { type, source } = networkTypeOf(row.asn, row.organization);
    const network = { network: { ...row, type }, typeSource: source };
    networks.set(row.asn, network);
    return network;
  };
}

function decimalText(ip: IpNumber): Buffer {
  if (ip.version === 4) return Buffer.from(String(ip.value));
  const [w0, w1, w2, w3] = ip.words.map(BigInt) as [bigint, bigint, bigint, bigint];
  return Buffer.from(String((w0 << 96n) | (w1 << 64n) | (w2 << 32n) | w3));
}

/** Compares the decimal field at `offset` with `digits`: longer is larger, then byte order. */
function compareField(file: Buffer, offset: number, digits: Buffer): number {
  const end = file.indexOf(comma, offset);
  const length = end - offset;
  return length === digits.length
    ? file.compare(digits, 0, length, offset, end)
    : length - digits.length;
}

type Row = { readonly asn: number; readonly organization: string };

/** The row whose range holds the address, found by halving the file. */
function findRow(file: Buffer, digits: Buffer): Row | undefined {
  let low = 0;
  let high = file.length;
  // Invariant: the last row that starts at or before the address begins within [low, high).
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = middle === 0 ? 0 : file.lastIndexOf(newline, middle - 1) + 1;
    if (compareField(file, start, digits) > 0) {
      high = start;
      continue;
    }
    const next = file.indexOf(newline, start) + 1;
    if (next === 0 || next >= high) return readRow(file, start, digits);
    if (compareField(file, next, digits) > 0) return readRow(file, start, digits);
    low = next;
  }
  return undefined;
}

function readRow(file: Buffer, start: number, digits: Buffer): Row | undefined {
  const endField = file.indexOf(comma, start) + 1;
  if (compareField(file, endField, digits) < 0) return undefined;
  const lineEnd = file.indexOf(newline, start);
  const line = file.toString('utf8', start, lineEnd < 0 ? file.length : lineEnd);
  return readAsnFields(line);
}

/** The AS number and the organisation of a row `start,end,asn,"name"`. */
export function readAsnFields(line: string): Row | undefined {
  const match = /^\d+,\d+,(\d{1,10}),(?:"((?:[^"]|"")*)"|(.*?))\r?$/.exec(line);
  if (!match) return undefined;
  const organization = (match[2] ?? match[3] ?? '').replaceAll('""', '"').trim();
  return { asn: Number(match[1]), organization };
}
