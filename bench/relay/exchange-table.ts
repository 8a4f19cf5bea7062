// The requests under way over several sockets: who waits for which answer, and since when.
// Promise: an answer counts only when its Response Authenticator is right (RFC 2866 section 3);
// what is not answered in time is sent again unchanged, as gateways do, and given up after some
// tries.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { makeMessageBuffer, md5, md5Octets } from '../../relay/receive/md5.ts';
import { identifierOf, identifiers, loadPorts, type PacketPool } from './packets.ts';

export type ExchangeOptions = {
  readonly port: number;
  readonly pool: PacketPool;
  readonly retryMs: number;
  readonly triesMax: number;
  /** Latency from the first sending, milliseconds. */
  readonly onAnswer: (n: number, elapsedMs: number) => void;
  readonly onLost: (n: number) => void;
};

const free = -1;
const responseOctets = 20;
const retryCheckMs = 50;
const receiveBufferBytes = 4 * 1024 * 1024;

export class ExchangeTable {
  readonly #options: ExchangeOptions;
  readonly #sockets: Socket[] = [];
  /** By socket and identifier: the packet under way, or `free`. */
  readonly #packetAt = new Int32Array(loadPorts * identifiers).fill(free);
  readonly #firstSentMs = new Float64Array(loadPorts * identifiers);
  readonly #lastSentMs = new Float64Array(loadPorts * identifiers);
  readonly #tries = new Uint8Array(loadPorts * identifiers);
  readonly #message;
  readonly #digest = Buffer.alloc(md5Octets);
  #timer: NodeJS.Timeout | undefined;
  inFlight = 0;
  retransmissions = 0;
  /** Datagrams that answer nothing under way, or are signed wrongly. */
  strange = 0;

  private constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#message = makeMessageBuffer(responseOctets + options.pool.secret.length);
  }

  static async open(options: ExchangeOptions): Promise<ExchangeTable> {
    const table = new ExchangeTable(options);
    for (let index = 0; index < loadPorts; index += 1) {
      const socket = createSocket({ type: 'udp4', recvBufferSize: receiveBufferBytes });
      // While the server is away the kernel reports refusals: the next try comes by itself.
      socket.on('error', () => undefined);
      socket.connect(options.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.on('message', (response) => table.#receive(index, response));
      table.#sockets.push(socket);
    }
    table.#timer = setInterval(() => table.#sendAgain(), retryCheckMs);
    return table;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
  }

  /** Sends packet n; false when its identifier is in use on every socket. */
  send(n: number, nowMs: number): boolean {
    const identifier = identifierOf(n);
    for (let step = 0; step < loadPorts; step += 1) {
      const index = (n + step) % loadPorts;
      const slot = index * identifiers + identifier;
      if (this.#packetAt[slot] !== free) continue;
      this.#packetAt[slot] = n;
      this.#firstSentMs[slot] = nowMs;
      this.#lastSentMs[slot] = nowMs;
      this.#tries[slot] = 1;
      this.inFlight += 1;
      this.#sockets[index]?.send(this.#options.pool.packet(n));
      return true;
    }
    return false;
  }

  #receive(index: number, response: Buffer): void {
    const slot = index * identifiers + (response[1] ?? 0);
    const n = this.#packetAt[slot] ?? free;
    if (n === free || !this.#isAnswer(response, n)) {
      this.strange += 1;
      return;
    }
    this.#packetAt[slot] = free;
    this.inFlight -= 1;
    this.#options.onAnswer(n, performance.now() - (this.#firstSentMs[slot] ?? 0));
  }

  #isAnswer(response: Buffer, n: number): boolean {
    if (response.length !== responseOctets || response[0] !== 5) return false;
    const { pool } = this.#options;
    const { bytes } = this.#message;
    response.copy(bytes, 0, 0, 4);
    pool.packet(n).copy(bytes, 4, 4, responseOctets);
    bytes.set(pool.secret, responseOctets);
    md5(this.#message, responseOctets + pool.secret.length, this.#digest);
    return this.#digest.equals(response.subarray(4, responseOctets));
  }

  #sendAgain(): void {
    if (this.inFlight === 0) return;
    const { retryMs, triesMax, pool, onLost } = this.#options;
    const nowMs = performance.now();
    for (let slot = 0; slot < this.#packetAt.length; slot += 1) {
      const n = this.#packetAt[slot] ?? free;
      if (n === free || nowMs - (this.#lastSentMs[slot] ?? 0) < retryMs) continue;
      if ((this.#tries[slot] ?? 0) >= triesMax) {
        this.#packetAt[slot] = free;
        this.inFlight -= 1;
        onLost(n);
        continue;
      }
      this.#tries[slot] = (this.#tries[slot] ?? 0) + 1;
      this.#lastSentMs[slot] = nowMs;
      this.retransmissions += 1;
      this.#sockets[Math.floor(slot / identifiers)]?.send(pool.packet(n));
    }
  }
}
