// Sends one datagram again and again at a given rate, without waiting for answers: for what a
// server must drop, where the CPU time per datagram is the question.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from './process-numbers.ts';

export type FloodOrder = {
  readonly port: number;
  readonly pid: number;
  /** base64 */
  readonly datagram: string;
  readonly perSecond: number;
  readonly windowMs: number;
};

export type FloodResult = {
  readonly sent: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
};

const settleMs = 100;

/** Floods for a while; the server's CPU time covers everything that was sent. */
export async function flood(order: FloodOrder): Promise<FloodResult> {
  const socket = createSocket('udp4');
  socket.connect(order.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  const datagram = Buffer.from(order.datagram, 'base64');
  const cpuBefore = cpuSeconds(order.pid);
  const startMs = performance.now();
  let sent = 0;
  for (let leftMs = order.windowMs; leftMs > 0; ) {
    const elapsedMs = performance.now() - startMs;
    leftMs = order.windowMs - elapsedMs;
    // A burst of at most 32 stays far below what the receive buffer holds.
    for (let burst = 0; burst < 32 && sent < (elapsedMs * order.perSecond) / 1000; burst += 1) {
      socket.send(datagram);
      sent += 1;
    }
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await sleep(settleMs);
  const seconds = (performance.now() - startMs) / 1000;
  const cpu = cpuSeconds(order.pid) - cpuBefore;
  socket.close();
  return { sent, seconds, cpuSeconds: cpu };
}
