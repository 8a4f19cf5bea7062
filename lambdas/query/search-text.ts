// What a search text may be besides a part of a name: an address, the beginning of one, a block,
// an AS number, the id of a detection. Pure.

import { canonicalClientAddress, parseCidr } from '../../domain/address.ts';
import { prefixOf } from '../../domain/session/observation.ts';

/** Addresses between two, both included, by the hex digits of IPv4 addresses or IPv6 /64s. */
export type AddressRange = { readonly fromHex: string; readonly toHex: string };

/** A /16 of IPv4 is a partition: a /8 is as many as one search reads. */
const partitionsMax = 256;

/** Ranges to read, and how the addresses in them begin that are meant; empty: all of them. */
export type WantedAddresses = {
  readonly ranges: readonly AddressRange[];
  readonly begin: string;
};

/**
 * What an address, a block or the beginning of an address stands for, in ranges that lie in one
 * partition each; undefined: the text is none, or one of more than 256 partitions.
 */
export function wantedAddresses(text: string): WantedAddresses | undefined {
  const block = text.includes('/') ? parseCidr(text) : undefined;
  const begun = dottedRanges(text);
  if (begun) return { ranges: begun, begin: text };
  const address = canonicalClientAddress(text);
  const ranges =
    (block && blockRanges(block.network, block.bits)) ??
    (address === undefined ? colonRanges(text) : exactRange(address));
  return ranges && { ranges, begin: '' };
}

const hexOf = (octets: ArrayLike<number>): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

function exactRange(address: string): readonly AddressRange[] | undefined {
  const key = prefixOf(address)?.key;
  if (key === undefined) return undefined;
  const hex = key.includes('.') ? hexOf(key.split('.').map(Number)) : key;
  return [{ fromHex: hex, toHex: hex }];
}

function blockRanges(network: Uint8Array, bits: number): readonly AddressRange[] | undefined {
  const isSmall = network.length === 4;
  const digits = isSmall ? 8 : 16;
  const own = isSmall ? 4 : 8;
  const from = BigInt(`0x${hexOf(network.subarray(0, digits / 2))}`);
  const free = BigInt(Math.max(0, digits * 4 - bits));
  const to = from + (1n << free) - 1n;
  const unit = 1n << BigInt((digits - own) * 4);
  const count = to / unit - from / unit + 1n;
  if (count > BigInt(partitionsMax)) return undefined;
  const text = (value: bigint): string => value.toString(16).padStart(digits, '0');
  return Array.from({ length: Number(count) }, (_, at) => {
    const begin = (from / unit + BigInt(at)) * unit;
    const end = begin + unit - 1n;
    return { fromHex: text(begin > from ? begin : from), toHex: text(end < to ? end : to) };
  });
}

/** Two numbers and perhaps more, the last of which may go on: `181.15`, `181.15.27.1`. */
const dotted = /^\d{1,3}\.\d{1,3}(?:\.\d{0,3})?(?:\.\d{0,3})?$/;

function dottedRanges(text: string): readonly AddressRange[] | undefined {
  if (!dotted.test(text)) return undefined;
  const given = text.split('.').filter((part) => part !== '');
  const isEnded = text.endsWith('.');
  const fixed = (isEnded ? given : given.slice(0, -1)).map(Number);
  if (given.some((part) => Number(part) > 255)) return undefined;
  const fill = (known: readonly number[], by: number): string =>
    hexOf([...known, by, by, by, by].slice(0, 4));
  // With two numbers known all lie in one partition; else each second number is one of its own.
  const known =
    fixed.length >= 2 ? [fixed] : beginningWith(given[1] ?? '').map((n) => [...fixed, n]);
  return known.map((some) => ({ fromHex: fill(some, 0), toHex: fill(some, 255) }));
}

/** Numbers of an octet whose decimal text begins so: 18 is 18 and 180 to 189. */
function beginningWith(text: string): readonly number[] {
  const all = Array.from({ length: 256 }, (_, at) => at);
  return all.filter((number) => `${number}`.startsWith(text));
}

/** Two groups and perhaps more, each whole: `2001:db8:`. */
const colons = /^[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){1,6}:{0,2}$/i;

function colonRanges(text: string): readonly AddressRange[] | undefined {
  if (!colons.test(text)) return undefined;
  const groups = text.split(':').filter((group) => group !== '');
  const hex = groups
    .map((group) => group.toLowerCase().padStart(4, '0'))
    .join('')
    .slice(0, 16);
  return [{ fromHex: hex.padEnd(16, '0'), toHex: hex.padEnd(16, 'f') }];
}

/** `AS7303`, `as 7303`, `7303`; undefined: the text is no number. */
export const asnDigits = (text: string): string | undefined =>
  /^(?:AS ?)?(\d{1,10})$/i.exec(text)?.[1];

/** An id of a detection or the beginning of one, from its day on. */
export const isDetectionIdPart = (text: string): boolean =>
  /^20\d{6}(?:T(?:\d{0,6}(?:Z(?:-[\w-]{0,16})?)?)?)?$/.test(text);
