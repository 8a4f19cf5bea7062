// One HTTPS POST to the cloud: kept-alive connections, timeouts, further CAs, a proxy if any.
// Promise: it always resolves, with an answer or the reason there is none; it follows no redirect
// and keeps nothing of the answer but its status, code, Retry-After and Date.

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import * as v from 'valibot';
import { errorText, systemErrorCode } from './errors.ts';
import { type PostResult, readRetryAfter } from './ship-answer.ts';
import { proxyFor, TunnelAgent } from './ship-proxy.ts';

export type PosterOptions = {
  readonly url: URL;
  /** PEM of certificate authorities to trust besides the usual ones. */
  readonly caCertificates?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  /** Until a connection stands, TLS included. */
  readonly connectTimeoutMs?: number;
  /** From the first octet sent to the last one received. */
  readonly requestTimeoutMs?: number;
  readonly now: () => number;
};

export type PostRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Poster = {
  post(request: PostRequest, signal?: AbortSignal): Promise<PostResult>;
  /** Closes idle connections. */
  close(): void;
};

const answerBytesMax = 16 * 1024;
const problemSchema = v.object({ code: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)) });

export function makePoster(options: PosterOptions): Poster {
  const { url, connectTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const agent = makeAgent(options, connectTimeoutMs);
  const request = url.protocol === 'http:' ? httpRequest : httpsRequest;

  const readyEvent = url.protocol === 'http:' ? 'connect' : 'secureConnect';

  function postOnce({ headers, body }: PostRequest, signal?: AbortSignal) {
    return new Promise<PostResult & { readonly isStale?: boolean }>((resolve) => {
      const outgoing = request(url, {
        method: 'POST',
        agent,
        headers: {
          ...headers,
          connection: 'keep-alive',
          'content-length': Buffer.byteLength(body),
        },
        ...(signal && { signal }),
      });
      const late = (what: string) => outgoing.destroy(new Error(what));
      const connectTimer = setTimeout(late, connectTimeoutMs, 'no connection in time');
      const totalTimer = setTimeout(late, connectTimeoutMs + requestTimeoutMs, 'no answer in time');
      const end = (result: PostResult & { readonly isStale?: boolean }) => {
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
        readAnswer(incoming, options.now).then(end, (error: unknown) =>
          end({ kind: 'no-answer', reason: reasonOf(error) }),
        );
      });
      outgoing.end(body);
    });
  }

  return {
    async post(sealed, signal) {
      const { isStale, ...result } = await postOnce(sealed, signal);
      // The server had closed an idle connection just then. The same batch id makes a repeat safe.
      return isStale && !signal?.aborted ? postOnce(sealed, signal) : result;
    },
    close: () => agent.destroy(),
  };
}

function makeAgent(options: PosterOptions, connectTimeoutMs: number): HttpAgent | HttpsAgent {
  const { url, caCertificates } = options;
  const keepAlive = { keepAlive: true, maxSockets: 16, scheduling: 'fifo' } as const;
  if (url.protocol === 'http:') return new HttpAgent(keepAlive);
  const secure = {
    ...keepAlive,
    ...(caCertificates && { ca: [...rootCertificates, caCertificates] }),
  };
  const proxy = proxyFor(url, options);
  return proxy ? new TunnelAgent(proxy, connectTimeoutMs, secure) : new HttpsAgent(secure);
}

async function readAnswer(incoming: IncomingMessage, now: () => number): Promise<PostResult> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > answerBytesMax) break;
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = incoming;
  const code = problemCode(Buffer.concat(chunks).toString('utf8'));
  const retryAfterMs = readRetryAfter(headers['retry-after'], now());
  const dateMs = Date.parse(headers.date ?? '');
  return {
    kind: 'answer',
    status,
    ...(code !== undefined && { code }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(!Number.isNaN(dateMs) && { clockAheadMs: dateMs - now() }),
  };
}

function problemCode(text: string): string | undefined {
  try {
    const problem = v.safeParse(problemSchema, JSON.parse(text));
    return problem.success ? problem.output.code : undefined;
  } catch {
    return undefined;
  }
}

/** The code of a system or TLS error where it has one, else its message. */
function reasonOf(error: unknown): string {
  return systemErrorCode(error) || errorText(error);
}
