// Captures in the less usual forms of their files: pcapng with simple and obsolete packet blocks,
// other resolutions and a time offset, in both byte orders; pcap as old Linux distributions wrote
// it. Written from draft-ietf-opsawg-pcapng and pcap, independently of the reader.

import type { CapturedFrame } from './capture-writer.ts';

export type PcapngForm = {
  readonly isLittle: boolean;
  readonly block: 'enhanced' | 'simple' | 'obsolete';
  /** if_tsresol: a power of ten, or of two. */
  readonly resolution: readonly [base: 10 | 2, exponent: number];
  /** if_tsoffset, seconds; 0: the option is left out. */
  readonly offsetSeconds: number;
};

class Words {
  readonly #isLittle: boolean;
  constructor(isLittle: boolean) {
    this.#isLittle = isLittle;
  }
  half(...values: readonly number[]): Buffer {
    const octets = Buffer.alloc(values.length * 2);
    for (const [at, value] of values.entries()) {
      if (this.#isLittle) octets.writeUInt16LE(value, at * 2);
      else octets.writeUInt16BE(value, at * 2);
    }
    return octets;
  }
  whole(...values: readonly number[]): Buffer {
    const octets = Buffer.alloc(values.length * 4);
    for (const [at, value] of values.entries()) {
      if (this.#isLittle) octets.writeUInt32LE(value, at * 4);
      else octets.writeUInt32BE(value, at * 4);
    }
    return octets;
  }
  long(value: bigint): Buffer {
    const octets = Buffer.alloc(8);
    if (this.#isLittle) octets.writeBigInt64LE(value);
    else octets.writeBigInt64BE(value);
    return octets;
  }
}

const padded = (octets: Buffer): Buffer =>
  Buffer.concat([octets, Buffer.alloc((4 - (octets.length % 4)) % 4)]);

/** One section with one interface. */
export function pcapngOf(
  frames: readonly CapturedFrame[],
  linkType: number,
  form: PcapngForm,
): Buffer {
  const words = new Words(form.isLittle);
  const block = (type: number, ...parts: readonly Buffer[]): Buffer => {
    const body = padded(Buffer.concat(parts));
    const length = words.whole(body.length + 12);
    return Buffer.concat([words.whole(type), length, body, length]);
  };
  const [base, exponent] = form.resolution;
  const offset =
    form.offsetSeconds === 0 ? [] : [words.half(14, 8), words.long(BigInt(form.offsetSeconds))];
  const description = block(
    1,
    words.half(linkType, 0),
    words.whole(262_144),
    words.half(9, 1),
    Buffer.from([base === 2 ? exponent + 128 : exponent, 0, 0, 0]),
    ...offset,
    words.half(0, 0),
  );
  const packets = frames.map(({ time, octets }) => {
    if (form.block === 'simple') return block(3, words.whole(octets.length), octets);
    const since = BigInt(time) - BigInt(form.offsetSeconds) * 1000n;
    const units = (since * BigInt(base) ** BigInt(exponent)) / 1000n;
    const times = words.whole(Number(units >> 32n), Number(units & 0xffff_ffffn));
    const lengths = words.whole(octets.length, octets.length);
    return form.block === 'enhanced'
      ? block(6, words.whole(0), times, lengths, octets)
      : block(2, words.half(0, 0), times, lengths, octets);
  });
  const section = block(0x0a0d0d0a, words.whole(0x1a2b3c4d), words.half(1, 0), words.long(-1n));
  return Buffer.concat([section, description, ...packets]);
}

/** Magic a1b2cd34: an interface, a protocol and a type stand behind each frame's header. */
export function modifiedPcap(frames: readonly CapturedFrame[], linkType: number): Buffer {
  const words = new Words(true);
  return Buffer.concat([
    words.whole(0xa1b2cd34, 0x0004_0002, 0, 0, 65_535, linkType),
    ...frames.flatMap(({ time, octets }) => [
      words.whole(Math.floor(time / 1000), (time % 1000) * 1000, octets.length, octets.length),
      Buffer.alloc(8),
      octets,
    ]),
  ]);
}
