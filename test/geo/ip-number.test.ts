// Addresses as numbers: what range lookups compare.

import { parseAddress } from '../../domain/address.ts';
import { blockContains, ipNumberOf, parseIpBlock, wordMask } from '../../geo/ip-number.ts';

function ip(text: string) {
  const octets = parseAddress(text);
  if (!octets) throw new Error(`${text} is no address`);
  return ipNumberOf(octets);
}

describe('addresses as numbers', () => {
  it('keeps the high bit positive', () => {
    expect(ip('255.255.255.255')).toEqual({ version: 4, value: 0xffffffff });
    expect(ip('ff02::8000:1')).toEqual({ version: 6, words: [0xff020000, 0, 0, 0x80000001] });
  });

  it('masks from nothing to a whole word', () => {
    expect([-1, 0, 1, 24, 32, 64].map(wordMask)).toEqual([
      0, 0, 0x80000000, 0xffffff00, 0xffffffff, 0xffffffff,
    ]);
  });

  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['0.0.0.0/0', '255.1.2.3', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:db8::1', '2001:db8::1', true],
    ['2001:db8::1', '2001:db8::2', false],
  ])('%s contains %s: %s', (block, address, expected) => {
    const parsed = parseIpBlock(block);
    expect(parsed && blockContains(parsed, ip(address))).toBe(expected);
  });
});
