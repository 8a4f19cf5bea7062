// Layers around a UDP datagram as real networks and their mirrors put them, for the tests of the
// capture reader: links, labels, tunnels, fragments. Written from the protocols' documents,
// independently of the reader.

const word16 = (...values: number[]): Buffer =>
  Buffer.from(values.flatMap((value) => [(value >> 8) & 255, value & 255]));
const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');

export function udpOf(payload: Buffer, port: number): Buffer {
  return Buffer.concat([word16(50_000, port, payload.length + 8, 0), payload]);
}

/** From 10.0.0.1. `bits`: flags and offset of a fragment. */
export function ipv4Of(protocol: number, body: Buffer, bits = 0, id = 0x1234): Buffer {
  return Buffer.concat([
    Buffer.from([0x45, 0]),
    word16(body.length + 20, id, bits),
    Buffer.from([64, protocol, 0, 0, 10, 0, 0, 1, 192, 0, 2, 9]),
    body,
  ]);
}

/** From 2001:db8::7, behind the extension headers given with their numbers. */
export function ipv6Of(
  protocol: number,
  body: Buffer,
  ...headers: readonly (readonly [number: number, octets: Buffer])[]
): Buffer {
  const numbers = [...headers.map(([number]) => number), protocol];
  const extensions = headers.map(([, header], at) =>
    Buffer.concat([Buffer.from([numbers[at + 1] as number]), header]),
  );
  const rest = Buffer.concat([...extensions, body]);
  return Buffer.concat([
    octets('60000000'),
    word16(rest.length),
    Buffer.from([numbers[0] as number, 64]),
    octets('20010db8000000000000000000000007'),
    octets('20010db8000000000000000000000009'),
    rest,
  ]);
}

/** Hop-by-hop options of eight octets, without the number of the next header. */
export const hopByHop: readonly [number, Buffer] = [0, octets('00010400000000')];

/** An IP payload in pieces of `size` octets, a multiple of eight, as packets. */
export function fragmentsOf(
  version: 4 | 6,
  protocol: number,
  body: Buffer,
  size: number,
): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const isLast = at + size >= body.length;
    const piece = body.subarray(at, at + size);
    const head = Buffer.concat([
      Buffer.from([0]),
      word16(at | (isLast ? 0 : 1)),
      octets('0000beef'),
    ]);
    pieces.push(
      version === 4
        ? ipv4Of(protocol, piece, (at / 8) | (isLast ? 0 : 0x2000))
        : ipv6Of(protocol, piece, [44, head]),
    );
  }
  return pieces;
}

const etherTypeOf = (ip: Buffer): number => ((ip[0] as number) >> 4 === 6 ? 0x86dd : 0x0800);
const ethernetOf = (type: number, body: Buffer): Buffer =>
  Buffer.concat([octets('0200000000010200000000 02'.replace(' ', '')), word16(type), body]);
const ethernet = (ip: Buffer): Buffer => ethernetOf(etherTypeOf(ip), ip);
const vlan = (id: number, type: number, body: Buffer): Buffer =>
  Buffer.concat([word16(id, type), body]);
const label = (value: number, isLast: boolean): Buffer =>
  Buffer.from([value >> 12, (value >> 4) & 255, ((value & 15) << 4) | (isLast ? 1 : 0), 64]);
const mpls = (ip: Buffer): Buffer => Buffer.concat([label(100, false), label(200, true), ip]);
const ppp = (ip: Buffer): Buffer =>
  Buffer.concat([word16(etherTypeOf(ip) === 0x0800 ? 0x0021 : 0x0057), ip]);
const pppoe = (ip: Buffer): Buffer => {
  const body = ppp(ip);
  return Buffer.concat([octets('1100'), word16(7, body.length), body]);
};

