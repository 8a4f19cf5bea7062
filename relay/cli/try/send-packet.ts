// Sends one packet to a relay on this machine and waits for its answer. As a gateway does, it
// retransmits once, after two seconds.

import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Sender } from './sender.ts';
import { isAnswerTo } from './trial-packet.ts';

const repeatMs = 2_000;

/** Milliseconds to the answer; undefined when none came in time. */
export function sendAndAwait(
  { address, port, secret }: Sender,
  packet: Buffer,
  withinMs: number,
): Promise<number | undefined> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    const beganMs = performance.now();
    const end = (elapsedMs: number | undefined): void => {
      clearInterval(repeat);
      clearTimeout(timer);
      socket.close();
      resolve(elapsedMs);
    };
    const send = (): void => socket.send(packet, port, address);
    const repeat = setInterval(send, repeatMs);
    const timer = setTimeout(end, withinMs, undefined);
    // A closed port is reported by ICMP: it counts as silence, too.
    socket.on('error', () => undefined);
    socket.on('message', (answer) => {
      if (isAnswerTo(packet, answer, secret)) end(performance.now() - beganMs);
    });
    // Bound to where it sends: then the relay sees that address, and not whichever route is best.
    socket.bind({ address }, send);
  });
}
