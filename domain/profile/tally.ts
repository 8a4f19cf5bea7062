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

/** A table of a profile: how many keys it has at most, and what a row of it holds. */
export type TableKind<Row extends Tally, Described> = {
  readonly max: number;
  readonly rowOf: (count: number, firstSeen: UnixMs, lastSeen: UnixMs, described: Described) => Row;
  /** What describes a row; of two the lesser wins, so that any order of arrival ends alike. */
  readonly describedBy: (row: Row) => Described;
};

/**
 * A table while one session is counted into it, each key once. Copied when the first thing is
 * counted: nobody else has the copy before `table` hands it out.
 */
export class TableDraft<Row extends Tally, Described> {
  readonly #before: ReadonlyMap<string, Row>;
  readonly #kind: TableKind<Row, Described>;
  readonly #start: UnixMs;
  readonly #counted: string[] = [];
  #own: Map<string, Row> | undefined;

  /** @param start of the session */
  constructor(before: ReadonlyMap<string, Row>, kind: TableKind<Row, Described>, start: UnixMs) {
    this.#before = before;
    this.#kind = kind;
    this.#start = start;
  }

  get table(): ReadonlyMap<string, Row> {
    return this.#own ?? this.#before;
  }

  /** Beyond the kind's `max` keys the least recently seen one is dropped. */
  count(key: string, described: Described): void {
    if (this.#counted.includes(key)) return;
    this.#counted.push(key);
    this.#own ??= copyOf(this.#before);
    const own = this.#own;
    const { max, rowOf, describedBy } = this.#kind;
    const start = this.#start;
    const known = own.get(key);
    if (!known) {
      own.set(key, rowOf(1, start, start, described));
      if (own.size > max) own.delete(victimOf(own));
      return;
    }
    const before = describedBy(known);
    const lesser = isLesser(described, before) ? described : before;
    const firstSeen = Math.min(known.firstSeen, start);
    own.set(key, rowOf(known.count + 1, firstSeen, Math.max(known.lastSeen, start), lesser));
  }
}

/** Entry by entry: V8 (Node 20) takes half as long again to make a map of a map. */
function copyOf<Row>(table: ReadonlyMap<string, Row>): Map<string, Row> {
  const copy = new Map<string, Row>();
  for (const [key, row] of table) copy.set(key, row);
  return copy;
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

const isLesser = (a: unknown, b: unknown): boolean =>
  !isSameValue(a, b) && canonicalText(a) < canonicalText(b);

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
