// A case as the API shows it: in words, with its numbers, and with its detections.

import type { Detection } from '../../domain/detection.ts';
import { type CaseKind, caseKeysOf } from '../shared/case-keys.ts';
import { type DetectionRow, rowStatus, rowUser } from '../shared/detection-row.ts';
import { decisionTagOf, type KnownCase, ownerOf } from './case-reads.ts';
import type { Position } from './cut.ts';
import { type JsonObject, timeText } from './views.ts';

/** What members share, as a detection of the case says it. */
export type CaseFacts = {
  /** The detection that `headIdOf` names; absent: it is gone by now. */
  readonly head?: Detection | undefined;
};

/** Which detection tells what the members share: the burst, else the first that has their key. */
export const headIdOf = (one: KnownCase): string => headOf(one).id;

const headOf = ({ members, key }: KnownCase): DetectionRow =>
  members.find(({ kind }) => kind === 'connection-burst') ??
  members.find((row) => hasKey(row, key)) ??
  members[0];

const hasKey = (row: DetectionRow, key: KnownCase['key']): boolean =>
  caseKeysOf(row).some(({ kind, value }) => kind === key?.kind && value === key.value);

const ranks = { low: 0, medium: 1, high: 2 } as const;

/** What a list of cases is sorted by, descending. */
export const caseSorts = {
  /** The newest first, by their first detection. */
  time: ({ id, members }) => [members[0].firstSeen, id],
  /** The worst first, the newest of equals. */
  severity: (one) => {
    const { severity, score } = worstOf(one);
    return [ranks[severity], score, one.members[0].firstSeen, one.id];
  },
} as const satisfies Readonly<Record<string, (one: KnownCase) => Position>>;

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

type Shared = {
  readonly address?: string;
  readonly asn?: number;
  readonly network?: string;
  readonly device?: { readonly key: string; readonly name: string };
  readonly place?: { readonly key: string; readonly label: string };
};

/** What the members share: address and network all of them, device and place most. */
function sharedView(one: KnownCase, { head }: CaseFacts): Shared {
  const { key, members } = one;
  const address = commonOf(members, (row) => row.address);
  const asn = commonOf(members, (row) => (row.asn === 0 ? '' : `${row.asn}`));
  const isKey = (kind: CaseKind): boolean => key?.kind === kind && hasKey(headOf(one), key);
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
  const { address, asn, device, place } = sharedView(one, facts);
  if (device) return ` on device ${device.name}`;
  if (place) return ` from ${place.label}`;
  if (one.key?.kind === 'address' && address) return ` from ${address}`;
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
