// Lists of addresses and networks that an operator brings: Tor exits, VPN services, proxies, data
// centres. Read in the forms they are published in: blocks, addresses and AS numbers a line
// (X4BNet, Tor's bulk list), FireHOL's netset and ipset with their header, Tor's `ExitAddress`
// lines, and CSV. A file comes from outside: what is no list, or would name half of the Internet,
// is refused with a sentence before anything is built (docs/reputation.md).

import type { NetworkType } from '../../domain/location.ts';
import { networkTypes } from '../compact/layout.ts';
import { type IpBlock, parseIpBlock, wordMask } from '../ip-number.ts';
import { specialKindOf } from '../special-address.ts';
import { csvReader, type LineReader } from './overlay-csv.ts';

/** The operator's word on blocks and AS numbers, from one file. */
export type Overlay = {
  /** What the list is called where it is shown. */
  readonly name: string;
  readonly type: NetworkType;
  /** The day its data is of, `2026-11-28`. */
  readonly date: string;
  readonly blocks: readonly string[];
  readonly asns: readonly number[];
  /** Blocks of private and reserved space, which are never looked up: left out. */
  readonly specialBlocks: number;
};

/** What is known of a file beside its text. */
export type OverlayFile = {
  readonly name: string;
  /** When it was written last, used where it does not say its date itself, Unix milliseconds. */
  readonly modified: number;
  readonly now: number;
};

const bytesMax = 64 * 1024 * 1024;
const entriesMax = 2_000_000;
const lineCharsMax = 4096;
/** Wider blocks are no list of servers: a slip, or an attempt to blind the detection. */
const widestBits = { 4: 8, 6: 16 } as const;
/** Shares of what is in use. Data centres hold more of it than relays do. */
const shareMax = { hosting: 1 / 4, other: 1 / 32 } as const;
/**
 * IPv4 addresses; IPv6 /64 in the eight /12 that IANA has given to the registries (IPv6 Global
 * Unicast Address Assignments); AS numbers, of which the registries have given out about so many.
 */
const inUse = { ipv4: 2 ** 32, ipv6: 8 * 2 ** (64 - 12), asns: 120_000 } as const;
const dayMs = 24 * 3600 * 1000;
const nameCharsMax = 80;

/** The types that a list may give: what addresses are used for, never where a site is. */
const listTypes: readonly NetworkType[] = networkTypes.filter((type) => type !== 'unknown');

/**
 * Reads a list.
 * @param text the whole file, UTF-8
 * @throws Error a sentence: what is wrong, and where
 */
export function readOverlay(type: string, text: string, file: OverlayFile): Overlay {
  const known = listTypes.find((name) => name === type);
  const { name } = file;
  if (!known) throw new Error(`list type "${type}" is none of ${listTypes.join(', ')}`);
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._ -]*$/u.test(name) || name.length > nameCharsMax) {
    throw new Error(`a list is called by letters, digits, ".", "_", "-": not ${quoted(name)}`);
  }
  refuseWhatIsNoList(text, name);
  const found = entriesOf(text, name);
  if (found.blocks.length + found.asns.length === 0) {
    throw new Error(`${name}: names no address, block or AS number`);
  }
  refuseTooMuch(found, known, name);
  return {
    name,
    type: known,
    date: dateOf(text, file),
    blocks: found.blocks.map(({ text: block }) => block),
    asns: found.asns,
    specialBlocks: found.specialBlocks,
  };
}

