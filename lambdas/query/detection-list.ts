// A page of the detections of a range: by time it is read as far as it needs, in every other order
// the whole range is sorted (detection-rows.ts). Rows choose and order; what is shown of a page is
// read by key, so what the row of a crash says a moment late is shown as it is.

import type { DetectionRow } from '../shared/detection-row.ts';
import { cut, type Position } from './cut.ts';
import type { DetectionFilter } from './detection-filter.ts';
import { type Range, readRange } from './detection-rows.ts';
import type { Page, PageRequest, QueryDeps } from './ports.ts';
import { type Answer, invalid, type QueryRequest } from './request.ts';
import type { TriagedDetection } from './with-triage.ts';

export const detectionSorts = ['time', 'severity', 'score', 'user'] as const;
const directions = ['asc', 'desc'] as const;

export type Sort = {
  readonly by: (typeof detectionSorts)[number];
  readonly isAscending: boolean;
};

/** What a page of detections says of the whole. */
export type DetectionPage = Page<TriagedDetection> & {
  /** How many there are, where the whole range was read. */
  readonly total?: number;
  /** False: the range has more than one question looks at. */
  readonly isTotalComplete?: boolean;
};

/** The order asked for, or the refusal. By user it ascends unless it is asked not to. */
export function sortOf({ query }: QueryRequest): Sort | Answer {
  const asked = query['sort'] ?? 'time';
  const by = detectionSorts.find((sort) => sort === asked);
  if (!by) return invalid('sort', detectionSorts.join(', '));
  const order = query['order'] ?? (by === 'user' ? 'asc' : 'desc');
  if (!directions.some((direction) => direction === order)) {
    return invalid('order', directions.join(' or '));
  }
  return { by, isAscending: order === 'asc' };
}

const ranks = { low: 0, medium: 1, high: 2 } as const;
/** What rows are sorted by. */
export const positionOf: Readonly<Record<Sort['by'], (row: DetectionRow) => Position>> = {
  time: ({ id }) => [id],
  severity: ({ severity, score, id }) => [ranks[severity], score, id],
  score: ({ score, id }) => [score, id],
  user: ({ user, id }) => [user, id],
};

/** A page of the detections of a range. */
export async function detectionPage(
  deps: Pick<QueryDeps, 'store'>,
  range: Range,
  page: PageRequest,
  filter: DetectionFilter,
  sort: Sort = { by: 'time', isAscending: false },
): Promise<DetectionPage> {
  const isNewestFirst = sort.by === 'time' && !sort.isAscending;
  const cut = isNewestFirst
    ? await newestFirst(deps, range, page, filter)
    : await sorted(deps, range, page, filter, sort);
  return { ...cut, items: await shown(deps, cut.items) };
}

type RowPage = Omit<DetectionPage, 'items'> & { readonly items: readonly DetectionRow[] };

async function newestFirst(
  { store }: Pick<QueryDeps, 'store'>,
  range: Range,
  { limit, after }: PageRequest,
  filter: DetectionFilter,
): Promise<RowPage> {
  const chosen = (rows: readonly DetectionRow[]) => rows.filter((row) => filter.isMet(row));
  const { rows, last } = await readRange(store, range, {
    after,
    // A few more than a page: some of them are not of the range, or were withdrawn.
    pageRows: limit + 25,
    isEnough: (found) => chosen(found).length > limit,
  });
  const found = chosen(rows);
  const items = found.slice(0, limit);
  const next = found.length > limit ? items.at(-1)?.id : last;
  const isWhole = after === undefined && last === undefined;
  return {
    items,
    ...(next === undefined ? {} : { last: next }),
    ...(isWhole ? { total: found.length, isTotalComplete: true } : {}),
  };
}

async function sorted(
  { store }: Pick<QueryDeps, 'store'>,
  range: Range,
  page: PageRequest,
  filter: DetectionFilter,
  { by, isAscending }: Sort,
): Promise<RowPage> {
  const { rows, last } = await readRange(store, range);
  const found = rows.filter((row) => filter.isMet(row));
  return {
    ...cut(found, positionOf[by], page, isAscending),
    total: found.length,
    isTotalComplete: last === undefined,
  };
}

/** What is shown of rows. One whose detection is gone by now is left out. */
export async function shown(
  { store }: Pick<QueryDeps, 'store'>,
  rows: readonly DetectionRow[],
): Promise<TriagedDetection[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [detections, triages] = await Promise.all([store.detectionsOf(ids), store.triages(ids)]);
  return rows.flatMap(({ id, ending }) => {
    const detection = detections.get(id);
    return detection ? [{ detection, triage: triages.get(id), ending }] : [];
  });
}
