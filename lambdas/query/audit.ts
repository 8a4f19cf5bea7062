// `GET /v1/audit` and its export: who did what, when, to what, newest first. Users are references
// that are resolved here, as long as the user is not erased. What is asked for is looked for in the
// rows themselves: changes by hand are few.

import { type AuditRow, auditActions } from '../shared/audit.ts';
import { fileLimits, renderedList } from './formats.ts';
import type { AuditStore, Page, PageRequest, QueryDeps } from './ports.ts';
import {
  type Answer,
  invalid,
  isAnswer,
  oneOrMore,
  pageOf,
  type QueryRequest,
  rangeOf,
  valuesOf,
} from './request.ts';
import { timeText } from './views.ts';

export const auditFilters = ['actor', 'action', 'user'] as const;
/** Rows that one request looks through, and reads at a time. */
const scannedMax = 5_000;
const partRows = 500;

/** A row with the user it is about, where that can still be said. */
type ShownRow = AuditRow & { readonly user?: string };

/** `GET /v1/audit?from&to&actor&action&user`. */
export async function listAudit(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  return isAnswer(page) ? page : answer(deps, request, 'json', page);
}

/** `GET /v1/exports/audit?format=csv|ndjson`. */
export async function exportAudit(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const { format } = request.query;
  if (format !== 'csv' && format !== 'ndjson') return invalid('format', 'csv or ndjson');
  const page = await pageOf(deps, request, fileLimits);
  return isAnswer(page) ? page : answer(deps, request, format, page);
}

async function answer(
  deps: QueryDeps,
  request: QueryRequest,
  format: 'json' | 'csv' | 'ndjson',
  page: PageRequest,
): Promise<Answer> {
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const actions = oneOrMore(request, 'action', auditActions);
  if (actions && isAnswer(actions)) return actions;
  const actors = setOf(valuesOf(request, 'actor'));
  const users = setOf(valuesOf(request, 'user'));
  const isMeant = (row: ShownRow): boolean =>
    (actions?.has(row.action) ?? true) &&
    (actors?.has(row.actor) ?? true) &&
    (users?.has(row.user ?? '') ?? true);
  const found = await walk(deps.audit, range, page, isMeant);
  return renderedList(deps, request, format, found, renderer);
}

const setOf = (values: readonly string[] | undefined) => values && new Set(values);

async function walk(
  store: AuditStore,
  { from, to }: { readonly from: number; readonly to: number },
  { limit, after }: PageRequest,
  isMeant: (row: ShownRow) => boolean,
): Promise<Page<ShownRow>> {
  const ids = { from: timeText(Math.max(0, from)), to: timeText(to) };
  const items: ShownRow[] = [];
  let last = after;
  let scanned = 0;
  for (let month = (last ?? ids.to).slice(0, 7); month >= ids.from.slice(0, 7); ) {
    const part = await store.rows(month, ids, {
      limit: partRows,
      ...(last ? { after: last } : {}),
    });
    scanned += part.items.length;
    const persons = await store.persons(part.items.flatMap(({ about }) => about ?? []));
    for (const row of part.items) {
      const user = persons.get(row.about ?? '');
      const shown = user === undefined ? row : { ...row, user };
      if (!isMeant(shown)) continue;
      items.push(shown);
      if (items.length === limit) return { items, last: row.id };
    }
    last = part.last;
    if (last !== undefined && scanned >= scannedMax) return { items, last };
    if (last === undefined) month = monthBefore(month);
  }
  return { items };
}

function monthBefore(month: string): string {
  const first = new Date(`${month}-01T00:00:00.000Z`).getTime();
  return timeText(first - 1).slice(0, 7);
}

const columns = ['at', 'actor', 'action', 'subject', 'outcome', 'about', 'user'] as const;

const view = ({ at, actor, action, subject, outcome, about, user }: ShownRow) => ({
  at: timeText(at),
  actor,
  action,
  subject,
  outcome,
  ...(about ? { about } : {}),
  ...(user === undefined ? {} : { user }),
});

const renderer = {
  file: 'audit',
  view,
  columns,
  cells: (row: ShownRow) => {
    const shown = view(row);
    return columns.map((column) => shown[column as keyof typeof shown]);
  },
  // Security products take the events of decisions and sessions (docs/siem.md), not this trail.
  ocsf: () => [],
  cef: () => [],
  ecs: () => [],
};
