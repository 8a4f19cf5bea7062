// How far an address reaches: what tells the client's own from those that a gateway fills in when
// it knows none, or that mean something inside a site alone. Where an address is, geo decides.

import { type AddressOctets, type Cidr, cidrContains, parseAddress, parseCidr } from './address.ts';

/**
 * - `none`: no host has it as its source (unspecified, multicast, broadcast, class E).
 * - `local`: the gateway itself or one link (loopback, link-local), or IPv6 outside 2000::/3.
 * - `private`: RFC 1918, RFC 6598, RFC 4193: inside a site or behind a carrier's NAT.
 * - `public`: all others, documentation blocks among them.
 */
export type AddressScope = 'none' | 'local' | 'private' | 'public';

const blocksOf = (texts: readonly string[]): readonly Cidr[] =>
  texts.flatMap((text) => parseCidr(text) ?? []);

/** RFC 1122 section 3.2.1.3, RFC 5771, RFC 1112 section 4, RFC 4291 sections 2.5.2 and 2.7. */
const noneBlocks = blocksOf(['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'ff00::/8']);
/** RFC 1122, RFC 3927; of IPv6 what is neither unique local nor global unicast. */
const localBlocks = blocksOf(['127.0.0.0/8', '169.254.0.0/16']);
const privateBlocks = blocksOf([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  'fec0::/10',
]);
/** RFC 4291 section 2.4: global unicast is assigned from here alone. */
const globalUnicast6 = blocksOf(['2000::/3']);

const isIn = (blocks: readonly Cidr[], octets: AddressOctets): boolean =>
  blocks.some((block) => cidrContains(block, octets));

/** The scope of an address. An address that embeds another is asked for as what it embeds. */
export function scopeOf(octets: AddressOctets): AddressScope {
  if (isIn(noneBlocks, octets)) return 'none';
  if (isIn(privateBlocks, octets)) return 'private';
  if (octets.length === 16) return isIn(globalUnicast6, octets) ? 'public' : 'local';
  return isIn(localBlocks, octets) ? 'local' : 'public';
}

/** Whether a text is an address of the public Internet (or of documentation). */
export function isPublicAddress(text: string): boolean {
  const octets = parseAddress(text);
  return octets !== undefined && scopeOf(octets) === 'public';
}

const ranks: Readonly<Record<AddressScope, number>> = { none: 0, local: 1, private: 2, public: 3 };

/**
 * Of addresses in order of trust the first of the widest scope: 127.0.0.1 or 10.0.0.1 in the first
 * attribute does not hide a public address in the next. Undefined when none can be a client's.
 *
 * @param texts canonical addresses (`canonicalClientAddress`); others count as none
 */
export function widestAddress(texts: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestRank = 0;
  for (const text of texts) {
    const octets = parseAddress(text);
    const rank = octets ? ranks[scopeOf(octets)] : 0;
    if (rank > bestRank) [best, bestRank] = [text, rank];
  }
  return best;
}
