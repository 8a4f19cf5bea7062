// The relay's ports, opened and shut while it runs: real sockets on loopback.

import { createSocket } from 'node:dgram';
import { type Door, openDoor } from '../../relay/door.ts';
import type { ListenAddress } from '../../relay/udp-server.ts';
import { until } from '../support/running-relay.ts';

const anyPort: readonly ListenAddress[] = [{ address: '127.0.0.1', port: 0 }];
const doors: Door[] = [];

afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

async function open(isWanted: boolean, listen = anyPort) {
  const said: string[] = [];
  const door = await openDoor({
    listen,
    isWanted,
    receiver: { receive: (datagram, _, send) => send(datagram) },
    log: (_, event) => said.push(event),
  });
  doors.push(door);
  return { door, said };
}

/** Whether a datagram to the door is answered within a moment. */
async function isAnswered(door: Door): Promise<boolean> {
  const client = createSocket('udp4');
  let isHeard = false;
  client.on('message', () => {
    isHeard = true;
  });
  client.send('knock', door.addresses[0]?.port ?? 0, '127.0.0.1');
  for (let i = 0; i < 40 && !isHeard; i++) await new Promise((wake) => setTimeout(wake, 5));
  client.close();
  return isHeard;
}

describe('the door', () => {
  it('stays shut when the relay is switched off, and opens when it is switched on', async () => {
    const { door } = await open(false);
    expect(door.isOpen).toBe(false);

    await door.set(true);

    expect(door.isOpen).toBe(true);
    expect(await isAnswered(door)).toBe(true);
  });

  it('opens again on the port it had, which gateways know', async () => {
    const { door } = await open(true);
    const before = door.addresses;

    await door.set(false);
    expect(await isAnswered(door)).toBe(false);
    await door.set(true);

    expect(door.addresses).toEqual(before);
    expect(await isAnswered(door)).toBe(true);
  });

  it('does what was said last when it is told several things at once', async () => {
    const { door } = await open(true);

    await Promise.all([door.set(false), door.set(true), door.set(false)]);

    expect(door.isOpen).toBe(false);
  });

  it('says so when another program took the port meanwhile, and takes it back later', async () => {
    const { door, said } = await open(true);
    const { port = 0 } = door.addresses[0] ?? {};
    await door.set(false);
    const thief = createSocket('udp4');
    await new Promise<void>((resolve) => thief.bind({ address: '127.0.0.1', port }, resolve));

    await door.set(true);
    expect(door.trouble).toContain('EADDRINUSE');
    expect(said).toContain('port-not-opened');
    await new Promise<void>((resolve) => thief.close(resolve));
    await door.set(true);

    expect(door.trouble).toBeUndefined();
    expect(door.isOpen).toBe(true);
  });

  it('never opens again once it is closed', async () => {
    const { door } = await open(true);

    await door.close();
    await door.set(true);

    await until(() => !door.isOpen);
    expect(door.isOpen).toBe(false);
  });
});
