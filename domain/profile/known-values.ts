// Known values: what a user's sessions showed, each with a weight that fades by half in a
// half-life. Forward decay: a weight is kept as the logarithm of what it would be at a fixed date,
// so nothing has to be touched while time passes, and additions in any order give the same level.
// Levels are whole numbers: the packed form loses nothing.

import type { UnixMs } from '../accounting-event.ts';

/** 256ths of an octave (a factor of two) of forward weight; `none` where nothing was ever added. */
export type Level = number;

/** The level of no weight at all. */
export const none: Level = Number.NEGATIVE_INFINITY;

/** Steps of a factor of two: one step is 0.27 %. */
const stepsPerOctave = 256;
/**
 * Weights are kept as of this date, 2020-01-01T00:00:00Z. Any date serves, but never another one.
 */
const landmark: UnixMs = 1_577_836_800_000;
const dayMs = 24 * 3600 * 1000;

/** What is usual fades in two weeks; how often something is new, in a month and a half. */
export const usualHalfLifeMs = 14 * dayMs;
export const noveltyHalfLifeMs = 45 * dayMs;

/** The weight behind a level, as of `now`. */
export function weightAt(level: Level, now: UnixMs, halfLifeMs = usualHalfLifeMs): number {
  return level === none ? 0 : 2 ** (level / stepsPerOctave - (now - landmark) / halfLifeMs);
}

/** What is left of a weight that was taken back, where it is no more than rounding. */
const leftOver = 0.001;

/**
 * The level after adding `weight` at `time`, or taking it back where it is negative. Commutes up to
 * one step of rounding.
 */
export function addWeight(
  level: Level,
  weight: number,
  time: UnixMs,
  halfLifeMs = usualHalfLifeMs,
): Level {
  if (weight === 0) return level;
  const sum = weightAt(level, time, halfLifeMs) + weight;
  if (weight < 0 && sum < leftOver) return none;
  return Math.round((Math.log2(sum) + (time - landmark) / halfLifeMs) * stepsPerOctave);
}

/** The level of both weights together. Commutes, and is exact up to one step of rounding. */
export function addLevels(a: Level, b: Level, halfLifeMs = usualHalfLifeMs): Level {
  if (a === none || b === none) return a === none ? b : a;
  // As of when the heavier was one: no weight is then beyond what a number holds.
  const time = landmark + (Math.max(a, b) / stepsPerOctave) * halfLifeMs;
  return addWeight(Math.max(a, b), weightAt(Math.min(a, b), time, halfLifeMs), time, halfLifeMs);
}

/** The level of a weight times a factor above 0. */
export const timesLevel = (level: Level, factor: number): Level =>
  level === none ? none : level + Math.round(Math.log2(factor) * stepsPerOctave);

/** The level that has weight one at `time`: what packing counts levels from. */
export function levelOfOne(time: UnixMs, halfLifeMs = usualHalfLifeMs): Level {
  return Math.round(((time - landmark) / halfLifeMs) * stepsPerOctave);
}

/** A value with its weight. */
export type Known = { readonly key: string; readonly level: Level };

/** The weight of a key in a list, as of `now`; 0 when it is not there. */
export function weightOf(list: readonly Known[], key: string, now: UnixMs): number {
  for (const known of list) if (known.key === key) return weightAt(known.level, now);
  return 0;
}

/** The weight of all keys that fit, as of `now`. */
export function weightWhere<Item extends Known>(
  list: readonly Item[],
  now: UnixMs,
  fits: (known: Item) => boolean,
): number {
  let sum = 0;
  for (const known of list) if (fits(known)) sum += weightAt(known.level, now);
  return sum;
}

/** Takes weight back from a key; what has none left is gone. */
function weaken<Item extends Known>(
  list: readonly Item[],
  key: string,
  weight: number,
  time: UnixMs,
): readonly Item[] {
  return list
    .map((known) =>
      known.key === key ? { ...known, level: addWeight(known.level, weight, time) } : known,
    )
    .filter(({ level }) => level !== none);
}

/**
 * Adds weight to a key, or takes it back. Beyond `max` keys the lightest goes, of equals the
 * greatest key.
 * @param known makes the entry of a level: the newest description stays
 */
export function strengthen<Item extends Known>(
  list: readonly Item[],
  key: string,
  known: (level: Level) => Item,
  { weight, time }: { readonly weight: number; readonly time: UnixMs },
  max: number,
): readonly Item[] {
  if (weight < 0) return weaken(list, key, weight, time);
  const at = list.findIndex((one) => one.key === key);
  const entry = known(addWeight(list[at]?.level ?? none, weight, time));
  const next = list.slice();
  if (at >= 0) next[at] = entry;
  else next.push(entry);
  if (next.length > max) next.splice(lightest(next), 1);
  return next;
}

function lightest(list: readonly Known[]): number {
  let worst = 0;
  for (let at = 1; at < list.length; at += 1) {
    const [a, b] = [list[at] as Known, list[worst] as Known];
    if (a.level < b.level || (a.level === b.level && a.key > b.key)) worst = at;
  }
  return worst;
}

/**
 * Two lists as one: equal keys weigh together; beyond `max` the lightest go. `join` says what of
 * two entries adds up besides.
 */
export function joinKnown<Item extends Known>(
  a: readonly Item[],
  b: readonly Item[],
  max: number,
  join: (a: Item, b: Item) => Partial<Item> = () => ({}),
): readonly Item[] {
  const added = b.filter(({ key }) => !a.some((known) => known.key === key));
  const next = a.map((known) => {
    const other = b.find(({ key }) => key === known.key);
    if (!other) return known;
    return { ...known, ...join(known, other), level: addLevels(known.level, other.level) };
  });
  next.push(...added);
  while (next.length > max) next.splice(lightest(next), 1);
  return next;
}
