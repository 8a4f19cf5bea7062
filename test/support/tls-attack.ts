// What an attacker does to a TLS port: opens it as fast as it can, or opens it and lets it wait.
// From many source addresses of 127/8, so that limits per source do not end it at once.

import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

export type Target = {
  readonly port: number;
  /** Certificate and key of a gateway: an attacker from within. */
  readonly tls: Pick<ConnectionOptions, 'cert' | 'key' | 'ca'>;
};

export type AttackResult = {
  readonly tried: number;
  /** Through TLS, or for those that speak none, connected. */
  readonly open: number;
  readonly refused: number;
};

type Ending = 'open' | 'refused';

/** 127.1.0.1, 127.1.0.2 ... */
export function sourceAddress(i: number): string {
  return `127.1.${(i >> 8) & 255}.${i & 255 || 1}`;
}

function openTls(target: Target, localAddress: string): { socket: Socket; ended: Promise<Ending> } {
  const from: object = { localAddress };
  const socket = connectTls({
    host: '127.0.0.1',
    port: target.port,
    checkServerIdentity: () => undefined,
    ...target.tls,
    ...from,
  });
  const ended = new Promise<Ending>((resolve) => {
    socket.once('secureConnect', () => resolve('open'));
    socket.once('close', () => resolve('refused'));
  });
  socket.on('error', () => undefined);
  return { socket, ended };
}

/** Opens TLS connections at a rate and drops each when it stands. */
export async function floodHandshakes(
  target: Target,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<AttackResult> {
  const endings: Promise<Ending>[] = [];
  const startMs = performance.now();
  const elapsedSeconds = (): number => (performance.now() - startMs) / 1000;
  while (elapsedSeconds() < seconds) {
    while (endings.length < Math.min(elapsedSeconds(), seconds) * perSecond) {
      const { socket, ended } = openTls(target, sourceAddress(endings.length % 1000));
      endings.push(ended);
      void ended.then(() => socket.destroy());
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return summary(await Promise.all(endings));
}

/** Connections that stand and say next to nothing, until `stop`. */
export type Loris = { readonly result: AttackResult; readonly open: () => number; stop(): void };

/**
 * Half of them never begin TLS, the other half send a packet octet by octet.
 *
 * @param perSecond how fast they are opened
 */
export async function holdConnections(
  target: Target,
  { connections, perSecond }: { readonly connections: number; readonly perSecond: number },
): Promise<Loris> {
  const sockets = new Set<Socket>();
  const endings: Promise<Ending>[] = [];
  for (let i = 0; i < connections; i += 1) {
    const { socket, ended } =
      i % 2 === 0 ? openTls(target, sourceAddress(i)) : openMute(target.port, sourceAddress(i));
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    endings.push(ended);
    await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
  }
  const result = summary(await Promise.all(endings));
  const drip = setInterval(() => {
    for (const socket of sockets) socket.write(Buffer.from([4]));
  }, 1000);
  return {
    result,
    open: () => sockets.size,
    stop() {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function openMute(port: number, localAddress: string): { socket: Socket; ended: Promise<Ending> } {
  const socket = connectTcp({ host: '127.0.0.1', port, localAddress });
  const ended = new Promise<Ending>((resolve) => {
    // A refusal comes as a reset right behind the connection.
    socket.once('connect', () => setTimeout(() => resolve('open'), 50));
    socket.once('close', () => resolve('refused'));
  });
  socket.on('error', () => undefined);
  return { socket, ended };
}

function summary(endings: readonly Ending[]): AttackResult {
  const open = endings.filter((ending) => ending === 'open').length;
  return { tried: endings.length, open, refused: endings.length - open };
}
