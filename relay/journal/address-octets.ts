// The texts of a journal record as octets: IP addresses, 16 octets each, and gateway ids.
// IPv4 is kept as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2) and reads back as a.b.c.d. What is no
// address is refused, never guessed.

import { formatAddress, parseAddress } from '../../domain/address.ts';

const mappedPrefix = Buffer.from('00000000000000000000ffff', 'hex');
const cacheEntriesMax = 4096;

/** The 16 octets of an address, or undefined when the text is none. A zone (`%eth0`) is dropped. */
export function addressToOctets(text: string): Buffer | undefined {
  const octets = parseAddress(text.split('%', 1)[0] ?? '');
  if (!octets) return undefined;
  return octets.length === 4 ? Buffer.concat([mappedPrefix, octets]) : Buffer.from(octets);
}

/** Canonical text of 16 octets. */
export function octetsToAddress(octets: Buffer): string {
  const isIpv4 = octets.subarray(0, 12).equals(mappedPrefix);
  return formatAddress(isIpv4 ? octets.subarray(12, 16) : octets);
}

/** Octets of the texts of a record. A relay meets the same few gateways a million times. */
export type OctetsCache = {
  /** Undefined when the text is no address. */
  address(text: string): Buffer | undefined;
  gatewayId(text: string): Buffer;
};

export function makeOctetsCache(): OctetsCache {
  return {
    address: remember(addressToOctets),
    gatewayId: remember((text) => Buffer.from(text, 'utf8')),
  };
}

function remember<Octets extends Buffer | undefined>(make: (text: string) => Octets) {
  const known = new Map<string, Octets>();
  return (text: string): Octets => {
    const cached = known.get(text);
    if (cached) return cached;
    const octets = make(text);
    if (known.size >= cacheEntriesMax) known.clear();
    if (octets) known.set(text, octets);
    return octets;
  };
}
