// Addresses that no database may be asked about (RFC 6890 and updates). The caller has put the
// IPv4 address inside a transition address (6to4, Teredo, NAT64, mapped) in its place, once.

import type { SpecialKind } from '../domain/location.ts';
import { blockContains, type IpBlock, type IpNumber, parseIpBlock } from './ip-number.ts';

/** The IANA special-purpose registries. */
const specialBlocks: Readonly<Record<SpecialKind, readonly string[]>> = {
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10'],
  shared: ['100.64.0.0/10'],
  'invalid-source': [
    '0.0.0.0/8',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '::/128',
    '::1/128',
    'fe80::/10',
    'ff00::/8',
  ],
  documentation: [
    '192.0.2.0/24',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '2001:db8::/32',
    '3fff::/20',
  ],
  reserved: [
    '198.18.0.0/15',
    '192.0.0.0/24',
    '192.88.99.0/24',
    '2001:2::/48',
    '2001:10::/28',
    '2001:20::/28',
    '2001:30::/28',
    '100::/64',
    '100:0:0:1::/64',
    '5f00::/16',
    // Local-use NAT64: where the IPv4 address sits is the site's own choice (RFC 8215).
    '64:ff9b:1::/48',
    // IPv4-compatible addresses, deprecated by RFC 4291 section 2.5.5.1.
    '::/96',
  ],
};

type SpecialBlock = IpBlock & { readonly special: SpecialKind };

/** Narrow blocks first: `::1/128` lies in `::/96`. */
const blocks: readonly SpecialBlock[] = Object.entries(specialBlocks)
  .flatMap(([special, texts]) => texts.map((text) => readBlock(text, special as SpecialKind)))
  .sort((a, b) => b.bits - a.bits);

function readBlock(text: string, special: SpecialKind): SpecialBlock {
  const block = parseIpBlock(text);
  if (!block) throw new Error(`special-address table: ${text} is no block`);
  return { ...block, special };
}

const blocks6 = blocks.filter(({ base }) => base.version === 6);

/** The IPv4 blocks that can match, by first octet: most octets have none. */
const blocks4ByOctet = Array.from({ length: 256 }, (_, octet) => {
  const [first, last] = [octet * 2 ** 24, octet * 2 ** 24 + 2 ** 24 - 1];
  return blocks.filter(({ base, bits }) => {
    if (base.version !== 4) return false;
    return base.value <= last && base.value + 2 ** (32 - bits) - 1 >= first;
  });
});

/** The special-purpose block an address lies in; undefined for a global address. */
export function specialKindOf(ip: IpNumber): SpecialKind | undefined {
  const candidates = ip.version === 4 ? (blocks4ByOctet[ip.value >>> 24] ?? []) : blocks6;
  for (const block of candidates) if (blockContains(block, ip)) return block.special;
  return undefined;
}
