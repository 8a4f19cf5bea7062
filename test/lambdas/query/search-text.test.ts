// What a search text stands for: every address of a block lies in its ranges and no other does, and
// each range lies in one partition of the table.

import fc from 'fast-check';
import { cidrContains, formatAddress, parseCidr } from '../../../domain/address.ts';
import { prefixOf } from '../../../domain/session/observation.ts';
import { addressHex, addressPartition } from '../../../lambdas/aws/dynamodb/profile-keys.ts';
import {
  asnDigits,
  isDetectionIdPart,
  wantedAddresses,
} from '../../../lambdas/query/search-text.ts';
import { runs } from '../../support/property-runs.ts';

const octet = fc.integer({ min: 0, max: 255 });
const v4 = fc.tuple(octet, octet, octet, octet).map((octets) => Uint8Array.from(octets));
const v6 = fc
  .array(octet, { minLength: 16, maxLength: 16 })
  .map((octets) => Uint8Array.from(octets));

const isIn = (text: string, address: string): boolean => {
  const wanted = wantedAddresses(text);
  const hex = addressHex(prefixOf(address)?.key ?? '');
  return (
    wanted !== undefined &&
    address.startsWith(wanted.begin) &&
    wanted.ranges.some(({ fromHex, toHex }) => hex >= fromHex && hex <= toHex)
  );
};

function blockOf(octets: Uint8Array, bits: number): string {
  const network = octets.map((value, at) => {
    const kept = Math.max(0, Math.min(8, bits - at * 8));
    return value & (0xff << (8 - kept)) & 0xff;
  });
  return `${formatAddress(network)}/${bits}`;
}

it.each([
  ['IPv4', v4, 8, 32],
  ['IPv6', v6, 24, 64],
] as const)('holds the addresses of a block of %s, and no other', (_, octets, least, most) => {
  fc.assert(
    fc.property(octets, octets, fc.integer({ min: least, max: most }), (own, other, bits) => {
      const block = blockOf(own, bits);
      const cidr = parseCidr(block);
      if (!cidr || formatAddress(own).includes('.') !== (own.length === 4)) return;

      expect(isIn(block, formatAddress(own))).toBe(true);
      if (formatAddress(other).includes('.') === (other.length === 4)) {
        expect(isIn(block, formatAddress(other))).toBe(cidrContains(cidr, other));
      }
      for (const { fromHex, toHex } of wantedAddresses(block)?.ranges ?? []) {
        expect(addressPartition(fromHex)).toBe(addressPartition(toHex));
      }
    }),
    { numRuns: runs(600) },
  );
});

it('holds every address that begins so, from its second number on', () => {
  fc.assert(
    fc.property(v4, v4, fc.nat(), (own, other, cut) => {
      const address = formatAddress(own);
      const second = address.indexOf('.') + 2;
      const begun = address.slice(0, second + (cut % (address.length - second + 1)));

      expect(isIn(begun, address)).toBe(true);
      expect(isIn(begun, formatAddress(other))).toBe(formatAddress(other).startsWith(begun));
      for (const { fromHex, toHex } of wantedAddresses(begun)?.ranges ?? []) {
        expect(addressPartition(fromHex)).toBe(addressPartition(toHex));
      }
    }),
    { numRuns: runs(600) },
  );
});

it('reads the beginning of an IPv6 address, and no text that is none', () => {
  expect(isIn('2001:db8:', '2001:db8::7')).toBe(true);
  expect(isIn('2001:db8:1', '2001:db8:1:2::7')).toBe(true);
  expect(isIn('2001:db8::7', '2001:db8::8')).toBe(true);
  expect(isIn('2001:db8:2', '2001:db8:1:2::7')).toBe(false);
  for (const text of ['181', 'weber', '300.1', '0.0.0.0/0', '::/0', '1.2.3.4/33', 'host:lt-1']) {
    expect([text, wantedAddresses(text)]).toEqual([text, undefined]);
  }
});

it('reads AS numbers and beginnings of ids of detections', () => {
  expect(['AS7303', 'as 7303', '7303', 'AS', 'AS-7'].map(asnDigits)).toEqual([
    '7303',
    '7303',
    '7303',
    undefined,
    undefined,
  ]);
  const ids = ['20261123', '20261123T07', '20261123T073700Z-0123456789abcdef', '2026', 'weber'];
  expect(ids.map(isDetectionIdPart)).toEqual([true, true, true, false, false]);
});
