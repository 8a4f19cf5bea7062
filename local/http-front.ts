// The HTTP API in front of the local functions: loopback only, API Gateway payload 2.0.
// Promise: whatever a function could see or answer here it could in the cloud; refusals are
// problem+json (RFC 9457). It checks no seal and no token: sealed routes do that themselves.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProblemCode, ProblemOptions } from '../lambdas/shared/problem.ts';
import { problem } from '../lambdas/shared/problem.ts';
import type { Clock } from './clock.ts';
import type { HttpAnswer } from './http/gateway-answer.ts';
import { toHttpAnswer } from './http/gateway-answer.ts';
import { readHeaders, toGatewayEvent } from './http/gateway-event.ts';
import { checkOrigin, loopbackAuthorities, refuse } from './http/origin-check.ts';
import type { RouteMatch, Routes, RouteTable } from './http/route-table.ts';
import { decodePath, makeRouteTable } from './http/route-table.ts';
import { FunctionError } from './local-function.ts';
import { portError } from './port-in-use.ts';

/** Serves what is no route (the console's files); undefined means there is nothing there. */
export type Fallback = (path: string, accept?: string) => Promise<HttpAnswer | undefined>;

export type HttpFrontOptions = {
  /** Made once the port is known. */
  readonly routes: (port: number) => Routes;
  /** 0 takes a free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly fallback?: Fallback;
  /** Default 10 MB, API Gateway's own bound. */
  readonly bodyBytesMax?: number;
  /** A function failed or answered nonsense; the client saw only a 5xx. */
  readonly onFailure?: (routeKey: string, error: unknown) => void;
};

export type HttpFront = {
  readonly port: number;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Takes no more requests, lets running ones end, closes. */
  stop(): Promise<void>;
};

/** API Gateway's quotas for HTTP APIs. */
const bodyBytesMaxDefault = 10 * 1024 * 1024;
const headerBytesMax = 10_240;
const requestTimeoutMs = 30_000;

/**
 * Starts to listen on 127.0.0.1.
 * @throws PortInUseError naming `--api-port`.
 */
export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const server = createServer({
    maxHeaderSize: headerBytesMax,
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const table = makeRouteTable(options.routes(port));
  const authorities = loopbackAuthorities(port);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer({ options, table, authorities }, request)
      .catch((error: unknown) => {
        options.onFailure?.('front', error);
        return problemAnswer('internal-error');
      })
      .then((result) => {
        // An unread body would be taken for the next request.
        if (!(request.complete && server.listening)) response.setHeader('connection', 'close');
        // As the clock of this cloud has it: clients compare theirs with it.
        response.setHeader('date', new Date(options.clock.now()).toUTCString());
        write(request, response, result);
      })
      .catch(() => response.destroy());
  });
  return { port, url: `http://127.0.0.1:${port}`, stop: () => stop(server) };
}

type Front = {
  readonly options: HttpFrontOptions;
  readonly table: RouteTable;
  readonly authorities: ReadonlySet<string>;
};

async function answer(front: Front, request: IncomingMessage): Promise<HttpAnswer> {
  const { headers } = readHeaders(request.rawHeaders);
  if (!front.authorities.has(headers['host']?.toLowerCase() ?? '')) {
    return refuse('foreign-host', 'use http://127.0.0.1 with the port of this server');
  }
  const [, rawPath = '', rawQuery = ''] = /^([^?#]*)\??([^#]*)/.exec(request.url ?? '') ?? [];
  const path = decodePath(rawPath);
  if (!path?.startsWith('/')) return refuse('bad-request', 'the path cannot be decoded');
  const { method = '' } = request;
  const match = front.table.match(method, path);
  if (match.kind === 'none') return serveFallback(front, method, path, headers['accept'] ?? '');
  if (match.kind === 'other-method') {
    const allow = match.allow.join(', ');
    return withHeader(problemAnswer('method-not-allowed'), 'allow', allow);
  }
  const refusal = match.route.isSealed ? undefined : checkOrigin(method, headers);
  if (refusal) return refusal;
  const body = await readBody(request, front.options.bodyBytesMax ?? bodyBytesMaxDefault);
  if (!body) return problemAnswer('too-large', { detail: 'the body is over 10 MB' });
  return callRoute(front.options, match, request, { path, rawQuery, body });
}

async function callRoute(
  { clock, onFailure }: HttpFrontOptions,
  match: Extract<RouteMatch, { kind: 'route' }>,
  request: IncomingMessage,
  parts: { readonly path: string; readonly rawQuery: string; readonly body: Buffer },
): Promise<HttpAnswer> {
  const event = toGatewayEvent({
    ...parts,
    method: request.method ?? '',
    rawHeaders: request.rawHeaders,
    sourceAddress: request.socket.remoteAddress ?? '',
    httpVersion: request.httpVersion,
    routeKey: match.routeKey,
    parameters: match.parameters,
    time: clock.now(),
  });
  try {
    const result = toHttpAnswer(await match.route.function(event));
    if (!result) throw new Error('the function answered what API Gateway cannot read');
    return withHeader(result, 'apigw-requestid', event.requestContext.requestId);
  } catch (error) {
    onFailure?.(match.routeKey, error);
    const isTimeout = error instanceof FunctionError && error.code === 'FUNCTION_TIMED_OUT';
    return problemAnswer(isTimeout ? 'unavailable' : 'internal-error');
  }
}

async function serveFallback(
  front: Front,
  method: string,
  path: string,
  accept: string,
): Promise<HttpAnswer> {
  const isReading = method === 'GET' || method === 'HEAD';
  const found = isReading ? await front.options.fallback?.(path, accept) : undefined;
  return found ?? problemAnswer('not-found');
}

/** The whole body, or undefined when it is over the bound; the rest is then read and dropped. */
async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= bytesMax ? Buffer.concat(chunks) : undefined;
}

function write(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  response.statusCode = answer.status;
  response.setHeader('x-content-type-options', 'nosniff');
  for (const [name, value] of Object.entries(answer.headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  response.setHeader('content-length', answer.body.length);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
  request.resume();
}

function problemAnswer(code: ProblemCode, options?: ProblemOptions): HttpAnswer {
  const result = toHttpAnswer(problem(code, options));
  if (!result) throw new Error('a problem is always an answer');
  return result;
}

function withHeader(answer: HttpAnswer, name: string, value: string): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(portError(error.code ?? '', '--api-port', port) ?? error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
