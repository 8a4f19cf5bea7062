// Cuts a stream of octets into RADIUS packets by their Length fields (RFC 6613 section 2.6).
// Promise: the same octets give the same packets, however they arrive split or joined; at most one
// unfinished packet is kept. It reads nothing after the Length field.

import { radiusPacketBytesMax } from '../../domain/limits.ts';

const headerOctets = 20;
const lengthEndsAt = 4;

/** What a piece of the stream completed. */
export type Cut = {
  /** Whole packets, one behind the other, in memory of their own. */
  readonly octets: Uint8Array;
  readonly packets: number;
  /** True: what follows is no packet, and nothing of it will be read. */
  readonly isBroken: boolean;
};

export class PacketStream {
  #unfinished: Buffer = Buffer.alloc(0);
  #isBroken: boolean = false;

  /** Octets of a packet that has begun and not ended. */
  get unfinishedOctets(): number {
    return this.#unfinished.length;
  }

  /** Takes the next piece. */
  push(piece: Buffer): Cut {
    if (this.#isBroken) return { octets: new Uint8Array(0), packets: 0, isBroken: true };
    const stream = this.#unfinished.length === 0 ? piece : Buffer.concat([this.#unfinished, piece]);
    let [end, packets] = [0, 0];
    while (stream.length - end >= lengthEndsAt) {
      const length = stream.readUInt16BE(end + 2);
      if (length < headerOctets || length > radiusPacketBytesMax) {
        this.#isBroken = true;
        break;
      }
      if (stream.length - end < length) break;
      end += length;
      packets += 1;
    }
    this.#unfinished = this.#isBroken ? Buffer.alloc(0) : Buffer.from(stream.subarray(end));
    return { octets: new Uint8Array(stream.subarray(0, end)), packets, isBroken: this.#isBroken };
  }
}

/** The packets in octets that a PacketStream has cut; they share its memory. */
export function* packetsIn(octets: Uint8Array): Generator<Buffer> {
  const all = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  for (let at = 0; at < all.length; ) {
    const end = at + all.readUInt16BE(at + 2);
    yield all.subarray(at, end);
    at = end;
  }
}
