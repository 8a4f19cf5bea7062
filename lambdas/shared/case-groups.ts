// Cases: detections that belong together, as a function of their rows and of what analysts split
// off (decision 0046). The order in which they came makes no difference, nor does the range that
// was read, as long as it reaches `caseReachMs` around what is asked for.
// A case reaches over two UTC days at most: within a day whatever is connected is one; over
// midnight it goes on unless it came over the midnight before. It has at most 200 members: of more
// the next ones in time are the next case. Pure.

import type { UnixMs } from '../../domain/accounting-event.ts';
import {
  type CaseKey,
  caseDayOf,
  caseIdOf,
  caseKeysOf,
  caseKinds,
  caseWindowMs,
  dayMs,
  keyDigest,
  readCaseId,
} from './case-keys.ts';
import { type DetectionRow, rowStatus } from './detection-row.ts';

/** Members of a case: as many as one request changes. */
export const caseMembersMax = 200;
/**
 * Rows that far around a detection decide about its case: the midnight before the one that the case
 * may have come over, and a day more on either side that members of a burst may lie from its day.
 */
export const caseReachMs = 5 * dayMs;

/** What analysts took out of its case: a case of its own, whatever it shares with others. */
export type CaseSplit = {
  readonly id: string;
  readonly at: UnixMs;
  readonly detections: readonly string[];
};

export type Case = {
  readonly id: string;
  /** What most of its members share; absent: split off by an analyst. */
  readonly key?: CaseKey;
  /** By time. Never empty. */
  readonly members: readonly [DetectionRow, ...DetectionRow[]];
};

/** Groups the rows. What was withdrawn belongs to no case, and what has no company to none. */
export function casesOf(
  rows: readonly DetectionRow[],
  splits: readonly CaseSplit[] = [],
): readonly Case[] {
  const { apart, rest } = withoutSplit(sortedRows(rows), splits);
  const groups = grouped(rest).filter((members) => members.length > 1);
  const cases = groups.flatMap(partsOf);
  return [...distinct(cases), ...apart];
}

/** The case of a detection that has lost its company, by the id that it had in company. */
export function lonelyCase(
  rows: readonly DetectionRow[],
  splits: readonly CaseSplit[],
  id: string,
): Case | undefined {
  const digest = readCaseId(id)?.digest;
  for (const row of withoutSplit(sortedRows(rows), splits).rest) {
    const key = caseKeysOf(row).find((one) => keyDigest(one) === digest);
    if (key) return { id, key, members: [row] };
  }
  return undefined;
}

/**
 * The case that an id means now: the one of this id, else the one that holds, nearest in time, what
 * the id was made of: what came late or was merged moves a case's beginning, and so its id.
 */
export function caseOfId(cases: readonly Case[], id: string): Case | undefined {
  const exact = cases.find((one) => one.id === id);
  const asked = readCaseId(id);
  if (exact || !asked) return exact;
  const near = cases.flatMap((one) => {
    const times = one.members
      .filter((row) => caseKeysOf(row).some((key) => keyDigest(key) === asked.digest))
      // The window begins with what the id was made of.
      .map(({ firstSeen: at }) =>
        at >= asked.since ? at - asked.since : asked.since - at + dayMs,
      );
    const distance = Math.min(...times);
    return one.key && distance <= 3 * dayMs ? [{ one, distance }] : [];
  });
  return near.sort((a, b) => a.distance - b.distance || (a.one.id < b.one.id ? -1 : 1))[0]?.one;
}

const sortedRows = (rows: readonly DetectionRow[]): DetectionRow[] =>
  [...new Map(rows.map((row) => [row.id, row])).values()]
    .filter((row) => rowStatus(row) !== 'withdrawn')
    .sort((a, b) => a.firstSeen - b.firstSeen || (a.id < b.id ? -1 : 1));

/** Of several splits that name a detection the last one has it. */
function withoutSplit(rows: readonly DetectionRow[], splits: readonly CaseSplit[]) {
  const inOrder = [...splits].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const splitOf = new Map(
    inOrder.flatMap(({ id, detections }) => detections.map((one) => [one, id] as const)),
  );
  const members = new Map<string, [DetectionRow, ...DetectionRow[]]>();
  for (const row of rows) {
    const id = splitOf.get(row.id);
    if (id === undefined) continue;
    const known = members.get(id);
    if (known) known.push(row);
    else members.set(id, [row]);
  }
  const apart = [...members].map(([id, some]): Case => ({ id, members: some }));
  return { apart, rest: rows.filter(({ id }) => !splitOf.has(id)) };
}

/** Sets of rows, by index, that are joined one by one. */
class Joined {
  readonly #parents: number[];

  constructor(count: number) {
    this.#parents = Array.from({ length: count }, (_, at) => at);
  }

