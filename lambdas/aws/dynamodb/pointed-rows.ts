// Rows of other partitions that a row of the user's own names: by reference, or by what a session
// or the profile shows. An erasure deletes them before the row that leads to them.

import { cellOf, type Location, placeKey } from '../../../domain/location.ts';
import { placeUseKeys } from '../../../domain/population/use-keys.ts';
import { observationOf, prefixOf } from '../../../domain/session/observation.ts';
import { profileOfItem } from './profile-item.ts';
import {
  addressUserKeyOf,
  detectionPrefix,
  indexRefPrefix,
  networkUserKeyOf,
  oddUserKeyOf,
  placeUserKeyOf,
  profileSortKey,
  type RowKey,
  sessionPrefix,
} from './profile-keys.ts';
import { indexItems, type RowReference, referenceOf } from './referenced-rows.ts';
import { decodeSession, type Item } from './user-rows.ts';

export type Pointed = {
  readonly keys: readonly RowKey[];
  readonly deviceKeys: readonly string[];
  readonly detectionIds: readonly string[];
  /** Detections of others that say whom they look like. */
  readonly alikeIds: readonly string[];
};

const nothing: Pointed = { keys: [], deviceKeys: [], detectionIds: [], alikeIds: [] };

/** Rows of other partitions that a row of the user's own names. */
export function pointedAt(userKey: string, item: Item): Pointed {
  const sk = item['sk']?.S ?? '';
  if (sk.startsWith(detectionPrefix)) {
    return { ...nothing, detectionIds: [sk.slice(detectionPrefix.length)] };
  }
  if (sk.startsWith(indexRefPrefix)) return pointedBy([item]);
  if (sk.startsWith(sessionPrefix)) {
    const { sightings, devices } = decodeSession(item);
    const keys = sightings.flatMap(({ address, location }) => [
      ...placeRowsOf(userKey, location),
      ...addressRowsOf(userKey, address),
      ...networkRowsOf(userKey, location),
      ...placeUseKeys(observationOf({ time: 0, gatewayId: '', address, location })).map((key) =>
        oddUserKeyOf(key, userKey),
      ),
    ]);
    return { ...nothing, keys, deviceKeys: devices.map(({ key }) => key) };
  }
  if (sk !== profileSortKey) return nothing;
  const { places, devices, addresses, networks, pending } = profileOfItem(userKey, item);
  // What the last fold did not come to write has no reference yet.
  const waiting = pointedBy(
    pending.indexRows.flatMap((row) => indexItems(row)).filter((one) => one['rowPk'] !== undefined),
  );
  const placed = [...places.values()].flatMap(({ location }) => placeRowsOf(userKey, location));
  return {
    keys: [
      ...placed,
      ...waiting.keys,
      ...[...addresses.keys()].flatMap((address) => addressRowsOf(userKey, address)),
      ...[...networks.values()].map(({ network }) => networkUserKeyOf(network.asn, userKey)),
    ],
    deviceKeys: [...devices.keys(), ...waiting.deviceKeys],
    detectionIds: pending.detections.map(({ id }) => id),
    alikeIds: [],
  };
}

/** What references name. */
function pointedBy(references: readonly Item[]): Pointed {
  const named = references.map(referenceOf);
  const isOfRow = (one: RowReference) => one.deviceKey === undefined && one.alikeId === undefined;
  return {
    keys: named.filter(isOfRow).map(({ key }) => key),
    deviceKeys: named.flatMap(({ deviceKey }) => deviceKey ?? []),
    detectionIds: [],
    alikeIds: named.flatMap(({ alikeId }) => alikeId ?? []),
  };
}

function addressRowsOf(userKey: string, address: string): RowKey[] {
  const key = prefixOf(address)?.key;
  return key === undefined ? [] : [addressUserKeyOf(key, userKey)];
}

function networkRowsOf(userKey: string, location: Location): RowKey[] {
  if (location.kind === 'special' || location.network.asn === 0) return [];
  return [networkUserKeyOf(location.network.asn, userKey)];
}

function placeRowsOf(userKey: string, location: Location): RowKey[] {
  if (location.kind !== 'located') return [];
  return [placeUserKeyOf(cellOf(location), userKey, placeKey(location))];
}
