// The TLS listener of the RadSec thread: sockets, limits, handshakes, connections.
// Promise: a connection over a limit costs no TLS; every accepted one ends in exactly one named
// way; an error of one never affects another.

import { createServer, type Server, Socket } from 'node:net';
import {
  createServer as createTlsServer,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls';
import { systemErrorCode } from '../errors.ts';
import { AddressTable, canonicalSource, parseAddressBlock } from '../receive/address-match.ts';
import type { ListenAddress } from '../receive/udp-server.ts';
import { Connection } from './connection.ts';
import { contextOptions, failureOf, tlsOptions, versionOf } from './handshake.ts';
import {
  type ConnectionEnd,
  type RadsecPolicy,
  type RadsecStart,
  radsecBounds,
  type ThreadMessage,
} from './protocol.ts';
import { versionRequired } from './radius11.ts';
import { SourceLimits } from './source-limits.ts';
import type { ThreadClock } from './thread-clock.ts';

/** A TCP connection on its way to become one of RADIUS. */
type Caller = { readonly address: string; readonly port: number; isShaken: boolean };

const keyOf = (address: string, port: number): string => `${address} ${port}`;

type Settled = { readonly packets: number; readonly octets: number };

const checkMs = 1000;
const stopWithinMs = 2000;

export class RadsecListener {
  readonly #start: RadsecStart;
  readonly #tell: (message: ThreadMessage) => void;
  readonly #count: (end: ConnectionEnd) => void;
  readonly #clock: ThreadClock;
  readonly #limits: SourceLimits;
  readonly #tls: TlsServer;
  readonly #servers: Server[] = [];
  readonly #callers = new Map<string, Caller>();
  readonly #connections = new Map<number, Connection>();
  readonly #sockets = new Set<Socket>();
  #sources: AddressTable<true> | undefined;
  #lastConnection = 0;
  /** Octets of packets, of all connections, that are not dealt with. */
  #unanswered = 0;
  #isHeld: boolean = false;
  #endChecks: () => void = () => undefined;

  constructor(
    start: RadsecStart,
    tell: (message: ThreadMessage) => void,
    count: (end: ConnectionEnd) => void,
    clock: ThreadClock,
  ) {
    this.#start = start;
    this.#tell = tell;
    this.#count = count;
    this.#clock = clock;
    this.#limits = new SourceLimits(start.limits, clock.nowMs());
    this.#sources = tableOf(start);
    this.#tls = createTlsServer(tlsOptions(start));
    this.#tls.on('secureConnection', (socket) => this.#welcome(socket));
    this.#tls.on('tlsClientError', (error, socket) => this.#refuse(error, socket));
  }

  /** Binds all addresses; says `listening` or, for the first that cannot be bound, `unusable`. */
  async listen(): Promise<void> {
    for (const address of this.#start.listen) {
      const server = createServer({ allowHalfOpen: true, noDelay: true });
      server.on('connection', (socket) => this.#accept(socket));
      try {
        await bound(server, address, this.#start.listen);
        this.#servers.push(server);
      } catch (error) {
        const code = systemErrorCode(error);
        const isMissing = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
        if (address.isOptional === true && isMissing) continue;
        this.#tell({ kind: 'unusable', address, code });
        return;
      }
    }
    this.#endChecks = this.#clock.every(checkMs, () => this.#check());
    const addresses = this.#servers.map((server) => addressOf(server));
    this.#tell({ kind: 'listening', addresses });
  }

  /** Takes over certificates for new connections, and the sources they may come from. */
  setPolicy(policy: RadsecPolicy): void {
    this.#tls.setSecureContext(contextOptions(policy.material));
    this.#sources = tableOf(policy);
  }

  /** Sends answers of a connection, if it is still there. */
  answer(id: number, octets: Uint8Array, settled: Settled): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    this.#unanswered -= settled.octets;
    connection.answer(octets, settled, this.#clock.nowMs());
    this.#release();
  }

  /** Sends a request of ours on a connection, if it is still there. */
  request(id: number, octets: Uint8Array): void {
    this.#connections.get(id)?.send(octets, this.#clock.nowMs());
  }

  close(id: number, end: ConnectionEnd): void {
    this.#connections.get(id)?.close(end);
  }

  /** Accepts and reads nothing more. */
  pause(): void {
    for (const server of this.#servers) server.close();
    for (const connection of this.#connections.values()) connection.stopReading();
  }

  /** Ends everything, answers first. */
  async stop(): Promise<void> {
    this.pause();
    this.#endChecks();
    for (const connection of this.#connections.values()) connection.close('closed-by-relay');
    const giveUpMs = this.#clock.nowMs() + stopWithinMs;
    while (this.#connections.size > 0 && this.#clock.nowMs() < giveUpMs) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    const address = canonicalSource(socket.remoteAddress ?? '');
    const refusal =
      this.#sources && !this.#sources.find(address)
        ? 'unknown-source'
        : this.#limits.admit(address, this.#clock.nowMs());
    if (refusal !== undefined) {
      this.#count(refusal);
      // A reset leaves nothing behind here, not even a closing connection.
      socket.resetAndDestroy();
      return;
    }
    const port = socket.remotePort ?? 0;
    const caller: Caller = { address, port, isShaken: false };
    this.#callers.set(keyOf(address, port), caller);
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#callers.delete(keyOf(address, port));
      this.#shaken(caller, false);
      this.#limits.closed(address);
    });
    this.#tls.emit('connection', socket);
  }

  #refuse(error: Error, socket: TLSSocket): void {
    const end = failureOf(error, socket);
    // A TLS socket that is destroyed no longer knows its peer; the TCP socket in it does.
    const tcp = '_parent' in socket && socket._parent instanceof Socket ? socket._parent : socket;
    const caller = this.#callerOf(tcp);
    this.#count(end);
    if (caller) this.#tell({ kind: 'refused', address: caller.address, end });
    socket.destroy();
  }

  #welcome(socket: TLSSocket): void {
    const caller = this.#callerOf(socket);
    const version = versionOf(socket, this.#start.versions);
    const certificate = socket.getPeerX509Certificate()?.raw;
    if (!caller || !certificate || version === undefined) {
      this.#count('no-common-version');
      socket.on('error', () => undefined);
      socket.end(versionRequired());
      socket.setTimeout(radsecBounds.drainMs, () => socket.destroy());
      return;
    }
    this.#shaken(caller, true);
    this.#lastConnection += 1;
    const id = this.#lastConnection;
    const { address, port } = caller;
    const opened = { connection: id, address, port, version, certificate: certificate.slice() };
    this.#tell({ kind: 'opened', ...opened });
    const connection = new Connection(socket, version, this.#eventsOf(id), this.#clock.nowMs);
    if (this.#isHeld) connection.hold(true);
    this.#connections.set(id, connection);
  }

  #eventsOf(connection: number) {
    return {
      packets: (octets: Uint8Array): void => {
        this.#unanswered += octets.length;
        this.#tell({ kind: 'packets', connection, octets });
        const isTooMuch = this.#unanswered > radsecBounds.unansweredOctetsMax;
        if (isTooMuch && !this.#isHeld) this.#hold(true);
      },
      broken: (): void => this.#tell({ kind: 'broken', connection }),
      closed: (end: ConnectionEnd): void => {
        this.#unanswered -= this.#connections.get(connection)?.unansweredOctets ?? 0;
        this.#connections.delete(connection);
        this.#count(end);
        this.#tell({ kind: 'closed', connection });
        this.#release();
      },
    };
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const connection of this.#connections.values()) connection.hold(isHeld);
  }

  /** Lets go of connections that waited, when enough was dealt with. */
  #release(): void {
    if (this.#isHeld && this.#unanswered < radsecBounds.unansweredOctetsMax / 2) this.#hold(false);
  }

  #shaken(caller: Caller, isGood: boolean): void {
    if (!caller.isShaken) this.#limits.shaken(caller.address, isGood);
    caller.isShaken = true;
  }

  #callerOf({ remoteAddress, remotePort }: Socket): Caller | undefined {
    return this.#callers.get(keyOf(canonicalSource(remoteAddress ?? ''), remotePort ?? 0));
  }

  #check(): void {
    const idleMs = this.#start.limits.idleSeconds * 1000;
    for (const connection of this.#connections.values())
      connection.check(this.#clock.nowMs(), idleMs);
  }
}

function tableOf({ sources }: RadsecPolicy): AddressTable<true> | undefined {
  if (!sources) return undefined;
  const table = new AddressTable<true>();
  for (const text of sources) {
    const block = parseAddressBlock(text);
    if (block) table.add(block, true);
  }
  return table;
}

function bound(
  server: Server,
  { address, port }: ListenAddress,
  all: readonly ListenAddress[],
): Promise<void> {
  // `::` also takes IPv4, unless an IPv4 address has its own socket on that port.
  const isSix = address.includes(':');
  const ipv6Only = isSix && all.some((other) => !other.address.includes(':'));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, ipv6Only }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server): ListenAddress {
  const bound = server.address();
  if (typeof bound !== 'object' || bound === null) throw new Error('a TCP server has an address');
  return { address: bound.address, port: bound.port };
}
