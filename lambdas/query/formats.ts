// The formats of a list: JSON pages for the console, CSV and NDJSON for spreadsheets and scripts,
// OCSF, ECS (a document a line) and CEF (a line) for security products. Filters and order are the
// same in all; files carry up to 1,000 rows and a `Link` to the next part (RFC 8288).

import { problem } from '../shared/problem.ts';
import { type Cell, csvText, jsonLine } from './csv.ts';
import { encodeCursor } from './cursor.ts';
import type { Page, PageRequest, QueryDeps } from './ports.ts';
import {
  type Answer,
  boundTo,
  isAnswer,
  jsonAnswer,
  pageOf,
  type QueryRequest,
} from './request.ts';
import { attribution, type Json } from './views.ts';

export const formats = ['json', 'csv', 'ndjson', 'ocsf', 'cef', 'ecs'] as const;
export type Format = (typeof formats)[number];
export type FileFormat = Exclude<Format, 'json'>;

/** How the items of a list look in each form. */
export type Renderer<T> = {
  /** Name of the file: `detections`. */
  readonly file: string;
  readonly view: (item: T) => Json;
  readonly columns: readonly string[];
  readonly cells: (item: T) => readonly Cell[];
  readonly ocsf: (item: T) => readonly Json[];
  readonly cef: (item: T) => readonly string[];
  readonly ecs: (item: T) => readonly Json[];
};

export const fileLimits = { byDefault: 1_000, max: 1_000 } as const;

const fileTypes = {
  csv: ['text/csv; charset=utf-8', 'csv'],
  ndjson: ['application/x-ndjson', 'ndjson'],
  ocsf: ['application/x-ndjson', 'ocsf.ndjson'],
  ecs: ['application/x-ndjson', 'ecs.ndjson'],
  cef: ['text/plain; charset=utf-8', 'cef'],
} as const;

/** The form asked for, or the refusal. */
export function formatOf(request: QueryRequest): Format | Answer {
  const asked = request.query['format'] ?? 'json';
  return formats.find((format) => format === asked) ?? refuseFormat(formats);
}

function refuseFormat(expected: readonly Format[]): Answer {
  const errors = [{ parameter: 'format', detail: `expected one of ${expected.join(', ')}` }];
  return problem('invalid-parameter', { errors });
}

const fileFormats = formats.filter((format) => format !== 'json');

/**
 * A route below /v1/exports, from the handler of the rows it exports: `format` must name the form
 * of a file. JSON pages have paths of their own, so that each path answers one kind of thing.
 */
export function asFile(
  handle: (deps: QueryDeps, request: QueryRequest) => Promise<Answer>,
): typeof handle {
  return async (deps, request) => {
    const asked = request.query['format'];
    const isFile = fileFormats.some((format) => format === asked);
    return isFile ? handle(deps, request) : refuseFormat(fileFormats);
  };
}

/** Form and page of a list, or the refusal. Files have longer pages. */
export async function formatAndPage(
  deps: QueryDeps,
  request: QueryRequest,
): Promise<{ format: Format; page: PageRequest } | Answer> {
  const format = formatOf(request);
  if (typeof format !== 'string') return format;
  const page = await pageOf(deps, request, format === 'json' ? undefined : fileLimits);
  return isAnswer(page) ? page : { format, page };
}

/**
 * Answers with a page of a list in the form asked for.
 * @param whole what the JSON form says of the list as a whole
 */
export async function renderedList<T>(
  deps: QueryDeps,
  request: QueryRequest,
  format: Format,
  page: Page<T>,
  renderer: Renderer<T>,
  whole: { readonly [name: string]: Json } = {},
): Promise<Answer> {
  const key = page.last === undefined ? '' : await deps.cursorKey();
  const next = page.last === undefined ? undefined : encodeCursor(key, boundTo(request), page.last);
  if (format === 'json') {
    const items = page.items.map(renderer.view);
    return jsonAnswer({ items, ...(next ? { next } : {}), ...whole, attribution });
  }
  const [type, extension] = fileTypes[format];
  const parameters = { ...request.query, cursor: next ?? '' } as Record<string, string>;
  return {
    statusCode: 200,
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="wherefrom-${renderer.file}.${extension}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      ...(next ? { link: `<?${new URLSearchParams(parameters)}>; rel="next"` } : {}),
    },
    body: bodyOf(format, page.items, renderer),
  };
}

function bodyOf<T>(format: FileFormat, items: readonly T[], renderer: Renderer<T>): string {
  if (format === 'csv') return csvText(renderer.columns, items.map(renderer.cells));
  const lines = items.flatMap((item): readonly string[] => {
    if (format === 'cef') return renderer.cef(item);
    if (format === 'ndjson') return [jsonLine(renderer.view(item))];
    return renderer[format](item).map(jsonLine);
  });
  return lines.map((line) => `${line}\n`).join('');
}
