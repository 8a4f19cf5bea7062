import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import {
  addressPrefix,
  canonicalAddress,
  canonicalClientAddress,
  cidrContains,
  formatAddress,
  parseAddress,
  parseCidr,
} from '../../domain/address.ts';

const octets = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  // Mostly zero, so that `::` has choices.
  fc
    .array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 })
    .map((list) => Uint8Array.from(list)),
);
const looseText = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefx.:%[]-'), maxLength: 24 }),
);

describe('addresses', () => {
  it('come back from their text octet by octet', () => {
    fc.assert(fc.property(octets, (o) => expect(parseAddress(formatAddress(o))).toEqual(o)));
  });

  it('are accepted exactly where Node accepts them, zone indexes aside', () => {
    fc.assert(
      fc.property(looseText, (text) => {
        const expected = isIPv4(text) || (isIPv6(text) && !text.includes('%'));
        expect(parseAddress(text) !== undefined).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('are written as the URL standard writes them (RFC 5952), IPv4-mapped aside', () => {
    fc.assert(
      fc.property(octets, (o) => {
        const text = formatAddress(o);
        if (o.length === 4 || text.startsWith('::ffff:')) return;
        expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });

  it('have one canonical text: writing it again changes nothing', () => {
    fc.assert(
      fc.property(octets, (o) => {
        const canonical = canonicalAddress(formatAddress(o));
        const client = canonicalClientAddress(formatAddress(o));
        expect(canonicalAddress(canonical ?? '')).toBe(canonical);
        expect(canonicalClientAddress(client ?? '')).toBe(client);
      }),
    );
  });

  it('lie in their own prefix', () => {
    fc.assert(
      fc.property(octets, (o) => {
        const cidr = parseCidr(addressPrefix(formatAddress(o)));
        expect(cidr && cidrContains(cidr, o)).toBe(true);
      }),
    );
  });
});
