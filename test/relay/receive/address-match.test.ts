import { BlockList } from 'node:net';
import fc from 'fast-check';
import {
  AddressTable,
  canonicalSource,
  parseAddressBlock,
} from '../../../relay/receive/address-match.ts';

const blockOf = (text: string) => {
  const block = parseAddressBlock(text);
  if (!block) throw new Error(`${text} is no block`);
  return block;
};

describe('an address in the configuration', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ])('%s reads as %s', (text, canonical) => {
    expect(parseAddressBlock(text)?.text).toBe(canonical);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    'asa',
  ])('%j is refused', (text) => {
    expect(parseAddressBlock(text)).toBeUndefined();
  });

  it('knows when bits stand behind the prefix', () => {
    expect(blockOf('10.0.0.1/24').isAligned).toBe(false);
    expect(blockOf('10.0.0.128/25').isAligned).toBe(true);
    expect(blockOf('2001:db8::1/64').isAligned).toBe(false);
  });
});

describe('a packet source', () => {
  it('has one spelling, whatever socket it came in on', () => {
    expect(canonicalSource('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(canonicalSource('fe80::1%eth0')).toBe('fe80::1');
    expect(canonicalSource('2001:db8::1')).toBe('2001:db8::1');
  });

  it('is found under an entry that names it as a block of one address', () => {
    const table = new AddressTable<string>();
    table.add(blockOf('192.0.2.1/32'), 'four');
    table.add(blockOf('2001:db8::1/128'), 'six');
    table.add(blockOf('0.0.0.0/0'), 'all');

    expect(table.find('192.0.2.1')).toBe('four');
    expect(table.find('2001:db8::1')).toBe('six');
  });

  it('finds the longest block, as the address lists of Node see it', () => {
    const octet = fc.integer({ min: 0, max: 3 });
    const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
    const block = fc.tuple(address, fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), address, (blocks, source) => {
        const table = new AddressTable<number>();
        for (const [start, bits] of blocks) table.add(blockOf(`${start}/${bits}`), bits);
        const holding = blocks.filter(([start, bits]) => {
          const list = new BlockList();
          list.addSubnet(start, bits);
          return list.check(source);
        });
        const longest = holding.reduce((best, [, bits]) => Math.max(best, bits), -1);
        return (table.find(source) ?? -1) === longest;
      }),
    );
  });

  it('keeps the address families apart', () => {
    const table = new AddressTable<string>();
    table.add(blockOf('::/0'), 'six');
    table.add(blockOf('2001:db8::/33'), 'documentation');

    expect(table.find('10.0.0.1')).toBeUndefined();
    expect(table.find('2001:db8:8000::1')).toBe('six');
    expect(table.find('2001:db8:7fff::1')).toBe('documentation');
  });
});
