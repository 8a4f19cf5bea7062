// What a captured frame carries: Ethernet with VLAN and MPLS labels, PPPoE, PPP, Linux "cooked"
// captures, NFLOG, raw IP and loopback. Promise: pure and total; a layer that is not read has a
// name. Link types: https://www.tcpdump.org/linktypes.html. Tunnels in IP are tunnels.ts.

/** An IP packet, or the name of what is there instead. */
export type Carried = { readonly ip: Buffer } | { readonly passedOver: string };

const passedOver = (what: string): Carried => ({ passedOver: what });
const cutOff = passedOver('frames cut off in their headers');
const hex = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

/** Layers inside each other, at most: no network nests more, and hostile octets could. */
export const layersMax = 12;

/** What a frame of a link type carries. */
export function carriedBy(linkType: number, octets: Buffer): Carried {
  const reader = linkReaders.get(linkType);
  return reader ? reader(octets) : passedOver(`link type ${linkType}`);
}

const rawIp = (octets: Buffer): Carried => ({ ip: octets });

/** What each link type of a capture begins with. */
const linkReaders: ReadonlyMap<number, (octets: Buffer) => Carried> = new Map([
  // NULL and LOOP: the family's number of the capturing system.
  [0, (octets) => rawIp(octets.subarray(4))],
  [108, (octets) => rawIp(octets.subarray(4))],
  [1, (octets) => inEthernet(octets)],
  [9, (octets) => inPpp(octets)],
  [50, (octets) => (isCiscoHdlc(octets) ? inCiscoHdlc(octets) : inPpp(octets))],
  [51, (octets) => inPppoe(octets, 0)],
  [104, (octets) => inCiscoHdlc(octets)],
  // A direction in place of the address, or in front of it.
  [166, (octets) => inPpp(octets.subarray(octets[1] === 3 ? 2 : 1))],
  [204, (octets) => inPpp(octets.subarray(1))],
  [113, (octets) => byTypeAt(octets, 14, 16)],
  [276, (octets) => byTypeAt(octets, 0, 20)],
  [219, (octets) => inMpls(octets, 0)],
  [239, (octets) => inNflog(octets)],
  // Raw IP, as BSDs and Linux number it inside a file, and as it is registered.
  ...[12, 14, 101, 228, 229].map((type) => [type, rawIp] as const),
]);

/** Two octets of EtherType at one place, the payload at another. */
function byTypeAt(octets: Buffer, typeAt: number, at: number, depth = 0): Carried {
  if (octets.length < at) return cutOff;
  return byEtherType(octets.readUInt16BE(typeAt), octets.subarray(at), depth);
}

/** IEEE 802.3: 12 octets of addresses, then an EtherType, or a length and LLC with SNAP. */
export function inEthernet(octets: Buffer, depth = 0): Carried {
  if (octets.length < 14) return cutOff;
  const type = octets.readUInt16BE(12);
  if (type >= 0x0600) return byEtherType(type, octets.subarray(14), depth);
  const isSnap = octets.length >= 22 && octets.readUIntBE(14, 6) === 0xaaaa_0300_0000;
  return isSnap ? byTypeAt(octets, 20, 22, depth + 1) : passedOver('frames of LLC');
}

const vlanTypes: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);

/** The payload of an EtherType (IANA "IEEE 802 Numbers"). */
export function byEtherType(type: number, octets: Buffer, depth = 0): Carried {
  if (depth > layersMax) return passedOver('frames of too many layers');
  if (vlanTypes.has(type)) return byTypeAt(octets, 2, 4, depth + 1);
  if (type === 0x0800 || type === 0x86dd) return rawIp(octets);
  if (type === 0x8847 || type === 0x8848) return inMpls(octets, depth + 1);
  if (type === 0x8864) return inPppoe(octets, depth + 1);
  if (type === 0x6558) return inEthernet(octets, depth + 1);
  if (type === 0x880b) return inPpp(octets, depth + 1);
  return passedOver(`EtherType ${hex(type)}`);
}

/** RFC 3032: labels of four octets up to one with the bottom bit; what follows tells itself. */
export function inMpls(octets: Buffer, depth: number): Carried {
  let at = 0;
  while (at + 4 < octets.length && ((octets[at + 2] as number) & 1) === 0) at += 4;
  const inner = octets.subarray(at + 4);
  const first = (inner[0] ?? 0) >> 4;
  if (inner.length === 0) return cutOff;
  if (first === 4 || first === 6) return rawIp(inner);
  // A pseudowire, with a control word (RFC 4448) or without.
  return inEthernet(first === 0 ? inner.subarray(4) : inner, depth + 1);
}

/** RFC 2516: version and type, code (0: session), session, length. */
function inPppoe(octets: Buffer, depth: number): Carried {
  if (octets.length < 8) return cutOff;
  return octets[1] === 0 ? inPpp(octets.subarray(6), depth) : passedOver('PPPoE discovery');
}

/** RFC 1661, framed as in RFC 1662 or not; the protocol's number may be one octet long. */
export function inPpp(octets: Buffer, depth = 0): Carried {
  const at = octets[0] === 0xff && octets[1] === 3 ? 2 : 0;
  const isShort = ((octets[at] ?? 0) & 1) === 1;
  if (octets.length < at + 2) return cutOff;
  const type = isShort ? (octets[at] as number) : octets.readUInt16BE(at);
  const inner = octets.subarray(at + (isShort ? 1 : 2));
  if (type === 0x0021 || type === 0x0057) return rawIp(inner);
  if (type === 0x0281) return inMpls(inner, depth + 1);
  return passedOver(`PPP protocol ${hex(type)}`);
}

const isCiscoHdlc = (octets: Buffer): boolean =>
  (octets[0] === 0x0f || octets[0] === 0x8f) && octets[1] === 0;
const inCiscoHdlc = (octets: Buffer): Carried => byTypeAt(octets, 2, 4);

const nflogPayload = 9;

/** Family, version, resource; then type-length-values in the byte order of the capturing host. */
function inNflog(octets: Buffer): Carried {
  for (const isLittle of [true, false]) {
    for (let at = 4; at + 4 <= octets.length; ) {
      const length = isLittle ? octets.readUInt16LE(at) : octets.readUInt16BE(at);
      const type = isLittle ? octets.readUInt16LE(at + 2) : octets.readUInt16BE(at + 2);
      if (length < 4 || at + length > octets.length) break;
      if (type === nflogPayload) return rawIp(octets.subarray(at + 4, at + length));
      at += Math.ceil(length / 4) * 4;
    }
  }
  return passedOver('NFLOG without a packet');
}
