// What detections have in common that makes a case of them (decision 0046): a burst, an address, a
// network that was new to the organisation, a device, a place that is new to each user. A key says
// for how long one detection leads to the next. Pure.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { prefixOf } from '../../domain/session/observation.ts';
import { type DetectionRow, digestOf } from './detection-row.ts';

/** Kinds of keys, the one that says most first. */
export const caseKinds = ['burst', 'address', 'network', 'device', 'place'] as const;
export type CaseKind = (typeof caseKinds)[number];

const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/**
 * How far two detections that share a key may lie apart. A network is new to all for a day
 * (domain/population/use-news.ts); of places, which many share, only what comes together counts. A
 * burst names its members, whenever they came.
 */
export const caseWindowMs: Readonly<Record<CaseKind, number>> = {
  burst: Number.POSITIVE_INFINITY,
  address: dayMs,
  network: dayMs,
  device: dayMs,
  place: 2 * hourMs,
};

export type CaseKey = { readonly kind: CaseKind; readonly value: string };

/** What a detection can share with others. */
export function caseKeysOf(row: DetectionRow): readonly CaseKey[] {
  const keys: CaseKey[] = [];
  if (row.burst !== '') keys.push({ kind: 'burst', value: row.burst });
  if (row.address !== '') {
    // Of IPv6 a line has a /64.
    keys.push({ kind: 'address', value: prefixOf(row.address)?.key ?? row.address });
  }
  if (row.asn !== 0 && (row.isNetworkNew || row.burst !== ''))
    keys.push({ kind: 'network', value: `${row.asn}` });
  // A program that many have (`rowDevice`) says nothing of them.
  if (row.device !== '' && !row.device.startsWith('~'))
    keys.push({ kind: 'device', value: row.device });
  if (row.place !== '' && row.isPlaceNew) keys.push({ kind: 'place', value: row.place });
  return keys;
}

/**
 * The UTC day that a detection counts for, as a number since 1970: its own, and the burst's for
 * what belongs to one and is of the days beside it, so that no midnight parts its members.
 */
export function caseDayOf({ burst, firstSeen }: DetectionRow): number {
  const own = Math.floor(firstSeen / dayMs);
  const day = Number.parseInt(burst, 10);
  return Math.abs(day - own) <= 1 ? day : own;
}

/** An id: the hour in which the window of the key begins, and a digest of the key. */
export function caseIdOf({ kind, value }: CaseKey, since: UnixMs): string {
  const windowMs = kind === 'burst' ? dayMs : caseWindowMs[kind];
  const start = new Date(Math.floor(since / windowMs) * windowMs).toISOString();
  return `${start.slice(0, 13).replaceAll('-', '')}Z-${keyDigest({ kind, value })}`;
}

/** The key in an id: 48 bits of its hash. */
export const keyDigest = ({ kind, value }: CaseKey): string => digestOf(`${kind}\0${value}`);

const idShape = /^(\d{4})(\d\d)(\d\d)T(\d\d)Z-([\w-]{8})(?:\.(\d{1,3}))?$/;

/** What an id says; undefined: it is none. */
export function readCaseId(
  id: string,
): { readonly since: UnixMs; readonly digest: string } | undefined {
  const [, year, month, day, hour, digest] = idShape.exec(id) ?? [];
  if (digest === undefined) return undefined;
  const since = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
  return Number.isNaN(since) ? undefined : { since, digest };
}
