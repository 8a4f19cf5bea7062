// Keys of the profiles table, defined once for writers and readers.
// One partition per user. The profile sorts after its sessions, so one descending Query returns the
// profile and the newest sessions. Views across users have partitions of their own.
// Promise: no key is empty or longer than DynamoDB takes, whatever a user, a device or a request
// calls itself; different names stay different keys.

import { createHash } from 'node:crypto';
import { escapeKeyPart } from '../../../domain/user-name.ts';

export type RowKey = { readonly pk: string; readonly sk: string };

export const profileSortKey = 'Z#profile';
export const sessionPrefix = 'S#';
export const detectionPrefix = 'D#';
export const indexRefPrefix = 'I#';
export const orderPrefix = 'O#';
/** Before every session: the newest sessions are read from the profile downwards. */
export const monthPrefix = 'M#';

/** Octets of a sort key (DynamoDB Developer Guide, quotas: partition keys and sort keys). */
export const sortKeyBytesMax = 1_024;
/** Of 2,048 octets of a partition key: more than any name that a gateway can send becomes. */
const partitionPartBytesMax = 1_900;
/** Of a sort key, whose other parts are the name of a place. */
const sortPartBytesMax = 600;
const placePartBytesMax = 400;
const digestCharacters = 22;

/**
 * A text longer than `bytesMax` octets ends in `\~` and its digest. An escaped text holds
 * no single `\` before a `~`, so that a shortened one equals no other.
 */
function bounded(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, digestCharacters);
  const head = Buffer.from(text).subarray(0, bytesMax - digestCharacters - 2);
  // What the cut went through is left out: a character, or an escape and its second half.
  const whole = head.toString('utf8').replace(/\ufffd$/, '');
  const isEscapeCut = (/\\*$/.exec(whole)?.[0].length ?? 0) % 2 === 1;
  return `${isEscapeCut ? whole.slice(0, -1) : whole}\\~${digest}`;
}

const partitionPart = (text: string): string => bounded(escapeKeyPart(text), partitionPartBytesMax);
const sortPart = (text: string): string => bounded(escapeKeyPart(text), sortPartBytesMax);

export const userPartition = (userKey: string): string => `USER#${partitionPart(userKey)}`;

export const profileKeyOf = (userKey: string): RowKey => ({
  pk: userPartition(userKey),
  sk: profileSortKey,
});

/** `rowStart` in ms; the identity distinguishes sessions of the same second. */
export const sessionKeyOf = (userKey: string, rowStart: number, identity: string): RowKey => ({
  pk: userPartition(userKey),
  sk: `${sessionSortKey(rowStart)}#${identity}`,
});

/** Sorts before every session that starts at `time` or later. */
export const sessionSortKey = (time: number): string =>
  `${sessionPrefix}${new Date(Math.max(0, time)).toISOString()}`;

/** A detection lives in the partition of its month, which its id names. */
export const detectionKeyOf = (id: string): RowKey => ({
  pk: detectionPartition(id.slice(0, 6)),
  sk: id,
});

/** `month` as `202611`. */
export const detectionPartition = (month: string): string => `DETECTIONS#${month}`;

/** What analysts decided, in partitions of their own: few rows beside many detections. */
export const triagePartition = (month: string): string => `TRIAGE#${month}`;
export const triageKeyOf = (id: string): RowKey => ({
  pk: triagePartition(id.slice(0, 6)),
  sk: id,
});

/** What lists read of detections (`detection-rows.ts`). */
export const queuePartition = (month: string): string => `QUEUE#${month}`;
export const queueKeyOf = (id: string): RowKey => ({ pk: queuePartition(id.slice(0, 6)), sk: id });

/** What people decided about cases (`case-rows.ts`); a case's id names its month. */
export const casePartition = (month: string): string => `CASES#${month}`;
export const caseKeyOf = (id: string): RowKey => ({ pk: casePartition(id.slice(0, 6)), sk: id });

/** What analysts wrote to each other about a detection or a case. */
export const commentPartition = (id: string): string => `COMMENTS#${id}`;

/** Whose a reference in the audit trail is (`person-references.ts`). */
export const personKeyOf = (subject: string): RowKey => ({
  pk: `PERSON#${subject}`,
  sk: 'PERSON',
});

/** The record that a detection was published. */
export const publishedKeyOf = (id: string): RowKey => ({ pk: `TOLD#${id.slice(0, 6)}`, sk: id });

/** The user's own pointer to a detection. */
export const detectionRefKeyOf = (userKey: string, id: string): RowKey => ({
  pk: userPartition(userKey),
  sk: `${detectionPrefix}${id}`,
});

/** The user's own reference to a row of another partition, by the digest of its key. */
export const indexRefKeyOf = (userKey: string, digest: string): RowKey => ({
  pk: userPartition(userKey),
  sk: `${indexRefPrefix}${digest}`,
});

/** An order to end a session of the user. */
export const orderKeyOf = (userKey: string, orderId: string): RowKey => ({
  pk: userPartition(userKey),
  sk: `${orderPrefix}${orderId}`,
});

/** What is expected of the user, in one row. */
export const expectedKeyOf = (userKey: string): RowKey => ({
  pk: userPartition(userKey),
  sk: 'E#expected',
});
/** A user's month by day, as `202611` (`month-store.ts`). */
export const monthKeyOf = (userKey: string, month: string): RowKey => ({
  pk: userPartition(userKey),
  sk: `${monthPrefix}${month}`,
});

