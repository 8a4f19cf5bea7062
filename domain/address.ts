// IP addresses as text and octets: strict parsing, canonical text, CIDR blocks, embedded IPv4.
// One address has one text here, so that profiles count it once however a gateway wrote it.
// Says nothing about where an address is or whether it is private: that is geo's work.

/** Four octets (IPv4) or sixteen (IPv6), network order. */
export type AddressOctets = Uint8Array;

/** A block of addresses; `network` has its host bits zero. A single address is /32 or /128. */
export type Cidr = { readonly network: AddressOctets; readonly bits: number };

/** The longest text form: IPv6 with an IPv4 tail. */
const addressTextMax = 45;

const zero = 0x30;
const dot = 0x2e;

/** The 32-bit value of strict dotted-decimal text, -1 when it is none. */
export function ipv4Value(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === dot) {
      if (octet < 0 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
      continue;
    }
    const digit = code - zero;
    // `octet === 0` here means a leading zero, which some parsers read as octal.
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

function ipv4Octets(value: number): AddressOctets {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

const hexGroup = /^[0-9a-f]{1,4}$/i;

/** The 16-bit groups of one side of `::`; a dotted IPv4 tail counts as two. */
function ipv6Groups(text: string, isTailAllowed: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (hexGroup.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const tail = isTailAllowed && index === parts.length - 1 ? ipv4Value(part) : -1;
    if (tail < 0) return undefined;
    groups.push(tail >>> 16, tail & 0xffff);
  }
  return groups;
}

/** RFC 4291 section 2.2; no zone index, no prefix length. */
function ipv6Octets(text: string): AddressOctets | undefined {
  if (text.length > addressTextMax) return undefined;
  const sides = text.split('::');
  if (sides.length > 2) return undefined;
  const isShort = sides.length === 2;
  const head = ipv6Groups(sides[0] ?? '', !isShort);
  const tail = ipv6Groups(sides[1] ?? '', true);
  if (!head || !tail) return undefined;
  const count = head.length + tail.length;
  if (isShort ? count > 7 : count !== 8) return undefined;
  const groups = [...head, ...new Array<number>(8 - count).fill(0), ...tail];
  const octets = new Uint8Array(16);
  for (const [index, group] of groups.entries()) {
    octets[index * 2] = group >>> 8;
    octets[index * 2 + 1] = group & 255;
  }
  return octets;
}

/**
 * Octets of an address written strictly: four decimal numbers without leading zeros, or RFC 4291
 * text. `0x7f.1`, `1.2.3`, `fe80::1%eth0` and `1.2.3.4:80` are not addresses.
 */
export function parseAddress(text: string): AddressOctets | undefined {
  const value = ipv4Value(text);
  if (value >= 0) return ipv4Octets(value);
  return text.includes(':') ? ipv6Octets(text) : undefined;
}

/** Start and length of the longest run of at least two zero groups, the first of equals. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 1 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

/** Whether the first octets of an address are these. */
function startsWith(octets: AddressOctets, prefix: readonly number[]): boolean {
  return prefix.every((octet, index) => octets[index] === octet);
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const mappedPrefix = [...zeros(10), 0xff, 0xff];

/**
 * Canonical text (RFC 5952: lower case, longest zero run as `::`, IPv4-mapped with a dotted tail).
 * @throws RangeError when there are neither 4 nor 16 octets: callers check lengths of packets.
 */
export function formatAddress(octets: AddressOctets): string {
  if (octets.length === 4) return `${octets[0]}.${octets[1]}.${octets[2]}.${octets[3]}`;
  if (octets.length !== 16) throw new RangeError(`an address has 4 or 16 octets`);
  if (startsWith(octets, mappedPrefix)) return `::ffff:${formatAddress(octets.subarray(12))}`;
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((octets[i] ?? 0) << 8) | (octets[i + 1] ?? 0));
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  const run = longestZeroRun(groups);
  if (run.start < 0) return hex(0, 8);
  return `${hex(0, run.start)}::${hex(run.start + run.length, 8)}`;
}

/** Canonical text of a strictly written address, undefined when it is none. */
export function canonicalAddress(text: string): string | undefined {
  // Strict dotted decimal has one spelling only: it is canonical already.
  if (ipv4Value(text) >= 0) return text;
  const octets = parseAddress(text);
  return octets && formatAddress(octets);
}

/** Where transition formats keep an IPv4 address, and whether its bits are inverted. */
const embeddings: readonly { prefix: readonly number[]; at: number; isInverted?: true }[] = [
  // IPv4-mapped, RFC 4291 section 2.5.5.2.
  { prefix: mappedPrefix, at: 12 },
  // IPv4-translated, RFC 2765 section 2.1.
  { prefix: [...zeros(8), 0xff, 0xff, 0, 0], at: 12 },
  // NAT64 well-known prefix 64:ff9b::/96, RFC 6052 section 2.1.
  { prefix: [0x00, 0x64, 0xff, 0x9b, ...zeros(8)], at: 12 },
  // 6to4 2002::/16, RFC 3056 section 2.
  { prefix: [0x20, 0x02], at: 2 },
  // Teredo 2001::/32: the client's address, inverted, RFC 4380 section 4.
  { prefix: [0x20, 0x01, 0x00, 0x00], at: 12, isInverted: true },
];

/**
 * The IPv4 address a transition address stands for; other addresses as they are.
 * 64:ff9b:1::/48 (RFC 8215) is left alone: where it keeps the IPv4 address is a local choice.
 */
export function unfoldedAddress(octets: AddressOctets): AddressOctets {
  if (octets.length !== 16) return octets;
  const embedding = embeddings.find(({ prefix }) => startsWith(octets, prefix));
  if (!embedding) return octets;
  const inner = octets.slice(embedding.at, embedding.at + 4);
  return embedding.isInverted ? inner.map((octet) => octet ^ 255) : inner;
}

/**
 * The one text under which a client address is kept and located: canonical, and the bare IPv4
 * address where an IPv6 transition address embeds one. Undefined when the text is no address.
 */
export function canonicalClientAddress(text: string): string | undefined {
  if (ipv4Value(text) >= 0) return text;
  const octets = parseAddress(text);
  return octets && formatAddress(unfoldedAddress(octets));
}

function masked(octets: AddressOctets, bits: number): AddressOctets {
  return octets.map((octet, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return octet & (0xff00 >> kept) & 0xff;
  });
}

/**
 * A prefix of 4 or 16 octets as canonical text, `2001:db8::/56`; bits beyond it are left out.
 * `isExact` is false when some of those were set.
 */
export function formatPrefix(
  octets: AddressOctets,
  bits: number,
): { readonly text: string; readonly isExact: boolean } {
  const network = masked(octets, bits);
  const isExact = network.every((octet, index) => octet === octets[index]);
  return { text: `${formatAddress(network)}/${bits}`, isExact };
}

/**
 * The prefix under which connections count as "from the same address": /32 for IPv4, and /64 for
 * IPv6, because one household or host moves freely within its /64 (RFC 8981).
 * `text` is an address; anything else comes back unchanged.
 */
export function addressPrefix(text: string): string {
  const octets = parseAddress(text);
  if (!octets) return text;
  if (octets.length === 4) return `${text}/32`;
  return `${formatAddress(masked(octets, 64))}/64`;
}

/**
 * Reads `10.1.0.0/16`, `2001:db8::/32` or a bare address.
 * Undefined when the text is neither, or when host bits are set (`10.1.2.3/16`): that is a typing
 * mistake whose meaning is not guessed.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const octets = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!octets) return undefined;
  const bitsMax = octets.length * 8;
  if (slash < 0) return { network: octets, bits: bitsMax };
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(digits)) return undefined;
  const bits = Number(digits);
  if (bits > bitsMax) return undefined;
  const network = masked(octets, bits);
  return network.every((octet, index) => octet === octets[index]) ? { network, bits } : undefined;
}

/** Whether an address lies in a block. Families never match each other. */
export function cidrContains(cidr: Cidr, octets: AddressOctets): boolean {
  if (cidr.network.length !== octets.length) return false;
  const whole = cidr.bits >> 3;
  for (let i = 0; i < whole; i++) if (cidr.network[i] !== octets[i]) return false;
  const rest = cidr.bits & 7;
  if (rest === 0) return true;
  const mask = (0xff00 >> rest) & 0xff;
  return cidr.network[whole] === ((octets[whole] ?? 0) & mask);
}
