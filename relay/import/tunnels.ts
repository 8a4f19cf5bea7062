// Packets inside packets, as mirrors of switches, hypervisors and clouds send them: IP in IP, GRE
// with ERSPAN, PPTP and MPLS, and over UDP VXLAN, Geneve and TZSP. Promise: pure and total.

import { byEtherType, type Carried, inEthernet, inMpls } from './link-layer.ts';

const cutOff: Carried = { passedOver: 'tunnelled frames cut off in their headers' };

/** IANA "Protocol Numbers" of IP that carry packets. */
export function tunnelledIn(protocol: number, octets: Buffer): Carried | undefined {
  if (protocol === 4 || protocol === 41) return { ip: octets };
  if (protocol === 47) return inGre(octets);
  if (protocol === 137) return inMpls(octets, 1);
  return undefined;
}

const erspan = 0x88be;
const erspan3 = 0x22eb;

/** RFC 2784, 2890 and 2637: optional fields by flags, then a payload by EtherType. */
function inGre(octets: Buffer): Carried {
  if (octets.length < 4) return cutOff;
  const flags = octets.readUInt16BE(0);
  const has = (bit: number): number => ((flags & bit) === 0 ? 0 : 4);
  const hasSequence = has(0x1000) > 0;
  // Version 1 is PPTP: its acknowledgement number has a flag of its own.
  const acknowledged = (flags & 7) === 1 ? has(0x0080) : 0;
  const checked = (flags & 0xc000) === 0 ? 0 : 4;
  const inner = octets.subarray(4 + checked + has(0x2000) + has(0x1000) + acknowledged);
  const type = octets.readUInt16BE(2);
  if (type === erspan) return inEthernet(hasSequence ? inner.subarray(8) : inner, 1);
  if (type === erspan3) return inErspan3(inner);
  return byEtherType(type, inner, 1);
}

/** draft-foschiano-erspan: twelve octets, and eight more when the last bit says so. */
function inErspan3(octets: Buffer): Carried {
  if (octets.length < 12) return cutOff;
  const hasPlatform = ((octets[11] as number) & 1) === 1;
  return inEthernet(octets.subarray(hasPlatform ? 20 : 12), 1);
}

const readers: ReadonlyMap<number, (octets: Buffer) => Carried> = new Map([
  // VXLAN (RFC 7348), the port that Linux used before, and GPE.
  [4789, (octets) => inVxlan(octets)],
  [8472, (octets) => inVxlan(octets)],
  [4790, (octets) => inVxlan(octets)],
  [6081, (octets) => inGeneve(octets)],
  [4754, (octets) => inGre(octets)],
  [6635, (octets) => inMpls(octets, 1)],
  [37_008, (octets) => inTzsp(octets)],
]);

/** What a UDP payload for this port carries; undefined when the port is no tunnel's. */
export const tunnelledOver = (port: number, octets: Buffer): Carried | undefined =>
  readers.get(port)?.(octets);

/** Of VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe) the last octet of the first word is a protocol. */
function inVxlan(octets: Buffer): Carried {
  if (octets.length < 8) return cutOff;
  const flags = octets[0] as number;
  const inner = octets.subarray(8);
  const isGpe = (flags & 0x04) !== 0;
  if (isGpe && (octets[3] === 1 || octets[3] === 2)) return { ip: inner };
  return inEthernet(inner, 1);
}

/** RFC 8926: options in words of four octets, a payload by EtherType. */
function inGeneve(octets: Buffer): Carried {
  if (octets.length < 8) return cutOff;
  const options = ((octets[0] as number) & 0x3f) * 4;
  return byEtherType(octets.readUInt16BE(2), octets.subarray(8 + options), 1);
}

const ethernetInTzsp = 1;
const endOfTags = 1;

/** TaZmen Sniffer Protocol (MikroTik): version, type, protocol, tags up to one that ends them. */
function inTzsp(octets: Buffer): Carried {
  if (octets.length < 5) return cutOff;
  if (octets.readUInt16BE(2) !== ethernetInTzsp) return { passedOver: 'TZSP without Ethernet' };
  let at = 4;
  while (at < octets.length && octets[at] !== endOfTags) {
    at += octets[at] === 0 ? 1 : 2 + (octets[at + 1] ?? 0);
  }
  return inEthernet(octets.subarray(at + 1), 1);
}
