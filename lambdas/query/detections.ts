// Routes below /v1/detections, and the summary of the organisation.

import { rowStatus } from '../shared/detection-row.ts';
import { problem } from '../shared/problem.ts';
import { detectionFilterOf } from './detection-filter.ts';
import { detectionPage, sortOf } from './detection-list.ts';
import { readRange } from './detection-rows.ts';
import { formatAndPage, formatOf, renderedList } from './formats.ts';
import { liveOf } from './live.ts';
import type { Page, PageRequest, QueryDeps, QueryStore } from './ports.ts';
import { type Answer, isAnswer, jsonAnswer, type QueryRequest, rangeOf } from './request.ts';
import { attribution } from './views.ts';
import { detectionAnswer, type TriagedDetection, triagedRenderer } from './with-triage.ts';

/** Ids of detections. */
export const idShape = /^\d{8}T\d{6}Z-[\w-]{16}$/;
/** Users counted in a summary; beyond, the count is a lower bound and says so. */
const summaryMax = 1_000;
const summaryDays = 30;

/** `GET /v1/detections`: filters, order and page; what was withdrawn only where it is asked for. */
export async function listDetections(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const form = await formatAndPage(deps, request);
  if (isAnswer(form)) return form;
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const filter = detectionFilterOf(request);
  if (isAnswer(filter)) return filter;
  const sort = sortOf(request);
  if (isAnswer(sort)) return sort;
  const page = await detectionPage(deps, range, form.page, filter, sort);
  const { total, isTotalComplete } = page;
  const renderer = triagedRenderer(deps.pageOrigin);
  const whole = total === undefined ? {} : { total, isTotalComplete: isTotalComplete === true };
  return renderedList(deps, request, form.format, page, renderer, whole);
}

/** `GET /v1/detections/{id}?format`. */
export async function getDetection(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const format = formatOf(request);
  if (typeof format !== 'string') return format;
  const triaged = await triagedDetection(deps, request.params['id'] ?? '');
  if (!triaged) return noSuchDetection();
  const renderer = triagedRenderer(deps.pageOrigin);
  if (format === 'ocsf' || format === 'ecs') return jsonAnswer(renderer[format](triaged)[0] ?? {});
  if (format !== 'json') return renderedList(deps, request, format, { items: [triaged] }, renderer);
  return detectionAnswer(triaged);
}

/** `GET /v1/exports/detections/{id}?format`: the list of this one, as a file. */
export async function exportDetection(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const format = formatOf(request);
  if (typeof format !== 'string') return format;
  const triaged = await triagedDetection(deps, request.params['id'] ?? '');
  if (!triaged) return noSuchDetection();
  return renderedList(
    deps,
    request,
    format,
    { items: [triaged] },
    triagedRenderer(deps.pageOrigin),
  );
}

const noSuchDetection = (): Answer => problem('not-found', { detail: 'no detection has this id' });

/** A detection by id, with what analysts decided; undefined when there is none. */
export async function triagedDetection(
  { store }: { readonly store: Pick<QueryStore, 'detection' | 'triages' | 'endings'> },
  id: string,
): Promise<TriagedDetection | undefined> {
  if (!idShape.test(id)) return undefined;
  const [detection, triages, endings] = await Promise.all([
    store.detection(id),
    store.triages([id]),
    store.endings([id]),
  ]);
  return detection && { detection, triage: triages.get(id), ending: endings.get(id) };
}

/** `GET /v1/summary`: users known, detections of the last 30 days, and who is connected now. */
export async function getSummary(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const from = request.now - summaryDays * 86_400_000;
  const [users, connected, detections] = await Promise.all([
    countPages((page) => deps.store.users('', page)),
    deps.connected(),
    readRange(deps.store, { from, to: request.now + 86_400_000 }),
  ]);
  const live = liveOf(connected);
  const bySeverity = { low: 0, medium: 0, high: 0 };
  let untouched = 0;
  for (const row of detections.rows) {
    const status = rowStatus(row);
    if (status === 'withdrawn') continue;
    bySeverity[row.severity] += 1;
    if (status === 'new') untouched += 1;
  }
  return jsonAnswer({
    users: users.count,
    isUsersComplete: users.isComplete,
    detections: bySeverity,
    isDetectionsComplete: detections.last === undefined,
    detectionsNew: untouched,
    detectionsSince: new Date(from).toISOString(),
    live: { ...live, places: live.places.map((place) => ({ ...place })) },
    attribution,
  });
}

async function countPages(
  read: (page: PageRequest) => Promise<Page<unknown>>,
): Promise<{ count: number; isComplete: boolean }> {
  let count = 0;
  let after: string | undefined;
  do {
    const page: Page<unknown> = await read({ limit: summaryMax, ...(after ? { after } : {}) });
    count += page.items.length;
    after = page.last;
  } while (after !== undefined && count < summaryMax);
  return { count, isComplete: after === undefined };
}
