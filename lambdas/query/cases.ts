// `GET /v1/cases`, `GET /v1/cases/{case}` and its comments: detections that belong together. The
// list answers with what rows say; a case answers with its detections and their entity tags, so
// that one decision about all of them is a `PATCH /v1/detections`. An id of before redirects.

import type { Comment } from '../shared/comment.ts';
import { problem } from '../shared/problem.ts';
import { classifications } from '../shared/triage.ts';
import { casesIn, type KnownCase, knownCase, ownerOf } from './case-reads.ts';
import {
  type CaseFacts,
  caseSorts,
  caseStatus,
  caseSummary,
  headIdOf,
  worstOf,
} from './case-views.ts';
import { commentView } from './comments.ts';
import { encodeCursor } from './cursor.ts';
import { cut } from './cut.ts';
import { noValue, severities } from './detection-filter.ts';
import type { Page, QueryDeps } from './ports.ts';
import {
  type Answer,
  boundTo,
  invalid,
  isAnswer,
  jsonAnswer,
  listAnswer,
  oneOrMore,
  pageOf,
  type QueryRequest,
  rangeOf,
  valuesOf,
} from './request.ts';
import { attribution } from './views.ts';
import { listedView, type TriagedDetection } from './with-triage.ts';

export const caseFilters = ['severity', 'status', 'classification', 'owner', 'detection'] as const;
const statuses = ['new', 'in-progress', 'resolved'] as const;
const detectionShape = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[\w-]{16}$/;
const hourMs = 3_600_000;

/** `GET /v1/cases`: those with a detection in the range; with `detection`, the case of that one. */
export async function listCases(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const range = request.query['detection'] === undefined ? rangeOf(request) : aroundOf(request);
  if (isAnswer(range)) return range;
  const isMeant = filterOf(request);
  if (typeof isMeant !== 'function') return isMeant;
  const sort = request.query['sort'] ?? 'time';
  if (sort !== 'time' && sort !== 'severity') return invalid('sort', 'time or severity');
  const { cases, isComplete } = await casesIn(deps.store, range);
  const found = cases.filter(isMeant);
  const { items, last } = cut<KnownCase>(found, caseSorts[sort], page, false);
  const facts = await factsOf(deps, items);
  const next = last && encodeCursor(await deps.cursorKey(), boundTo(request), last);
  return jsonAnswer({
    items: items.map((one) => caseSummary(one, facts.get(one.id) ?? {})),
    ...(next ? { next } : {}),
    total: found.length,
    isTotalComplete: isComplete,
    attribution,
  });
}

/** The time that a detection's id names, and an hour around it. */
function aroundOf(request: QueryRequest): { from: number; to: number } | Answer {
  const parts = detectionShape
    .exec(request.query['detection'] ?? '')
    ?.slice(1)
    .map(Number);
  if (!parts) return invalid('detection', 'the id of a detection');
  const [year = 0, month = 1, day, hour, minute, second] = parts;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // The id names the first session that was seen; an earlier one may have come since.
  return { from: time - 24 * hourMs, to: time + hourMs };
}

function filterOf(request: QueryRequest): ((one: KnownCase) => boolean) | Answer {
  const severity = oneOrMore(request, 'severity', severities);
  const status = oneOrMore(request, 'status', statuses);
  const classification = oneOrMore(request, 'classification', [...classifications, noValue]);
  for (const set of [severity, status, classification]) if (set && isAnswer(set)) return set;
  const owners = valuesOf(request, 'owner');
  const { detection } = request.query;
  const has = (set: unknown, value: string): boolean => !(set instanceof Set) || set.has(value);
  return (one) =>
    has(severity, worstOf(one).severity) &&
    has(status, caseStatus(one)) &&
    (!(classification instanceof Set) ||
      one.members.some((row) => classification.has(row.decision?.classification ?? noValue))) &&
    (owners?.includes(ownerOf(one) ?? noValue) ?? true) &&
    (detection === undefined || one.members.some(({ id }) => id === detection));
}

async function factsOf(
  { store }: Pick<QueryDeps, 'store'>,
  cases: readonly KnownCase[],
): Promise<ReadonlyMap<string, CaseFacts>> {
  if (cases.length === 0) return new Map();
  const heads = await store.detectionsOf(cases.map(headIdOf));
  return new Map(cases.map((one) => [one.id, { head: heads.get(headIdOf(one)) }]));
}

/** A case with its detections. */
export type WholeCase = {
  readonly known: KnownCase;
  readonly triaged: readonly TriagedDetection[];
};

/** Reads a case and its detections; undefined: there is none. */
export async function wholeCase(
  {
    store,
  }: {
    readonly store: Pick<
      QueryDeps['store'],
      'detectionRows' | 'caseRecords' | 'detectionsOf' | 'triages'
    >;
  },
  id: string,
): Promise<WholeCase | undefined> {
  const known = await knownCase(store, id);
  if (!known) return undefined;
  const ids = known.members.map((row) => row.id);
  const [detections, triages] = await Promise.all([store.detectionsOf(ids), store.triages(ids)]);
  const triaged = known.members.flatMap(({ id: one, ending }) => {
    const detection = detections.get(one);
    return detection ? [{ detection, triage: triages.get(one), ending }] : [];
  });
  return triaged.length === 0 ? undefined : { known, triaged };
}

/** The facts of a case whose detections were read. */
export const factsIn = ({ known, triaged }: WholeCase): CaseFacts => ({
  head: triaged.find(({ detection }) => detection.id === headIdOf(known))?.detection,
});

/** A case as JSON. */
export const caseAnswer = (whole: WholeCase): Answer =>
  jsonAnswer({
    ...caseSummary(whole.known, factsIn(whole)),
    items: whole.triaged.map(listedView),
    attribution,
  });

/** `GET /v1/cases/{case}`. */
export async function getCase(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const id = request.params['case'] ?? '';
  const whole = await wholeCase(deps, id);
  if (!whole) return noSuchCase();
  return whole.known.id === id ? caseAnswer(whole) : movedTo(whole.known.id);
}

export const noSuchCase = (): Answer =>
  problem('not-found', { detail: 'no detections belong together under this id' });

/** What the id means now has another one: 308 (RFC 9110 section 15.4.9). */
export const movedTo = (id: string): Answer => ({
  statusCode: 308,
  headers: {
    location: `/v1/cases/${encodeURIComponent(id)}`,
    'cache-control': 'private, no-cache',
  },
});

/** `GET /v1/cases/{case}/comments`: of every id that the case has had, oldest first. */
export async function listCaseComments(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const known = await knownCase(deps.store, request.params['case'] ?? '');
  if (!known) return noSuchCase();
  const threads = await Promise.all(known.records.map(({ id }) => deps.store.comments(id, page)));
  return listAnswer(deps, request, joined(threads, page.limit), commentView);
}

/** A page of several threads as one: as far as all of them were read. */
function joined(threads: readonly Page<Comment>[], limit: number): Page<Comment> {
  const all = threads.flatMap(({ items }) => items).sort((a, b) => (a.id < b.id ? -1 : 1));
  const [readTo] = threads.flatMap(({ last = [] }) => last).sort();
  const known = all.filter(({ id }) => readTo === undefined || id <= readTo);
  const items = known.slice(0, limit);
  const last = known.length > limit ? items.at(-1)?.id : readTo;
  return { items, ...(last === undefined ? {} : { last }) };
}
