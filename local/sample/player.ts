// Plays planned records to a relay as real UDP packets, as four independent gateways would:
// each from its own address, with a few requests in flight, sending again what is not answered.
// An answer counts only if its Response Authenticator is right (RFC 2866 section 3).

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import radius from 'radius';
import type { UnixMs } from '../../domain/accounting-event.ts';
import type { PlannedRecord } from './day.ts';
import { sampleGateways } from './gateways.ts';
import { encodeRecord } from './packets.ts';

/** Requests one gateway has in flight; RADIUS allows 256, real gateways use far fewer. */
const inFlightMax = 16;
/** The first repeat after this long, then twice as long each time (RFC 5080 section 2.2.1). */
const firstRepeatMs = 1_000;
const triesMax = 5;

export type PlayOptions = {
  readonly relay: { readonly address: string; readonly port: number };
  readonly secret: string;
  readonly clock: () => UnixMs;
  /** Where packets leave from: the gateways' own addresses, or one address for all. */
  readonly sourceAddressOf: (gatewayName: string) => string;
  readonly onProgress?: (progress: PlayProgress) => void;
  /** Stops sending; what is in flight is abandoned. */
  readonly signal?: AbortSignal;
};

export type PlayProgress = {
  readonly total: number;
  /** Records answered with a valid Accounting-Response. */
  readonly answered: number;
  /** Packets sent beyond the first of a record: planned repeats and those after a loss. */
  readonly repeats: number;
};

/** Thrown when the relay stays silent: the sample is our own, so silence is a fault. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  constructor(gatewayName: string) {
    super(`${gatewayName}: no valid answer from the relay after ${triesMax} tries`);
  }
}

/** Resolves whether this address can be bound, so that each gateway can have its own. */
export async function canBind(address: string): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ address, port: 0 });
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

function isAnswer(request: Buffer, response: Buffer, secret: string): boolean {
  const accountingResponse = 5;
  return (
    response[0] === accountingResponse && radius.verify_response({ request, response, secret })
  );
}

/** A request under way. */
type Exchange = { readonly answer: (response: Buffer) => void; readonly abandon: () => void };

/** One gateway's socket: matches answers to requests by identifier, sends again on silence. */
class GatewaySocket {
  readonly #name: string;
  readonly #socket: Socket;
  readonly #options: PlayOptions;
  readonly #waiting = new Map<number, Exchange>();
  readonly #free: (() => void)[] = [];
  #identifier = 0;
  #inFlight = 0;
  repeats = 0;

  private constructor(name: string, socket: Socket, options: PlayOptions) {
    this.#name = name;
    this.#socket = socket;
    this.#options = options;
    socket.on('message', (response) => this.#waiting.get(response[1] ?? -1)?.answer(response));
  }

  static async open(name: string, options: PlayOptions): Promise<GatewaySocket> {
    const socket = createSocket('udp4');
    socket.bind({ address: options.sourceAddressOf(name), port: 0 });
    await once(socket, 'listening');
    return new GatewaySocket(name, socket, options);
  }

  close(): void {
    this.abandonAll();
    this.#socket.close();
  }

  /** Ends all requests under way as unanswered. */
  abandonAll(): void {
    for (const { abandon } of [...this.#waiting.values()]) abandon();
  }

  /** Resolves when there is room for another request. */
  async room(): Promise<void> {
    if (this.#inFlight >= inFlightMax) await new Promise<void>((free) => this.#free.push(free));
    this.#inFlight += 1;
  }

  /** Sends one record until it is answered, then its planned repeat. Call after `room()`. */
  async deliver(record: PlannedRecord): Promise<void> {
    try {
      const packet = this.#encode(record);
      await this.#exchange(packet);
      if (record.repeat === 'new-identifier') {
        this.repeats += 1;
        await this.#exchange(this.#encode(record));
      } else if (record.repeat === 'same-datagram-new-port') {
        this.repeats += 1;
        await this.#repeatFromNewPort(packet);
      }
    } finally {
      this.#inFlight -= 1;
      this.#free.shift()?.();
    }
  }

  #encode(record: PlannedRecord): Buffer {
    do this.#identifier = (this.#identifier + 1) % 256;
    while (this.#waiting.has(this.#identifier));
    const { secret, clock } = this.#options;
    return encodeRecord(record, { identifier: this.#identifier, secret, sentTime: clock() });
  }

  async #repeatFromNewPort(packet: Buffer): Promise<void> {
    const other = await GatewaySocket.open(this.#name, this.#options);
    try {
      await other.#exchange(packet);
    } finally {
      other.close();
    }
  }

  #exchange(packet: Buffer): Promise<void> {
    const { relay, secret } = this.#options;
    const identifier = packet[1] ?? 0;
    return new Promise((resolve, reject) => {
      let tries = 0;
      let timer: NodeJS.Timeout | undefined;
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        this.#waiting.delete(identifier);
        if (error) reject(error);
        else resolve();
      };
      const abandon = (): void => settle(new UnansweredError(this.#name));
      const send = (): void => {
        if (tries === triesMax) {
          abandon();
          return;
        }
        if (tries > 0) this.repeats += 1;
        this.#socket.send(packet, relay.port, relay.address);
        timer = setTimeout(send, firstRepeatMs * 2 ** tries);
        tries += 1;
      };
      const answer = (response: Buffer): void => {
        if (isAnswer(packet, response, secret)) settle();
      };
      this.#waiting.set(identifier, { answer, abandon });
      send();
    });
  }
}

/**
 * Sends all records in time order and resolves when each has been answered.
 *
 * @throws UnansweredError when a record stays unanswered, or the signal aborted.
 */
export async function playRecords(
  records: readonly PlannedRecord[],
  options: PlayOptions,
): Promise<PlayProgress> {
  const sockets = new Map<string, GatewaySocket>();
  let answered = 0;
  const progress = (): PlayProgress => ({
    total: records.length,
    answered,
    repeats: [...sockets.values()].reduce((sum, socket) => sum + socket.repeats, 0),
  });
  const deliveries: Promise<void>[] = [];
  const abandonAll = (): void => {
    for (const socket of sockets.values()) socket.abandonAll();
  };
  options.signal?.addEventListener('abort', abandonAll, { once: true });
  try {
    for (const { name } of sampleGateways) {
      sockets.set(name, await GatewaySocket.open(name, options));
    }
    for (const record of records) {
      options.signal?.throwIfAborted();
      const socket = sockets.get(record.gateway);
      if (!socket) throw new Error(`no socket for ${record.gateway}`);
      await socket.room();
      const delivery = socket.deliver(record).then(() => {
        answered += 1;
        options.onProgress?.(progress());
      });
      delivery.catch(() => undefined);
      deliveries.push(delivery);
    }
    await Promise.all(deliveries);
    return progress();
  } finally {
    options.signal?.removeEventListener('abort', abandonAll);
    for (const socket of sockets.values()) socket.close();
  }
}
