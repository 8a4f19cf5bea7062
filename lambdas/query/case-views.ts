// A case as the API shows it: in words, with its numbers, and with its detections.

import type { Detection } from '../../domain/detection.ts';
import type { CaseKind } from '../shared/case-keys.ts';
import { type DetectionRow, rowStatus, rowUser } from '../shared/detection-row.ts';
import { decisionTagOf, type KnownCase, ownerOf } from './case-reads.ts';
import { type JsonObject, timeText } from './views.ts';

/** What members share, as a detection of the case says it. */
export type CaseFacts = {
  /** The burst of the case, else its first detection; absent: it is gone by now. */
  readonly head?: Detection | undefined;
};

/** Which detection tells what the members share. */
export const headIdOf = ({ members }: KnownCase): string =>
  (members.find(({ kind }) => kind === 'connection-burst') ?? members[0]).id;

const ranks = { low: 0, medium: 1, high: 2 } as const;

/** The worst first, the newest of equals. */
export function compareCases(a: KnownCase, b: KnownCase): number {
  const [one, other] = [worstOf(a), worstOf(b)];
  return (
    ranks[other.severity] - ranks[one.severity] || other.score - one.score || newestFirst(a, b)
  );
}

/** The newest first, by their first detection. */
export const newestFirst = (a: KnownCase, b: KnownCase): number =>
  b.members[0].firstSeen - a.members[0].firstSeen || (a.id < b.id ? 1 : -1);

export const worstOf = ({ members }: KnownCase): DetectionRow =>
  members.reduce((worst, row) => {
    const isWorse = ranks[row.severity] - ranks[worst.severity] || row.score - worst.score;
    return isWorse > 0 ? row : worst;
  });

/** Open as long as one of its detections is. */
export function caseStatus({ members }: KnownCase): 'new' | 'in-progress' | 'resolved' {
  const statuses = members.map(rowStatus);
  if (statuses.every((status) => status === 'resolved')) return 'resolved';
  return statuses.every((status) => status === 'new') ? 'new' : 'in-progress';
}

/** Users of a case, as rows name them. */
export function caseUsers({ members }: KnownCase, { head }: CaseFacts): ReadonlySet<string> {
  const own = members.filter(({ kind }) => kind !== 'connection-burst').map(({ user }) => user);
  return new Set([
    ...own,
    ...(head?.users ?? []).map(rowUser),
    ...(own[0] ? [] : [firstUser(members)]),
  ]);
}

const firstUser = ([{ user }]: KnownCase['members']): string => user;

/** The case in a list: without its detections' own words. */
export function caseSummary(one: KnownCase, facts: CaseFacts): JsonObject {
  const { id, key, members, isComplete, records } = one;
  const owner = ownerOf(one);
  const classifications = new Set(members.map(({ decision }) => decision?.classification));
  const [same] = classifications;
  const countries = [...new Set(members.map(({ country }) => country))].filter(Boolean).sort();
  const worst = worstOf(one);
  const split = records.find((record) => record.id === id)?.split;
  return {
    id,
    title: caseTitle(one, facts),
    kind: isBurst(one) ? 'burst' : (key?.kind ?? 'split'),
    ...sharedView(one, facts),
    severity: worst.severity,
    score: worst.score,
    status: caseStatus(one),
    ...(classifications.size === 1 && same ? { classification: same } : {}),
    ...(owner ? { owner } : {}),
    users: caseUsers(one, facts).size,
    detections: members.map((row) => row.id),
    countries,
    firstSeen: timeText(members[0].firstSeen),
    lastSeen: timeText(Math.max(...members.map(({ lastSeen }) => lastSeen))),
    ...(split && !split.isTakenBack
      ? { splitFrom: split.from, splitAt: timeText(split.at), splitBy: split.by }
      : {}),
    decisionTag: decisionTagOf(one),
    isComplete,
  };
}

const isBurst = ({ key, members }: KnownCase): boolean =>
  key !== undefined && members.some(({ kind }) => kind === 'connection-burst');

/** What the members share; where it is a value, all of them have it or most. */
function sharedView({ key, members }: KnownCase, { head }: CaseFacts): JsonObject {
  const address = commonOf(members, (row) => row.address);
  const asn = commonOf(members, (row) => (row.asn === 0 ? '' : `${row.asn}`));
  const isKey = (kind: CaseKind): boolean => key?.kind === kind;
  const { network, device, place } = head ?? {};
  return {
    ...(address ? { address } : {}),
    ...(asn ? { asn: Number(asn) } : {}),
    ...(asn && network?.asn === Number(asn) && network.organization
      ? { network: network.organization }
      : {}),
    ...(isKey('device') && device
      ? { device: { key: device.key, name: device.name ?? device.key } }
      : {}),
    ...(isKey('place') && place ? { place: { key: place.key, label: place.label } } : {}),
  };
}

/** The value of all rows; empty when they differ. */
function commonOf(rows: readonly DetectionRow[], value: (row: DetectionRow) => string): string {
  const [first, ...others] = new Set(rows.map(value));
  return others.length === 0 ? (first ?? '') : '';
}

/** `5 accounts from AS7303 within 40 minutes` */
export function caseTitle(one: KnownCase, facts: CaseFacts): string {
  const { members, key } = one;
  const users = caseUsers(one, facts);
  const [only] = users;
  const who =
    users.size > 1
      ? `${users.size} accounts`
      : `${counted(members.length, 'detection')} of ${facts.head?.userKey ?? only}`;
  const start = members[0].firstSeen;
  const end = Math.max(...members.map(({ firstSeen }) => firstSeen));
  const when = members.length > 1 ? ` within ${spanText(end - start)}` : '';
  return `${who}${originText(one, facts)}${when}${key ? '' : ', split off'}`;
}

function originText(one: KnownCase, facts: CaseFacts): string {
  const { address, asn } = sharedView(one, facts);
  const kind = one.key?.kind;
  const { device, place } = facts.head ?? {};
  if (kind === 'device' && device) return ` on device ${device.name ?? device.key}`;
  if (kind === 'place' && place) return ` from ${place.label}`;
  if (kind === 'address' && address) return ` from ${address}`;
  if (asn) return ` from AS${asn}`;
  if (address) return ` from ${address}`;
  const countries = new Set(one.members.map(({ country }) => country));
  return countries.size > 1 ? ` from ${countries.size} countries` : '';
}

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The time from the first to the last detection, rounded up. */
function spanText(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  if (minutes < 120) return counted(minutes, 'minute');
  return counted(Math.ceil(minutes / 60), 'hour');
}
