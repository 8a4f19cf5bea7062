// A gateway for tests and measurements of orders: sends accounting, takes Disconnect-Requests and
// answers them as it was told. Its answers are made here, not by the product.

import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { accountingSecret, cutSecret } from './cut-site.ts';
import { accounting, attribute } from './radius-packets.ts';
import { onStop } from './running-relay.ts';

const loopback = '127.0.0.1';

/** A gateway that does what it is told, and signs as RFC 5176 says. */
export type ScriptedGateway = {
  /** Codes to answer with; absent: silent. */
  answer: 41 | 42 | undefined;
  /** Whether it ends what it acknowledges. */
  isHonest: boolean;
  readonly requests: Buffer[];
  readonly port: number;
  /** Sends a record and waits for its answer. */
  send(status: 1 | 2 | 3, user: string, session: string, from?: string): Promise<void>;
};

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  onStop(() => socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** @param address of loopback: where it listens, and where its records come from */
export async function startScriptedGateway(
  radiusPort: number,
  address = loopback,
): Promise<ScriptedGateway> {
  const [sender, listener] = [await bound(address), await bound(address)];
  const made: ScriptedGateway = {
    answer: 41,
    isHonest: true,
    requests: [],
    port: listener.address().port,
    async send(status, user, session, from = '198.51.100.7') {
      const packet = accounting(accountingSecret, [
        attribute(40, [0, 0, 0, status]),
        attribute(44, session),
        attribute(1, user),
        attribute(31, from),
        attribute(61, [0, 0, 0, 5]),
      ]);
      const answered = once(sender, 'message');
      sender.send(packet, radiusPort, loopback);
      await answered;
    },
  };
  listener.on('message', (request, peer) => {
    made.requests.push(request);
    if (made.answer === undefined) return;
    const answer = Buffer.alloc(20);
    answer[0] = made.answer;
    answer[1] = request[1] ?? 0;
    answer.writeUInt16BE(20, 2);
    request.copy(answer, 4, 4, 20);
    createHash('md5').update(answer).update(cutSecret).digest().copy(answer, 4);
    listener.send(answer, peer.port, peer.address);
    const user = textIn(request, 1);
    const session = textIn(request, 44);
    if (made.answer === 41 && made.isHonest) void made.send(2, user, session);
  });
  return made;
}

function textIn(packet: Buffer, type: number): string {
  for (let at = 20; at < packet.length; at += packet[at + 1] ?? 2) {
    if (packet[at] === type) return packet.toString('utf8', at + 2, at + (packet[at + 1] ?? 2));
  }
  return '';
}
