// The stored form of what the last fold left pending. Index rows say again what the profile itself
// holds: places and devices are named by their place in the profile's own lists. A row that says
// anything else, and detections, are JSON. Versions 2 and 3 of packed profiles wrote all as JSON.

import { cellOf } from '../location.ts';
import type { ByteReader, ByteWriter } from './packed-bytes.ts';
import type { DeviceTally, Pending, PlaceTally, Profile, ProfileIndexRow } from './profile.ts';
import type { Tally } from './tally.ts';

/** What index rows are told from, in the order in which it is packed. */
export type PackedLists = Pick<Profile, 'userKey' | 'kind'> & {
  readonly places: readonly (readonly [string, PlaceTally])[];
  readonly devices: readonly (readonly [string, DeviceTally])[];
  readonly gateways: readonly (readonly [string, Tally])[];
};

/** First octet of a packed row. */
const rowKinds = {
  json: 0,
  directory: 1,
  placeUser: 2,
  deviceUser: 3,
  oddUser: 4,
  gatewayUser: 5,
} as const;

const packedSince = 4;
const nothing: Pending = { detections: [], indexRows: [] };

/** Writes it. */
export function writePending(to: ByteWriter, pending: Pending, lists: PackedLists): void {
  const { detections, indexRows } = pending;
  to.text(detections.length === 0 ? '' : JSON.stringify(detections));
  to.whole(indexRows.length);
  for (const row of indexRows) writeRow(to, row, lists);
}

function writeRow(to: ByteWriter, row: ProfileIndexRow, lists: PackedLists): void {
  const isSame = (told: ProfileIndexRow | undefined): boolean =>
    told !== undefined && JSON.stringify(ordered(told)) === JSON.stringify(ordered(row));
  if (row.type === 'directory' && isSame(directoryRow(lists))) {
    to.byte(rowKinds.directory);
    return;
  }
  if (row.type === 'place-user') {
    const at = lists.places.findIndex(([key]) => key === row.place);
    if (isSame(placeRow(lists, at, row.firstSeen))) {
      to.byte(rowKinds.placeUser);
      to.whole(at);
      to.whole(row.firstSeen);
      return;
    }
  }
  if (row.type === 'device-user') {
    const at = lists.devices.findIndex(([key]) => key === row.device.key);
    if (isSame(deviceRow(lists, at, row.firstSeen))) {
      to.byte(rowKinds.deviceUser);
      to.whole(at);
      to.whole(row.firstSeen);
      return;
    }
  }
  if (row.type === 'odd-user' && isSame(oddRow(lists, row.key, row.firstSeen))) {
    to.byte(rowKinds.oddUser);
    to.text(row.key);
    to.whole(row.firstSeen);
    return;
  }
  if (row.type === 'gateway-user') {
    const at = lists.gateways.findIndex(([id]) => id === row.gatewayId);
    if (isSame(gatewayRow(lists, at))) {
      to.byte(rowKinds.gatewayUser);
      to.whole(at);
      return;
    }
  }
  to.byte(rowKinds.json);
  to.text(JSON.stringify(row));
}

/** Reads what a version wrote. */
export function readPending(from: ByteReader, version: number, lists: PackedLists): Pending {
  const text = from.text();
  if (version < packedSince) return text === '' ? nothing : JSON.parse(text);
  const detections = text === '' ? [] : JSON.parse(text);
  const count = from.whole();
  const indexRows: ProfileIndexRow[] = [];
  for (let at = 0; at < count; at += 1) indexRows.push(readRow(from, lists));
  return { detections, indexRows };
}

function readRow(from: ByteReader, lists: PackedLists): ProfileIndexRow {
  const row = rowOfKind(from.byte(), from, lists);
  if (!row) throw new RangeError('a packed profile holds an unknown row');
  return row;
}

function rowOfKind(
  kind: number,
  from: ByteReader,
  lists: PackedLists,
): ProfileIndexRow | undefined {
  switch (kind) {
    case rowKinds.json:
      return JSON.parse(from.text());
    case rowKinds.directory:
      return directoryRow(lists);
    case rowKinds.placeUser:
      return placeRow(lists, from.whole(), from.whole());
    case rowKinds.deviceUser:
      return deviceRow(lists, from.whole(), from.whole());
    case rowKinds.oddUser:
      return oddRow(lists, from.text(), from.whole());
    case rowKinds.gatewayUser:
      return gatewayRow(lists, from.whole());
    default:
      return undefined;
  }
}

const directoryRow = ({ userKey, kind }: PackedLists): ProfileIndexRow => ({
  type: 'directory',
  userKey,
  kind,
});

function placeRow(
  { places, userKey }: PackedLists,
  at: number,
  firstSeen: number,
): ProfileIndexRow | undefined {
  const [place, tally] = places[at] ?? [];
  if (place === undefined || tally?.location.kind !== 'located') return undefined;
  // A position is packed to 0.001 degrees: a finer one might be read back into another cell.
  const { lat, lon } = tally.location;
  if ([lat, lon].some((degrees) => Math.round(degrees * 1000) / 1000 !== degrees)) return undefined;
  return { type: 'place-user', cell: cellOf(tally.location), place, userKey, firstSeen };
}

function deviceRow(
  { devices, userKey }: PackedLists,
  at: number,
  firstSeen: number,
): ProfileIndexRow | undefined {
  const tally = devices[at]?.[1];
  return tally && { type: 'device-user', device: tally.device, userKey, firstSeen };
}

const oddRow = ({ userKey }: PackedLists, key: string, firstSeen: number): ProfileIndexRow => ({
  type: 'odd-user',
  key,
  userKey,
  firstSeen,
});

function gatewayRow({ userKey, gateways }: PackedLists, at: number): ProfileIndexRow | undefined {
  const [gatewayId, tally] = gateways[at] ?? [];
  // Tallies are packed to the second.
  if (gatewayId === undefined || !tally || tally.firstSeen % 1000 !== 0) return undefined;
  return { type: 'gateway-user', gatewayId, userKey, firstSeen: tally.firstSeen };
}

/** The row with its members in one order, those of a device included. */
function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, member]) => [name, ordered(member)]);
}
