// Reads places, networks and names of a compact file, and keeps what it read: a few thousand
// places and networks answer nearly every lookup.

import { type KnownNetwork, unrouted } from '../asn-list.ts';
import type { GeoRecord } from '../geo-record.ts';
import type { Spot } from '../locator.ts';
import {
  idBits,
  networkBytes,
  networksPerPage,
  networkTypes,
  opinions,
  pageBytes,
  placeBytes,
  placesPerPage,
  spotBytes,
  spotsPerPage,
  statedRadiusFlag,
  type TableLayout,
  typeSources,
} from './layout.ts';
import type { PageSource } from './page-source.ts';

/**
 * Spots kept, a power of two: in memory more than a file of today has (0.7 million), page by page
 * enough for the traffic of a large organisation.
 */
const keptSpots = { memory: 2 ** 20, paged: 2 ** 15 } as const;

const keptNetworks = 2 ** 14;

/**
 * Remembers what was read last in each of `slots` places, by the low bits of the id. The crudest of
 * caches, and the fastest: addresses of real people repeat.
 */
function remembered<Value>(slots: number, read: (id: number) => Value): (id: number) => Value {
  const ids = new Uint32Array(slots);
  const values = new Array<Value | undefined>(slots).fill(undefined);
  return (id) => {
    const slot = id & (slots - 1);
    const known = values[slot];
    if (known !== undefined && ids[slot] === id) return known;
    const value = read(id);
    ids[slot] = id;
    values[slot] = value;
    return value;
  };
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

/**
 * Spots by id, from 1: what all addresses of a range share. One object per spot while it is
 * remembered, so that it carries its judged location along.
 */
export function openSpots(source: PageSource): (id: number) => Spot {
  const place = openPlaces(source);
  const network = openNetworks(source);
  return remembered(keptSpots[source.isInMemory ? 'memory' : 'paged'], (id) => {
    const view = recordView(source, source.header.spots, spotsPerPage, spotBytes, id);
    const [placeWord, networkId] = [view.getUint32(0, true), view.getUint32(4, true)];
    const placeId = placeWord & (2 ** idBits - 1);
    return {
      place: placeId === 0 ? undefined : place(placeId),
      opinion: opinions[placeWord >>> idBits] ?? 'silent',
      network: networkId === 0 ? unrouted : network(networkId),
      location: undefined,
    };
  });
}

/** Places by id, from 1; the place of most lines has the lowest id. */
export function openPlaces(source: PageSource): (id: number) => GeoRecord {
  return (id) => {
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
  };
}

/** Networks by id, from 1; one object each, because many spots share a few. */
function openNetworks(source: PageSource): (id: number) => KnownNetwork {
  return remembered(keptNetworks, (id) => {
    const view = recordView(source, source.header.networks, networksPerPage, networkBytes, id);
    const asn = view.getUint32(0, true);
    const nameOffset = view.getUint32(4, true);
    const type = networkTypes[view.getUint8(8)] ?? 'unknown';
    const typeSource = typeSources[view.getUint8(9)] ?? 'none';
    const list = source.header.lists?.[view.getUint16(10, true) - 1];
    const listed = list && { list: list.name, date: list.date };
    const organization = readName(source, nameOffset) ?? '';
    const network = { asn, organization, type, ...(listed ? { listed } : {}) };
    return { network, typeSource };
  });
}
