// Term "burst": are several users suddenly seen from the same new network or address?
// Formula: min(4.5, 1.5 k), k >= 2: other users whose first session on this network (ASN) or
// address lies within 24 h of this one and was anomalous by itself, on a network or address
// that the organisation first saw within these 24 h. An office that moves to a new line brings its
// users there, but their sessions are not anomalous. Not asked while the organisation has no
// history (14 days and 3 users: before, every place is new to all), nor at its own sites.
// Source: MITRE ATT&CK T1110.003 (password spraying) and .004 (stuffing). Blind spots: the first
// two victims of a burst; an attacker with another network for each.

import type { UnixMs } from '../../accounting-event.ts';
import { isSite } from '../../location.ts';
import type { Use } from '../../population/population.ts';
import { networkUseKey, placeUseKeys, prefixUseKey } from '../../population/use-keys.ts';
import { isNewToAll, newToAllMs } from '../../population/use-news.ts';
import type { Evidence, TermContext } from '../context/term.ts';

const perPerson = 1.5;
const highest = 4.5;
const peopleMin = 2;
const windowMs = newToAllMs;
/** What an organisation must have been seen for before a place can be new to it. */
const historyDaysMin = 14;
const historyUsersMin = 3;

export function burstTerm(context: TermContext): Evidence | undefined {
  const burst = burstOf(context);
  if (!burst) return undefined;
  const { people } = burst;
  const name = context.observation.network?.organization || 'this network';
  return {
    term: 'burst',
    aspect: 'burst',
    weight: Math.min(highest, perPerson * people),
    numbers: () => ({ people, windowHours: windowMs / 3_600_000 }),
    inputs: () => ({ people }),
    text: () =>
      `${people} other users came from ${name} for the first time within 24 h, each unlike ` +
      'before, and no user of the organisation was seen there until then',
  };
}

/** The place of a burst, as the population keys it, and when it was first seen there. */
export type Burst = { readonly key: string; readonly since: UnixMs; readonly people: number };

/** The burst that a session is part of, by the key of most users; absent below two others. */
export function burstOf({
  observation,
  familiarity,
  population,
  user,
}: TermContext): Burst | undefined {
  if (familiarity.network.k >= 0.5 && familiarity.prefix.k >= 0.5) return undefined;
  if (!hasHistory(population)) return undefined;
  if (observation.located && isSite(observation.located)) return undefined;
  const bursts = placeUseKeys(observation).map((key) => {
    const use = population.use(key);
    return { key, since: firstOf(use), people: anomalousUsers(use, user, observation.time) };
  });
  const [most] = bursts.sort((a, b) => b.people - a.people);
  return most && most.people >= peopleMin ? most : undefined;
}

/** Before, every place is new to all. */
const hasHistory = ({ days, users }: TermContext['population']): boolean =>
  days >= historyDaysMin && users >= historyUsersMin;

/** Whether the organisation first saw the session's network within the 24 hours before it. */
export function isNetworkNew({ observation, population }: TermContext): boolean {
  const { network, located, time } = observation;
  if (!network || network.asn === 0 || !hasHistory(population)) return false;
  if (located && isSite(located)) return false;
  return isNewToAll(population.use(networkUseKey(network.asn)), time);
}

/**
 * Other users whose first session at this address was anomalous and lies in the window, while the
 * address is new to the organisation: they vouch for nothing.
 */
export function newcomersHere({ observation, population, user }: TermContext): number {
  if (!observation.prefix) return 0;
  const use = population.use(prefixUseKey(observation.prefix.key));
  return anomalousUsers(use, user, observation.time);
}

const firstOf = (use: Use | undefined): UnixMs => use?.sighters[0]?.first ?? 0;

/**
 * Users (others) whose anomalous first session at a key lies in the window; 0 when the key is not
 * new.
 */
function anomalousUsers(use: Use | undefined, user: string, time: UnixMs): number {
  if (!use || !isNewToAll(use, time)) return 0;
  // On both sides in time: members may come in any order.
  const isInWindow = (first: UnixMs): boolean => Math.abs(first - time) < windowMs;
  return use.latest.filter((one) => one.user !== user && one.isOdd && isInWindow(one.first)).length;
}
