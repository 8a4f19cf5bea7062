// Addresses that no database may be asked about (RFC 6890 and updates), and the IPv4 address that
// 6to4, Teredo, NAT64 and mapped addresses carry inside. Decoded once: never a second time.
// City databases place 2002::/16 in Los Angeles; this runs before any lookup.

import type { SpecialKind } from '../domain/location.ts';
import { type IpNumber, parseCidr, wordMask } from './ip-number.ts';

/** What an address is before any lookup. `global` carries the address to look up. */
export type AddressClass =
  | { readonly kind: 'special'; readonly special: SpecialKind }
  | { readonly kind: 'global'; readonly ip: IpNumber };

/** IANA special-purpose registries; the first match counts, so narrower blocks come first. */
const specialBlocks: readonly (readonly [string, SpecialKind])[] = [
  ['10.0.0.0/8', 'private'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['0.0.0.0/8', 'invalid-source'],
  ['127.0.0.0/8', 'invalid-source'],
  ['169.254.0.0/16', 'invalid-source'],
  ['224.0.0.0/4', 'invalid-source'],
  ['240.0.0.0/4', 'invalid-source'],
  ['192.0.2.0/24', 'documentation'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['198.18.0.0/15', 'reserved'],
  ['192.0.0.0/24', 'reserved'],
  ['192.88.99.0/24', 'reserved'],
  ['::/128', 'invalid-source'],
  ['::1/128', 'invalid-source'],
  ['fe80::/10', 'invalid-source'],
  ['ff00::/8', 'invalid-source'],
  ['fc00::/7', 'private'],
  ['fec0::/10', 'private'],
  ['2001:db8::/32', 'documentation'],
  ['3fff::/20', 'documentation'],
  ['2001:2::/48', 'reserved'],
  ['2001:10::/28', 'reserved'],
  ['2001:20::/28', 'reserved'],
  ['2001:30::/28', 'reserved'],
  ['100::/64', 'reserved'],
  ['100:0:0:1::/64', 'reserved'],
  ['5f00::/16', 'reserved'],
  // Local-use NAT64: where the IPv4 address sits is the site's own choice (RFC 8215).
  ['64:ff9b:1::/48', 'reserved'],
  // IPv4-compatible addresses, deprecated by RFC 4291 section 2.5.5.1.
  ['::/96', 'reserved'],
];

type Block4 = { readonly value: number; readonly mask: number; readonly special: SpecialKind };
type Block6 = {
  readonly words: readonly number[];
  readonly masks: readonly number[];
  readonly special: SpecialKind;
};

const blocks4: Block4[] = [];
const blocks6: Block6[] = [];
for (const [text, special] of specialBlocks) {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`special-address table: ${text} is no CIDR block`);
  const { base, bits } = cidr;
  if (base.version === 4) blocks4.push({ value: base.value, mask: wordMask(bits), special });
  else {
    const masks = base.words.map((_, i) => wordMask(bits - 32 * i));
    blocks6.push({ words: base.words, masks, special });
  }
}

/** The blocks that can match, by first octet: most octets have none. */
const blocks4ByOctet = Array.from({ length: 256 }, (_, octet) =>
  blocks4.filter((b) => ((octet << 24) & b.mask) >>> 0 === (b.value & (b.mask & 0xff000000)) >>> 0),
);

function special4(value: number): SpecialKind | undefined {
  for (const block of blocks4ByOctet[value >>> 24] ?? []) {
    if ((value & block.mask) >>> 0 === block.value) return block.special;
  }
  return undefined;
}

function special6(words: readonly number[]): SpecialKind | undefined {
  const matches = (block: Block6): boolean =>
    block.words.every((word, i) => ((words[i] ?? 0) & (block.masks[i] ?? 0)) >>> 0 === word);
  return blocks6.find(matches)?.special;
}

/** The IPv4 address inside an IPv6 one, -1 when there is none. */
function embeddedIpv4(words: readonly [number, number, number, number]): number {
  const [w0, w1, w2, w3] = words;
  if (w0 === 0 && w1 === 0) {
    // ::ffff:0:0/96 (mapped, RFC 4291) and ::ffff:0:0:0/96 (translated, RFC 2765).
    return w2 === 0xffff || w2 === 0xffff0000 ? w3 : -1;
  }
  // 64:ff9b::/96, the well-known NAT64 prefix (RFC 6052).
  if (w0 === 0x0064ff9b) return w1 === 0 && w2 === 0 ? w3 : -1;
  // 2002::/16, 6to4 (RFC 3056): bits 16 to 47.
  if (w0 >>> 16 === 0x2002) return (((w0 & 0xffff) << 16) | (w1 >>> 16)) >>> 0;
  // 2001::/32, Teredo (RFC 4380 section 4): the client's address, inverted.
  return w0 === 0x20010000 ? ~w3 >>> 0 : -1;
}

/** Classifies an address; an embedded IPv4 address is classified in its place. */
export function classifyAddress(ip: IpNumber): AddressClass {
  if (ip.version === 4) return classify4(ip);
  const v4 = embeddedIpv4(ip.words);
  if (v4 >= 0) return classify4({ version: 4, value: v4 });
  const special = special6(ip.words);
  return special ? { kind: 'special', special } : { kind: 'global', ip };
}

function classify4(ip: IpNumber & { version: 4 }): AddressClass {
  const special = special4(ip.value);
  return special ? { kind: 'special', special } : { kind: 'global', ip };
}
