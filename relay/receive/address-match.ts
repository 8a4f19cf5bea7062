// Finds the configured gateway behind a packet source: exact address first, then the longest block.
// Promise: one spelling per address (an IPv4-mapped IPv6 source is the IPv4 address, RFC 4291
// section 2.5.5.2; a zone id is no part of it), so that configuration and sockets agree.

import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** An address (`bits` covers it all) or a CIDR block. */
export type AddressBlock = {
  /** Canonical text: `10.0.0.1`, `2001:db8::/32`. */
  readonly text: string;
  /** 4 or 16 octets. */
  readonly octets: Uint8Array;
  readonly bits: number;
  /** False: octets behind the prefix are set, as in `10.0.0.1/24`. */
  readonly isAligned: boolean;
};

const mappedPrefix = '::ffff:';

/** The canonical text of a packet source as a socket reports it. */
export function canonicalSource(address: string): string {
  const zone = address.indexOf('%');
  const bare = zone < 0 ? address : address.slice(0, zone);
  const isMapped = bare.startsWith(mappedPrefix) && bare.includes('.');
  return isMapped ? bare.slice(mappedPrefix.length) : bare;
}

function octetsOf(canonical: string): Uint8Array {
  if (!canonical.includes(':')) return Uint8Array.from(canonical.split('.'), Number);
  const octets = new Uint8Array(16);
  const groupsOf = (text: string): number[] =>
    text === ''
      ? []
      : text.split(':').flatMap((group) => {
          if (!group.includes('.')) return [Number.parseInt(group, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
          return [a * 256 + b, c * 256 + d];
        });
  const [head = '', tail] = canonical.split('::');
  const first = groupsOf(head);
  const last = tail === undefined ? [] : groupsOf(tail);
  const put = (group: number, index: number): void => {
    octets[2 * index] = group >> 8;
    octets[2 * index + 1] = group & 255;
  };
  first.forEach(put);
  last.forEach((group, i) => {
    put(group, 8 - last.length + i);
  });
  return octets;
}

/** Reads `10.0.0.1`, `10.0.0.0/8`, `2001:db8::1` or `2001:db8::/32`, nothing else. */
export function parseAddressBlock(text: string): AddressBlock | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0 || address.includes('%')) return undefined;
  if (!isIPv4(address) && !isIPv6(address)) return undefined;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const canonical = canonicalSource(new SocketAddress({ address, family }).address);
  const octets = octetsOf(canonical);
  const bitsMax = octets.length * 8;
  // A mapped block counts its prefix from the start of the IPv6 form: ::ffff:10.0.0.0/104 is /8.
  const mappedBits = family === 'ipv6' && bitsMax === 32 ? 96 : 0;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined;
  const bits = prefix === undefined ? bitsMax : Number(prefix) - mappedBits;
  if (bits < 0 || bits > bitsMax) return undefined;
  const isAligned = octets.every((octet, i) => (octet & ~maskOctet(bits, i) & 255) === 0);
  return {
    // A block of one address is that address: `/32` must not keep it from being found.
    text: bits === bitsMax ? canonical : `${canonical}/${bits}`,
    octets,
    bits,
    isAligned,
  };
}

/** The mask of octet `index` in a prefix of `bits`. */
function maskOctet(bits: number, index: number): number {
  const covered = Math.min(8, Math.max(0, bits - 8 * index));
  return (0xff00 >> covered) & 0xff;
}

function contains(block: AddressBlock, octets: Uint8Array): boolean {
  if (block.octets.length !== octets.length) return false;
  for (let i = 0; 8 * i < block.bits; i++) {
    const difference = (block.octets[i] ?? 0) ^ (octets[i] ?? 0);
    if ((difference & maskOctet(block.bits, i)) !== 0) return false;
  }
  return true;
}

/** Values by address: exact entries in a map, blocks tried from the longest prefix on. */
export class AddressTable<Value> {
  readonly #exact = new Map<string, Value>();
  readonly #blocks: { readonly block: AddressBlock; readonly value: Value }[] = [];

  /** Adds an entry; the first of two equal ones stays. */
  add(block: AddressBlock, value: Value): void {
    if (block.bits < block.octets.length * 8) {
      this.#blocks.push({ block, value });
      this.#blocks.sort((a, b) => b.block.bits - a.block.bits);
    } else if (!this.#exact.has(block.text)) {
      this.#exact.set(block.text, value);
    }
  }

  /** The value of the longest entry that holds a canonical source address. */
  find(source: string): Value | undefined {
    const exact = this.#exact.get(source);
    if (exact !== undefined || this.#blocks.length === 0) return exact;
    const octets = octetsOf(source);
    return this.#blocks.find(({ block }) => contains(block, octets))?.value;
  }
}
