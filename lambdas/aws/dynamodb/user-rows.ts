// Rows of a user's partition as items of the table: what every reader of them shares.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Session } from '../../../domain/session/session.ts';
import type { RowKey } from './profile-keys.ts';

export type Item = Record<string, AttributeValue>;

export const number = (value: number): AttributeValue => ({ N: `${Math.floor(value)}` });
export const versioned = (version: number): Item => ({ version: number(version) });
export const keyItem = (key: RowKey): Item => ({ pk: { S: key.pk }, sk: { S: key.sk } });
export const versionOf = (item: Item): number => Number(item['version']?.N ?? 0);

/** The document text of a row. */
export const text = (item: Item): string => item['doc']?.S ?? '';

/** The session of a session row. */
export const decodeSession = (item: Item): Session => JSON.parse(text(item)) as Session;

/** TTL deletes late (AWS: within days): readers filter what has expired. */
export function isExpired(item: Item, now: number): boolean {
  const expiresAt = Number(item['expiresAt']?.N ?? Number.POSITIVE_INFINITY);
  return expiresAt * 1000 <= now;
}
