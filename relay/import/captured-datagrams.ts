// UDP datagrams out of captured frames: Ethernet with VLAN tags, Linux "cooked" captures (`-i
// any`), raw IP and loopback; IPv4 and IPv6, fragments reassembled. Promise: any octets give a
// datagram or nothing; memory for fragments is bounded. Checksums are not checked: captures on the
// sending host hold unfinished ones.

import { formatAddress } from '../../domain/address.ts';
import type { Frame } from './frame.ts';

export type CapturedDatagram = {
  /** Unix ms. */
  readonly time: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Buffer;
};

const linkTypes = { null: 0, ethernet: 1, raw: 101, loop: 108, sll: 113, sll2: 276 } as const;
/** What BSDs and Linux call raw IP inside a file. */
const rawTypes: ReadonlySet<number> = new Set([linkTypes.raw, 12, 14, 228, 229]);
const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd } as const;
const vlanTypes: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const protocolUdp = 17;
const fragmentHeader = 44;
/** Hop-by-hop options, routing, destination options (RFC 8200 section 4). */
const skippedHeaders: ReadonlySet<number> = new Set([0, 43, 60]);

/** The IP packet inside a frame. */
function ipPacket({ linkType, octets }: Frame): Buffer | undefined {
  if (rawTypes.has(linkType)) return octets;
  if (linkType === linkTypes.null || linkType === linkTypes.loop) return octets.subarray(4);
  if (linkType === linkTypes.sll) return octets.subarray(16);
  if (linkType === linkTypes.sll2) return octets.subarray(20);
  if (linkType !== linkTypes.ethernet) return undefined;
  let at = 12;
  while (at + 4 <= octets.length && vlanTypes.has(octets.readUInt16BE(at))) at += 4;
  const type = at + 2 <= octets.length ? octets.readUInt16BE(at) : 0;
  return type === etherTypes.ipv4 || type === etherTypes.ipv6 ? octets.subarray(at + 2) : undefined;
}

/** A packet's payload, or a fragment of it: where it begins and whether more follows. */
type Piece = {
  readonly source: string;
  readonly protocol: number;
  readonly payload: Buffer;
  readonly fragment?: { readonly key: string; readonly offset: number; readonly isLast: boolean };
};

function ipv4Piece(ip: Buffer): Piece | undefined {
  const headerOctets = ((ip[0] ?? 0) & 15) * 4;
  const length = ip.length >= 20 ? ip.readUInt16BE(2) : 0;
  if (headerOctets < 20 || ip.length < headerOctets) return undefined;
  // A zero length: segmented by the network card.
  const payload = ip.subarray(headerOctets, length >= headerOctets ? length : ip.length);
  const piece = { source: formatAddress(ip.subarray(12, 16)), protocol: ip[9] ?? 0, payload };
  const bits = ip.readUInt16BE(6);
  const offset = (bits & 0x1fff) * 8;
  const hasMore = (bits & 0x2000) !== 0;
  if (offset === 0 && !hasMore) return piece;
  const key = ip.toString('latin1', 12, 20) + ip.toString('latin1', 4, 6);
  return { ...piece, fragment: { key, offset, isLast: !hasMore } };
}

function ipv6Piece(ip: Buffer): Piece | undefined {
  if (ip.length < 40) return undefined;
  const source = formatAddress(ip.subarray(8, 24));
  let protocol = ip[6] ?? 0;
  let payload = ip.subarray(40, 40 + ip.readUInt16BE(4));
  while (skippedHeaders.has(protocol) && payload.length >= 8) {
    protocol = payload[0] ?? 0;
    payload = payload.subarray(((payload[1] ?? 0) + 1) * 8);
  }
  if (protocol !== fragmentHeader || payload.length < 8) return { source, protocol, payload };
  const bits = payload.readUInt16BE(2);
  const key = ip.toString('latin1', 8, 40) + payload.toString('latin1', 4, 8);
  return {
    source,
    protocol: payload[0] ?? 0,
    payload: payload.subarray(8),
    fragment: { key, offset: bits & 0xfff8, isLast: (bits & 1) === 0 },
  };
}

/** Datagrams whose fragments are still coming, at most. */
const openMax = 64;
const datagramOctetsMax = 8192;

type Open = { readonly pieces: Map<number, Buffer>; octets: number | undefined };

/** Takes frames, gives datagrams. */
export class DatagramReader {
  readonly #open = new Map<string, Open>();

  /** The datagram that this frame is or completes. */
  take(frame: Frame): CapturedDatagram | undefined {
    const ip = ipPacket(frame);
    const version = (ip?.[0] ?? 0) >> 4;
    const piece = ip && (version === 4 ? ipv4Piece(ip) : version === 6 ? ipv6Piece(ip) : undefined);
    if (!piece || piece.protocol !== protocolUdp) return undefined;
    const udp = piece.fragment ? this.#assemble(piece) : piece.payload;
    if (!udp || udp.length < 8) return undefined;
    const length = udp.readUInt16BE(4);
    return {
      time: frame.time,
      source: piece.source,
      sourcePort: udp.readUInt16BE(0),
      destinationPort: udp.readUInt16BE(2),
      payload: Buffer.from(udp.subarray(8, length >= 8 ? length : udp.length)),
    };
  }

  #assemble({ payload, fragment }: Piece): Buffer | undefined {
    if (!fragment || fragment.offset + payload.length > datagramOctetsMax) return undefined;
    const { key, offset, isLast } = fragment;
    const open = this.#open.get(key) ?? { pieces: new Map(), octets: undefined };
    this.#open.set(key, open);
    // A capture reuses its buffer.
    open.pieces.set(offset, Buffer.from(payload));
    if (isLast) open.octets = offset + payload.length;
    const have = [...open.pieces.values()].reduce((sum, { length }) => sum + length, 0);
    if (open.octets === undefined || have < open.octets) {
      const [oldest] = this.#open.keys();
      if (this.#open.size > openMax && oldest !== undefined) this.#open.delete(oldest);
      return undefined;
    }
    this.#open.delete(key);
    const ordered = [...open.pieces].sort(([a], [b]) => a - b);
    return Buffer.concat(ordered.map(([, octets]) => octets)).subarray(0, open.octets);
  }
}
