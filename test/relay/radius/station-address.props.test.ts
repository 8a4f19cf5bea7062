// Every decoration that a gateway puts around an address leaves the address, and nothing that can
// be read in two ways, or in none, becomes one. node:net and the WHATWG URL are the judges.

import { isIP, isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { normalizeMac, stationAddress } from '../../../relay/radius/client-address.ts';
import { runs } from '../../support/property-runs.ts';

const members = { numRuns: runs(4000) };

const padding = fc
  .array(fc.constantFrom('\0', ' ', '\t', '\r', '\n', '\v', '\f'), { maxLength: 4 })
  .map((parts) => parts.join(''));
const port = fc.nat(65535);
const prefix = fc.constantFrom('IP=', 'IP:', 'ip=', 'ip:', 'IPv4=', 'ipv6:', 'IP: ');
const v4 = fc.ipV4();
// Of global unicast, so that no transition format hides an IPv4 address in it.
const v6 = fc
  .array(fc.nat(0xffff), { minLength: 7, maxLength: 7 })
  .map((groups) => ['2a02', ...groups.map((group) => group.toString(16))].join(':'));
const zone = fc.stringMatching(/^[a-z0-9]{1,8}(\.[0-9]{1,4})?$/);

const canonical = (text: string): string =>
  isIPv4(text) ? text : new URL(`http://[${text}]/`).hostname.slice(1, -1);

type Form = readonly [string, fc.Arbitrary<readonly [text: string, address: string]>];
const around = (
  address: fc.Arbitrary<string>,
  decorate: (text: string, port: number) => string,
): Form[1] => fc.tuple(address, port).map(([text, n]) => [decorate(text, n), text]);

const forms: readonly Form[] = [
  ['bare', around(fc.oneof(v4, v6), (text) => text)],
  ['[port]', around(fc.oneof(v4, v6), (text, n) => `${text}[${n}]`)],
  ['#port', around(fc.oneof(v4, v6), (text, n) => `${text}#${n}`)],
  ['IPv4:port', around(v4, (text, n) => `${text}:${n}`)],
  ['eight groups:port', around(v6, (text, n) => `${text}:${n}`)],
  ['[address]', around(fc.oneof(v4, v6), (text) => `[${text}]`)],
  ['[address]:port', around(fc.oneof(v4, v6), (text, n) => `[${text}]:${n}`)],
  ['::ffff:IPv4', around(v4, (text) => `::ffff:${text}`)],
  ['::ffff:IPv4:port', around(v4, (text, n) => `::FFFF:${text}:${n}`)],
  ['[::ffff:IPv4]:port', around(v4, (text, n) => `[::ffff:${text}]:${n}`)],
  ['/32', around(v4, (text) => `${text}/32`)],
  ['/128', around(v6, (text) => `${text}/128`)],
  ['zone', fc.tuple(v6, zone).map(([text, name]) => [`${text}%${name}`, text] as const)],
  ['upper case', around(v6, (text) => text.toUpperCase())],
];

describe('an address that a gateway decorates', () => {
  it.each(forms)('is read: %s, padded, quoted or with a prefix', (_, form) => {
    const quote = fc.constantFrom('', '"', "'");
    const before = fc.option(prefix, { nil: '' });
    fc.assert(
      fc.property(form, before, quote, padding, padding, ([text, address], ip, mark, a, b) => {
        const sent = `${a}${mark}${ip}${text}${mark}${b}`;
        expect(stationAddress(sent)).toBe(canonical(address));
      }),
      members,
    );
  });
});

describe('a text that is no address', () => {
  const octet = fc.nat(255);
  const quad = fc.tuple(octet, octet, octet, octet);

  it('stays none: leading zeros, short and long forms, octets above 255', () => {
    const broken = fc.oneof(
      fc.tuple(quad, fc.nat(3)).map(([parts, at]) => parts.map((n, i) => (i === at ? `0${n}` : n))),
      quad.map((parts) => parts.slice(0, 3)),
      fc.tuple(quad, octet).map(([parts, more]) => [...parts, more]),
      fc
        .tuple(quad, fc.nat(3), fc.integer({ min: 256, max: 999 }))
        .map(([parts, at, big]) => parts.map((n, i) => (i === at ? big : n))),
      quad.map((parts) => parts.map((n) => `0x${n.toString(16)}`)),
    );
    const decorate = fc.constantFrom(
      (text: string) => text,
      (text: string) => `IP=${text}`,
      (text: string) => `${text}:4500`,
      (text: string) => `${text}[4500]`,
      (text: string) => `::ffff:${text}`,
      (text: string) => `${text}/32`,
    );
    fc.assert(
      fc.property(broken, decorate, (parts, as) => {
        expect(stationAddress(as(parts.join('.')))).toBeUndefined();
      }),
      members,
    );
  });

  it('stays none: anything behind, before or between', () => {
    const junk = fc.stringMatching(/^[g-zG-Z ,;\\/%\0!@&*()-]{1,7}$/);
    fc.assert(
      fc.property(fc.oneof(v4, v6), junk, fc.boolean(), (address, odd, isBehind) => {
        const sent = isBehind ? `${address}${odd}` : `${odd}${address}`;
        const isOnlyPadding = /^[\0 ]+$/.test(odd);
        const isZone = /^%[\w.-]+[\0 ]*$/.test(odd);
        fc.pre(!(isOnlyPadding || isZone));
        expect(stationAddress(sent)).toBeUndefined();
      }),
      members,
    );
  });

  it('is never invented: what is read stands in the text, and node:net agrees', () => {
    const alphabet = fc.constantFrom(...'0123456789abcdf.:[]#%/"=IPx \0');
    const text = fc.array(alphabet, { maxLength: 24 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 40 })), (sent) => {
        const address = stationAddress(sent);
        if (address === undefined) return;
        expect(isIP(address)).not.toBe(0);
        const found = (sent.match(/[0-9a-f:.]+/gi) ?? []).flatMap((part) => [
          part,
          part.replace(/:\d+$/, ''),
          part.replace(/^[:=]/, ''),
        ]);
        const isThere = found.some((part) => isIPv6(part) || part === address);
        expect([sent, isThere]).toEqual([sent, true]);
      }),
      members,
    );
  });
});

