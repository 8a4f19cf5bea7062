// IP addresses between canonical text and the 16 octets of a journal record.
// IPv4 is kept as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2) and reads back as a.b.c.d. Text comes from
// the socket or the configuration, so it is canonical; anything else is refused, never guessed.

import { isIPv4, isIPv6 } from 'node:net';

const mappedPrefix = Buffer.from('00000000000000000000ffff', 'hex');

/** The 16 octets of an address, or undefined when the text is none. A zone (`%eth0`) is dropped. */
export function addressToOctets(text: string): Buffer | undefined {
  if (isIPv4(text)) return Buffer.concat([mappedPrefix, Buffer.from(text.split('.').map(Number))]);
  const bare = text.split('%', 1)[0] ?? '';
  return isIPv6(bare) ? ipv6Octets(bare) : undefined;
}

function ipv6Octets(text: string): Buffer {
  const [head = '', tail] = withoutDottedEnd(text).split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const octets = Buffer.alloc(16);
  for (const [index, group] of front.entries()) {
    octets.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  for (const [index, group] of back.entries()) {
    octets.writeUInt16BE(Number.parseInt(group, 16), 16 - (back.length - index) * 2);
  }
  return octets;
}

/** `::ffff:192.0.2.1` with its last 32 bits as two groups. */
function withoutDottedEnd(text: string): string {
  const colon = text.lastIndexOf(':');
  const end = text.slice(colon + 1);
  if (!end.includes('.')) return text;
  const [a = 0, b = 0, c = 0, d = 0] = end.split('.').map(Number);
  return `${text.slice(0, colon + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** Canonical text (RFC 5952) of 16 octets. */
export function octetsToAddress(octets: Buffer): string {
  if (octets.subarray(0, 12).equals(mappedPrefix)) return octets.subarray(12, 16).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(index * 2));
  const [from, to] = longestZeroRun(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (to - from < 2) return text(groups);
  return `${text(groups.slice(0, from))}::${text(groups.slice(to))}`;
}

/** The first longest run of zero groups, as [from, to). */
function longestZeroRun(groups: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  let from = 0;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === 0) continue;
    if (index - from > best[1] - best[0]) best = [from, index];
    from = index + 1;
  }
  return best;
}

const cacheEntriesMax = 4096;

/** addressToOctets with a memory: a relay meets the same few gateways a million times. */
export function makeAddressCache(): (text: string) => Buffer | undefined {
  const known = new Map<string, Buffer>();
  return (text) => {
    const cached = known.get(text);
    if (cached) return cached;
    const octets = addressToOctets(text);
    if (known.size >= cacheEntriesMax) known.clear();
    if (octets) known.set(text, octets);
    return octets;
  };
}
