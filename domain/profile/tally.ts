// Tallies: distinct values with the number of sessions that showed them, first and last.
// Adding is commutative while the distinct values stay within their bound.

import type { UnixMs } from '../accounting-event.ts';
import { canonicalText, isSameValue } from '../plain-value.ts';

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
  // Copied once, and only where something is counted; nobody else has the copy yet.
  let next: Map<string, Tally & Extra> | undefined;
  const done: string[] = [];
  for (const item of items) {
    const [value, key, extra] = entryOf(item);
    if (done.includes(key) || !isFresh(value)) continue;
    done.push(key);
    next ??= new Map(map);
    countInto(next, key, start, max, extra);
  }
  return next ?? map;
}

/** Counts one key for a session that began at `start`. */
export function countOne<Extra extends object>(
  map: ReadonlyMap<string, Tally & Extra>,
  key: string,
  start: UnixMs,
  max: number,
  extra: Extra,
): ReadonlyMap<string, Tally & Extra> {
  const next = new Map(map);
  countInto(next, key, start, max, extra);
  return next;
}

/** The same in a table that is its caller's own. */
function countInto<Extra extends object>(
  own: Map<string, Tally & Extra>,
  key: string,
  start: UnixMs,
  max: number,
  extra: Extra,
): void {
  const known = own.get(key);
  if (known) {
    const counted = {
      ...known,
      count: known.count + 1,
      firstSeen: Math.min(known.firstSeen, start),
      lastSeen: Math.max(known.lastSeen, start),
    };
    own.set(key, isLesser(extra, known) ? { ...counted, ...extra } : counted);
    return;
  }
  // The description last: of a spread that gets more fields V8 makes a hidden class for each copy.
  own.set(key, { count: 1, firstSeen: start, lastSeen: start, ...extra });
  if (own.size > max) own.delete(victimOf(own));
}

/**
 * Takes one session that began at `start` off every key that it showed. The first and last time are
 * then those of the sessions that are left: what is not at hand began before all that is.
 * @param othersOf starts of the other sessions at hand that show a key; undefined: this one did not
 */
export function takeBack<Value extends Tally>(
  map: ReadonlyMap<string, Value>,
  start: UnixMs,
  othersOf: (key: string) => readonly UnixMs[] | undefined,
): ReadonlyMap<string, Value> {
  const next = new Map(map);
  for (const [key, tally] of map) {
    const others = othersOf(key);
    if (!others) continue;
    const count = tally.count - 1;
    if (count <= 0) {
      next.delete(key);
      continue;
    }
    const earliest = others.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER);
    const isFirst = tally.firstSeen === start && others.length > 0;
    const firstSeen = isFirst ? earliest : tally.firstSeen;
    const latest = others.reduce((a, b) => Math.max(a, b), firstSeen);
    next.set(key, {
      ...tally,
      count,
      firstSeen,
      lastSeen: tally.lastSeen === start ? latest : tally.lastSeen,
    });
  }
  return next;
}

/** Two tallies as one: equal keys are counted together; beyond `max` the oldest go. */
export function joinTallies<Value extends Tally>(
  a: ReadonlyMap<string, Value>,
  b: ReadonlyMap<string, Value>,
  max: number,
): ReadonlyMap<string, Value> {
  const next = new Map(a);
  for (const [key, other] of b) {
    const known = next.get(key);
    next.set(
      key,
      known
        ? {
            ...known,
            count: known.count + other.count,
            firstSeen: Math.min(known.firstSeen, other.firstSeen),
            lastSeen: Math.max(known.lastSeen, other.lastSeen),
          }
        : other,
    );
  }
  while (next.size > max) next.delete(victimOf(next));
  return next;
}

/** The lesser description wins, so that two orders of arrival describe a value alike. */
function isLesser<Extra extends object>(extra: Extra, known: Extra): boolean {
  for (const name in extra) {
    const [a, b] = [known[name], extra[name]];
    if (!isSameValue(a, b) && canonicalText(b) < canonicalText(a)) return true;
  }
  return false;
}

/** Oldest, then rarest, then greatest key goes: a total order. */
function victimOf(map: ReadonlyMap<string, Tally>): string {
  let victim: string | undefined;
  let worst: Tally | undefined;
  for (const [key, tally] of map) {
    const order = worst
      ? tally.lastSeen - worst.lastSeen ||
        tally.count - worst.count ||
        (key > (victim ?? '') ? -1 : 1)
      : -1;
    if (order >= 0) continue;
    victim = key;
    worst = tally;
  }
  return victim ?? '';
}
