// Rows of the profiles table that name a user outside the user's own partition, and for each a
// reference in that partition. The profile forgets old places and devices, sessions expire; the
// references stay as long as their rows, so an erasure finds every row by one Query.

import { createHash } from 'node:crypto';
import type {
  AddressUserRow,
  NearMissRow,
  NetworkUserRow,
  ProfileIndexRow,
} from '../../../domain/profile/profile.ts';
import { prefixOf } from '../../../domain/session/observation.ts';
import { type Retention, retentionDefault } from '../../shared/retention.ts';
import {
  addressUserKeyOf,
  deviceKeyOf,
  deviceUserKeyOf,
  directoryKeyOf,
  indexRefKeyOf,
  lookUserKeyOf,
  nearMissKeyOf,
  networkUserKeyOf,
  oddUserKeyOf,
  placeUserKeyOf,
  type RowKey,
} from './profile-keys.ts';
import { type Item, keyItem, number } from './user-rows.ts';

const dayMs = 24 * 3600 * 1000;
/** A burst is counted over a day; late records may name it later. */
export const oddUserRetentionDays = 8;

/**
 * Rows of addresses and networks expire so long before the session they were last written for: an
 * erasure finds them by it, and TTL deletes late.
 */
const expiresEarlierDays = (sessionDays: number): number => Math.min(7, sessionDays / 4);

/** Items of an index row: the row itself, what lists it, and the reference to it. */
export function indexItems(row: ProfileIndexRow, retention = retentionDefault): Item[] {
  const { userKey } = row;
  // The search names gateways; nobody asks for the users of one.
  if (row.type === 'gateway-user') return [];
  if (row.type === 'address-user' || row.type === 'network-user') return seenItems(row, retention);
  const user = { user: { S: userKey } };
  if (row.type === 'directory') {
    return [{ ...keyItem(directoryKeyOf(userKey)), ...user, kind: { S: row.kind } }];
  }
  if (row.type === 'near-miss') return nearMissItems(row);
  const seen = { firstSeen: number(row.firstSeen) };
  if (row.type === 'look-user') {
    const key = lookUserKeyOf(row.look, userKey);
    return [{ ...keyItem(key), ...user, ...seen }, referenceTo(userKey, key, seen)];
  }
  if (row.type === 'place-user') {
    const key = placeUserKeyOf(row.cell, userKey, row.place);
    const item = { ...keyItem(key), ...user, ...seen, place: { S: row.place } };
    return [item, referenceTo(userKey, key, seen)];
  }
  if (row.type === 'odd-user') {
    const key = oddUserKeyOf(row.key, userKey);
    const expiresAt = number((row.firstSeen + oddUserRetentionDays * dayMs) / 1000);
    const { detectionId } = row;
    const folds = detectionId === undefined ? {} : { detection: { S: detectionId } };
    const item = { ...keyItem(key), ...user, ...seen, ...folds, expiresAt };
    return [item, referenceTo(userKey, key, { ...seen, expiresAt })];
  }
  const device = { device: { S: JSON.stringify(row.device) } };
  const key = deviceUserKeyOf(row.device.key, userKey);
  return [
    { ...keyItem(key), ...user, ...seen, ...device },
    { ...keyItem(deviceKeyOf(row.device.key)), ...device },
    referenceTo(userKey, key, { ...seen, deviceKey: { S: row.device.key } }),
  ];
}

/** Counted for 30 days; a day more, or the oldest would go while it is counted. */
const nearMissDays = 31;

function nearMissItems(row: NearMissRow): Item[] {
  const { userKey, rowStart, identity, startedAt, place, nats, gate, onHeld } = row;
  const key = nearMissKeyOf(startedAt, userKey, identity);
  const expiresAt = number(Math.floor((startedAt + nearMissDays * dayMs) / 1000));
  const told = { place: { S: place }, gate: { S: gate }, nats: { N: String(nats) } };
  const session = {
    identity: { S: identity },
    rowStart: number(rowStart),
    startedAt: number(startedAt),
  };
  const held = onHeld ? { whole: { N: String(onHeld.whole) }, since: number(onHeld.since) } : {};
  const item = { ...keyItem(key), user: { S: userKey }, ...session, ...told, ...held, expiresAt };
  return [item, referenceTo(userKey, key, { expiresAt })];
}

/** A near miss as it is stored. */
export const nearMissOf = (item: Item): NearMissRow => ({
  type: 'near-miss',
  userKey: item['user']?.S ?? '',
  identity: item['identity']?.S ?? '',
  rowStart: Number(item['rowStart']?.N),
  startedAt: Number(item['startedAt']?.N),
  place: item['place']?.S ?? '',
  nats: Number(item['nats']?.N),
  gate: (item['gate']?.S ?? 'shut') as NearMissRow['gate'],
  ...(item['whole']?.N === undefined
    ? {}
    : { onHeld: { whole: Number(item['whole'].N), since: Number(item['since']?.N) } }),
});

function seenItems(row: AddressUserRow | NetworkUserRow, { sessionDays }: Retention): Item[] {
  const { userKey, firstSeen, lastSeen, sessions } = row;
  const keptDays = sessionDays - expiresEarlierDays(sessionDays);
  const expiresAt = number(Math.floor((lastSeen + keptDays * dayMs) / 1000));
  const seen = { firstSeen: number(firstSeen), expiresAt };
  const rest = {
    user: { S: userKey },
    ...seen,
    lastSeen: number(lastSeen),
    sessions: number(sessions),
  };
  if (row.type === 'network-user') {
    const key = networkUserKeyOf(row.network.asn, userKey);
    const network = { network: { S: JSON.stringify(row.network) } };
    const { expiresAt: _, ...lasting } = seen;
    return [
      { ...keyItem(key), ...rest, ...network },
      ...(row.isReferenced ? [referenceTo(userKey, key, lasting)] : []),
    ];
  }
  const prefix = prefixOf(row.address)?.key;
  if (prefix === undefined) return [];
  const key = addressUserKeyOf(prefix, userKey);
  const asn = row.asn === undefined ? {} : { asn: number(row.asn) };
  const item = {
    ...keyItem(key),
    ...rest,
    address: { S: row.address },
    place: { S: row.place },
    ...asn,
  };
  return [item, ...(row.isReferenced ? [referenceTo(userKey, key, seen)] : [])];
}

export type RowReference = {
  readonly key: RowKey;
  /** It is a row of this device, whose user the person is. */
  readonly deviceKey?: string;
  /** It is a detection about somebody who looks like the person. */
  readonly alikeId?: string;
};

/** What a reference names. */
export function referenceOf(item: Item): RowReference {
  const key = { pk: item['rowPk']?.S ?? '', sk: item['rowSk']?.S ?? '' };
  const deviceKey = item['deviceKey']?.S;
  const alikeId = item['alikeId']?.S;
  return {
    key,
    ...(deviceKey === undefined ? {} : { deviceKey }),
    ...(alikeId === undefined ? {} : { alikeId }),
  };
}

/** The user's own reference to a row elsewhere. */
export function referenceTo(userKey: string, { pk, sk }: RowKey, rest: Item): Item {
  const digest = createHash('sha256').update(`${pk}\0${sk}`).digest('base64url').slice(0, 22);
  const row = { rowPk: { S: pk }, rowSk: { S: sk } };
  return { ...keyItem(indexRefKeyOf(userKey, digest)), ...row, ...rest };
}
