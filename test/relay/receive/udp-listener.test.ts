// The relay's ports, opened and shut while it runs: real sockets on loopback.

import { createSocket, type Socket } from 'node:dgram';
import { openUdpListener, type UdpListener } from '../../../relay/receive/udp-listener.ts';
import type { ListenAddress } from '../../../relay/receive/udp-server.ts';
import { until } from '../../support/until.ts';

const anyPort: readonly ListenAddress[] = [{ address: '127.0.0.1', port: 0 }];
const listeners: UdpListener[] = [];

afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

async function open(isWanted: boolean, listen = anyPort) {
  const said: string[] = [];
  const listener = await openUdpListener({
    listen,
    isWanted,
    receiver: { receive: (datagram, _, send) => send(datagram) },
    log: (_, event) => said.push(event),
  });
  listeners.push(listener);
  return { listener, said };
}

/** Asks until it is answered. */
async function answered(listener: UdpListener): Promise<void> {
  const client = createSocket('udp4');
  let isHeard = false;
  client.on('message', () => {
    isHeard = true;
  });
  client.send('probe', listener.addresses[0]?.port ?? 0, '127.0.0.1');
  await until(() => isHeard, 'the datagram is answered');
  client.close();
}

/** Takes the port that was shut: what is sent to it arrives here, so nobody else listens. */
async function takePort(listener: UdpListener): Promise<Socket> {
  const { port = 0 } = listener.addresses[0] ?? {};
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: '127.0.0.1', port }, resolve);
  });
  return socket;
}

describe('the door', () => {
  it('stays shut when the relay is switched off, and opens when it is switched on', async () => {
    const { listener } = await open(false);
    expect(listener.isOpen).toBe(false);

    await listener.set(true);

    expect(listener.isOpen).toBe(true);
    await answered(listener);
  });

  it('opens again on the port it had, which gateways know', async () => {
    const { listener } = await open(true);
    const before = listener.addresses;

    await listener.set(false);
    const taker = await takePort(listener);
    await new Promise<void>((resolve) => taker.close(resolve));
    await listener.set(true);

    expect(listener.addresses).toEqual(before);
    await answered(listener);
  });

  it('does what was said last when it is told several things at once', async () => {
    const { listener } = await open(true);

    await Promise.all([listener.set(false), listener.set(true), listener.set(false)]);

    expect(listener.isOpen).toBe(false);
  });

  it('says so when another program took the port meanwhile, and takes it back later', async () => {
    const { listener, said } = await open(true);
    await listener.set(false);
    const thief = await takePort(listener);

    await listener.set(true);
    expect(listener.trouble).toContain('EADDRINUSE');
    expect(said).toContain('port-not-opened');
    await new Promise<void>((resolve) => thief.close(resolve));
    await listener.set(true);

    expect(listener.trouble).toBeUndefined();
    expect(listener.isOpen).toBe(true);
  });

  it('never opens again once it is closed', async () => {
    const { listener } = await open(true);

    await listener.close();
    await listener.set(true);

    await until(() => !listener.isOpen, 'the socket is shut');
    expect(listener.isOpen).toBe(false);
  });
});
