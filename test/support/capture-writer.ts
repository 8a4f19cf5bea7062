// Writes captures in the forms that tools write them, for the reader's tests: pcap in both byte
// orders and resolutions, pcapng, and UDP in several kinds of frames. Written from the formats'
// drafts, independently of the reader.

export type Datagram = {
  readonly time: number;
  readonly source: string;
  readonly port: number;
  readonly payload: Buffer;
};

function udp({ port, payload }: Datagram): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(50_000, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt16BE(payload.length + 8, 4);
  return Buffer.concat([header, payload]);
}

function ipv4Header(source: string, octets: number, bits = 0): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + octets, 2);
  header.writeUInt16BE(0x1234, 4);
  header.writeUInt16BE(bits, 6);
  header[9] = 17;
  for (const [at, part] of source.split('.').entries()) header[12 + at] = Number(part);
  return header;
}

export function ipv4(datagram: Datagram): Buffer {
  const body = udp(datagram);
  return Buffer.concat([ipv4Header(datagram.source, body.length), body]);
}

/** The packet in two fragments. */
export function ipv4Fragments(datagram: Datagram): Buffer[] {
  const body = udp(datagram);
  const cut = Math.floor(body.length / 16) * 8;
  return [
    Buffer.concat([ipv4Header(datagram.source, cut, 0x2000), body.subarray(0, cut)]),
    Buffer.concat([ipv4Header(datagram.source, body.length - cut, cut / 8), body.subarray(cut)]),
  ];
}

/** From 2001:db8::7, with hop-by-hop options before UDP. */
export function ipv6(datagram: Datagram): Buffer {
  const body = udp(datagram);
  const header = Buffer.alloc(48);
  header[0] = 0x60;
  header.writeUInt16BE(body.length + 8, 4);
  Buffer.from('20010db8000000000000000000000007', 'hex').copy(header, 8);
  header[40] = 17;
  return Buffer.concat([header, body]);
}

const ethernetTo = (type: number, ...tags: number[]): Buffer =>
  Buffer.concat([
    Buffer.alloc(12),
    ...tags.map((tag) => Buffer.from([tag >> 8, tag & 255, 0, 42])),
    Buffer.from([type >> 8, type & 255]),
  ]);

/** Frames around an IPv4 packet, by link type. */
export const framings: Readonly<Record<string, readonly [linkType: number, head: Buffer]>> = {
  ethernet: [1, ethernetTo(0x0800)],
  'ethernet with two VLAN tags': [1, ethernetTo(0x0800, 0x88a8, 0x8100)],
  'raw IP': [101, Buffer.alloc(0)],
  'Linux cooked': [113, Buffer.concat([Buffer.alloc(14), Buffer.from([8, 0])])],
  'Linux cooked, version 2': [276, Buffer.concat([Buffer.from([8, 0]), Buffer.alloc(18)])],
  loopback: [0, Buffer.from([2, 0, 0, 0])],
};

export type CapturedFrame = { readonly time: number; readonly octets: Buffer };

/** A classic capture. */
export function pcap(
  frames: readonly CapturedFrame[],
  linkType: number,
  { isLittle = true, perSecond = 1e6 }: { isLittle?: boolean; perSecond?: 1e6 | 1e9 } = {},
): Buffer {
  const words = (...values: number[]): Buffer => {
    const octets = Buffer.alloc(values.length * 4);
    for (const [at, value] of values.entries()) {
      if (isLittle) octets.writeUInt32LE(value, at * 4);
      else octets.writeUInt32BE(value, at * 4);
    }
    return octets;
  };
  const magic = perSecond === 1e6 ? 0xa1b2c3d4 : 0xa1b23c4d;
  const version = isLittle ? 0x0004_0002 : 0x0002_0004;
  return Buffer.concat([
    words(magic, version, 0, 0, 65_535, linkType),
    ...frames.flatMap(({ time, octets }) => [
      words(
        Math.floor(time / 1000),
        (time % 1000) * (perSecond / 1000),
        octets.length,
        octets.length,
      ),
      octets,
    ]),
  ]);
}

/** A pcapng capture of one interface whose clock counts nanoseconds. */
export function pcapng(frames: readonly CapturedFrame[], linkType: number): Buffer {
  const block = (type: number, body: Buffer): Buffer => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32LE(type, 0);
    ends.writeUInt32LE(padded.length + 12, 4);
    return Buffer.concat([ends, padded, ends.subarray(4)]);
  };
  const section = Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex');
  const description = Buffer.concat([
    Buffer.from([linkType & 255, linkType >> 8, 0, 0, 255, 255, 0, 0]),
    // if_tsresol: 10^-9.
    Buffer.from([9, 0, 1, 0, 9, 0, 0, 0]),
    Buffer.alloc(4),
  ]);
  const packets = frames.map(({ time, octets }) => {
    const head = Buffer.alloc(20);
    const units = BigInt(time) * 1_000_000n;
    head.writeUInt32LE(Number(units >> 32n), 4);
    head.writeUInt32LE(Number(units & 0xffff_ffffn), 8);
    head.writeUInt32LE(octets.length, 12);
    head.writeUInt32LE(octets.length, 16);
    return block(6, Buffer.concat([head, octets]));
  });
  // A block of a kind nobody knows is stepped over.
  return Buffer.concat([
    block(0x0a0d0d0a, section),
    block(0x0bad, Buffer.from('comment!')),
    block(1, description),
    ...packets,
  ]);
}
