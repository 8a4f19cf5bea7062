// The compact file's layout (geo/README.md): constants, the header, and its checks.
// A file that is foreign, of another version, cut short or altered is refused before any lookup.

import { crc32 } from 'node:zlib';
import type { NetworkType } from '../../domain/location.ts';
import type { TypeSource } from '../network-type.ts';
import type { KnownBlock } from '../site.ts';

export const compactFileName = 'wherefrom-geo.bin';
export const layoutVersion = 1;
export const magic = Buffer.from('WHEREGEO');
/** Bytes of the fixed part: magic, version, header, index and page counts, checksum. */
export const preambleBytes = 32;
export const pageBytes = 4096;

/**
 * Entries per page of a range table: start (4 or 8 octets) and a 3-octet value. Multiples of 16,
 * because 16 IPv4 starts fill one cache line.
 */
export const entriesPerPage4 = 576;
export const entriesPerPage6 = 368;
export const placeBytes = 16;
export const networkBytes = 12;
export const spotBytes = 8;
export const spotsPerPage = pageBytes / spotBytes;
export const placesPerPage = pageBytes / placeBytes;
export const networksPerPage = Math.floor(pageBytes / networkBytes);

/** Marks a radius as the source's own; below it, the spread of folded places. */
export const statedRadiusFlag = 0x8000;

/** Ids have 24 bits; in a spot the second opinion stands above the place id. */
export const idBits = 24;
export const opinions = ['unasked', 'agrees', 'differs', 'silent'] as const;

/** Types and sources by their octet in the file: append only. */
export const networkTypes: readonly NetworkType[] = [
  'unknown',
  'access',
  'mobile',
  'hosting',
  'vpn',
  'tor',
  'education',
  'government',
  'satellite',
  'corporate',
  'anycast',
  'security-service',
  'proxy',
];
export const typeSources: readonly TypeSource[] = ['none', 'name', 'seed', 'overlay'];

/** A sorted-range table: pages of entries, and the first start of each page in the index. */
export type TableLayout = {
  readonly firstPage: number;
  readonly pages: number;
  readonly entries: number;
};

export const tableNames = ['spot4', 'spot6', 'known4', 'known6'] as const;
export type TableName = (typeof tableNames)[number];

export type SourceFile = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
};

/** The header, JSON in the file. */
export type CompactHeader = {
  /** Names everything the file was made from; equal hashes, equal files. */
  readonly sourceHash: string;
  readonly rulesHash: string;
  readonly sources: readonly SourceFile[];
  readonly dataDate: string;
  readonly attribution: string;
  readonly pages: number;
  readonly tables: Readonly<Record<TableName, TableLayout>>;
  readonly spots: TableLayout;
  readonly places: TableLayout;
  readonly networks: TableLayout;
  readonly names: TableLayout;
  /** Meaning of the values of the known tables, from 1. */
  readonly known: readonly KnownBlock[];
  /** The operator's lists; networks name theirs by its place, from 1. Absent: none. */
  readonly lists?: readonly ListFact[];
};

/** What a file says of a list that it was built with. */
export type ListFact = {
  readonly name: string;
  readonly type: NetworkType;
  /** The day its data is of. */
  readonly date: string;
  /** How many blocks of addresses and how many AS numbers it names. */
  readonly blocks: number;
  readonly networks: number;
};

/** The file is no compact location file of this version, or it is damaged. */
export class CompactFileError extends Error {
  readonly code = 'GEO_FILE';
  constructor(path: string, problem: string) {
    super(`GEO_FILE: ${path} ${problem}; build it again with: npm run geo:build`);
    this.name = 'CompactFileError';
  }
}

/** Words of the index area: a checksum per page, then each table's first starts. */
export function indexWords(header: CompactHeader): number {
  return tableNames.reduce(
    (words, name) => words + header.tables[name].pages * startWords(name),
    header.pages,
  );
}

/** 32-bit words per start: one for IPv4, two for the upper half of IPv6. */
export function startWords(name: TableName): 1 | 2 {
  return name.endsWith('4') ? 1 : 2;
}

/** Where the pages begin. */
export function pagesOffset(headerBytes: number, words: number): number {
  return Math.ceil((preambleBytes + headerBytes + words * 4) / pageBytes) * pageBytes;
}

/** Header bytes: JSON padded with spaces, so that the index behind it is aligned to 8. */
export function encodeHeader(header: CompactHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  return Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
}

/** The fixed part of the file. */
export function encodePreamble(headerBytes: number, words: number, checksum: number): Buffer {
  const preamble = Buffer.alloc(preambleBytes);
  magic.copy(preamble);
  preamble.writeUInt32LE(layoutVersion, 8);
  preamble.writeUInt32LE(headerBytes, 12);
  preamble.writeUInt32LE(words, 16);
  preamble.writeUInt32LE(checksum, 20);
  return preamble;
}

export type Preamble = {
  readonly headerBytes: number;
  readonly words: number;
  readonly checksum: number;
};

/** Reads the fixed part. @throws CompactFileError when it is not ours. */
export function readPreamble(path: string, bytes: Buffer): Preamble {
  if (bytes.length < preambleBytes || !bytes.subarray(0, 8).equals(magic)) {
    throw new CompactFileError(path, 'is no compact location file');
  }
  const version = bytes.readUInt32LE(8);
  if (version !== layoutVersion) {
    throw new CompactFileError(path, `has layout version ${version}, not ${layoutVersion}`);
  }
  return {
    headerBytes: bytes.readUInt32LE(12),
    words: bytes.readUInt32LE(16),
    checksum: bytes.readUInt32LE(20),
  };
}

/** Reads header and index. @throws CompactFileError when they do not match their checksum. */
export function readHeader(path: string, preamble: Preamble, bytes: Buffer): CompactHeader {
  if (crc32(bytes) !== preamble.checksum) throw new CompactFileError(path, 'is damaged (header)');
  // The checksum vouches for the bytes the builder wrote, so the JSON has the builder's shape.
  const json = bytes.subarray(0, preamble.headerBytes).toString('utf8');
  const header = JSON.parse(json) as CompactHeader;
  if (indexWords(header) !== preamble.words) {
    throw new CompactFileError(path, 'is damaged (index)');
  }
  return header;
}
