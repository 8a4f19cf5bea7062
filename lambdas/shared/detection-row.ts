// The row of the queue: every field of a detection that lists filter and sort by, in at most 300
// octets, so that 10,000 of them are read for fewer than 400 read units (decision 0040). What a
// detection says and what analysts decided are two parts that are written apart. Long names are cut
// and end in a digest: equal names stay equal, and no two become one. Pure.

import { createHash } from 'node:crypto';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { type Detection, isWithdrawn, type Severity } from '../../domain/detection.ts';
import type { SessionEnding } from './row-ending.ts';
import {
  type Classification,
  type DetectionStatus,
  type Triage,
  type TriageStatus,
  triageStatuses,
} from './triage.ts';

/** A detection as lists see it. */
export type DetectionRow = FoundPart & {
  readonly id: string;
  readonly decision: DecidedPart | undefined;
  /** Of the newest order to end a session of it; absent: there is none. */
  readonly ending?: SessionEnding | undefined;
};

/** What the records say: places and devices as digests (`rowDevice`), names cut (`cutName`). */
export type FoundPart = {
  readonly user: string;
  readonly gateway: string;
  readonly severity: Severity;
  /** 0 to 100. */
  readonly score: number;
  readonly kind: Detection['kind'];
  /** 0 when unknown. */
  readonly asn: number;
  /** ISO 3166-1 alpha-2; empty when unknown. */
  readonly country: string;
  readonly place: string;
  readonly device: string;
  /** As the detection names it; empty when it names none. */
  readonly address: string;
  readonly firstSeen: UnixMs;
  readonly lastSeen: UnixMs;
  readonly isLearning: boolean;
  readonly isImported: boolean;
  /** Of one that folds into a burst, and of the burst itself: which (`burstOf`). */
  readonly burst: string;
  /** Nobody of the organisation had come through the network until a day before. */
  readonly isNetworkNew: boolean;
  /** Its place counts against the user. */
  readonly isPlaceNew: boolean;
  readonly isWithdrawn: boolean;
};

/** What analysts decided. */
export type DecidedPart = {
  readonly status: TriageStatus;
  readonly classification: Classification | undefined;
  readonly owner: string | undefined;
  /** When it was first classified, of those classifications that the history still has. */
  readonly classifiedAt: UnixMs | undefined;
};

/** Attributes of a row besides its key, versions and expiry. */
export type PackedFound = {
  readonly user: string;
  readonly gateway: string;
  readonly rest: string;
};

const userOctetsMax = 32;
const gatewayOctetsMax = 22;
const ownerOctetsMax = 36;
const digestCharacters = 8;

const digest = (text: string, characters: number): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, characters);

/** A value that is only compared: 48 bits of its hash; empty stays empty. */
export const digestOf = (text: string): string =>
  text === '' ? '' : digest(text, digestCharacters);

/**
 * A device as rows hold it: its digest. One that is known by its program only begins with `~`,
 * which no digest has: many share a program, so it is filtered by and makes no case.
 * @param key as of `Device`; empty: none
 */
export function rowDevice(key: string): string {
  const digest = digestOf(key);
  return key.startsWith('client:') ? `~${digest.slice(1)}` : digest;
}

/** A name of at most so many octets: longer ones are cut and end in `~` and a digest. */
export function cutName(text: string, octetsMax: number): string {
  if (Buffer.byteLength(text) <= octetsMax) return text;
  const head = Buffer.from(text).subarray(0, octetsMax - 12);
  return `${head.toString('utf8').replace(/\ufffd$/, '')}~${digest(text, 11)}`;
}

/** Names as rows hold them, for filters. */
export const rowUser = (user: string): string => cutName(user, userOctetsMax);
export const rowGateway = (gateway: string): string => cutName(gateway, gatewayOctetsMax);
export const rowOwner = (owner: string): string => cutName(owner, ownerOctetsMax);

/** The part of a detection. */
export function foundPart(detection: Detection): FoundPart {
  const { place, network, device, clientAddress } = detection;
  const country = /^[A-Z]{2}(?=\/)/.exec(place.key)?.[0] ?? '';
  return {
    user: rowUser(detection.userKey),
    gateway: rowGateway(detection.gatewayId),
    severity: detection.severity,
    score: detection.score,
    kind: detection.kind,
    asn: network?.asn ?? 0,
    country,
    place: digestOf(place.key),
    device: rowDevice(device?.key ?? ''),
    address: cutName(clientAddress ?? '', 39),
    firstSeen: detection.firstSeen,
    lastSeen: detection.lastSeen,
    isLearning: detection.isLearning,
    isImported: detection.isImported === true,
    burst: burstIn(detection),
    isNetworkNew: detection.isNetworkNew === true,
    isPlaceNew: isPlaceNew(detection),
    isWithdrawn: isWithdrawn(detection),
  };
}

/** The burst that a detection is, or folds into; empty: none. */
function burstIn({ id, kind, burstId }: Detection): string {
  const burst = kind === 'connection-burst' ? id : burstId;
  return burst === undefined ? '' : burstOf(burst);
}

