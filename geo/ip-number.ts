// Addresses as unsigned 32-bit words, for range lookups; text is domain/address.ts's work.

import { type AddressOctets, parseCidr } from '../domain/address.ts';

/** An address as numbers: one word for IPv4, four (high first) for IPv6. */
export type IpNumber =
  | { readonly version: 4; readonly value: number }
  | { readonly version: 6; readonly words: readonly [number, number, number, number] };

/** A block of addresses: `bits` leading bits of `base` count. */
export type IpBlock = { readonly base: IpNumber; readonly bits: number };

function wordAt(octets: AddressOctets, at: number): number {
  const octet = (i: number): number => octets[at + i] as number;
  return ((octet(0) << 24) | (octet(1) << 16) | (octet(2) << 8) | octet(3)) >>> 0;
}

/** The numbers of four or sixteen octets. */
export function ipNumberOf(octets: AddressOctets): IpNumber {
  if (octets.length === 4) return { version: 4, value: wordAt(octets, 0) };
  const words = [wordAt(octets, 0), wordAt(octets, 4), wordAt(octets, 8), wordAt(octets, 12)];
  return { version: 6, words: words as [number, number, number, number] };
}

/** Reads a block such as `10.0.0.0/8`, or a bare address; undefined when the text is neither. */
export function parseIpBlock(text: string): IpBlock | undefined {
  const cidr = parseCidr(text);
  return cidr && { base: ipNumberOf(cidr.network), bits: cidr.bits };
}

/** The mask of a 32-bit word of which `bits` leading bits count (clamped to 0..32). */
export function wordMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

/** Whether an address lies in a block; families never match each other. */
export function blockContains({ base, bits }: IpBlock, ip: IpNumber): boolean {
  if (base.version === 4) {
    return ip.version === 4 && (ip.value & wordMask(bits)) >>> 0 === base.value;
  }
  return (
    ip.version === 6 &&
    ip.words.every((word, i) => (word & wordMask(bits - 32 * i)) >>> 0 === base.words[i])
  );
}
