// Writes a compact file (geo/README.md): pages first in memory, then header, index and pages to
// a temporary file, synced and renamed, so that a half-written file is never found.

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { KnownNetwork } from '../asn-list.ts';
import {
  type CompactHeader,
  encodeHeader,
  encodePreamble,
  entriesPerPage4,
  entriesPerPage6,
  type ListFact,
  networkBytes,
  networksPerPage,
  networkTypes,
  pageBytes,
  pagesOffset,
  placeBytes,
  placesPerPage,
  preambleBytes,
  spotBytes,
  spotsPerPage,
  startWords,
  statedRadiusFlag,
  type TableLayout,
  type TableName,
  tableNames,
  typeSources,
} from '../compact/layout.ts';
import type { GeoRecord } from '../geo-record.ts';
import type { RangeList } from './range-list.ts';
import type { SpotTable } from './spot-table.ts';

/** Everything a file holds. */
export type CompactContent = {
  readonly tables: Readonly<Record<TableName, RangeList>>;
  readonly spots: SpotTable;
  readonly places: readonly GeoRecord[];
  readonly networks: readonly KnownNetwork[];
  readonly about: Pick<
    CompactHeader,
    'sourceHash' | 'rulesHash' | 'sources' | 'dataDate' | 'attribution' | 'known' | 'lists'
  >;
};

/** Collects pages; sections begin on a page. */
class PageWriter {
  readonly pages: Buffer[] = [];

  /** Appends records of one size, so many to a page. */
  addRecords(
    count: number,
    perPage: number,
    write: (page: Buffer, slot: number, record: number) => void,
  ): TableLayout {
    const firstPage = this.pages.length;
    for (let first = 0; first < count; first += perPage) {
      const page = Buffer.alloc(pageBytes);
      const last = Math.min(first + perPage, count);
      for (let record = first; record < last; record += 1) write(page, record - first, record);
      this.pages.push(page);
    }
    return { firstPage, pages: this.pages.length - firstPage, entries: count };
  }
}

/** Packs distinct names into pages; no name crosses a page. */
class NameSection {
  private readonly offsets = new Map<string, number>();
  private readonly pages: Buffer[] = [Buffer.alloc(pageBytes)];
  // Offset 0 means "no name".
  private used = 2;

  offsetOf(name: string | undefined): number {
    if (name === undefined || name === '') return 0;
    const known = this.offsets.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(name);
    if (this.used + 2 + bytes.length > pageBytes) {
      this.pages.push(Buffer.alloc(pageBytes));
      this.used = 0;
    }
    const page = this.pages.at(-1) as Buffer;
    const offset = (this.pages.length - 1) * pageBytes + this.used;
    page.writeUInt16LE(bytes.length, this.used);
    bytes.copy(page, this.used + 2);
    this.used += 2 + bytes.length;
    this.offsets.set(name, offset);
    return offset;
  }

  appendTo(writer: PageWriter): TableLayout {
    const firstPage = writer.pages.length;
    writer.pages.push(...this.pages);
    return { firstPage, pages: this.pages.length, entries: this.offsets.size };
  }
}

/** Writes the file. @returns its size in bytes */
export function writeCompactFile(path: string, content: CompactContent): number {
  const writer = new PageWriter();
  const names = new NameSection();
  const tables = Object.fromEntries(
    tableNames.map((name) => [name, addTable(writer, name, content.tables[name])]),
  ) as Record<TableName, TableLayout>;
  const spots = addSpots(writer, content.spots);
  const places = addPlaces(writer, names, content.places);
  const networks = addNetworks(writer, names, content);
  const header: CompactHeader = {
    ...content.about,
    tables,
    spots,
    places,
    networks,
    names: names.appendTo(writer),
    pages: writer.pages.length,
  };
  return writeFile(path, encodeHeader(header), encodeIndex(writer.pages, content.tables), writer);
}

