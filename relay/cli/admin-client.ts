// Requests to the running relay through its admin socket.
// Promise: distinguishes "not running", "not allowed" and "too slow"; it sends nothing anywhere
// else.

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { RelayError, systemErrorCode } from '../errors.ts';

export type AdminAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'not-running' };

const answerMs = 30_000;

/** One request. @throws RelayError RELAY_NOT_REACHED when the socket is there but cannot be used */
export async function askRelay(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  body?: Buffer,
): Promise<AdminAnswer> {
  const opened = await open(socketPath, method, path, body);
  if (opened === 'not-running') return { kind: 'not-running' };
  const chunks: Buffer[] = [];
  for await (const chunk of opened.response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return { kind: 'answer', status: opened.response.statusCode ?? 0, body: JSON.parse(text) };
}

/** A stream of lines. `lines` ends when the relay stops or `close` is called. */
export type AdminLines = { readonly lines: AsyncIterable<string>; close(): void };

/** Follows the relay's answer line by line. @throws RelayError RELAY_NOT_REACHED */
export async function followRelay(
  socketPath: string,
  path: string,
): Promise<AdminLines | 'not-running'> {
  const opened = await open(socketPath, 'GET', path);
  if (opened === 'not-running') return opened;
  const { outgoing, response } = opened;
  outgoing.setTimeout(0);
  // A relay that is killed cuts the stream: for us that is its end.
  response.on('error', () => undefined);
  return {
    lines: createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY }),
    close: () => outgoing.destroy(),
  };
}

type Opened = { readonly outgoing: ClientRequest; readonly response: IncomingMessage };

function open(
  socketPath: string,
  method: string,
  path: string,
  body?: Buffer,
): Promise<Opened | 'not-running'> {
  return new Promise((resolve, reject) => {
    // No kept-alive connection: the relay may have been restarted since the last request.
    const outgoing = request({ socketPath, method, path, timeout: answerMs, agent: false });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', (error) => {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve('not-running');
      else reject(notReached(socketPath, code || error.message, error));
    });
    outgoing.once('response', (response) => resolve({ outgoing, response }));
    outgoing.end(body);
  });
}

function notReached(path: string, what: string, cause: unknown): RelayError {
  const advice = what === 'EACCES' ? ': run this as the user or in the group of the relay' : '';
  return new RelayError('RELAY_NOT_REACHED', `${path} (${what})${advice}`, cause);
}
