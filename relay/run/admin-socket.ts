// The running relay's socket for the other verbs (`status`, `capture`, ...): HTTP on a local
// socket.
// Promise: only accounts that may write to the socket file (0660) get in; a relay whose socket
// cannot be bound goes on answering gateways and reports it. Nothing here is on the path of a
// packet.

import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { ReloadResult } from '../control/running-config.ts';
import { errorText, systemErrorCode } from '../errors.ts';
import { answerImport } from '../import/import-routes.ts';
import type { ImportService } from '../import/import-service.ts';
import type { RequeueResult } from '../journal/redrive.ts';
import type { Log } from '../log.ts';
import type { TemporaryGateway } from './temporary-gateway.ts';

export type AdminDeps = {
  readonly path: string;
  readonly log: Log;
  /** The status report. */
  readonly status: () => Promise<unknown>;
  /**
   * Calls `see` with a line for each packet of the gateway, or of all, until the answer is called.
   */
  readonly capture: (gateway: string | undefined, see: (line: string) => void) => () => void;
  /** @throws JournalError */
  readonly requeue: (reason: string | undefined) => Promise<RequeueResult>;
  readonly imports?: ImportService | undefined;
  /** Takes in a gateway for `try` at that address; undefined: it cannot. */
  readonly trial?: (address: string) => TemporaryGateway | undefined;
  /**
   * Asks a gateway over its RadSec connection to end a session that does not exist; undefined: the
   * file has no such entry.
   */
  readonly probe?: (gateway: string, address: string) => Promise<object | undefined>;
  /** Reads the files again. */
  readonly reload?: (() => ReloadResult) | undefined;
  /** Changes the keys; absent: this relay is not enrolled. */
  readonly rotate?: (() => Promise<object>) | undefined;
};

export type AdminSocket = { close(): Promise<void> };

const socketMode = 0o660;
const connectionsMax = 32;
/** A reader that does not keep up misses packets rather than fill our memory. */
const waitingBytesMax = 1024 * 1024;

/** Serves until closed; without a usable socket file it only warns. */
export async function startAdminSocket(deps: AdminDeps): Promise<AdminSocket> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(deps, request, response).catch((error: unknown) => {
      deps.log('error', 'admin-request-failed', errorText(error));
      if (response.headersSent) response.destroy();
      else send(response, 503, { error: errorText(error) });
    });
  });
  server.maxConnections = connectionsMax;
  try {
    await listenOn(server, deps.path);
  } catch (error) {
    const what = systemErrorCode(error) || errorText(error);
    const message = `${deps.path} cannot be used (${what}): no status, capture or redrive`;
    deps.log('warn', 'admin-socket-unusable', `${message}; set "adminSocket"`);
    return { close: async () => undefined };
  }
  return {
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function listenOn(server: Server, path: string): Promise<void> {
  try {
    await listenOnce(server, path);
  } catch (error) {
    if (systemErrorCode(error) !== 'EADDRINUSE' || (await isAnswered(path))) throw error;
    // Left behind by a relay that was killed.
    rmSync(path, { force: true });
    await listenOnce(server, path);
  }
  // Named pipes of Windows have no mode.
  if (process.platform !== 'win32') chmodSync(path, socketMode);
}

function listenOnce(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function answer(
  deps: AdminDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://relay');
  const option = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const route = `${request.method} ${url.pathname}`;
  if (route === 'GET /status') send(response, 200, await deps.status());
  else if (route === 'GET /capture') stream(deps, option('gateway'), response);
  else if (route === 'POST /requeue') send(response, 200, await deps.requeue(option('reason')));
  else if (route === 'POST /try' && deps.trial) {
    const temporaryGateway = deps.trial(option('address') ?? '');
    send(
      response,
      temporaryGateway ? 200 : 409,
      temporaryGateway ?? { error: 'no temporary gateway can be added now' },
    );
  } else if (route === 'POST /disconnect/probe' && deps.probe) {
    const end = await deps.probe(option('gateway') ?? '', option('address') ?? '');
    send(response, end ? 200 : 404, end ?? { error: 'its file lists no such gateway by RadSec' });
  } else if (route.startsWith('POST /import/') && deps.imports) {
    const { status, body } = await answerImport(deps.imports, request, url);
    send(response, status, body);
  } else if (route === 'POST /reload' && deps.reload) {
    const result = deps.reload();
    send(response, result.isGood ? 200 : 409, result);
  } else if (route === 'POST /keys/rotate' && deps.rotate) {
    send(response, 200, await deps.rotate());
  } else send(response, 404, { error: 'this relay does not know that request: is it older?' });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function stream(deps: AdminDeps, gateway: string | undefined, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  let missed = 0;
  const stop = deps.capture(gateway, (line) => {
    if (response.writableLength > waitingBytesMax) {
      missed += 1;
      return;
    }
    if (missed > 0) response.write(`${JSON.stringify({ missed })}\n`);
    missed = 0;
    response.write(line);
  });
  response.once('close', stop);
}