function addTable(writer: PageWriter, name: TableName, list: RangeList): TableLayout {
  const isWide = startWords(name) === 2;
  const perPage = isWide ? entriesPerPage6 : entriesPerPage4;
  const valuesAt = perPage * (isWide ? 8 : 4);
  return writer.addRecords(list.length, perPage, (page, slot, i) => {
    page.writeUInt32LE(list.hi[i] as number, slot * 4);
    if (isWide) page.writeUInt32LE(list.lo[i] as number, (perPage + slot) * 4);
    page.writeUIntLE(list.value[i] as number, valuesAt + slot * 3, 3);
  });
}

function addSpots(writer: PageWriter, spots: SpotTable): TableLayout {
  return writer.addRecords(spots.size, spotsPerPage, (page, slot, i) => {
    page.writeUInt32LE(spots.placeWord(i + 1), slot * spotBytes);
    page.writeUInt32LE(spots.networkId(i + 1), slot * spotBytes + 4);
  });
}

function addPlaces(
  writer: PageWriter,
  names: NameSection,
  places: readonly GeoRecord[],
): TableLayout {
  return writer.addRecords(places.length, placesPerPage, (page, slot, i) => {
    const place = places[i] as GeoRecord;
    const at = slot * placeBytes;
    page.writeUInt32LE(names.offsetOf(place.city), at);
    page.writeUInt32LE(names.offsetOf(place.region), at + 4);
    page.writeInt16LE(Math.round(place.lat * 10), at + 8);
    page.writeInt16LE(Math.round(place.lon * 10), at + 10);
    page.write(place.country, at + 12, 2, 'latin1');
    const stated = place.statedRadiusKm;
    const radius = Math.round(stated ?? place.spreadKm ?? 0);
    page.writeUInt16LE(stated === undefined ? radius : radius + statedRadiusFlag, at + 14);
  });
}

function addNetworks(
  writer: PageWriter,
  names: NameSection,
  { networks, about: { lists = [] } }: CompactContent,
): TableLayout {
  return writer.addRecords(networks.length, networksPerPage, (page, slot, i) => {
    const { network, typeSource } = networks[i] as KnownNetwork;
    const at = slot * networkBytes;
    page.writeUInt32LE(network.asn, at);
    page.writeUInt32LE(names.offsetOf(network.organization), at + 4);
    page.writeUInt8(networkTypes.indexOf(network.type), at + 8);
    page.writeUInt8(typeSources.indexOf(typeSource), at + 9);
    const { listed, type } = network;
    const isOf = (list: ListFact): boolean => list.name === listed?.list && list.type === type;
    page.writeUInt16LE(lists.findIndex(isOf) + 1, at + 10);
  });
}

/** A checksum per page, then per table the first start of each page. */
function encodeIndex(
  pages: readonly Buffer[],
  tables: Readonly<Record<TableName, RangeList>>,
): Buffer {
  const words = pages.map((page) => crc32(page));
  for (const name of tableNames) {
    const { hi, lo, length } = tables[name];
    const isWide = startWords(name) === 2;
    const perPage = isWide ? entriesPerPage6 : entriesPerPage4;
    const firsts: number[] = [];
    for (let i = 0; i < length; i += perPage) firsts.push(i);
    for (const i of firsts) words.push(hi[i] as number);
    if (isWide) for (const i of firsts) words.push(lo[i] as number);
  }
  const bytes = Buffer.alloc(words.length * 4);
  for (const [i, word] of words.entries()) bytes.writeUInt32LE(word, i * 4);
  return bytes;
}

function writeFile(path: string, header: Buffer, index: Buffer, writer: PageWriter): number {
  const head = Buffer.concat([header, index]);
  const offset = pagesOffset(header.length, index.length / 4);
  const start = Buffer.alloc(offset);
  encodePreamble(header.length, index.length / 4, crc32(head)).copy(start);
  head.copy(start, preambleBytes);
  const unfinished = `${path}.${process.pid}.tmp`;
  const file = openSync(unfinished, 'w', 0o644);
  writeSync(file, start);
  for (const page of writer.pages) writeSync(file, page);
  fsyncSync(file);
  closeSync(file);
  renameSync(unfinished, path);
  return offset + writer.pages.length * pageBytes;
}