function refuseWhatIsNoList(text: string, name: string): void {
  if (text.length > bytesMax) throw new Error(`${name}: is over 64 MB`);
  const start = text.slice(0, 1024);
  // The magic number of RFC 1952, whose second octet is no UTF-8.
  if (start.startsWith('\u001f')) {
    throw new Error(`${name}: is packed with gzip; unpack it first`);
  }
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(start)) {
    throw new Error(`${name}: is a web page, not a list; download the raw file`);
  }
  if (/^\s*[[{]/.test(start)) throw new Error(`${name}: is JSON; a list is text or CSV`);
  if (text.includes('\0')) throw new Error(`${name}: is not text`);
}

type Block = { readonly text: string; readonly block: IpBlock };
type Entries = {
  readonly blocks: Block[];
  readonly asns: number[];
  readonly specialBlocks: number;
};

/** Reads a line into texts of blocks and AS numbers; undefined: neither. */
const plainLine: LineReader = (line) => {
  const exit = /^ExitAddress (\S+) /.exec(line);
  if (exit) return [exit[1] as string];
  if (/^(?:ExitNode|Published|LastStatus) /.test(line)) return [];
  return [line];
};

function entriesOf(text: string, name: string): Entries {
  const blocks: Block[] = [];
  const asns: number[] = [];
  let specialBlocks = 0;
  let read: LineReader | undefined;
  for (const [i, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const where = `${name}, line ${i + 1}`;
    if (raw.length > lineCharsMax) throw new Error(`${where}: is over ${lineCharsMax} characters`);
    const line = raw.replace(/#.*$/, '').trim();
    // A semicolon begins a comment too, but in CSV it may stand between columns.
    if (line === '' || line.startsWith(';')) continue;
    if (!read) {
      const csv = csvReader(line);
      read = csv?.read ?? plainLine;
      if (csv?.isHeader) continue;
    }
    for (const entry of read(line) ?? [line]) {
      const asn = /^AS(\d{1,10})(?:\s|;|$)/i.exec(entry);
      const block = asn ? undefined : parseIpBlock(entry.replace(/\s*;.*$/, ''));
      if (asn && Number(asn[1]) > 0 && Number(asn[1]) < 2 ** 32) asns.push(Number(asn[1]));
      else if (!block) {
        throw new Error(`${where}: ${quoted(entry)} is no address, block or AS number`);
      } else if (isSpecial(block)) specialBlocks += 1;
      else blocks.push({ text: entry.replace(/\s*;.*$/, ''), block: checked(block, entry, where) });
    }
    if (blocks.length + asns.length + specialBlocks > entriesMax) {
      throw new Error(`${name}: has more than ${entriesMax} entries`);
    }
  }
  return { blocks, asns, specialBlocks };
}

/** Of what a file holds only a beginning is repeated, without what a terminal would obey. */
const quoted = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text).replace(/[^\x20-\x7e]/g, '?');

/** Wholly within one kind of special space; 224.0.0.0/3 is two neighbours. */
function isSpecial({ base, bits }: IpBlock): boolean {
  if (base.version === 6) return bits >= 8 && specialKindOf(base) !== undefined;
  const last = (base.value | ~wordMask(bits)) >>> 0;
  const isWithin = bits >= widestBits[4] || base.value >= 0xe0000000;
  return (
    isWithin &&
    specialKindOf(base) !== undefined &&
    specialKindOf(base) === specialKindOf({ version: 4, value: last })
  );
}

function checked(block: IpBlock, text: string, where: string): IpBlock {
  const widest = widestBits[block.base.version];
  if (block.bits >= widest) return block;
  throw new Error(
    `${where}: ${text} is wider than /${widest}: no list of servers names so much at once`,
  );
}

/** Refuses what would name half of the Internet. */
function refuseTooMuch({ blocks, asns }: Entries, type: NetworkType, name: string): void {
  const most = type === 'hosting' ? shareMax.hosting : shareMax.other;
  const named: readonly (readonly [what: string, share: number])[] = [
    ['IPv4 addresses', covered(blocks, 4) / inUse.ipv4],
    ['IPv6 addresses', covered(blocks, 6) / inUse.ipv6],
    ['AS numbers', new Set(asns).size / inUse.asns],
  ];
  for (const [what, share] of named) {
    if (share <= most) continue;
    throw new Error(
      `${name}: names ${(100 * Math.min(1, share)).toFixed(0)} % of all ${what} as ${type}; ` +
        `at most ${(100 * most).toFixed(0)} % are believed`,
    );
  }
}

/** IPv4 addresses or IPv6 /64 in the blocks. Nested and repeated blocks count once. */
function covered(blocks: readonly Block[], version: 4 | 6): number {
  const spans = blocks
    .filter(({ block }) => block.base.version === version)
    .map(({ block: { base, bits } }) =>
      base.version === 4
        ? ([base.value, base.value + 2 ** (32 - bits)] as const)
        : spanOf64(base.words, bits),
    )
    .sort(([a], [b]) => a - b);
  let sum = 0;
  let reached = 0;
  for (const [first, end] of spans) {
    sum += Math.max(0, end - Math.max(first, reached));
    reached = Math.max(reached, end);
  }
  return sum;
}

/** To the precision of a double, which is enough for a share. */
function spanOf64([high, low]: readonly number[], bits: number): readonly [number, number] {
  const first = (high ?? 0) * 2 ** 32 + (low ?? 0);
  return [first, first + 2 ** Math.max(0, 64 - bits)];
}

/** FireHOL says when the source was, and when the file was written; the data is of the former. */
const headerDates = [/^#\s*Source File Date\s*:\s*(.+)$/m, /^#\s*This File Date\s*:\s*(.+)$/m];
const exitDates = /^(?:ExitAddress \S+|LastStatus) (\d{4}-\d\d-\d\d)/gm;
const headChars = 8192;

/** The day of a list: what it says itself, else when the file was written. */
function dateOf(text: string, { name, modified, now }: OverlayFile): string {
  const head = text.slice(0, headChars);
  const said = headerDates
    .map((pattern) => Date.parse(pattern.exec(head)?.[1] ?? ''))
    .find((time) => Number.isFinite(time));
  const exits = [...text.matchAll(exitDates)].map(([, day]) => Date.parse(day as string));
  const latest = exits.reduce((most, time) => Math.max(most, time), 0);
  const time = said ?? (latest > 0 ? latest : modified);
  if (!(time <= now + dayMs)) throw new Error(`${name}: says that it is of a day that is to come`);
  return new Date(Math.max(0, time)).toISOString().slice(0, 10);
}