/** A burst as rows name it: the day of its id, as a number since 1970, and a digest of the id. */
function burstOf(id: string): string {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)T/.exec(id) ?? [];
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return `${Number.isNaN(time) ? 0 : time / 86_400_000}:${digestOf(id)}`;
}

function isPlaceNew({ place, reasons }: Detection): boolean {
  const isAgainst = ({ term, weight }: Detection['reasons'][number]): boolean =>
    weight > 0 && (term === 'place' || term === 'travel');
  return place.lat !== undefined && reasons.some(isAgainst);
}

/** The part of a decision. */
export function decidedPart(triage: Triage): DecidedPart {
  const { status, classification, owner, history } = triage;
  const times = [triage, ...history].flatMap((one) => (one.classification ? [one.at] : []));
  return {
    status,
    classification,
    owner: owner === undefined ? undefined : rowOwner(owner),
    classifiedAt: classification && Math.min(...times),
  };
}

/** How a row reads: one that was withdrawn is, unless an analyst has classified it. */
export function rowStatus({ isWithdrawn, decision }: DetectionRow): DetectionStatus {
  if (isWithdrawn && !decision?.classification) return 'withdrawn';
  return decision?.status ?? 'new';
}

const severityLetters = { low: 'l', medium: 'm', high: 'h' } as const;
const kindLetters = { 'abnormal-vpn-connection': 'a', 'connection-burst': 'b' } as const;
const statusLetters = { new: 'n', 'in-progress': 'p', resolved: 'r' } as const;
const classLetters = { benign: 'b', malicious: 'm' } as const;

/** Names by their letters: ten thousand rows are unpacked for one question. */
const byLetter = <Name extends string>(
  letters: Readonly<Record<Name, string>>,
): ReadonlyMap<string | undefined, Name> =>
  new Map((Object.keys(letters) as Name[]).map((name) => [letters[name], name]));
const severityOf = byLetter(severityLetters);
const kindOf = byLetter(kindLetters);
const statusOf = byLetter(statusLetters);
const classOf = byLetter(classLetters);

const base36 = (value: number): string => Math.round(value).toString(36);

/** Packs the part of a detection. */
export function packFound(part: FoundPart): PackedFound {
  const flags = [
    part.isLearning && 'L',
    part.isImported && 'I',
    part.isNetworkNew && 'N',
    part.isPlaceNew && 'P',
    part.isWithdrawn && 'W',
    part.burst,
  ];
  const rest = [
    severityLetters[part.severity],
    part.score,
    kindLetters[part.kind],
    part.asn === 0 ? '' : base36(part.asn),
    part.country,
    part.place,
    part.device,
    base36(part.firstSeen),
    base36(part.lastSeen - part.firstSeen),
    flags.filter(Boolean).join(''),
    // Last: an address is what the gateway wrote, though it was read as one.
    part.address,
  ];
  return { user: part.user, gateway: part.gateway, rest: rest.join(',') };
}

/** Unpacks what `packFound` packed. */
export function unpackFound({ user, gateway, rest }: PackedFound): FoundPart {
  const [severity, score, kind, asn = '', country = '', place = '', device = '', ...times] =
    rest.split(',');
  const [first = '0', length = '0', flags = '', ...address] = times;
  const firstSeen = Number.parseInt(first, 36);
  const letters = /^[A-Z]*/.exec(flags)?.[0] ?? '';
  // A row of before 0046 says of a folded one that it is, not into what.
  const burst = flags.slice(letters.length);
  return {
    user,
    gateway,
    severity: severityOf.get(severity) ?? 'low',
    score: Number(score),
    kind: kindOf.get(kind) ?? 'abnormal-vpn-connection',
    asn: asn === '' ? 0 : Number.parseInt(asn, 36),
    country,
    place,
    device,
    address: address.join(','),
    firstSeen,
    lastSeen: firstSeen + Number.parseInt(length, 36),
    isLearning: letters.includes('L'),
    isImported: letters.includes('I'),
    burst,
    isNetworkNew: letters.includes('N'),
    isPlaceNew: letters.includes('P'),
    isWithdrawn: letters.includes('W'),
  };
}

/** Packs the part of a decision. */
export function packDecided(part: DecidedPart): string {
  const { status, classification, classifiedAt, owner } = part;
  return [
    statusLetters[status],
    classification ? classLetters[classification] : '',
    classifiedAt === undefined ? '' : base36(classifiedAt),
    owner ?? '',
  ].join(',');
}

/** Unpacks what `packDecided` packed. */
export function unpackDecided(text: string): DecidedPart {
  const [status, classification, at = '', ...owner] = text.split(',');
  const name = owner.join(',');
  return {
    status: statusOf.get(status) ?? triageStatuses[0],
    classification: classOf.get(classification),
    classifiedAt: at === '' ? undefined : Number.parseInt(at, 36),
    owner: name === '' ? undefined : name,
  };
}
