// Routes below /v1/detections, and the summary of the organisation.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { Detection } from '../../domain/detect/alert.ts';
import { problem } from '../problem.ts';
import type { Page, PageRequest, QueryDeps } from './ports.ts';
import {
  type Answer,
  isAnswer,
  jsonAnswer,
  listAnswer,
  pageOf,
  type QueryRequest,
  rangeOf,
} from './request.ts';
import { attribution, detectionView } from './views.ts';

const idShape = /^\d{8}T\d{6}Z-[\w-]{16}$/;
/** Users and detections counted in a summary; beyond, the count is a lower bound and says so. */
const summaryMax = 1_000;
const summaryDays = 30;

/** `GET /v1/detections?from&to&severity`, newest first. */
export async function listDetections(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const severity = request.query['severity'];
  if (severity !== undefined && !['low', 'medium', 'high'].includes(severity)) {
    const errors = [{ parameter: 'severity', detail: 'expected low, medium or high' }];
    return problem('invalid-parameter', { errors });
  }
  const found = await detectionsWithin(deps, range.from, range.to, page);
  const items = found.items.filter((d) => severity === undefined || d.severity === severity);
  return listAnswer(deps, request, { ...found, items }, detectionView);
}

/** `GET /v1/detections/{id}`. */
export async function getDetection(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const id = request.params['id'] ?? '';
  const detection = idShape.test(id) ? await deps.store.detection(id) : undefined;
  if (!detection) return problem('not-found', { detail: 'no detection has this id' });
  return jsonAnswer({ ...detectionView(detection), attribution });
}

/** `GET /v1/summary`: users known, and detections of the last 30 days by severity. */
export async function getSummary(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const from = request.now - summaryDays * 86_400_000;
  const [users, detections] = await Promise.all([
    countPages((page) => deps.store.users('', page)),
    collectDetections(deps, from, request.now + 86_400_000),
  ]);
  const bySeverity = { low: 0, medium: 0, high: 0 };
  for (const detection of detections.items) bySeverity[detection.severity] += 1;
  return jsonAnswer({
    users: users.count,
    isUsersComplete: users.isComplete,
    detections: bySeverity,
    isDetectionsComplete: detections.last === undefined,
    detectionsSince: new Date(from).toISOString(),
    attribution,
  });
}

/**
 * Detections whose first session started within [from, to), newest first. Partitions are months:
 * a page that ends one month goes on with the one before. The position is the last id given.
 */
async function detectionsWithin(
  deps: QueryDeps,
  from: UnixMs,
  to: UnixMs,
  page: PageRequest,
): Promise<Page<Detection>> {
  const items: Detection[] = [];
  const after = page.after;
  const newest = after === undefined ? monthOf(to) : after.slice(0, 6);
  for (let month = newest; month >= monthOf(from); month = monthBefore(month)) {
    let position = month === after?.slice(0, 6) ? after : undefined;
    do {
      const rest = page.limit - items.length;
      const part = await deps.store.detections(month, {
        limit: rest,
        ...(position ? { after: position } : {}),
      });
      items.push(...part.items.filter((d) => d.firstSeen >= from && d.firstSeen < to));
      position = part.last;
    } while (position !== undefined && items.length < page.limit);
    if (items.length >= page.limit) {
      const last = items.at(-1)?.id;
      return { items, ...(last ? { last } : {}) };
    }
  }
  return { items };
}

const collectDetections = (deps: QueryDeps, from: UnixMs, to: UnixMs): Promise<Page<Detection>> =>
  detectionsWithin(deps, from, to, { limit: summaryMax });

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

const monthOf = (time: UnixMs): string => new Date(time).toISOString().slice(0, 7).replace('-', '');

function monthBefore(month: string): string {
  const year = Number(month.slice(0, 4));
  const number = Number(month.slice(4));
  return number > 1 ? `${year}${`${number - 1}`.padStart(2, '0')}` : `${year - 1}12`;
}
