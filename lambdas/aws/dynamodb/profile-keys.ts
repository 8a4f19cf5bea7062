// Keys of the profiles table, in one place: who writes a row and who reads it agree here.
// One partition per user; the profile sorts after its sessions, so one descending Query returns the
// profile and the newest sessions. Views across users have partitions of their own.

import { escapeKeyPart } from '../../../domain/user-name.ts';

export type RowKey = { readonly pk: string; readonly sk: string };

export const profileSortKey = 'Z#profile';
export const sessionPrefix = 'S#';
export const detectionPrefix = 'D#';

export const userPartition = (userKey: string): string => `USER#${escapeKeyPart(userKey)}`;

export const profileKeyOf = (userKey: string): RowKey => ({
  pk: userPartition(userKey),
  sk: profileSortKey,
});

/** `rowStart` in ms; the identity tells sessions of one second apart. */
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

/** The record that a detection was published. */
export const publishedKeyOf = (id: string): RowKey => ({ pk: `TOLD#${id.slice(0, 6)}`, sk: id });

/** The user's own pointer to a detection. */
export const detectionRefKeyOf = (userKey: string, id: string): RowKey => ({
  pk: userPartition(userKey),
  sk: `${detectionPrefix}${id}`,
});

export const directoryPartition = 'DIRECTORY';
export const directoryKeyOf = (userKey: string): RowKey => ({
  pk: directoryPartition,
  sk: escapeKeyPart(userKey),
});

export const cellPartition = (cell: string): string => `CELL#${cell}`;
export const placeUserKeyOf = (cell: string, userKey: string, place: string): RowKey => ({
  pk: cellPartition(cell),
  sk: `${escapeKeyPart(userKey)}#${escapeKeyPart(place)}`,
});

/** Who lately came oddly from a network or address that was new to all. */
export const oddPartition = (key: string): string => `ODD#${escapeKeyPart(key)}`;
export const oddUserKeyOf = (key: string, userKey: string): RowKey => ({
  pk: oddPartition(key),
  sk: escapeKeyPart(userKey),
});

export const deviceDirectoryPartition = 'DEVICES';
export const devicePartition = (deviceKey: string): string => `DEVICE#${escapeKeyPart(deviceKey)}`;
