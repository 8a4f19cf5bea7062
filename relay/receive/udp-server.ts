// UDP sockets of the relay: datagrams in, answers out on the socket they came in on.
// Promise: an error of a socket is reported, never thrown; when the kernel's receive buffer is too
// small to outlast a stall, the warning holds the line that enlarges it.

import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { RelayError, systemErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';
import { canonicalSource } from './address-match.ts';
import type { Receiver } from './receiver.ts';

/** Where to listen. `isOptional`: skip it when the host does not have the address family. */
export type ListenAddress = {
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly isOptional?: boolean;
};

export type UdpServer = {
  /** What is bound, ports filled in. */
  readonly addresses: readonly ListenAddress[];
  /** Smallest receive buffer the kernel granted, octets as it counts them. */
  readonly receiveBufferBytes: number;
  /** Answers that the kernel did not take. */
  readonly sendErrors: () => number;
  /** Takes no more datagrams; answers can still be sent. */
  pause(): void;
  close(): Promise<void>;
};

/** Holds some 6,500 datagrams: a stall of more than a second at 5,000 packets/s. */
export const receiveBufferBytesWanted = 4 * 1024 * 1024;

/**
 * Binds all addresses or none.
 *
 * @throws RelayError RELAY_PORT_UNUSABLE
 */
export async function startUdpServer(options: {
  readonly listen: readonly ListenAddress[];
  readonly receiver: Receiver;
  readonly log: Log;
}): Promise<UdpServer> {
  const { listen, receiver, log } = options;
  const sockets: Socket[] = [];
  let sendErrors = 0;
  const closeAll = async (): Promise<void> => {
    await Promise.all(sockets.splice(0).map((socket) => closed(socket)));
  };
  for (const address of listen) {
    const socket = createSocket(socketOptions(address, listen));
    try {
      await bound(socket, address);
    } catch (error) {
      // It holds a descriptor although it was not bound; who tries again would gather them.
      await closed(socket);
      if (address.isOptional === true && isFamilyMissing(error)) continue;
      await closeAll();
      throw portUnusable(address, error);
    }
    socket.on('error', (error) => {
      sendErrors += 1;
      log('warn', 'socket-error', `UDP socket ${address.address}: ${systemErrorCode(error)}`);
    });
    serve(socket, receiver, (error) => {
      if (error) sendErrors += 1;
    });
    sockets.push(socket);
  }
  const granted = sockets.map((socket) => socket.getRecvBufferSize());
  const receiveBufferBytes = granted.length > 0 ? Math.min(...granted) : 0;
  if (granted.length > 0) warnOfSmallBuffer(receiveBufferBytes, log);
  return {
    addresses: sockets.map((socket) => socket.address()),
    receiveBufferBytes,
    sendErrors: () => sendErrors,
    pause() {
      for (const socket of sockets) socket.removeAllListeners('message');
    },
    close: closeAll,
  };
}

function serve(socket: Socket, receiver: Receiver, onSent: (error: Error | null) => void): void {
  socket.on('message', (datagram, { address, port }) => {
    const source = { address: canonicalSource(address), port };
    receiver.receive(datagram, source, (response) => {
      socket.send(response, port, address, onSent);
    });
  });
}

function socketOptions(
  { address, port }: ListenAddress,
  all: readonly ListenAddress[],
): SocketOptions {
  const isSix = isIPv6(address);
  // `::` also takes IPv4, unless an IPv4 address has its own socket on that port.
  const ipv6Only = all.some((other) => !isIPv6(other.address) && other.port === port);
  return {
    type: isSix ? 'udp6' : 'udp4',
    ...(isSix ? { ipv6Only } : {}),
    recvBufferSize: receiveBufferBytesWanted,
    // Peers are addresses, never names: a synchronous lookup saves a turn of the event loop.
    lookup: (hostname, _, callback) => callback(null, hostname, isSix ? 6 : 4),
  };
}

function bound(socket: Socket, { address, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve());
  });
}

function isFamilyMissing(error: unknown): boolean {
  return ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(systemErrorCode(error));
}

function portUnusable({ address, port }: ListenAddress, error: unknown): RelayError {
  const where = `UDP ${isIPv6(address) ? `[${address}]` : address}:${port}`;
  const advice: Record<string, string> = {
    EADDRINUSE: 'another program holds it: stop that one or choose another port under "listen"',
    EACCES: 'not allowed: ports below 1024 need the right to bind them',
    EADDRNOTAVAIL: 'this host does not have that address: correct it under "listen"',
  };
  const code = systemErrorCode(error);
  const text = `${where} cannot be bound (${code}); ${advice[code] ?? 'see "listen"'}`;
  return new RelayError('RELAY_PORT_UNUSABLE', text, error);
}

function warnOfSmallBuffer(grantedBytes: number, log: Log): void {
  if (grantedBytes >= receiveBufferBytesWanted) return;
  log(
    'warn',
    'receive-buffer-small',
    `the kernel grants ${grantedBytes} octets of receive buffer; bursts may get lost. ` +
      `Run: sysctl -w net.core.rmem_max=${receiveBufferBytesWanted}`,
    { grantedBytes, wantedBytes: receiveBufferBytesWanted },
  );
}
