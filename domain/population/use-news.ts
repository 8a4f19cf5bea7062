// What a sighting of people at a key still tells, given what is known of that key: most say nothing
// new of a network or country that many use, and need not be written. A row that every new user
// wrote would be one for all of them to wait at.
// Rests on what the judge asks (detect/terms): of a network or address who came first, and in its
// first day who came oddly; of a country how many came. Pure.

import type { UnixMs } from '../accounting-event.ts';
import { populationSightersMax } from '../limits.ts';
import { mergeUses, type Sighter, type Use } from './population.ts';
import { isCountryUse } from './use-keys.ts';

/** A network or address is new to the organisation for so long. */
export const newToAllMs = 24 * 3600 * 1000;

/**
 * `row`: belongs into the row of the key. `count`: so many people more, whoever they are.
 * `nothing`: a judge would ask the same with it and without.
 */
export type UseNews =
  | { readonly kind: 'row' }
  | { readonly kind: 'count'; readonly people: number }
  | { readonly kind: 'nothing' };

/** Of countries the number of people matters, not only who came first. */
export function useNews(known: Use | undefined, added: Use): UseNews {
  if (!known || !isFull(known)) return { kind: 'row' };
  const kept = new Set([...known.sighters, ...known.latest].map(({ user }) => user));
  const shown = [...added.sighters, ...added.latest];
  const newcomers = shown.filter(({ user }) => !kept.has(user));
  if (newcomers.some((one) => isEarly(known, one))) return { kind: 'row' };
  if (!isCountryUse(added.key)) {
    const isBurst = newcomers.some((one) => one.isOdd && isNewToAll(known, one.first));
    return { kind: isBurst ? 'row' : 'nothing' };
  }
  const repeated = new Set(shown.filter(({ user }) => kept.has(user)).map(({ user }) => user));
  const people = added.people - repeated.size;
  return people > 0 ? { kind: 'count', people } : { kind: 'nothing' };
}

/** The use of a key with one more sighting, as whoever keeps it knows it then. */
export function withUse(known: Use | undefined, added: Use): Use {
  const news = useNews(known, added);
  if (!known || news.kind === 'row') return known ? mergeUses(known, added) : added;
  return news.kind === 'count' ? { ...known, people: known.people + news.people } : known;
}

/** Whether the organisation first saw the key within the window before `time`, or never. */
export function isNewToAll(use: Use | undefined, time: UnixMs): boolean {
  return !use?.sighters.some((sighter) => sighter.first <= time - newToAllMs);
}

/** Holds as many people as it can: the first ones, and others since. */
function isFull({ sighters, latest }: Use): boolean {
  const people = new Set([...sighters, ...latest].map(({ user }) => user));
  return people.size >= 2 * populationSightersMax;
}

/** Was there before one of those that are kept as the first: events come late, too. */
function isEarly({ sighters }: Use, { first }: Sighter): boolean {
  return first < (sighters.at(-1)?.first ?? 0);
}
