import fc from 'fast-check';
import { PacketStream, packetsIn } from '../../../relay/radsec/packet-stream.ts';

/** A packet by its Length field only: what stands behind it is anything. */
const packet = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ minLength: 16, maxLength: 300 }))
  .map(([code, body]) => {
    const octets = Buffer.concat([Buffer.from([code, 0, 0, 0]), body]);
    octets.writeUInt16BE(octets.length, 2);
    return octets;
  });
const packets = fc.array(packet, { maxLength: 20 });
/** Where to cut the stream, as shares of its length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
/** No length a packet can have. */
const badLength = fc.oneof(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 4097, max: 65_535 }));

function pieces(stream: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.map((share) => Math.floor(share * stream.length)), stream.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, i) => stream.subarray(ends[i - 1] ?? 0, end));
}

function readAll(parts: readonly Buffer[]) {
  const stream = new PacketStream();
  const read: Buffer[] = [];
  let isBroken = false;
  for (const part of parts) {
    const cut = stream.push(part);
    const found = [...packetsIn(cut.octets)];
    expect(found).toHaveLength(cut.packets);
    read.push(...found);
    isBroken = cut.isBroken;
  }
  return { read, isBroken, unfinishedOctets: stream.unfinishedOctets };
}

describe('a stream of packets', () => {
  it('gives the same packets however it is split', () => {
    fc.assert(
      fc.property(packets, cuts, (sent, at) => {
        const { read, isBroken, unfinishedOctets } = readAll(pieces(Buffer.concat(sent), at));

        expect(read).toEqual(sent);
        expect(isBroken).toBe(false);
        expect(unfinishedOctets).toBe(0);
      }),
    );
  });

  it('keeps what has begun and never more than one packet of it', () => {
    fc.assert(
      fc.property(packets, packet, cuts, (sent, last, at) => {
        const begun = last.subarray(0, last.length - 1);
        const { read, unfinishedOctets } = readAll(pieces(Buffer.concat([...sent, begun]), at));

        expect(read).toEqual(sent);
        expect(unfinishedOctets).toBe(begun.length);
      }),
    );
  });

  it('is broken at the first impossible length, and nothing behind it is read', () => {
    fc.assert(
      fc.property(packets, badLength, packets, cuts, (before, length, behind, at) => {
        const bad = Buffer.from([4, 0, length >> 8, length & 255]);
        const stream = Buffer.concat([...before, bad, ...behind]);

        const { read, isBroken } = readAll(pieces(stream, at));

        expect(read).toEqual(before);
        expect(isBroken).toBe(true);
      }),
    );
  });

  it('survives any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 10_000 }), cuts, (octets, at) => {
        const whole = readAll([Buffer.from(octets)]);

        expect(readAll(pieces(Buffer.from(octets), at))).toEqual(whole);
        expect(whole.unfinishedOctets).toBeLessThanOrEqual(4096);
      }),
    );
  });
});
