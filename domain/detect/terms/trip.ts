// Term "trip": a journey brings more than one new place.
// Formula: for 12 days after a new place that was believed (learning weight above .5), the personal
// rates of new countries, places and networks are at least .08. The term states how much that took
// off. Source: travellers' second city costs them a false alert otherwise (measured neutral for
// recall). Blind spot: a theft on the journey, from where the traveller could be next.

import type { UnixMs } from '../../accounting-event.ts';
import { tripTrustMin } from '../../profile/held.ts';
import type { Learned } from '../../profile/learned.ts';
import { wholeSecond } from '../../session/session.ts';
import { type Evidence, lowers, rounded, type TermContext, timeText } from '../context/term.ts';

export const tripRateFloor = 0.08;
const tripMs = 12 * 24 * 3600 * 1000;

/** The least rate of new places at a time: lifted while a trip lasts. */
export function tripFloor(learned: Learned, time: UnixMs): number {
  const since = learned.tripSince;
  return since !== undefined && time >= since && time - since <= tripMs ? tripRateFloor : 0;
}

/**
 * The state after a new place was found, by the weight with which it was learned: of those that are
 * believed the newest counts, in whatever order they come.
 * @param time of the judgement; profiles keep its whole second
 */
export function onTrip(learned: Learned, time: UnixMs, weight: number): Learned {
  if (weight <= tripTrustMin) return learned;
  const since = wholeSecond(time);
  return { ...learned, tripSince: Math.max(since, learned.tripSince ?? since) };
}

/** What is believed no longer began no trip; the one whose place it had taken is forgotten. */
export function offTrip(learned: Learned, time: UnixMs, weight: number): Learned {
  if (weight > tripTrustMin || learned.tripSince !== wholeSecond(time)) return learned;
  const { tripSince: _, ...rest } = learned;
  return rest;
}

/** States what the lifted rates took off; `without` is the location weight at unlifted rates. */
export function tripTerm(
  context: TermContext,
  lifted: number,
  without: number,
): Evidence | undefined {
  const since = context.learned.tripSince;
  if (since === undefined || without - lifted <= 0) return undefined;
  const days = (context.observation.time - since) / 86_400_000;
  return {
    term: 'trip',
    aspect: 'trip',
    weight: lifted - without,
    numbers: () => ({ daysSinceNewPlace: rounded(days), rateFloor: tripRateFloor }),
    inputs: () => ({ weightAtTripRates: lifted, weightAtOwnRates: without }),
    text: () => `On a journey since ${timeText(since)}: further places are likely${lowers}`,
  };
}