export const directoryPartition = 'DIRECTORY';
export const directoryKeyOf = (userKey: string): RowKey => ({
  pk: directoryPartition,
  sk: sortPart(userKey),
});
/** How directory rows of users begin whose keys begin with this text. */
export const directoryPrefix = (text: string): string => sortPart(text);

/** Users with marks in their key, by the key without them. */
export const lookPartition = (look: string): string => `LOOK#${partitionPart(look)}`;
export const lookUserKeyOf = (look: string, userKey: string): RowKey => ({
  pk: lookPartition(look),
  sk: sortPart(userKey),
});

export const cellPartition = (cell: string): string => `CELL#${cell}`;
export const placeUserKeyOf = (cell: string, userKey: string, place: string): RowKey => ({
  pk: cellPartition(cell),
  sk: `${sortPart(userKey)}#${bounded(escapeKeyPart(place), placePartBytesMax)}`,
});

/**
 * Addresses that users came from, by /16 (IPv6: /32): a block of any size is a range of sort keys.
 * @param key of the address's prefix (domain/session/observation.ts): an address or an IPv6 /64
 */
export function addressUserKeyOf(key: string, userKey: string): RowKey {
  const hex = addressHex(key);
  return { pk: addressPartition(hex), sk: `${hex}#${sortPart(userKey)}` };
}
/** Eight hex digits of an IPv4 address, sixteen of an IPv6 /64: they sort as addresses do. */
export function addressHex(key: string): string {
  if (!key.includes('.')) return key;
  const octets = key.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return octets.join('');
}
/** The partition of an address, or of the block around all that begin with these digits. */
export const addressPartition = (hex: string): string => `ADDRESS#${blockDigits(hex)}`;
const blockDigits = (hex: string): string => hex.slice(0, hex.length > 8 ? 8 : 4);

/** Users of a network. */
export const networkPartition = (asn: number): string => `NETWORK#${asn}`;
export const networkUserKeyOf = (asn: number, userKey: string): RowKey => ({
  pk: networkPartition(asn),
  sk: sortPart(userKey),
});

/** Names that the search knows: what leads to them, what was added since, and their parts. */
export const searchPartition = 'SEARCH';
export const searchIndexKey: RowKey = { pk: searchPartition, sk: 'INDEX' };
export const searchNewPrefix = 'NEW#';
export const searchNewKey = (digest: string): RowKey => ({
  pk: searchPartition,
  sk: `${searchNewPrefix}${digest}`,
});
export const searchPartKey = (place: string, part: number): RowKey => ({
  pk: `SEARCH#${place}.${part}`,
  sk: 'PART',
});

/** Near misses of a day. @param time of a session */
export const nearMissPartition = (time: number): string => `NEAR#${utcDay(time)}`;
const utcDay = (time: number): string =>
  new Date(Math.max(0, time)).toISOString().slice(0, 10).replaceAll('-', '');
/** One of a session at its start. */
export const nearMissKeyOf = (time: number, userKey: string, identity: string): RowKey => ({
  pk: nearMissPartition(time),
  sk: `${sortPart(userKey)}#${new Date(Math.max(0, time)).toISOString().slice(11, 19)}#${identity}`,
});

/** Who lately came oddly from a network or address that was new to all. */
export const oddPartition = (key: string): string => `ODD#${partitionPart(key)}`;
/** The alert of a burst at the key. No user's key begins like this: theirs are escaped. */
export const burstAlertKeyOf = (key: string): RowKey => ({ pk: oddPartition(key), sk: '#alert' });
export const oddUserKeyOf = (key: string, userKey: string): RowKey => ({
  pk: oddPartition(key),
  sk: sortPart(userKey),
});

export const deviceDirectoryPartition = 'DEVICES';
export const deviceKeyOf = (deviceKey: string): RowKey => ({
  pk: deviceDirectoryPartition,
  sk: bounded(deviceKey, sortKeyBytesMax),
});
export const devicePartition = (deviceKey: string): string => `DEVICE#${partitionPart(deviceKey)}`;
/** A user of a device; the sort key is the user's key as it is. */
export const deviceUserKeyOf = (deviceKey: string, userKey: string): RowKey => ({
  pk: devicePartition(deviceKey),
  sk: bounded(userKey, sortPartBytesMax),
});

/** Last words of sessions, by shard and time of writing (`word-store.ts`). */
export const wordPartition = (shard: string): string => `WORDS#${shard}`;
/** Sorts before every row of words that is written at `time` or later. */
export const wordSortKey = (time: number): string => new Date(Math.max(0, time)).toISOString();
export const wordKey = (shard: string, time: number, digest: string): RowKey => ({
  pk: wordPartition(shard),
  sk: `${wordSortKey(time)}#${digest}`,
});

/** What is known of the index of open sessions as a whole (`open-meta.ts`). */
export const openIndexKey: RowKey = { pk: 'OPEN', sk: 'INDEX' };
/** A part of the index, in one of the two places that its generations take in turn. */
export const openPartKey = (place: string, part: number): RowKey => ({
  pk: `OPEN#${place}.${part}`,
  sk: 'PART',
});
