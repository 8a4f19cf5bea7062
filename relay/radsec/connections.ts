// The connections of the RadSec thread as the main thread knows them: their gateways, their waiting
// packets, and the answers that go back. Promise: answers leave in the order of the packets, after
// the disk; after a malformed or forged packet nothing is read, and the connection ends when those
// before it are answered. Requests of ours go the other way, one gateway's over its own connection
// alone; what answers them is no packet of the gateway's.

import { X509Certificate } from 'node:crypto';
import type { RadsecLine, ReverseRequest } from '../disconnect/ask-gateway.ts';
import { isAnswerCode } from '../disconnect/disconnect-answer.ts';
import type { GatewayTable } from '../receive/gateway-table.ts';
import { AnswerQueue } from './answer-queue.ts';
import { identifyGateway } from './identity.ts';
import { packetsIn } from './packet-stream.ts';
import type { ConnectionEnd, MainMessage, ThreadMessage } from './protocol.ts';
import type { RecordPacket, Sender } from './record-packet.ts';

type Opened = Extract<ThreadMessage, { readonly kind: 'opened' }>;

type Held = {
  readonly opened: Opened;
  readonly certificate: X509Certificate;
  readonly queue: AnswerQueue;
  /** Requests of ours that are not answered. */
  readonly asked: Set<ReverseRequest>;
  sender: Sender;
  /** Why it ends when its queue is empty. */
  ending: ConnectionEnd | undefined;
};

export type ConnectionsDeps = {
  readonly gateways: () => GatewayTable;
  readonly record: RecordPacket;
  /** A stream that is cut into no packet counts as one of bad length. */
  readonly countBroken: (gatewayName: string) => void;
  readonly tell: (message: MainMessage) => void;
  /** A certificate and address that are no gateway's. */
  readonly onUnknownClient: (address: string) => void;
  readonly onOpened: (sender: Sender) => void;
};

/** Open connections of a gateway, by RADIUS version. */
export type ConnectionCounts = { readonly '1.0': number; readonly '1.1': number };

export class Connections implements RadsecLine {
  readonly #deps: ConnectionsDeps;
  readonly #held = new Map<number, Held>();

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  /** Open connections by gateway name. */
  counts(): ReadonlyMap<string, ConnectionCounts> {
    const counts = new Map<string, ConnectionCounts>();
    for (const { sender } of this.#held.values()) {
      const { name } = sender.match.gateway.config;
      const own = counts.get(name) ?? { '1.0': 0, '1.1': 0 };
      counts.set(name, { ...own, [sender.version]: own[sender.version] + 1 });
    }
    return counts;
  }

  /** The gateway of a new connection is looked up; one without a gateway ends. */
  opened(opened: Opened): void {
    const certificate = new X509Certificate(opened.certificate);
    const sender = this.#senderOf(opened, certificate);
    if (!sender) {
      this.#deps.onUnknownClient(opened.address);
      this.#close(opened.connection, 'unknown-gateway');
      return;
    }
    const queue = new AnswerQueue();
    const asked = new Set<ReverseRequest>();
    const held = { opened, certificate, queue, asked, sender, ending: undefined };
    this.#held.set(opened.connection, held);
    this.#deps.onOpened(sender);
  }

  packets(connection: number, octets: Uint8Array): void {
    const held = this.#held.get(connection);
    // Of an unknown client, or behind a packet that ended its connection: nothing of it is a
    // packet.
    if (!held || held.ending !== undefined) return;
    for (const packet of packetsIn(octets)) {
      const slot = held.queue.open(packet.length);
      if (held.asked.size > 0 && isAnswerCode(packet)) {
        takeAnswer(held, packet);
        held.queue.settle(slot, undefined);
        continue;
      }
      const next = this.#deps.record(packet, held.sender, (answer) => {
        held.queue.settle(slot, answer);
        this.#sendOn(held);
      });
      if (next === 'close') {
        held.ending = 'bad-packet';
        break;
      }
    }
    this.#sendOn(held);
  }

  broken(connection: number): void {
    const held = this.#held.get(connection);
    if (!held || held.ending !== undefined) return;
    this.#deps.countBroken(held.sender.match.gateway.config.name);
    held.ending = 'bad-packet';
    this.#sendOn(held);
  }

  /** It is gone: what is still being written is recorded, and its answers go nowhere. */
  closed(connection: number): void {
    const held = this.#held.get(connection);
    this.#held.delete(connection);
    for (const request of held?.asked ?? []) request.closed();
  }

  isConnected(gateway: string, address: string): boolean {
    return this.#newestOf(gateway, address) !== undefined;
  }

  ask(gateway: string, address: string, request: ReverseRequest): (() => void) | undefined {
    const held = this.#newestOf(gateway, address);
    if (!held) return undefined;
    const octets = joined([request.encode(held.opened.version)]);
    held.asked.add(request);
    this.#deps.tell({ kind: 'request', connection: held.opened.connection, octets });
    return () => void held.asked.delete(request);
  }

  /** The thread is gone, and all connections with it. */
  clear(): void {
    for (const connection of [...this.#held.keys()]) this.closed(connection);
  }

  /** New gateways: each connection is looked at again. */
  identifyAgain(): void {
    for (const held of this.#held.values()) {
      const sender = this.#senderOf(held.opened, held.certificate);
      if (sender) {
        held.sender = sender;
      } else {
        held.ending ??= 'closed-by-relay';
        this.#sendOn(held);
      }
    }
  }

  /** A gateway that has come again may not have noticed yet that its old connection is gone. */
  #newestOf(gateway: string, address: string): Held | undefined {
    return [...this.#held.values()]
      .reverse()
      .find(
        ({ opened, sender, ending }) =>
          ending === undefined &&
          opened.address === address &&
          sender.match.gateway.config.name === gateway,
      );
  }

  #senderOf({ address, port, version }: Opened, certificate: X509Certificate): Sender | undefined {
    const match = identifyGateway(this.#deps.gateways(), { address, certificate });
    return match && { version, source: { address, port }, match };
  }

  #sendOn(held: Held): void {
    const { connection } = held.opened;
    const { answers, packets, octets } = held.queue.take();
    if (packets > 0) {
      const settled = { packets, octets };
      this.#deps.tell({ kind: 'answers', connection, octets: joined(answers), settled });
    }
    if (held.ending !== undefined && held.queue.waiting === 0) this.#close(connection, held.ending);
  }

  #close(connection: number, end: ConnectionEnd): void {
    this.closed(connection);
    this.#deps.tell({ kind: 'close', connection, end });
  }
}

function takeAnswer({ asked, opened }: Held, packet: Buffer): void {
  for (const request of asked) {
    if (!request.take(packet, opened.version)) continue;
    asked.delete(request);
    return;
  }
}

/** In memory of its own, so that it can be transferred. */
function joined(answers: readonly Buffer[]): Uint8Array {
  const octets = new Uint8Array(answers.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const answer of answers) {
    octets.set(answer, at);
    at += answer.length;
  }
  return octets;
}
