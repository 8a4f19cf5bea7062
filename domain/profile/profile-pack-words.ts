// The enumerations of packed profiles: each is stored as its place in a list. Lists only ever grow
// at their end; anything else needs a new version.

import type { Device } from '../accounting-event.ts';
import type { Severity } from '../detection.ts';
import type { Located, NetworkType, SpecialKind } from '../location.ts';
import { type Level, levelOfOne, noveltyHalfLifeMs } from './known-values.ts';
import type { ExpectedMark } from './learned.ts';
import type { Profile } from './profile.ts';

/**
 * First byte of a packed profile, as it is written. What 2 and 3 wrote otherwise is read
 * (recent-pack.ts). No release wrote version 1.
 */
export const packVersion = 5;
export const packVersionsRead: readonly number[] = [2, 3, 4, packVersion];
/**
 * Added to the first byte where judgements and revisions of detections stand at the end: a reader
 * that does not know of them refuses such a profile, and no other.
 */
export const keptMark = 0x80;
/** Beside it where what the last sessions moved stands at the very end. */
export const trafficMark = 0x40;

export const profileKinds: readonly Profile['kind'][] = ['person', 'machine'];
export const confidences: readonly Located['confidence'][] = ['city', 'country', 'low'];
export const deviceKinds: readonly Device['kind'][] = ['uid', 'mac', 'host', 'client'];
export const markKinds: readonly ExpectedMark['kind'][] = [
  'place',
  'network',
  'prefix',
  'device',
  'country',
];
/** What stands in a mark's first byte beside its kind; without either: benign. */
export const markFlags = { malicious: 0x10, expected: 0x20 } as const;
export const severities: readonly Severity[] = ['low', 'medium', 'high'];
export const specialKinds: readonly SpecialKind[] = [
  'private',
  'shared',
  'invalid-source',
  'documentation',
  'reserved',
];
export const networkTypes: readonly NetworkType[] = [
  'access',
  'mobile',
  'hosting',
  'vpn',
  'tor',
  'education',
  'government',
  'satellite',
  'corporate',
  'anycast',
  'unknown',
  'security-service',
  'proxy',
];

/** First bytes of a packed location. */
export const locationMarks = { special: 0, unknown: 1, located: 2 } as const;

/** What times and levels of one profile are counted from. */
export type PackOrigin = {
  /** Seconds since 1970. */
  readonly first: number;
  readonly last: number;
  readonly usual: Level;
  readonly novelty: Level;
};

export function packOrigin(first: number, last: number): PackOrigin {
  const lastMs = last * 1000;
  return { first, last, usual: levelOfOne(lastMs), novelty: levelOfOne(lastMs, noveltyHalfLifeMs) };
}

export const seconds = (ms: number): number => Math.floor(ms / 1000);

/**
 * What weights are computed from, and the questions of novelty that a session answers (`features`);
 * others are stored by their text.
 */
export const inputNames: readonly string[] = [
  'placeWeight',
  'countryWeight',
  'allWeight',
  'trust',
  'prefixWeight',
  'nearWeight',
  'isAnonymous',
  'networkWeight',
  'asked',
  'fresh',
  'organisationRate',
  'wideWeight',
  'isFixed',
  'nearAsked',
  'nearFresh',
  'nearOrganisationRate',
  'wideAsked',
  'wideFresh',
  'wideOrganisationRate',
  'usersThatMove',
  'usersThatStay',
  'freshOnNetwork',
  'askedOnNetwork',
  'deviceWeight',
  'kindWeight',
  'keyScale',
  'sessions',
  'sessionsOfDayKind',
  'hoursOfDayKind',
  'smoothedSessionsAtHour',
  'users',
  'peopleInCountry',
  'isNewCountry',
  'isUnusedNetwork',
  'gatewayWeight',
  'sessionsWithout',
  'people',
  'locationWeight',
  'weightAtTripRates',
  'weightAtOwnRates',
  'maliciousWeight',
  'country',
  'place',
  'network',
  'wide',
  'near',
  'device',
  'adapter',
  'gateway',
  'overlap',
  'hosting',
  'ordinaryScore',
  'userWeeks',
];
