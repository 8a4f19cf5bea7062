// Waits on loopback for the browser to come back with a code (RFC 8252 section 7.3). The port is
// fixed because user pools compare redirect URIs as they are, port included; the host is
// `localhost` because it is the only one that Cognito lets go without TLS. Both loopback addresses
// are taken, so that nobody else on this machine answers for one of them; a stolen code is worth
// nothing without the verifier.
// Promise: it listens on loopback only, answers one path, and its pages hold fixed text.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SignInError } from './sign-in-error.ts';

/** Registered with the user pool of the stack (lib/login.ts; a test compares them). */
export const signInPort = 8417;
const path = '/signed-in';
const addresses = ['127.0.0.1', '::1'];

/** Where the provider sends the browser back to. */
export const redirectUriAt = (port: number): string => `http://localhost:${port}${path}`;

/** What the person reads in the browser; `isOver`: no further callback is awaited. */
export type CallbackAnswer = {
  readonly status: number;
  readonly title: string;
  readonly text: string;
};

export type CallbackListener = {
  readonly redirectUri: string;
  close(): Promise<void>;
};

/**
 * Starts listening.
 * @param onCallback called for each visit of the redirect URI; must not reject
 * @throws SignInError `unavailable` when the port is taken
 */
export async function listenForCallback(
  port: number,
  onCallback: (parameters: URLSearchParams) => Promise<CallbackAnswer>,
): Promise<CallbackListener> {
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const isCallback = request.method === 'GET' && url.pathname === path;
    const answer = isCallback ? onCallback(url.searchParams) : Promise.resolve(notFound);
    answer.then((page) => send(response, page)).catch(() => response.destroy());
  };
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    for (const address of addresses) {
      const server = await listen(port, address, respond);
      if (server) servers.push(server);
    }
    if (servers.length === 0) throw new SignInError('unavailable', 'there is no loopback address');
  } catch (error) {
    await close();
    throw error;
  }
  return { redirectUri: redirectUriAt(port), close };
}

/** @returns undefined where the machine has no such address */
function listen(
  port: number,
  address: string,
  respond: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server | undefined> {
  const server = createServer(respond);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(undefined);
      else reject(new SignInError('unavailable', whyNot(port, error.code)));
    });
    server.listen({ port, host: address, exclusive: true }, () => resolve(server));
  });
}

function whyNot(port: number, code: string | undefined): string {
  if (code !== 'EADDRINUSE') return `cannot listen on port ${port} of localhost: ${code}`;
  return (
    `port ${port} of localhost is in use, perhaps by another sign-in: end it and try again ` +
    '(the provider sends browsers to this port and no other)'
  );
}

const notFound: CallbackAnswer = { status: 404, title: 'Not found', text: 'Nothing is here.' };

function send(response: ServerResponse, { status, title, text }: CallbackAnswer): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    // The address holds the code.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} - Wherefrom</title>` +
      `<h1>${title}</h1><p>${text}</p></html>\n`,
  );
}

/** Lets answers under way out, and no new request in. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
