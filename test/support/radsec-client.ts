// A RADIUS client over TLS, written from RFC 6613, RFC 6614 and RFC 9765 and not from our code:
// what a gateway does at the other end. Packets are made by radius-packets.ts (1.0) and here (1.1).

import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { until } from './until.ts';

/** Octets that came back, cut by their Length fields. */
function answersIn(stream: Buffer): { readonly answers: Buffer[]; readonly rest: Buffer } {
  const answers: Buffer[] = [];
  let at = 0;
  while (at + 4 <= stream.length && at + stream.readUInt16BE(at + 2) <= stream.length) {
    answers.push(stream.subarray(at, at + stream.readUInt16BE(at + 2)));
    at += stream.readUInt16BE(at + 2);
  }
  return { answers, rest: stream.subarray(at) };
}

export class RadsecClient {
  readonly socket: TLSSocket;
  readonly answers: Buffer[] = [];
  #rest = Buffer.alloc(0);
  #isClosed: boolean = false;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
    });
    socket.on('data', (piece: Buffer) => {
      const { answers, rest } = answersIn(Buffer.concat([this.#rest, piece]));
      this.answers.push(...answers);
      this.#rest = Buffer.from(rest);
    });
  }

  /** Connects; resolves when TLS stands, rejects when it does not come about. */
  static async connect(options: ConnectionOptions): Promise<RadsecClient> {
    const socket = connect({ host: '127.0.0.1', checkServerIdentity: () => undefined, ...options });
    const client = new RadsecClient(socket);
    await once(socket, 'secureConnect');
    return client;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(...packets: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(packets));
  }

  /** Resolves when so many answers are there. */
  async answered(count: number): Promise<readonly Buffer[]> {
    const isThere = (): boolean => {
      if (this.answers.length >= count) return true;
      if (this.#isClosed) throw new Error(`closed after ${this.answers.length} answers`);
      return false;
    };
    await until(isThere, () => `${count} answers: there are ${this.answers.length}`);
    return this.answers;
  }

  /** Resolves when the other end has closed. */
  async closed(): Promise<void> {
    if (!this.#isClosed) await once(this.socket, 'close');
  }

  end(): void {
    this.socket.destroy();
  }
}

/** A packet of RADIUS/1.1 (RFC 9765 section 4.1): reserved fields zero, and a token. */
export function packet11(code: number, token: number, attributes: readonly Buffer[]): Buffer {
  const packet = Buffer.concat([Buffer.alloc(20), ...attributes]);
  packet[0] = code;
  packet.writeUInt16BE(packet.length, 2);
  packet.writeUInt32BE(token, 4);
  return packet;
}