/** Links by name: the number of the type, and the frame of an IP packet. */
export const links: Readonly<Record<string, readonly [number, (ip: Buffer) => Buffer]>> = {
  ethernet: [1, ethernet],
  vlan: [1, (ip) => ethernetOf(0x8100, vlan(42, etherTypeOf(ip), ip))],
  'vlan in vlan': [1, (ip) => ethernetOf(0x88a8, vlan(7, 0x8100, vlan(42, etherTypeOf(ip), ip)))],
  mpls: [1, (ip) => ethernetOf(0x8847, mpls(ip))],
  pseudowire: [
    1,
    (ip) => ethernetOf(0x8847, Buffer.concat([label(300, true), Buffer.alloc(4), ethernet(ip)])),
  ],
  pppoe: [1, (ip) => ethernetOf(0x8864, pppoe(ip))],
  'pppoe in vlan': [1, (ip) => ethernetOf(0x8100, vlan(42, 0x8864, pppoe(ip)))],
  snap: [
    1,
    (ip) => {
      const body = Buffer.concat([octets('aaaa03000000'), word16(etherTypeOf(ip)), ip]);
      return ethernetOf(body.length, body);
    },
  ],
  ppp: [9, (ip) => Buffer.concat([octets('ff03'), ppp(ip)])],
  'ppp without address': [9, ppp],
  'ppp in hdlc': [50, (ip) => Buffer.concat([octets('ff03'), ppp(ip)])],
  'cisco hdlc': [104, (ip) => Buffer.concat([octets('0f00'), word16(etherTypeOf(ip)), ip])],
  'ppp with direction': [204, (ip) => Buffer.concat([octets('00ff03'), ppp(ip)])],
  'raw ip': [101, (ip) => ip],
  cooked: [
    113,
    (ip) => Buffer.concat([octets('0000000100060200000000010000'), word16(etherTypeOf(ip)), ip]),
  ],
  'cooked vlan': [
    113,
    (ip) =>
      Buffer.concat([octets('00000001000602000000000100008100'), vlan(42, etherTypeOf(ip), ip)]),
  ],
  'cooked, version 2': [
    276,
    (ip) =>
      Buffer.concat([word16(etherTypeOf(ip)), octets('000000000002000100060200000000010000'), ip]),
  ],
  nflog: [
    239,
    (ip) => {
      const family = etherTypeOf(ip) === 0x0800 ? 2 : 10;
      const lengths = Buffer.alloc(4);
      lengths.writeUInt16LE(ip.length + 4, 0);
      lengths.writeUInt16LE(9, 2);
      const padding = Buffer.alloc((4 - (ip.length % 4)) % 4);
      // Hook and prefix come first, as the kernel writes them.
      const before = octets('080001000800 01000500 0a0000000000'.replaceAll(' ', ''));
      return Buffer.concat([Buffer.from([family, 0, 0, 5]), before, lengths, ip, padding]);
    },
  ],
};

const vxlan = (body: Buffer): Buffer => Buffer.concat([octets('0800000000002a00'), body]);
const geneve = (type: number, body: Buffer): Buffer =>
  // Two words of options.
  Buffer.concat([
    octets('0200'),
    word16(type),
    octets('00002a00'),
    octets('0102800100000000'),
    body,
  ]);
const gre = (flags: number, type: number, ...rest: readonly Buffer[]): Buffer =>
  Buffer.concat([word16(flags, type), ...rest]);
const over = (port: number, payload: Buffer): Buffer => ipv4Of(17, udpOf(payload, port));

/** Tunnels by name: the outer IP packet of an inner one. */
export const tunnels: Readonly<Record<string, (ip: Buffer) => Buffer>> = {
  'ip in ip': (ip) => ipv4Of(etherTypeOf(ip) === 0x0800 ? 4 : 41, ip),
  vxlan: (ip) => over(4789, vxlan(ethernet(ip))),
  'geneve with ethernet': (ip) => over(6081, geneve(0x6558, ethernet(ip))),
  'geneve with ip': (ip) => over(6081, geneve(etherTypeOf(ip), ip)),
  gre: (ip) => ipv4Of(47, gre(0, etherTypeOf(ip), ip)),
  'gre with checksum, key and sequence': (ip) =>
    ipv4Of(47, gre(0xb000, etherTypeOf(ip), Buffer.alloc(12), ip)),
  'gre with ethernet': (ip) => ipv4Of(47, gre(0x2000, 0x6558, Buffer.alloc(4), ethernet(ip))),
  'erspan 1': (ip) => ipv4Of(47, gre(0, 0x88be, ethernet(ip))),
  'erspan 2': (ip) =>
    ipv4Of(47, gre(0x1000, 0x88be, octets('00000001'), octets('1001000100000000'), ethernet(ip))),
  'erspan 3': (ip) =>
    ipv4Of(
      47,
      gre(0x1000, 0x22eb, octets('00000001'), octets('200100010000000000000000'), ethernet(ip)),
    ),
  tzsp: (ip) => over(37_008, Buffer.concat([octets('0100000101'), ethernet(ip)])),
  'gre in ipv6': (ip) => ipv6Of(47, gre(0, etherTypeOf(ip), ip)),
};
