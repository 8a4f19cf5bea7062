// Debian's FreeRADIUS as the author of a detail file: packets go in over UDP, what rlm_detail wrote
// comes out. Its configuration is the module as Debian sets it and nothing else.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const secret = 'detail-writer-secret';

export const isFreeRadiusInstalled = spawnSync('freeradius', ['-v']).status === 0;

/** What FreeRADIUS writes of these Accounting-Requests, whoever signed them before. */
export async function detailOf(packets: readonly Buffer[], folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  writeFileSync(join(folder, 'radiusd.conf'), config(folder, port), { mode: 0o600 });
  writeFileSync(join(folder, 'dictionary'), '');
  const server = spawn('freeradius', ['-d', folder, '-l', join(folder, 'radius.log'), '-fs'], {
    env: { ...process.env, TZ: 'Europe/Berlin' },
    stdio: 'ignore',
  });
  const socket = createSocket('udp4');
  try {
    for (const [at, packet] of packets.entries()) {
      await exchange(socket, port, signed(packet, at & 255), server);
    }
  } finally {
    socket.close();
    server.kill();
    await new Promise((resolve) => server.once('exit', resolve));
  }
  return readFileSync(join(folder, 'detail'), 'latin1');
}

/** Sends until it is answered: FreeRADIUS does not say when it is ready. */
async function exchange(
  socket: Socket,
  port: number,
  packet: Buffer,
  server: ChildProcess,
): Promise<void> {
  let isAnswered = false;
  const answered = new Promise<void>((resolve) => {
    socket.once('message', () => {
      isAnswered = true;
      resolve();
    });
  });
  for (let tries = 0; tries < 100 && !isAnswered; tries += 1) {
    if (server.exitCode !== null) throw new Error('FreeRADIUS has ended: see its radius.log');
    socket.send(packet, port, '127.0.0.1');
    await Promise.race([answered, sleep(100)]);
  }
  if (!isAnswered) throw new Error('FreeRADIUS does not answer');
}

function signed(packet: Buffer, identifier: number): Buffer {
  const copy = Buffer.from(packet.subarray(0, packet.readUInt16BE(2)));
  copy[1] = identifier;
  copy.fill(0, 4, 20);
  createHash('md5').update(copy).update(secret).digest().copy(copy, 4);
  return copy;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

const config = (folder: string, port: number): string => `
prefix = /usr
confdir = ${folder}
logdir = ${folder}
radacctdir = ${folder}
run_dir = ${folder}
libdir = /usr/lib/freeradius
pidfile = ${folder}/freeradius.pid
security {
  allow_core_dumps = no
}
client gateway {
  ipaddr = 127.0.0.1
  secret = ${secret}
}
modules {
  detail {
    filename = ${folder}/detail
    permissions = 0600
    header = "%t"
    log_packet_header = yes
  }
}
server default {
  listen {
    type = acct
    ipaddr = 127.0.0.1
    port = ${port}
  }
  accounting {
    detail
  }
}
`;
