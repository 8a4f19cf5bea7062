// Finds the value of the range an address lies in: first the group of entries, by a directory in
// memory, then the entry within it. A group is a page; with all pages in memory it is 16 entries.
// Ranges cover all of the space; value 0 means nothing is known.

import type { IpNumber } from '../ip-number.ts';
import {
  entriesPerPage4,
  entriesPerPage6,
  startWords,
  type TableName,
  tableNames,
} from './layout.ts';
import type { PageSource } from './page-source.ts';

/** The value of an address: 24 bits. */
export type RangeLookup = (ip: IpNumber) => number;

const fineGroup = 16;

/** Opens a pair of tables as one lookup for both families. */
export function openRangeTable(
  source: PageSource,
  name4: TableName,
  name6: TableName,
): RangeLookup {
  const find4 = openTable4(source, name4);
  const find6 = openTable6(source, name6);
  return (ip) => (ip.version === 4 ? find4(ip.value) : find6(ip.words[0], ip.words[1]));
}

/** Where a table's first starts begin in the index area. */
function directoryOffset(source: PageSource, name: TableName): number {
  let offset = source.header.pages;
  for (const other of tableNames) {
    if (other === name) break;
    offset += source.header.tables[other].pages * startWords(other);
  }
  return offset;
}

/** Every 16th start of a table, `at` words into each page. */
function fineDirectory(source: PageSource, name: TableName, perPage: number, at: number) {
  const { firstPage, entries } = source.header.tables[name];
  const starts = new Uint32Array(Math.ceil(entries / fineGroup));
  for (let group = 0; group < starts.length; group += 1) {
    const entry = group * fineGroup;
    const page = source.load(firstPage + Math.floor(entry / perPage));
    starts[group] = source.words[page / 4 + at + (entry % perPage)] as number;
  }
  return starts;
}

function openTable4(source: PageSource, name: TableName): (address: number) => number {
  const { firstPage, pages, entries } = source.header.tables[name];
  const { words, octets, load, isInMemory } = source;
  const group = isInMemory ? fineGroup : entriesPerPage4;
  const groupsPerPage = entriesPerPage4 / group;
  const offset = directoryOffset(source, name);
  const directory = isInMemory
    ? fineDirectory(source, name, entriesPerPage4, 0)
    : source.index.subarray(offset, offset + pages);
  const byUpperHalf = upperHalfIndex(directory);
  return (address) => {
    const upper = address >>> 16;
    const found = lastAtMost(
      directory,
      byUpperHalf[upper] as number,
      (byUpperHalf[upper + 1] as number) + 1,
      address,
    );
    const page = (found / groupsPerPage) | 0;
    const at = load(firstPage + page);
    const first = (found - page * groupsPerPage) * group;
    const end = Math.min(first + group, entries - page * entriesPerPage4);
    const word = at >>> 2;
    const entry = lastAtMost(words, word + first, word + end, address) - word;
    return valueAt(octets, at + entriesPerPage4 * 4 + entry * 3);
  };
}

/** For each upper half of an address: the last directory entry at or before its first address. */
function upperHalfIndex(directory: Uint32Array): Uint32Array {
  const index = new Uint32Array(65_537);
  let entry = 0;
  for (let upper = 0; upper < 65_536; upper += 1) {
    while (entry + 1 < directory.length && (directory[entry + 1] as number) <= upper * 65_536) {
      entry += 1;
    }
    index[upper] = entry;
  }
  index[65_536] = directory.length - 1;
  return index;
}

function openTable6(source: PageSource, name: TableName): (hi: number, lo: number) => number {
  const { firstPage, pages, entries } = source.header.tables[name];
  const { words, octets, load, isInMemory } = source;
  const group = isInMemory ? fineGroup : entriesPerPage6;
  const groupsPerPage = entriesPerPage6 / group;
  const offset = directoryOffset(source, name);
  const upper = isInMemory
    ? fineDirectory(source, name, entriesPerPage6, 0)
    : source.index.subarray(offset, offset + pages);
  const lower = isInMemory
    ? fineDirectory(source, name, entriesPerPage6, entriesPerPage6)
    : source.index.subarray(offset + pages, offset + 2 * pages);
  return (hi, lo) => {
    const found = lastPairAtMost(upper, lower, 0, 0, upper.length, hi, lo);
    const page = (found / groupsPerPage) | 0;
    const at = load(firstPage + page);
    const first = (found - page * groupsPerPage) * group;
    const count = Math.min(group, entries - page * entriesPerPage6 - first);
    const from = (at >>> 2) + first;
    const entry = first + lastPairAtMost(words, words, from, from + entriesPerPage6, count, hi, lo);
    return valueAt(octets, at + entriesPerPage6 * 8 + entry * 3);
  };
}

/** Position of the last of the ascending words in [from, end) that is at most `key`. */
function lastAtMost(words: Uint32Array, from: number, end: number, key: number): number {
  let low = from;
  let high = end;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((words[middle] as number) <= key) low = middle;
    else high = middle;
  }
  return low;
}

/** The same over pairs of words; the answer counts from the first pair. */
function lastPairAtMost(
  upper: Uint32Array,
  lower: Uint32Array,
  upperFrom: number,
  lowerFrom: number,
  count: number,
  hi: number,
  lo: number,
): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const word = upper[upperFrom + middle] as number;
    const isAtMost = word === hi ? (lower[lowerFrom + middle] as number) <= lo : word < hi;
    if (isAtMost) low = middle;
    else high = middle;
  }
  return low;
}

function valueAt(octets: Uint8Array, at: number): number {
  return (
    (octets[at] as number) | ((octets[at + 1] as number) << 8) | ((octets[at + 2] as number) << 16)
  );
}
