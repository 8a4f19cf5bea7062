// Term "burst": are several people suddenly seen from the same new network or address?
// Formula: min(4.5, 1.5 k), k >= 2: other people whose first session on this network (ASN) or
// address lies within 24 h before this one and was odd by itself, on a network or address that the
// organisation first saw within these 24 h. An office that moves to a new line brings its people
// there, but their sessions are not odd.
// Source: MITRE ATT&CK T1110.003 (password spraying) and .004 (stuffing). Blind spots: the first
// two victims of a burst; an attacker with another network for each.

import type { Use } from '../population.ts';
import type { Evidence, Scene } from './term.ts';

const perPerson = 1.5;
const highest = 4.5;
const peopleMin = 2;
const windowMs = 24 * 3600 * 1000;

export function burstTerm(scene: Scene): Evidence | undefined {
  const { sight, survey, population } = scene;
  if (survey.network.k >= 0.5 && survey.prefix.k >= 0.5) return undefined;
  const keys = [
    ...(sight.network ? [networkUseKey(sight.network.asn)] : []),
    ...(sight.prefix ? [prefixUseKey(sight.prefix.key)] : []),
  ];
  const people = Math.max(0, ...keys.map((key) => oddPeople(population.use(key), scene)));
  if (people < peopleMin) return undefined;
  const name = sight.network?.organization || 'this network';
  return {
    term: 'burst',
    aspect: 'burst',
    weight: Math.min(highest, perPerson * people),
    numbers: () => ({ people, windowHours: windowMs / 3_600_000 }),
    text: () =>
      `${people} other users had their first and odd session from ${name} within 24 h, and ` +
      'nobody of the organisation was seen there before',
  };
}

/**
 * People (others) whose odd first session at a key lies in the window; 0 when the key is not new.
 */
function oddPeople(use: Use | undefined, { sight, user }: Scene): number {
  if (!use) return 0;
  const isInWindow = (first: number): boolean =>
    first <= sight.time && first > sight.time - windowMs;
  if (use.sighters.some((sighter) => sighter.first <= sight.time - windowMs)) return 0;
  return use.latest.filter((one) => one.user !== user && one.isOdd && isInWindow(one.first)).length;
}

export const networkUseKey = (asn: number): string => `n:${asn}`;
export const prefixUseKey = (prefix: string): string => `p:${prefix}`;
export const countryUseKey = (country: string): string => `c:${country}`;
