// Reads the parameters of a query request. Unknown and unreadable parameters are named in the
// answer; a list answers with items, newest first, and an opaque `next`.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { problem } from '../shared/problem.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Page, PageRequest, QueryDeps } from './ports.ts';
import { attribution, type Json } from './views.ts';

export type Answer = APIGatewayProxyStructuredResultV2;

/** A request after its parameters were checked. */
export type QueryRequest = {
  readonly path: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly now: UnixMs;
};

const pageLimits = { byDefault: 25, max: 100 } as const;
const dayMs = 24 * 3600 * 1000;
const rangeMsDefault = 30 * dayMs;
const rangeMsMax = 180 * dayMs;

/** Takes what the query API reads out of an API Gateway event. */
export function requestOf(event: APIGatewayProxyEventV2, now: UnixMs): QueryRequest {
  return {
    path: event.rawPath,
    params: decodedParameters(event.pathParameters ?? {}),
    query: event.queryStringParameters ?? {},
    now,
  };
}

/**
 * HTTP APIs decode the path before they split it, so a value with a slash arrives only when it was
 * encoded twice (`host%252Fpc17`); the second layer is taken off here. A value encoded once, which
 * every other name allows, stays as it is.
 */
function decodedParameters(
  parameters: Readonly<Record<string, string | undefined>>,
): QueryRequest['params'] {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, decodedOnceMore(value ?? '')]),
  );
}

function decodedOnceMore(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Refuses parameters a route does not have. */
export function refuseUnknown(
  request: QueryRequest,
  allowed: readonly string[],
): Answer | undefined {
  const unknown = Object.keys(request.query).filter((name) => !allowed.includes(name));
  if (unknown.length === 0) return undefined;
  const detail = `not a parameter of this path; it takes: ${allowed.join(', ') || 'none'}`;
  return problem('invalid-parameter', {
    errors: unknown.map((parameter) => ({ parameter: printable(parameter), detail })),
  });
}

/** `limit` and `cursor` of a list. The cursor is bound to the path and the other parameters. */
export async function pageOf(
  deps: QueryDeps,
  request: QueryRequest,
  limits: { readonly byDefault: number; readonly max: number } = pageLimits,
): Promise<PageRequest | Answer> {
  const { limit: limitText, cursor } = request.query;
  const limit = limitText === undefined ? limits.byDefault : Number(limitText);
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.max) {
    return invalid('limit', `a whole number from 1 to ${limits.max}`);
  }
  if (cursor === undefined) return { limit };
  const after = decodeCursor(await deps.cursorKey(), boundTo(request), cursor);
  if (after === undefined) {
    return problem('invalid-cursor', { detail: 'start again without a cursor' });
  }
  return { limit, after };
}

/** `from` (inclusive) and `to` (exclusive): RFC 3339 times, or a duration back from now (`P7D`). */
export function rangeOf(request: QueryRequest): { from: UnixMs; to: UnixMs } | Answer {
  const to = request.query['to'] === undefined ? request.now + dayMs : timeOf(request, 'to');
  const from =
    request.query['from'] === undefined
      ? Math.min(request.now, to ?? request.now) - rangeMsDefault
      : timeOf(request, 'from');
  const shape = 'an RFC 3339 time (2026-11-23T08:00:00Z) or a duration back from now (P7D, PT12H)';
  if (from === undefined) return invalid('from', shape);
  if (to === undefined) return invalid('to', shape);
  if (to < from) return invalid('to', 'a time after `from`');
  if (to - from > rangeMsMax + 2 * dayMs) return invalid('from', 'a range of at most 180 days');
  return { from, to };
}

/**
 * Answers with a page of views.
 * @param whole what the answer says of the list as a whole
 */
export async function listAnswer<T>(
  deps: QueryDeps,
  request: QueryRequest,
  page: Page<T>,
  view: (item: T) => Json,
  whole: { readonly [name: string]: Json } = {},
): Promise<Answer> {
  const next =
    page.last === undefined
      ? undefined
      : encodeCursor(await deps.cursorKey(), boundTo(request), page.last);
  const items = page.items.map(view);
  return jsonAnswer({ items, ...(next ? { next } : {}), ...whole, attribution });
}

/** Answers 200 with JSON. */
export function jsonAnswer(body: Json, headers: Record<string, string> = {}): Answer {
  return {
    statusCode: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'private, no-cache',
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

export const isAnswer = (value: object): value is Answer => 'statusCode' in value;

/** Refuses the value of a parameter. @param detail what was expected */
export function invalid(parameter: string, detail: string): Answer {
  return problem('invalid-parameter', { errors: [{ parameter, detail: `expected ${detail}` }] });
}

/** Values of a parameter that may hold several, by comma or repeated; undefined: not given. */
export function oneOrMore<T extends string>(
  request: QueryRequest,
  parameter: string,
  allowed: readonly T[],
): ReadonlySet<T> | undefined | Answer {
  const text = request.query[parameter];
  if (text === undefined) return undefined;
  const values = text.split(',');
  const known = allowed.filter((value) => values.includes(value));
  if (known.length === new Set(values).size) return new Set(known);
  return invalid(parameter, `${allowed.join(', ')}, or several of them by comma`);
}

/**
 * Free values of a parameter that may hold several, by comma or repeated; undefined: not given. A
 * comma that belongs to a value is encoded twice (`%252C`), as a slash of a path is.
 */
export function valuesOf(request: QueryRequest, parameter: string): readonly string[] | undefined {
  return request.query[parameter]?.split(',').map(decodedOnceMore);
}

/** What a cursor is made for: the path and all parameters that choose rows. */
export function boundTo(request: QueryRequest): string {
  const others = Object.entries(request.query).filter(
    ([name]) => name !== 'cursor' && name !== 'limit',
  );
  return `${request.path}?${new URLSearchParams(others as [string, string][]).toString()}`;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const duration = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?$/;

function timeOf(request: QueryRequest, name: 'from' | 'to'): UnixMs | undefined {
  const text = request.query[name] ?? '';
  if (rfc3339.test(text)) {
    const time = Date.parse(text);
    return Number.isNaN(time) || time < 0 ? undefined : time;
  }
  const parts = duration.exec(text);
  if (!parts || text.length < 3) return undefined;
  const [, days = '0', hours = '0', minutes = '0'] = parts;
  return request.now - (Number(days) * 24 * 60 + Number(hours) * 60 + Number(minutes)) * 60_000;
}

const printable = (text: string): string => text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
