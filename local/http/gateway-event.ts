// HTTP request to API Gateway event (payload format 2.0), field by field.
// Source: API Gateway Developer Guide, "Lambda proxy integrations for HTTP APIs".

import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { UnixMs } from '../../domain/accounting-event.ts';

export type IncomingRequest = {
  readonly method: string;
  /** Decoded path, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly rawQuery: string;
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceAddress: string;
  readonly httpVersion: string;
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly time: UnixMs;
};

/** Lower-case header names to values. */
export type HeaderValues = Readonly<Partial<Record<string, string>>>;

/** Types that reach a function as text; everything else is base64. */
const textTypes =
  /^(text\/|application\/(json|javascript|xml|[^;\s]+\+(json|xml)|x-www-form-urlencoded)\b)/i;

/** Builds the event of one request. */
export function toGatewayEvent(request: IncomingRequest): APIGatewayProxyEventV2 {
  const { headers, cookies } = readHeaders(request.rawHeaders);
  const query = readQuery(request.rawQuery);
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: contextOf(request, headers),
    ...(Object.keys(request.parameters).length > 0 ? { pathParameters: request.parameters } : {}),
    ...bodyOf(request.body, headers),
  };
}

/** Lower-case names, repeats joined by a comma; cookies apart, one entry each. */
export function readHeaders(rawHeaders: readonly string[]): {
  readonly headers: HeaderValues;
  readonly cookies: string[];
} {
  const headers = new Map<string, string>();
  const cookies: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = rawHeaders[i + 1] ?? '';
    const previous = headers.get(name);
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter(Boolean));
    else headers.set(name, previous === undefined ? value : `${previous},${value}`);
  }
  return { headers: Object.fromEntries(headers), cookies };
}

/** Decoded; repeated names are joined by a comma. */
function readQuery(rawQuery: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const previous = values.get(name);
    values.set(name, previous === undefined ? value : `${previous},${value}`);
  }
  return Object.fromEntries(values);
}

function bodyOf(body: Buffer, headers: HeaderValues): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText =
    textTypes.test(headers['content-type'] ?? '') && !headers['content-encoding'] && isUtf8(body);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function contextOf(
  request: IncomingRequest,
  headers: HeaderValues,
): APIGatewayProxyEventV2['requestContext'] {
  const domainName = (headers['host'] ?? '').replace(/:\d+$/, '');
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName,
    domainPrefix: domainName.split('.')[0] ?? '',
    http: {
      method: request.method,
      path: request.path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.sourceAddress,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey: request.routeKey,
    stage: '$default',
    time: logTime(request.time),
    timeEpoch: request.time,
  };
}

/** `12/Mar/2020:19:03:58 +0000`, as in access logs. */
function logTime(time: UnixMs): string {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
