// Routes below /v1/detections, and the summary of the organisation.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { Detection } from '../../domain/detection.ts';
import { problem } from '../shared/problem.ts';
import { triageStatuses } from '../shared/triage.ts';
import { formatAndPage, formatOf, renderedList } from './formats.ts';
import { liveOf } from './live.ts';
import type { Page, PageRequest, QueryDeps, QueryStore } from './ports.ts';
import {
  type Answer,
  isAnswer,
  jsonAnswer,
  oneOrMore,
  type QueryRequest,
  rangeOf,
} from './request.ts';
import { attribution, detectionView } from './views.ts';
import { type TriagedDetection, triagedRenderer } from './with-triage.ts';

const idShape = /^\d{8}T\d{6}Z-[\w-]{16}$/;
/** Users and detections counted in a summary; beyond, the count is a lower bound and says so. */
const summaryMax = 1_000;
const summaryDays = 30;
const severities = ['low', 'medium', 'high'] as const;

/** `GET /v1/detections?from&to&severity&status&format`, newest first. */
export async function listDetections(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const form = await formatAndPage(deps, request);
  if (isAnswer(form)) return form;
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const severity = oneOrMore(request, 'severity', severities);
  if (severity && isAnswer(severity)) return severity;
  const status = oneOrMore(request, 'status', triageStatuses);
  if (status && isAnswer(status)) return status;
  const found = await detectionsWithin(deps, range, form.page, { severity, status });
  return renderedList(deps, request, form.format, found, triagedRenderer(deps.pageOrigin));
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

/** A detection as JSON. Its entity tag is what a change of it must name. */
export const detectionAnswer = ({ detection, triage }: TriagedDetection): Answer =>
  jsonAnswer({ ...detectionView(detection, triage), attribution });

/** A detection by id, with what analysts decided; undefined when there is none. */
export async function triagedDetection(
  { store }: { readonly store: Pick<QueryStore, 'detection' | 'triages'> },
  id: string,
): Promise<TriagedDetection | undefined> {
  if (!idShape.test(id)) return undefined;
  const [detection, triages] = await Promise.all([store.detection(id), store.triages([id])]);
  return detection && { detection, triage: triages.get(id) };
}

/** `GET /v1/summary`: users known, detections of the last 30 days, and who is connected now. */
export async function getSummary(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const from = request.now - summaryDays * 86_400_000;
  const [users, connected, detections] = await Promise.all([
    countPages((page) => deps.store.users('', page)),
    deps.connected(),
    collectDetections(deps, { from, to: request.now + 86_400_000 }),
  ]);
  const live = liveOf(connected);
  const bySeverity = { low: 0, medium: 0, high: 0 };
  let untouched = 0;
  for (const { detection, triage } of detections.items) {
    bySeverity[detection.severity] += 1;
    if ((triage?.status ?? 'new') === 'new') untouched += 1;
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

type Range = { readonly from: UnixMs; readonly to: UnixMs };
type Filter = {
  readonly severity?: ReadonlySet<string> | undefined;
  readonly status?: ReadonlySet<string> | undefined;
};

/** Rows read at a time when a filter leaves some out, and at most for one page. */
const filteredRows = 100;
const scannedMax = 3_000;
/** An id names the start of the first session seen; later folds may find an earlier one. */
const idSlackMs = 86_400_000;

/**
 * Detections whose first session started within [from, to), newest first. Partitions are months:
 * a page that ends one month goes on with the one before. Filters work inside the walk, so pages
 * are full; a walk that has looked at `scannedMax` rows ends early with a position to go on from.
 */
async function detectionsWithin(
  deps: QueryDeps,
  { from, to }: Range,
  page: PageRequest,
  filter: Filter = {},
): Promise<Page<TriagedDetection>> {
  const isFiltered = filter.severity !== undefined || filter.status !== undefined;
  const ids = { from: stampOf(from - idSlackMs), to: stampOf(to + idSlackMs) };
  const items: TriagedDetection[] = [];
  let scanned = 0;
  let after = page.after;
  for (let month = (after ?? ids.to).slice(0, 6); month >= ids.from.slice(0, 6); ) {
    const limit = isFiltered ? filteredRows : page.limit - items.length;
    const part = await deps.store.detections(month, ids, { limit, ...(after ? { after } : {}) });
    scanned += part.items.length;
    const timely = part.items.filter((d) => d.firstSeen >= from && d.firstSeen < to);
    for (const triaged of await withTriage(deps, timely, filter)) {
      items.push(triaged);
      // The rest of the part is read again with the next page.
      if (items.length === page.limit) return { items, last: triaged.detection.id };
    }
    after = part.last;
    if (after !== undefined && scanned >= scannedMax) return { items, last: after };
    if (after === undefined) month = monthBefore(month);
  }
  return { items };
}

/** Joins what analysts decided, and applies the filter. */
async function withTriage(
  { store }: QueryDeps,
  detections: readonly Detection[],
  { severity, status }: Filter,
): Promise<TriagedDetection[]> {
  const chosen = detections.filter((detection) => severity?.has(detection.severity) ?? true);
  if (chosen.length === 0) return [];
  const triages = await store.triages(chosen.map(({ id }) => id));
  return chosen
    .map((detection) => ({ detection, triage: triages.get(detection.id) }))
    .filter(({ triage }) => status?.has(triage?.status ?? 'new') ?? true);
}

/** Sorts before every id of a detection of this second or later. */
const stampOf = (time: UnixMs): string =>
  new Date(Math.max(0, time)).toISOString().replace(/[-:]|\.\d+/g, '');

const collectDetections = (deps: QueryDeps, range: Range): Promise<Page<TriagedDetection>> =>
  detectionsWithin(deps, range, { limit: summaryMax });

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

function monthBefore(month: string): string {
  const year = Number(month.slice(0, 4));
  const number = Number(month.slice(4));
  return number > 1 ? `${year}${`${number - 1}`.padStart(2, '0')}` : `${year - 1}12`;
}
