// Ports of loopback for programs that have to be told one; who can bind port 0 does that instead.
// They lie below what systems hand out by themselves (from 32768 on), so that no socket of anybody
// takes one between the look and its use, and each process of tests begins at another place.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const portMin = 20_000;
const portCount = 12_000;

/** Processes that start after each other have numbers side by side. */
let next = (process.pid * 41) % portCount;

/** A port of 127.0.0.1, free for UDP and TCP, that this process has not been given before. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < portCount; tries += 1) {
    const port = portMin + next;
    next = (next + 1) % portCount;
    if ((await isUdpFree(port)) && (await isTcpFree(port))) return port;
  }
  throw new Error('no port is free');
}

function isUdpFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}

function isTcpFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
