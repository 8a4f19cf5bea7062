// Tallies: distinct values with the number of sessions that showed them, first and last.
// Adding is commutative while the distinct values stay within their bound.

import type { UnixMs } from './accounting-event.ts';

/** How many sessions showed a value, and the starts of the first and last of them. */
export type Tally = {
  readonly count: number;
  readonly firstSeen: UnixMs;
  readonly lastSeen: UnixMs;
};

/** The value that is fresh or not, the key to count under, and what describes it. */
type Entry<Extra> = readonly [value: string, key: string, extra: Extra];

/**
 * Counts each item whose value is fresh, once per key, for a session that began at `start`.
 * Beyond `max` distinct keys the least recently seen one is dropped.
 */
export function countAll<Item, Extra extends object>(
  map: ReadonlyMap<string, Tally & Extra>,
  items: readonly Item[],
  start: UnixMs,
  max: number,
  isFresh: (value: string) => boolean,
  entryOf: (item: Item) => Entry<Extra>,
): ReadonlyMap<string, Tally & Extra> {
  let next = map;
  const done = new Set<string>();
  for (const item of items) {
    const [value, key, extra] = entryOf(item);
    if (done.has(key) || !isFresh(value)) continue;
    done.add(key);
    next = countOne(next, key, start, max, extra);
  }
  return next;
}

/** Counts one key for a session that began at `start`. */
export function countOne<Extra extends object>(
  map: ReadonlyMap<string, Tally & Extra>,
  key: string,
  start: UnixMs,
  max: number,
  extra: Extra,
): ReadonlyMap<string, Tally & Extra> {
  const known = map.get(key);
  const tally = {
    // The lesser description wins, so that two orders of arrival describe a value alike.
    ...(known && JSON.stringify(pick(known, extra)) <= JSON.stringify(extra)
      ? pick(known, extra)
      : extra),
    count: (known?.count ?? 0) + 1,
    firstSeen: Math.min(known?.firstSeen ?? start, start),
    lastSeen: Math.max(known?.lastSeen ?? start, start),
  } as Tally & Extra;
  return evict(new Map(map).set(key, tally), max);
}

function pick<Extra extends object>(from: Extra, like: Extra): Extra {
  return Object.fromEntries(
    Object.keys(like).map((name) => [name, from[name as keyof Extra]]),
  ) as Extra;
}

// Oldest, then rarest, then greatest key goes: a total order.
function evict<T extends Tally>(map: Map<string, T>, max: number): ReadonlyMap<string, T> {
  if (map.size <= max) return map;
  const [victim] = [...map].sort(
    ([keyA, a], [keyB, b]) =>
      a.lastSeen - b.lastSeen || a.count - b.count || (keyA > keyB ? -1 : 1),
  )[0] as [string, T];
  map.delete(victim);
  return map;
}
