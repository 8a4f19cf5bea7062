// One Disconnect-Request on its way: three copies of the same octets within six seconds, from a
// port that nobody can guess, until an authentic answer comes.
// Promise: it ends within its time and closes its socket; what is not authentic is counted and
// otherwise as if it had not come. The socket is connected, so the kernel drops other senders.

import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { systemErrorCode } from '../errors.ts';
import { type After, systemAfter } from '../timers.ts';
import { type DisconnectAnswer, readDisconnectAnswer } from './disconnect-answer.ts';

/** Copies go out at these times, ms; at the end of `untilMs` the gateway is silent. */
export const exchangeTimes = { copiesAtMs: [0, 2_000, 4_000], untilMs: 6_000 } as const;

export type ExchangeEnd =
  | { readonly kind: 'answered'; readonly answer: DisconnectAnswer }
  | {
      readonly kind: 'silent';
      /** Answers that were not authentic. */
      readonly ignored: number;
      /** The machine there said that nobody listens on the port (ICMP). */
      readonly isPortClosed: boolean;
      /** Why nothing could be sent; absent: it was. */
      readonly fault?: string;
    };

export type Exchange = (request: {
  readonly packet: Buffer;
  readonly secret: Buffer;
  readonly address: string;
  readonly port: number;
}) => Promise<ExchangeEnd>;

const portMin = 1_024;
const portEnd = 65_536;
const portAttemptsMax = 16;

/** Makes the exchange over UDP. */
export function makeExchange(
  after: After = systemAfter,
  times: { readonly copiesAtMs: readonly number[]; readonly untilMs: number } = exchangeTimes,
): Exchange {
  return async ({ packet, secret, address, port }) => {
    let socket: Socket;
    try {
      socket = await openSocket(address, port);
    } catch (error) {
      const fault = `no socket to ${address} (${systemErrorCode(error)})`;
      return { kind: 'silent', ignored: 0, isPortClosed: false, fault };
    }
    return new Promise((resolve) => {
      let ignored = 0;
      let isPortClosed = false;
      const cancels: (() => void)[] = [];
      const end = (result: ExchangeEnd): void => {
        for (const cancel of cancels.splice(0)) cancel();
        socket.removeAllListeners();
        socket.on('error', () => undefined);
        socket.close();
        resolve(result);
      };
      socket.on('message', (datagram) => {
        const answer = readDisconnectAnswer(datagram, packet, secret);
        if ('ignored' in answer) ignored += 1;
        else end({ kind: 'answered', answer });
      });
      socket.on('error', (error) => {
        isPortClosed ||= systemErrorCode(error) === 'ECONNREFUSED';
      });
      for (const at of times.copiesAtMs) {
        cancels.push(after(at, () => socket.send(packet, () => undefined)));
      }
      cancels.push(after(times.untilMs, () => end({ kind: 'silent', ignored, isPortClosed })));
    });
  };
}

/** A socket on a random port, connected. @throws the system error */
async function openSocket(address: string, port: number): Promise<Socket> {
  for (let attempt = 1; ; attempt += 1) {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    try {
      await settled(socket, () => socket.bind(randomInt(portMin, portEnd)), 'listening');
      await settled(socket, () => socket.connect(port, address), 'connect');
      return socket;
    } catch (error) {
      socket.on('error', () => undefined);
      socket.close();
      const isTaken = systemErrorCode(error) === 'EADDRINUSE';
      if (!isTaken || attempt >= portAttemptsMax) throw error;
    }
  }
}

function settled(socket: Socket, begin: () => void, event: 'listening' | 'connect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once(event, () => {
      socket.removeListener('error', reject);
      resolve();
    });
    begin();
  });
}
