// One TLS connection of a gateway, as the RadSec thread sees it: octets in, packets out, answers
// back. Promise: it reads no further while its gateway does not read answers or its packets wait
// for the disk; a packet that was begun must end in time; it reports its end once.

import type { TLSSocket } from 'node:tls';
import type { RadiusVersion } from '../config/radsec-material.ts';
import { PacketStream } from './packet-stream.ts';
import { type ConnectionEnd, radsecBounds } from './protocol.ts';

/** The events of a connection. */
export type ConnectionEvents = {
  packets(octets: Uint8Array): void;
  broken(): void;
  closed(end: ConnectionEnd): void;
};

export class Connection {
  readonly version: RadiusVersion;
  readonly #socket: TLSSocket;
  readonly #events: ConnectionEvents;
  readonly #stream = new PacketStream();
  #unanswered = { packets: 0, octets: 0 };
  #unfinishedSinceMs: number | undefined;
  #undrainedSinceMs: number | undefined;
  #activeMs: number;
  /** Reading has ended for good. */
  #isDone: boolean = false;
  #isHeld: boolean = false;
  #hasEnded: boolean = false;
  #end: ConnectionEnd | undefined;

  constructor(
    socket: TLSSocket,
    version: RadiusVersion,
    events: ConnectionEvents,
    nowMs: () => number,
  ) {
    this.version = version;
    this.#socket = socket;
    this.#events = events;
    this.#activeMs = nowMs();
    socket.setNoDelay(true);
    socket.on('data', (piece: Buffer) => this.#take(piece, nowMs()));
    socket.on('drain', () => {
      this.#undrainedSinceMs = undefined;
      this.#regulate();
    });
    // The gateway's half is closed: what it has sent is still answered.
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#closeIfAnswered();
    });
    // What went wrong on the way shows as the end of the connection.
    socket.on('error', () => undefined);
    socket.on('close', () => events.closed(this.#end ?? 'closed-by-gateway'));
  }

  /** Octets of packets that are not dealt with. */
  get unansweredOctets(): number {
    return this.#unanswered.octets;
  }

  /** Stops reading while too much waits elsewhere. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#regulate();
  }

  /** Sends answers, and takes note of what they deal with. */
  answer(
    octets: Uint8Array,
    settled: { readonly packets: number; readonly octets: number },
    nowMs: number,
  ): void {
    this.#unanswered.packets -= settled.packets;
    this.#unanswered.octets -= settled.octets;
    this.send(octets, nowMs);
    this.#closeIfAnswered();
    this.#regulate();
  }

  /** Sends octets as they are. */
  send(octets: Uint8Array, nowMs: number): void {
    if (octets.length > 0 && this.#socket.writable && !this.#socket.write(octets)) {
      this.#undrainedSinceMs ??= nowMs;
    }
  }

  /** Reads nothing more; answers can still be sent. */
  stopReading(): void {
    this.#isDone = true;
    this.#regulate();
  }

  /** Sends what was given, then ends. */
  close(end: ConnectionEnd): void {
    this.#end ??= end;
    this.stopReading();
    this.#socket.end();
    // A gateway that never closes its half does not hold ours.
    this.#socket.setTimeout(radsecBounds.drainMs, () => this.#socket.destroy());
  }

  /** Ends at once. */
  destroy(end: ConnectionEnd): void {
    this.#end ??= end;
    this.#socket.destroy();
  }

  /** Looks at its clocks; called about once a second. */
  check(nowMs: number, idleMs: number): void {
    const isOver = (sinceMs: number | undefined, mostMs: number): boolean =>
      sinceMs !== undefined && nowMs - sinceMs > mostMs;
    if (isOver(this.#unfinishedSinceMs, radsecBounds.packetMs)) this.destroy('slow-packet');
    else if (isOver(this.#undrainedSinceMs, radsecBounds.drainMs)) this.destroy('no-answers-read');
    else if (isOver(this.#activeMs, idleMs) && this.#unanswered.packets === 0) this.close('idle');
  }

  #closeIfAnswered(): void {
    if (this.#hasEnded && this.#unanswered.packets === 0) this.close('closed-by-gateway');
  }

  #take(piece: Buffer, nowMs: number): void {
    if (this.#isDone) return;
    const { octets, packets, isBroken } = this.#stream.push(piece);
    if (packets > 0) {
      this.#activeMs = nowMs;
      this.#unfinishedSinceMs = undefined;
      this.#unanswered.packets += packets;
      this.#unanswered.octets += octets.length;
      this.#events.packets(octets);
    }
    if (this.#stream.unfinishedOctets > 0) this.#unfinishedSinceMs ??= nowMs;
    if (isBroken) {
      this.stopReading();
      this.#events.broken();
    }
    this.#regulate();
  }

  #regulate(): void {
    const isFull =
      this.#unanswered.packets >= radsecBounds.unansweredPerConnectionMax ||
      this.#undrainedSinceMs !== undefined;
    if (this.#isDone || this.#isHeld || isFull) {
      // The clock of an unfinished packet stands still while we do not read.
      this.#unfinishedSinceMs = undefined;
      this.#socket.pause();
    } else {
      this.#socket.resume();
    }
  }
}