describe('a MAC address', () => {
  const octets = fc.uint8Array({ minLength: 6, maxLength: 6 }).filter((six) => {
    const bits = new Set(six);
    return bits.size > 1 || !(bits.has(0) || bits.has(255));
  });
  const hex = (six: Uint8Array): string => Buffer.from(six).toString('hex');
  const grouped = (digits: string, size: number, mark: string): string =>
    (digits.match(new RegExp(`.{${size}}`, 'g')) ?? []).join(mark);

  it('has one spelling however it is grouped, in either case, with padding around it', () => {
    const groups = fc.oneof(
      fc.tuple(fc.constant(2), fc.constantFrom('-', ':', '.', ' ')),
      fc.tuple(fc.constant(4), fc.constantFrom('-', ':', '.')),
      fc.tuple(fc.constant(6), fc.constantFrom('-', ':', '.')),
    );
    fc.assert(
      fc.property(octets, groups, fc.boolean(), padding, (six, [size, mark], isUpper, pad) => {
        const text = grouped(hex(six), size, mark);
        const sent = `${pad}${isUpper ? text.toUpperCase() : text}${pad}`;
        expect(normalizeMac(sent)).toBe(grouped(hex(six), 2, '-'));
        expect(stationAddress(sent)).toBeUndefined();
      }),
      members,
    );
  });

  it('is no telephone number, and no other count of digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9]{3,15}$/), (number) => {
        expect(normalizeMac(number)).toBeUndefined();
      }),
      members,
    );
  });
});
