// Debian's FreeRADIUS as the author of a detail file: packets go in over UDP, what rlm_detail wrote
// comes out. Its configuration is the module as Debian sets it and nothing else.

import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFreeRadius } from './freeradius.ts';
import { until } from './until.ts';

const secret = 'detail-writer-secret';

/** What FreeRADIUS writes of these Accounting-Requests, whoever signed them before. */
export async function detailOf(packets: readonly Buffer[], folder: string): Promise<string> {
  const server = await startFreeRadius({
    folder,
    secret,
    modules: `
  detail {
    filename = ${folder}/detail
    permissions = 0600
    header = "%t"
    log_packet_header = yes
  }`,
    sections: 'accounting {\n  detail\n}',
    isSingleThreaded: true,
  });
  const socket = createSocket('udp4');
  try {
    for (const [at, packet] of packets.entries()) {
      await exchange(socket, server.port, signed(packet, at & 255));
    }
  } finally {
    socket.close();
    await server.stop();
  }
  return readFileSync(join(folder, 'detail'), 'latin1');
}

async function exchange(socket: Socket, port: number, packet: Buffer): Promise<void> {
  let isAnswered = false;
  socket.once('message', () => {
    isAnswered = true;
  });
  socket.send(packet, port, '127.0.0.1');
  await until(() => isAnswered, 'FreeRADIUS answers', 10_000);
}

function signed(packet: Buffer, identifier: number): Buffer {
  const copy = Buffer.from(packet.subarray(0, packet.readUInt16BE(2)));
  copy[1] = identifier;
  copy.fill(0, 4, 20);
  createHash('md5').update(copy).update(secret).digest().copy(copy, 4);
  return copy;
}
