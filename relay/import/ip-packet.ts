// IP packets to their payload: IPv4 and IPv6 with its extension headers, fragments put together.
// Promise: any octets give a payload, a name of what is there instead, or nothing while a fragment
// is missing; memory for fragments is bounded, and what never became whole is counted.

import { formatAddress } from '../../domain/address.ts';

/** What an IP packet carries. */
export type IpPayload = {
  readonly source: string;
  /** IANA "Protocol Numbers". */
  readonly protocol: number;
  readonly payload: Buffer;
};

type Fragment = { readonly key: string; readonly offset: number; readonly isLast: boolean };
type Piece = IpPayload & { readonly fragment?: Fragment };

const fragmentHeader = 44;
const authenticationHeader = 51;
/** Hop-by-hop options, routing, destination options, mobility, HIP, shim6 (RFC 8200 section 4). */
const skippedHeaders: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140]);

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
  const key = ip.toString('latin1', 9, 10) + ip.toString('latin1', 12, 20);
  return {
    ...piece,
    fragment: { key: key + ip.toString('latin1', 4, 6), offset, isLast: !hasMore },
  };
}

function ipv6Piece(ip: Buffer): Piece | undefined {
  if (ip.length < 40) return undefined;
  const source = formatAddress(ip.subarray(8, 24));
  const length = ip.readUInt16BE(4);
  const rest = ip.subarray(40, length === 0 ? ip.length : 40 + length);
  const [protocol, payload] = behindHeaders(ip[6] ?? 0, rest);
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

function behindHeaders(first: number, octets: Buffer): readonly [number, Buffer] {
  let [protocol, payload] = [first, octets];
  while (skippedHeaders.has(protocol) && payload.length >= 8) {
    protocol = payload[0] ?? 0;
    payload = payload.subarray(((payload[1] ?? 0) + 1) * 8);
  }
  return [protocol, payload];
}

/** IP Authentication Header (RFC 4302): its length counts words of four octets, less two. */
function behindAuthentication(packet: IpPayload): IpPayload {
  const { protocol, payload } = packet;
  if (protocol !== authenticationHeader || payload.length < 12) return packet;
  const inner = payload.subarray(((payload[1] ?? 0) + 2) * 4);
  const [next, rest] = behindHeaders(payload[0] ?? 0, inner);
  return { ...packet, protocol: next, payload: rest };
}

/** Packets whose fragments are still coming, at most. */
const openMax = 64;
const packetOctetsMax = 65_535;

type Open = { readonly pieces: Map<number, Buffer>; octets: number | undefined };

/** Takes IP packets, gives what they carry. */
export class IpReader {
  readonly #open = new Map<string, Open>();
  #lost = 0;

  /** Packets of which a fragment is missing, so far. */
  get incomplete(): number {
    return this.#open.size + this.#lost;
  }

  /** `fragment`: more is to come. `undefined`: this is no IP packet. */
  take(ip: Buffer): IpPayload | 'fragment' | undefined {
    const version = (ip[0] ?? 0) >> 4;
    const piece = version === 4 ? ipv4Piece(ip) : version === 6 ? ipv6Piece(ip) : undefined;
    if (!piece) return undefined;
    const { fragment, ...packet } = piece;
    if (!fragment) return behindAuthentication(packet);
    const payload = this.#assemble(piece.payload, fragment);
    if (!payload) return 'fragment';
    const [protocol, rest] = behindHeaders(packet.protocol, payload);
    return behindAuthentication({ ...packet, protocol, payload: rest });
  }

  #assemble(payload: Buffer, { key, offset, isLast }: Fragment): Buffer | undefined {
    if (offset + payload.length > packetOctetsMax) return undefined;
    const open = this.#open.get(key) ?? { pieces: new Map(), octets: undefined };
    this.#open.set(key, open);
    // A capture reuses its buffer.
    open.pieces.set(offset, Buffer.from(payload));
    if (isLast) open.octets = offset + payload.length;
    const whole = wholeOf(open);
    if (whole) this.#open.delete(key);
    const [oldest] = this.#open.keys();
    if (this.#open.size > openMax && oldest !== undefined) {
      this.#open.delete(oldest);
      this.#lost += 1;
    }
    return whole;
  }
}

/** The packet without a gap, what overlaps taken from the piece that begins first. */
function wholeOf({ pieces, octets }: Open): Buffer | undefined {
  if (octets === undefined) return undefined;
  const parts: Buffer[] = [];
  let have = 0;
  for (const [offset, piece] of [...pieces].sort(([a], [b]) => a - b)) {
    if (offset > have) return undefined;
    if (offset + piece.length <= have) continue;
    parts.push(piece.subarray(have - offset));
    have = offset + piece.length;
  }
  return have >= octets ? Buffer.concat(parts).subarray(0, octets) : undefined;
}
