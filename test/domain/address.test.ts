import {
  addressPrefix,
  canonicalAddress,
  canonicalClientAddress,
  cidrContains,
  formatAddress,
  parseAddress,
  parseCidr,
} from '../../domain/address.ts';

describe('parseAddress', () => {
  it.each([
    '0x7f.1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.04',
    '1.2.3.256',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4/32',
    '1.2.3.4:80',
    '1..3.4',
    '1.2.3.',
    '.1.2.3',
    '2130706433',
    '+49 170 1234567',
    'd4:01:c3:1c:3b:ec',
    '02-00-00-00-01-01',
    '',
    ':',
    ':::',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2:3:4:5:6:7:8',
    '12345::',
    'fe80::1%eth0',
    '[::1]',
    '::1.2.3',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '2001:db8::/32',
  ])('finds no address in "%s"', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:0a00:0001', '::ffff:10.0.0.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('writes %s as %s (RFC 5952)', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it('refuses to format anything but 4 or 16 octets', () => {
    expect(() => formatAddress(new Uint8Array(3))).toThrow(RangeError);
  });
});

describe('canonicalClientAddress', () => {
  it.each([
    ['::ffff:203.0.113.5', 'IPv4-mapped'],
    ['::ffff:0:203.0.113.5', 'IPv4-translated'],
    ['64:ff9b::203.0.113.5', 'NAT64, RFC 6052'],
    ['2002:cb00:7105::1', '6to4, RFC 3056'],
    ['2001:0:4136:e378:8000:63bf:34ff:8efa', 'Teredo, RFC 4380'],
    ['203.0.113.5', 'plain'],
  ])('counts %s (%s) as 203.0.113.5', (text) => {
    expect(canonicalClientAddress(text)).toBe('203.0.113.5');
  });

  it('leaves addresses alone that embed nothing', () => {
    expect(canonicalClientAddress('2001:218:85A3::7334')).toBe('2001:218:85a3::7334');
    expect(canonicalClientAddress('64:ff9b:1::203.0.113.5')).toBe('64:ff9b:1::cb00:7105');
    expect(canonicalClientAddress('::1')).toBe('::1');
    expect(canonicalClientAddress('not an address')).toBeUndefined();
  });
});

describe('addressPrefix', () => {
  it('counts one IPv4 address and one IPv6 /64 as the same origin', () => {
    expect(addressPrefix('203.0.113.5')).toBe('203.0.113.5/32');
    expect(addressPrefix('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(addressPrefix('2001:db8:1:2:ffff::')).toBe('2001:db8:1:2::/64');
  });
});

describe('parseCidr', () => {
  const contains = (block: string, address: string): boolean => {
    const cidr = parseCidr(block);
    const octets = parseAddress(address);
    if (!cidr || !octets) throw new Error('the example is wrong');
    return cidrContains(cidr, octets);
  };

  it('knows which gateways lie in a block', () => {
    expect(contains('10.77.0.0/23', '10.77.1.255')).toBe(true);
    expect(contains('10.77.0.0/23', '10.77.2.0')).toBe(false);
    expect(contains('0.0.0.0/0', '198.51.100.1')).toBe(true);
    expect(contains('0.0.0.0/0', '::1')).toBe(false);
    expect(contains('2001:db8::/33', '2001:db8:7fff::1')).toBe(true);
    expect(contains('2001:db8::/33', '2001:db8:8000::1')).toBe(false);
    expect(contains('10.0.0.1', '10.0.0.1')).toBe(true);
    expect(contains('10.0.0.1', '10.0.0.2')).toBe(false);
  });

  it.each(['10.0.0.1/24', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/', '::/129', '/8', '1.2/8'])(
    'refuses "%s" instead of guessing',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );
});
