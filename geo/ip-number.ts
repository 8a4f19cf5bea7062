// IP addresses and CIDR blocks as numbers, for range lookups.
// Strict: one spelling mistake and the text is no address. Zone ids are refused.
// It does not judge whether an address is special; see special-address.ts.

/** An address as unsigned 32-bit words: one for IPv4, four (high first) for IPv6. */
export type IpNumber =
  | { readonly version: 4; readonly value: number }
  | { readonly version: 6; readonly words: readonly [number, number, number, number] };

/** An address block: `bits` leading bits of `base` count. */
export type Cidr = { readonly base: IpNumber; readonly bits: number };

const dot = 46;
const colon = 58;

/** Parses dotted decimal text between two offsets; -1 when it is no IPv4 address. */
function parseIpv4Value(text: string, from: number, to: number): number {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let octets = 0;
  for (let i = from; i <= to; i += 1) {
    const code = i < to ? text.charCodeAt(i) : dot;
    if (code === dot) {
      if (digits === 0) return -1;
      value = value * 256 + octet;
      octets += 1;
      octet = 0;
      digits = 0;
      continue;
    }
    const digit = code - 48;
    // A leading zero is refused: some readers take it for octal.
    if (digit < 0 || digit > 9 || (digits > 0 && octet === 0)) return -1;
    octet = octet * 10 + digit;
    digits += 1;
    if (octet > 255) return -1;
  }
  return octets === 4 ? value : -1;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Reads the 16-bit groups of IPv6 text; undefined when it is none (RFC 4291 section 2.2). */
function parseIpv6Groups(text: string): number[] | undefined {
  const groups: number[] = [];
  let gap = -1;
  let i = 0;
  if (text.charCodeAt(0) === colon) {
    if (text.charCodeAt(1) !== colon) return undefined;
    gap = 0;
    i = 2;
  }
  while (i < text.length) {
    const start = i;
    let value = 0;
    for (; i < text.length; i += 1) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (i === start || groups.length >= 8) return undefined;
    if (text.charCodeAt(i) === dot) {
      const v4 = parseIpv4Value(text, start, text.length);
      if (v4 < 0) return undefined;
      groups.push(v4 >>> 16, v4 & 0xffff);
      break;
    }
    if (i - start > 4) return undefined;
    groups.push(value);
    if (i === text.length) break;
    if (text.charCodeAt(i) !== colon) return undefined;
    i += 1;
    if (text.charCodeAt(i) === colon) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      i += 1;
    } else if (i === text.length) return undefined;
  }
  if (gap < 0) return groups.length === 8 ? groups : undefined;
  if (groups.length > 7) return undefined;
  const zeros = new Array<number>(8 - groups.length).fill(0);
  return [...groups.slice(0, gap), ...zeros, ...groups.slice(gap)];
}

/** Parses an IPv4 or IPv6 address; undefined when the text is none. */
export function parseIp(text: string): IpNumber | undefined {
  if (text.indexOf(':') < 0) {
    const value = parseIpv4Value(text, 0, text.length);
    return value < 0 ? undefined : { version: 4, value };
  }
  if (text.length > 45) return undefined;
  const groups = parseIpv6Groups(text);
  if (!groups) return undefined;
  const word = (i: number): number => (groups[i] ?? 0) * 65536 + (groups[i + 1] ?? 0);
  return { version: 6, words: [word(0), word(2), word(4), word(6)] };
}

/** Dotted decimal text of a 32-bit value. */
export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** Canonical text (RFC 5952): lower case, no leading zeros, the longest zero run shortened. */
export function formatIp(ip: IpNumber): string {
  if (ip.version === 4) return formatIpv4(ip.value);
  const groups = ip.words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const [w0, w1, w2, w3] = ip.words;
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return `::ffff:${formatIpv4(w3)}`;
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i += 1) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length += 1;
    if (length > bestLength) {
      bestStart = i;
      bestLength = length;
    }
    if (length > 0) i += length - 1;
  }
  const hex = (list: readonly number[]): string => list.map((g) => g.toString(16)).join(':');
  if (bestStart < 0) return hex(groups);
  return `${hex(groups.slice(0, bestStart))}::${hex(groups.slice(bestStart + bestLength))}`;
}

/** Parses `address/bits`; a bare address is a block of one. Host bits must be zero. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const base = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (!base) return undefined;
  const width = base.version === 4 ? 32 : 128;
  const bitsText = slash < 0 ? String(width) : text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(bitsText)) return undefined;
  const bits = Number(bitsText);
  if (bits > width) return undefined;
  const words = base.version === 4 ? [base.value] : base.words;
  const hostBitsZero = words.every((word, i) => (word & ~wordMask(bits - i * 32)) === 0);
  return hostBitsZero ? { base, bits } : undefined;
}

/** The mask of a 32-bit word of which `bits` leading bits count (clamped to 0..32). */
export function wordMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}
