// Every row of the special-purpose table, at both ends of its block, and the embedded forms.

import { formatAddress, parseAddress, unfoldedAddress } from '../../domain/address.ts';
import type { SpecialKind } from '../../domain/location.ts';
import { ipNumberOf } from '../../geo/ip-number.ts';
import { specialKindOf } from '../../geo/special-address.ts';

function classify(address: string): string {
  const octets = parseAddress(address);
  if (!octets) throw new Error(`${address} is no address`);
  const judged = unfoldedAddress(octets);
  return specialKindOf(ipNumberOf(judged)) ?? formatAddress(judged);
}

const special: Record<SpecialKind, readonly string[]> = {
  private: [
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.0',
    '192.168.255.255',
    'fc00::',
    'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fec0::1',
    'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ],
  shared: ['100.64.0.0', '100.127.255.255'],
  'invalid-source': [
    '0.0.0.0',
    '0.255.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.0.0',
    '169.254.255.255',
    '224.0.0.0',
    '239.255.255.255',
    '240.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'febf:ffff::1',
    'ff02::1',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ],
  documentation: [
    '192.0.2.0',
    '192.0.2.255',
    '198.51.100.7',
    '203.0.113.255',
    '2001:db8::',
    '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
    '3fff::1',
    '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff',
  ],
  reserved: [
    '198.18.0.0',
    '198.19.255.255',
    '192.0.0.0',
    '192.0.0.255',
    '192.88.99.1',
    '2001:2::1',
    '2001:2:0:ffff::1',
    '2001:10::1',
    '2001:1f:ffff::1',
    '2001:20::1',
    '2001:2f:ffff::1',
    '100::1',
    '100:0:0:1::1',
    '5f00::1',
    '5f00:ffff::1',
    '64:ff9b:1::1',
    '64:ff9b:1:ffff:ffff:ffff:ffff:ffff',
    '::1.2.3.4',
  ],
};

describe('special addresses', () => {
  const rows = Object.entries(special).flatMap(([kind, list]) => list.map((a) => [a, kind]));

  it.each(rows)('%s is %s and is never looked up', (address, kind) => {
    expect(classify(address as string)).toBe(kind);
  });

  it.each([
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.0.3.0',
    '192.88.98.255',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:1::1',
    '2001:3::1',
    '2001:db7:ffff::1',
    '2001:db9::1',
    '3fff:1000::1',
    '5eff:ffff::1',
    '100:0:0:2::1',
    'fbff::1',
  ])('%s, just outside a block, is looked up as it is', (address) => {
    expect(classify(address)).toBe(address);
  });

  it.each([
    ['::ffff:81.2.69.142', '81.2.69.142', 'mapped'],
    ['::ffff:0:5102:458e', '81.2.69.142', 'translated'],
    ['64:ff9b::5102:458e', '81.2.69.142', 'NAT64'],
    ['2002:5102:458e::1', '81.2.69.142', '6to4'],
    ['2001:0:4136:e378:8000:63bf:aefd:ba71', '81.2.69.142', 'Teredo'],
    ['::ffff:10.0.0.1', 'private', 'mapped'],
    ['2002:c0a8:101::1', 'private', '6to4'],
    ['64:ff9b::7f00:1', 'invalid-source', 'NAT64'],
    ['2001:0:1:2:3:4:f5ff:fffe', 'private', 'Teredo'],
    ['2002:c058:6301::1', 'reserved', '6to4'],
  ])('%s is read as %s (%s)', (address, expected) => {
    expect(classify(address)).toBe(expected);
  });
});
