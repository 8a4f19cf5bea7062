// The connection to the cloud: kept-alive HTTPS, timeouts, further CAs, a proxy if any.
// Promise: a request always resolves, with an answer or the reason there is none; it follows no
// redirect. It signs nothing and knows no route.

import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import * as v from 'valibot';
import { errorText, systemErrorCode } from '../errors.ts';
import { proxyFor, TunnelAgent } from './proxy.ts';

export type ConnectionOptions = {
  /** Any URL of the cloud: it decides scheme, host and proxy. */
  readonly url: URL;
  /** PEM of certificate authorities to trust besides the usual ones. */
  readonly caCertificates?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  /** Until a connection stands, TLS included. */
  readonly connectTimeoutMs?: number;
  /** From the first octet sent to the last one received. */
  readonly requestTimeoutMs?: number;
  /** Octets of an answer; what comes behind them is not read. */
  readonly answerBytesMax?: number;
};

export type CloudRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type CloudAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  | { readonly kind: 'no-answer'; readonly reason: string };

export type CloudConnection = {
  send(request: CloudRequest, signal?: AbortSignal): Promise<CloudAnswer>;
  /** Closes idle connections. */
  close(): void;
};

const answerBytesMaxDefault = 16 * 1024;
const problemSchema = v.object({ code: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)) });

/** Where a route of the cloud is: the configured URL may stand with or without `/v1`. */
export function cloudRoute(cloudUrl: string, path: string): URL {
  return new URL(`${cloudUrl.replace(/\/+$/, '').replace(/\/v1$/, '')}${path}`);
}

/** The `code` of a problem document (RFC 9457), when it is a plain word. */
export function problemCode(body: Buffer): string | undefined {
  try {
    const problem = v.safeParse(problemSchema, JSON.parse(body.toString('utf8')));
    return problem.success ? problem.output.code : undefined;
  } catch {
    return undefined;
  }
}

/** How far the answer's Date is ahead of `now`, ms; undefined without one. */
export function clockAheadOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const dateMs = Date.parse(headers.date ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs - now;
}

type Ending = CloudAnswer & { readonly isStale?: boolean };

export function openConnection(options: ConnectionOptions): CloudConnection {
  const agent = makeAgent(options);
  return {
    async send(request, signal) {
      const { isStale, ...result } = await sendOnce(options, agent, request, signal);
      // The server had closed an idle connection just then. Every request of ours may be repeated.
      const again = isStale && !signal?.aborted;
      return again ? sendOnce(options, agent, request, signal) : result;
    },
    close: () => agent.destroy(),
  };
}

function sendOnce(
  { connectTimeoutMs = 10_000, requestTimeoutMs = 30_000, ...options }: ConnectionOptions,
  agent: HttpAgent | HttpsAgent,
  { method, url, headers, body }: CloudRequest,
  signal?: AbortSignal,
): Promise<Ending> {
  const isPlain = url.protocol === 'http:';
  const readyEvent = isPlain ? 'connect' : 'secureConnect';
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const outgoing = (isPlain ? httpRequest : httpsRequest)(url, {
      method,
      agent,
      headers: { ...headers, connection: 'keep-alive', ...length },
      ...(signal && { signal }),
    });
    const late = (what: string) => outgoing.destroy(new Error(what));
    const connectTimer = setTimeout(late, connectTimeoutMs, 'no connection in time');
    const totalTimer = setTimeout(late, connectTimeoutMs + requestTimeoutMs, 'no answer in time');
    const end = (result: Ending) => {
      clearTimeout(connectTimer);
      clearTimeout(totalTimer);
      resolve(result);
    };
    outgoing.once('socket', (socket) => {
      // A tunnel hands over its socket before TLS stands: that is part of connecting, too.
      if (outgoing.reusedSocket) clearTimeout(connectTimer);
      else socket.once(readyEvent, () => clearTimeout(connectTimer));
    });
    outgoing.once('error', (error) => {
      const isStale = outgoing.reusedSocket && reasonOf(error) === 'ECONNRESET';
      end({ kind: 'no-answer', reason: reasonOf(error), isStale });
    });
    outgoing.once('response', (incoming) => {
      readAnswer(incoming, options.answerBytesMax ?? answerBytesMaxDefault).then(
        end,
        (error: unknown) => end({ kind: 'no-answer', reason: reasonOf(error) }),
      );
    });
    outgoing.end(body);
  });
}

function makeAgent(options: ConnectionOptions): HttpAgent | HttpsAgent {
  const { url, caCertificates, connectTimeoutMs = 10_000 } = options;
  const keepAlive = { keepAlive: true, maxSockets: 16, scheduling: 'fifo' } as const;
  if (url.protocol === 'http:') return new HttpAgent(keepAlive);
  const secure = {
    ...keepAlive,
    ...(caCertificates && { ca: [...rootCertificates, caCertificates] }),
  };
  const proxy = proxyFor(url, options);
  return proxy ? new TunnelAgent(proxy, connectTimeoutMs, secure) : new HttpsAgent(secure);
}

async function readAnswer(incoming: IncomingMessage, bytesMax: number): Promise<CloudAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > bytesMax) break;
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = incoming;
  return { kind: 'answer', status, headers, body: Buffer.concat(chunks) };
}

/** The code of a system or TLS error where it has one, else its message. */
function reasonOf(error: unknown): string {
  return systemErrorCode(error) || errorText(error);
}