  find(at: number): number {
    let root = at;
    while (this.#parents[root] !== root) root = this.#parents[root] ?? root;
    this.#parents[at] = root;
    return root;
  }

  join(a: number, b: number): void {
    const [one, other] = [this.find(a), this.find(b)];
    // The lesser index, which is the earlier row, stands for both.
    this.#parents[Math.max(one, other)] = Math.min(one, other);
  }
}

/** Rows in groups, each in order of time. @param rows in that order */
function grouped(rows: readonly DetectionRow[]): DetectionRow[][] {
  const days = rows.map(caseDayOf);
  const joined = new Joined(rows.length);
  const overnight: [number, number][] = [];
  for (const { windowMs, at } of sharedKeys(rows)) {
    const ofDays = byDay(at, days);
    for (const [day, here] of ofDays) {
      const isNear = (a: number, b: number): boolean =>
        Math.abs((rows[a]?.firstSeen ?? 0) - (rows[b]?.firstSeen ?? 0)) <= windowMs;
      for (const [n, index] of here.entries()) {
        const before = here[n - 1];
        if (before !== undefined && isNear(before, index)) joined.join(before, index);
      }
      for (const pair of neighbours(ofDays.get(day + 1) ?? [], here)) {
        if (isNear(...pair)) overnight.push(pair);
      }
    }
  }
  // What came over a midnight does not go over the next one.
  const arrived = new Set(overnight.map(([, after]) => joined.find(after)));
  const pairs = overnight.filter(([before]) => !arrived.has(joined.find(before)));
  for (const pair of pairs) joined.join(...pair);
  const groups = new Map<number, DetectionRow[]>();
  for (const [at, row] of rows.entries()) {
    const root = joined.find(at);
    const known = groups.get(root);
    if (known) known.push(row);
    else groups.set(root, [row]);
  }
  return [...groups.values()];
}

/** Keys of more than one row, and the indexes of these rows. */
function sharedKeys(rows: readonly DetectionRow[]) {
  const keys = new Map<string, { readonly windowMs: number; readonly at: number[] }>();
  for (const [at, row] of rows.entries()) {
    for (const { kind, value } of caseKeysOf(row)) {
      const name = `${kind}\0${value}`;
      const known = keys.get(name);
      if (known) known.at.push(at);
      else keys.set(name, { windowMs: caseWindowMs[kind], at: [at] });
    }
  }
  return [...keys.values()].filter(({ at }) => at.length > 1);
}

function byDay(at: readonly number[], days: readonly number[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const index of at) {
    const day = days[index] ?? 0;
    const known = found.get(day);
    if (known) known.push(index);
    else found.set(day, [index]);
  }
  return found;
}

/**
 * For each row of a day the nearest one of the day before on either side in time: members of a
 * burst count for its day, so days may overlap.
 */
function* neighbours(
  after: readonly number[],
  before: readonly number[],
): Generator<[before: number, after: number]> {
  let next = 0;
  for (const index of after) {
    while (next < before.length && (before[next] ?? 0) < index) next += 1;
    for (const near of [before[next - 1], before[next]]) {
      if (near !== undefined) yield [near, index];
    }
  }
}

/** A group as cases of at most so many members. */
function partsOf(members: readonly DetectionRow[]): Case[] {
  const parts: Case[] = [];
  for (let at = 0; at < members.length; at += caseMembersMax) {
    const [first, ...others] = members.slice(at, at + caseMembersMax);
    if (!first) continue;
    const { key, since } = mainKey(members);
    const id = caseIdOf(key, since);
    const part: Case['members'] = [first, ...others];
    parts.push({ id: at === 0 ? id : `${id}.${at / caseMembersMax + 1}`, key, members: part });
  }
  return parts;
}

/**
 * What most members share, the kind that says most first, and since when. A burst
 * only where they share nothing else: its id is of whoever was heard of first.
 */
function mainKey(members: readonly DetectionRow[]): { key: CaseKey; since: UnixMs } {
  const found = new Map<string, { key: CaseKey; since: UnixMs; count: number }>();
  for (const row of members) {
    for (const key of caseKeysOf(row)) {
      const name = `${key.kind}\0${key.value}`;
      const known = found.get(name);
      // A burst is of one day, whichever member comes first.
      const since = key.kind === 'burst' ? caseDayOf(row) * dayMs : row.firstSeen;
      found.set(name, { key, since: known?.since ?? since, count: (known?.count ?? 0) + 1 });
    }
  }
  const rank = ({ kind }: CaseKey): number => caseKinds.indexOf(kind);
  const isBurst = ({ kind }: CaseKey): number => (kind === 'burst' ? 1 : 0);
  const [main] = [...found.values()].sort(
    (a, b) =>
      (a.count > 1 && b.count > 1 ? isBurst(a.key) - isBurst(b.key) : 0) ||
      b.count - a.count ||
      rank(a.key) - rank(b.key) ||
      (a.key.value < b.key.value ? -1 : 1),
  );
  // Groups are made by keys, so there is one.
  return main ?? { key: { kind: 'place', value: '' }, since: 0 };
}

/** No two cases of one id: what a cut at midnight leaves beside a case of its key counts on. */
function distinct(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const times = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, times);
    return times === 1 ? one : { ...one, id: `${one.id.replace(/\..*/, '')}.${100 + times}` };
  });
}
