// Cases as they are now: made from the rows of detections around what is asked for, and from what
// people decided (decision 0046). Nothing of a case is stored that could be stale.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type Case, caseOfId, caseReachMs, casesOf, lonelyCase } from '../shared/case-groups.ts';
import { dayMs, readCaseId } from '../shared/case-keys.ts';
import { type CaseRecord, splitsOf } from '../shared/case-record.ts';
import { type Range, type RowsRead, readRange } from './detection-rows.ts';
import type { QueryStore } from './ports.ts';

export type CaseStore = Pick<QueryStore, 'detectionRows' | 'caseRecords'>;

/** A case with what people decided about it. */
export type KnownCase = Case & {
  /** Records of every id that the case has had, by time of their last change. */
  readonly records: readonly CaseRecord[];
  /** False: there were more detections around it than one question looks at. */
  readonly isComplete: boolean;
};

/** Rows of a range, for who has them at hand already. */
type ReadRows = (range: Range) => Promise<RowsRead>;

/**
 * Cases with a detection in the range.
 * @param readRows absent: rows are read from the store
 * @returns `isComplete` false: the range has more detections than one question looks at
 */
export async function casesIn(
  store: CaseStore,
  range: Range,
  readRows?: ReadRows,
): Promise<{ readonly cases: readonly KnownCase[]; readonly isComplete: boolean }> {
  const { cases, isComplete } = await read(store, range, readRows);
  const isIn = (time: UnixMs): boolean => time >= range.from && time < range.to;
  const found = cases.filter(({ members }) => members.some(({ firstSeen }) => isIn(firstSeen)));
  return { cases: found, isComplete };
}

/** The case that an id means now; its id may be another one (`caseOfId`). */
export async function knownCase(store: CaseStore, id: string): Promise<KnownCase | undefined> {
  const since = readCaseId(id)?.since;
  if (since === undefined) return undefined;
  // What the id was made of came within a day of it; a burst's day may be the one before.
  const range = { from: since - dayMs, to: since + 2 * dayMs };
  const { cases, rows, records, isComplete } = await read(store, range);
  const meant = meantBy(cases, records, id);
  if (meant) return cases.find((one) => one.id === meant.id);
  const lonely = lonelyCase(rows, splitsOf(records), id);
  return lonely && { ...lonely, records: records.filter((one) => one.id === id), isComplete };
}

/** A split that was taken back is where its detections are. */
function meantBy(
  cases: readonly Case[],
  records: readonly CaseRecord[],
  id: string,
): Case | undefined {
  const exact = cases.find((one) => one.id === id);
  const split = records.find((record) => record.id === id)?.split;
  if (exact || !split) return exact ?? caseOfId(cases, id);
  const holds = ({ members }: Case): boolean =>
    members.some((row) => split.detections.includes(row.id));
  return cases.find(holds);
}

async function read(
  store: CaseStore,
  range: Range,
  readRows: ReadRows = (around) => readRange(store, around),
) {
  const around = { from: range.from - caseReachMs, to: range.to + caseReachMs };
  const [{ rows, last }, records] = await Promise.all([
    readRows(around),
    store.caseRecords({ from: stampOf(around.from), to: stampOf(around.to + dayMs) }),
  ]);
  const grouped = casesOf(rows, splitsOf(records));
  const byCase = new Map<string, CaseRecord[]>();
  for (const record of [...records].sort((a, b) => a.at - b.at)) {
    const id = meantBy(grouped, records, record.id)?.id;
    if (id !== undefined) byCase.set(id, [...(byCase.get(id) ?? []), record]);
  }
  const isComplete = last === undefined;
  const cases = grouped.map(
    (one): KnownCase => ({ ...one, records: byCase.get(one.id) ?? [], isComplete }),
  );
  return { cases, rows, records, isComplete };
}

/** Sorts before every id of a case of this day or later. */
const stampOf = (time: UnixMs): string =>
  new Date(Math.max(0, time)).toISOString().slice(0, 10).replaceAll('-', '');

/** Who looks after a case: of several records of it, the last word. */
export function ownerOf({ records }: KnownCase): string | undefined {
  const said = records.filter(({ ownerAt }) => ownerAt !== undefined);
  return said.sort((a, b) => (b.ownerAt ?? 0) - (a.ownerAt ?? 0))[0]?.owner;
}

/** What a decision about the case must name: it changes with decisions, not with detections. */
export const decisionTagOf = ({ id, records }: KnownCase): string =>
  `"${id}:${records.map(({ version }) => version).join('.') || 0}"`;
