// Reads places, networks and names of a compact file, and keeps what it read: a few thousand
// places and networks answer nearly every lookup.

import type { KnownNetwork } from '../asn-list.ts';
import type { GeoRecord } from '../geo-record.ts';
import {
  networkBytes,
  networksPerPage,
  networkTypes,
  pageBytes,
  placeBytes,
  placesPerPage,
  statedRadiusFlag,
  type TableLayout,
  typeSources,
} from './layout.ts';
import type { PageSource } from './page-source.ts';

/** Records kept per table in paged mode; in memory all are, the file bounds them. */
const keptRecordsPaged = 50_000;

/**
 * Remembers what was read. Two generations: when the younger is full, the older is forgotten, so
 * records in use stay.
 */
function remembered<Value>(keptMax: number, read: (id: number) => Value): (id: number) => Value {
  let younger = new Map<number, Value>();
  let older = new Map<number, Value>();
  return (id) => {
    const known = younger.get(id);
    if (known !== undefined) return known;
    const value = older.get(id) ?? read(id);
    if (younger.size >= keptMax / 2) {
      older = younger;
      younger = new Map();
    }
    younger.set(id, value);
    return value;
  };
}

/** Remembers everything: ids are dense and bounded by the file. */
function rememberedAll<Value>(idMax: number, read: (id: number) => Value): (id: number) => Value {
  const values = new Array<Value | undefined>(idMax + 1).fill(undefined);
  return (id) => {
    const known = values[id];
    if (known !== undefined) return known;
    const value = read(id);
    values[id] = value;
    return value;
  };
}

function rememberedFor<Value>(
  source: PageSource,
  section: TableLayout,
  read: (id: number) => Value,
): (id: number) => Value {
  return source.isInMemory
    ? rememberedAll(section.entries, read)
    : remembered(keptRecordsPaged, read);
}

/** Loads the page of record `id` (from 1) and gives a view of the record. */
function recordView(
  source: PageSource,
  section: TableLayout,
  perPage: number,
  bytes: number,
  id: number,
): DataView {
  const page = Math.floor((id - 1) / perPage);
  const at = source.load(section.firstPage + page) + ((id - 1) % perPage) * bytes;
  return new DataView(source.octets.buffer, source.octets.byteOffset + at, bytes);
}

/** Text at an offset of the names section: 2 octets of length, then UTF-8. Offset 0: none. */
function readName(source: PageSource, offset: number): string | undefined {
  if (offset === 0) return undefined;
  const { firstPage } = source.header.names;
  const at = source.load(firstPage + Math.floor(offset / pageBytes)) + (offset % pageBytes);
  const { octets } = source;
  const length = (octets[at] as number) | ((octets[at + 1] as number) << 8);
  return Buffer.from(octets.buffer, octets.byteOffset + at + 2, length).toString('utf8');
}

/** Places by id, from 1. */
export function openPlaces(source: PageSource): (id: number) => GeoRecord {
  return rememberedFor(source, source.header.places, (id) => {
    // Everything is taken from the view before a name is read: that may bring in another page.
    const view = recordView(source, source.header.places, placesPerPage, placeBytes, id);
    const [cityOffset, regionOffset] = [view.getUint32(0, true), view.getUint32(4, true)];
    const [lat, lon] = [view.getInt16(8, true) / 10, view.getInt16(10, true) / 10];
    const country = String.fromCharCode(view.getUint8(12), view.getUint8(13));
    const radius = view.getUint16(14, true);
    const isStated = radius >= statedRadiusFlag;
    const city = readName(source, cityOffset);
    const region = readName(source, regionOffset);
    return {
      country,
      region,
      city,
      lat,
      lon,
      statedRadiusKm: isStated ? radius - statedRadiusFlag : undefined,
      spreadKm: !isStated && radius > 0 ? radius : undefined,
    };
  });
}

/** Networks by id, from 1. */
export function openNetworks(source: PageSource): (id: number) => KnownNetwork {
  return rememberedFor(source, source.header.networks, (id) => {
    const view = recordView(source, source.header.networks, networksPerPage, networkBytes, id);
    const asn = view.getUint32(0, true);
    const nameOffset = view.getUint32(4, true);
    const type = networkTypes[view.getUint8(8)] ?? 'unknown';
    const typeSource = typeSources[view.getUint8(9)] ?? 'none';
    const organization = readName(source, nameOffset) ?? '';
    return { network: { asn, organization, type }, typeSource };
  });
}
