// Addresses as numbers: strict in, canonical out.

import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { formatIp, formatIpv4, parseCidr, parseIp } from '../../geo/ip-number.ts';

const canonical = (text: string): string | undefined => {
  const ip = parseIp(text);
  return ip && formatIp(ip);
};

describe('addresses as numbers', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['::ffff:102:304', '::ffff:1.2.3.4'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::', '::'],
  ])('writes %s as %s (RFC 5952)', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    '1.2.3.4 ',
    '1.2.3.-4',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'fe80::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    'alice',
  ])('refuses %p', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it('agrees with the platform on what is an address', () => {
    const almostAddress = fc.stringMatching(/^[0-9a-f:.]{0,24}$/);
    fc.assert(
      fc.property(fc.oneof(almostAddress, fc.ipV4(), fc.ipV6()), (text) => {
        expect(parseIp(text)?.version).toBe(isIPv4(text) ? 4 : isIPv6(text) ? 6 : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back every address it writes', () => {
    const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffffffff }));
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (words) => {
        expect(parseIp(formatIp({ version: 6, words }))).toEqual({ version: 6, words });
        expect(parseIp(formatIpv4(words[0]))).toEqual({ version: 4, value: words[0] });
      }),
    );
  });

  it('refuses a block with host bits, and reads a bare address as a block of one', () => {
    expect(parseCidr('10.0.0.1/8')).toBeUndefined();
    expect(parseCidr('10.0.0.0/33')).toBeUndefined();
    expect(parseCidr('10.0.0.0/08')).toBeUndefined();
    expect(parseCidr('2001:db8::1/64')).toBeUndefined();
    expect(parseCidr('10.0.0.0/8')?.bits).toBe(8);
    expect(parseCidr('2001:db8::/32')?.bits).toBe(32);
    expect(parseCidr('10.0.0.1')?.bits).toBe(32);
    expect(parseCidr('0.0.0.0/0')?.bits).toBe(0);
  });
});
