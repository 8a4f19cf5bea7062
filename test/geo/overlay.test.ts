// Lists of addresses in the forms they are published in, and what is refused.

import fc from 'fast-check';
import { parseAddress } from '../../domain/address.ts';
import { buildKnownRanges } from '../../geo/build/known-blocks.ts';
import { readOverlay } from '../../geo/build/overlay.ts';
import { blocksBetween } from '../../geo/build/overlay-csv.ts';
import { blockContains, ipNumberOf, parseIpBlock } from '../../geo/ip-number.ts';
import { runs } from '../support/property-runs.ts';

const file = { name: 'list.txt', modified: Date.UTC(2026, 10, 3), now: Date.UTC(2026, 10, 30) };
const read = (text: string, type = 'vpn') => readOverlay(type, text, file);

describe('a list of addresses', () => {
  it.each([
    ['blocks and addresses', '2.56.16.0/22\n5.8.16.9\n2a03:1b20::/32\n', 3, 0, '2026-11-03'],
    [
      'AS numbers with names',
      '# data centres\nAS174 # Cogent\nAS9009 M247 Europe\n',
      0,
      2,
      '2026-11-03',
    ],
    [
      'a netset of FireHOL',
      '#\n# firehol_anonymous\n#\n# ipv4 hash:net ipset\n#\n' +
        '# Source File Date: Sat Nov 28 20:55:03 UTC 2026\n' +
        '# This File Date  : Sun Nov 29 21:42:17 UTC 2026\n#\n' +
        '0.0.0.0/8\n1.10.16.0/20\n10.0.0.0/8\n224.0.0.0/3\n2.56.192.7\n',
      2,
      0,
      '2026-11-28',
    ],
    [
      'exits of Tor',
      'ExitNode 0011BD2485AD45D984EC4159C88FC066E5E3300E\nPublished 2026-11-26 08:00:01\n' +
        'LastStatus 2026-11-27 09:00:00\nExitAddress 5.8.16.9 2026-11-27 09:12:00\n',
      1,
      0,
      '2026-11-27',
    ],
    [
      'CSV with a header',
      '"type","ip_address","seen"\n"VPN","5.8.16.9","x"\nVPN,5.8.17.0/24,y\n',
      2,
      0,
      '2026-11-03',
    ],
    [
      'CSV of ranges',
      'start;end;name\n5.8.16.0;5.8.17.255;a\n5.8.20.4;5.8.20.6;b\n',
      3,
      0,
      '2026-11-03',
    ],
    [
      'CSV without a header',
      '5.8.16.9,2026-11-01,tor\n5.8.16.10-5.8.16.11,2026-11-02,tor\n',
      2,
      0,
      '2026-11-03',
    ],
    ['CSV of networks', 'asn,name\n9009,M247\nAS174,Cogent\n', 0, 2, '2026-11-03'],
  ])('is read as %s', (_, text, blocks, asns, date) => {
    const list = read(text.replaceAll('\n', '\r\n'));
    expect([list.blocks.length, list.asns.length, list.date]).toEqual([blocks, asns, date]);
    expect(read(text)).toEqual(list);
  });

  it('leaves private and reserved space out, and says how much', () => {
    const list = read('10.0.0.0/8\n192.168.1.1\n224.0.0.0/3\nfe80::/10\n5.8.16.9\n');
    expect([list.blocks, list.specialBlocks]).toEqual([['5.8.16.9'], 4]);
  });

  const half = Array.from({ length: 128 }, (_, i) => `${i + 1}.0.0.0/8`).join('\n');
  it.each([
    ['', 'names no address'],
    ['# nothing\n', 'names no address'],
    ['10.0.0.0/8\n', 'names no address'],
    ['\u001f\ufffd\b\0', 'is packed with gzip'],
    ['<!DOCTYPE html><html>', 'is a web page'],
    ['{"prefixes": []}', 'is JSON'],
    ['5.8.16.9\n\0\n', 'is not text'],
    ['0.0.0.0/0\n', 'line 1: 0.0.0.0/0 is wider than /8'],
    ['5.8.16.9\n128.0.0.0/1\n', 'line 2: 128.0.0.0/1 is wider than /8'],
    ['::/0\n', 'wider than /16'],
    [`${half}\n`, '% of all IPv4 addresses as vpn; at most 3 %'],
    ['5.8.16.9\n5.8.16.300\n', 'line 2: "5.8.16.300" is no address'],
    ['5.8.16.7/24\n', 'is no address, block or AS number'],
    ['AS0\n', 'is no address, block or AS number'],
    ['AS4294967296\n', 'is no address, block or AS number'],
    ['start,end\n5.8.16.9,5.8.16.1\n', 'line 2'],
    [`${'5'.repeat(5000)}\n`, 'is over 4096 characters'],
    ['\u001b[2J\u202e\n', '[2J?" is no address'],
    ['# This File Date  : Sun Nov 29 21:42:17 UTC 2099\n5.8.16.9\n', 'of a day that is to come'],
  ])('is refused with a sentence: %j', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
    try {
      read(text);
    } catch (error) {
      expect(String(error)).toMatch(/^[\x20-\x7e]{1,300}$/);
    }
  });

  it('names no more of the Internet than is believed, of each kind of entry', () => {
    const many = (count: number, entry: (at: number) => string): string =>
      Array.from({ length: count }, (_, at) => entry(at)).join('\n');
    const registry = many(16, (at) => `2a0${at.toString(16)}::/16`);
    const networks = many(5000, (at) => `AS${at + 1}`);

    expect(() => read(registry)).toThrow('13 % of all IPv6 addresses as vpn; at most 3 %');
    expect(() => read(networks)).toThrow('4 % of all AS numbers as vpn; at most 3 %');
    expect(read(registry, 'hosting').blocks).toHaveLength(16);
    expect(read(networks, 'hosting').asns).toHaveLength(5000);
    expect(read(many(9000, () => '2a00::/16\nAS1')).blocks).toHaveLength(9000);
  });

  it('has a known type, and a name that can be shown', () => {
    expect(() => read('5.8.16.9', 'nonsense')).toThrow('list type "nonsense" is none of');
    expect(() => read('5.8.16.9', 'unknown')).toThrow('is none of');
    for (const name of ['', '../x', '<img>', 'a\u202eb', 'x'.repeat(81)]) {
      expect(() => readOverlay('vpn', '5.8.16.9', { ...file, name })).toThrow('a list is called');
    }
  });

  it('costs little where it names the same block tens of thousands of times', () => {
    const alike = Array.from({ length: 60_000 }, (_, at) => `2a03:1b20::${at.toString(16)}`);
    const lists = [read(alike.join('\n')), read('2a03:1b20::', 'tor')];
    const before = process.cpuUsage();
    const { known, v6 } = buildKnownRanges([], lists);
    const { user } = process.cpuUsage(before);
    const meanings = [...v6.value.subarray(0, v6.length)].map((id) => known[id - 1]);

    expect(meanings.filter((one) => one?.kind === 'type' && one.source === 'overlay')).toEqual([
      expect.objectContaining({ type: 'tor' }),
    ]);
    // Of this process, whatever else runs: 0.3 s, and 40 s where each is compared with all.
    expect(user / 1e6).toBeLessThan(10);
  });

  it('says a range by the blocks that hold exactly its addresses', () => {
    const address = fc.nat(2 ** 32 - 1);
    const textOf = (value: number): string =>
      [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
    const holds = (texts: readonly string[], value: number): boolean =>
      texts.some((text) => {
        const [block, octets] = [parseIpBlock(text), parseAddress(textOf(value))];
        return block && octets && blockContains(block, ipNumberOf(octets));
      });
    fc.assert(
      fc.property(address, address, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const blocks = blocksBetween(textOf(low), textOf(high)) ?? [];
        const around = [low, high, Math.floor((low + high) / 2)];
        const wrong = [
          ...around.filter((value) => !holds(blocks, value)),
          ...(low > 0 && holds(blocks, low - 1) ? [low - 1] : []),
          ...(high < 2 ** 32 - 1 && holds(blocks, high + 1) ? [high + 1] : []),
        ];
        expect(wrong).toEqual([]);
        expect(blocks.length <= 62).toBe(true);
      }),
      { numRuns: runs(200) },
    );
  });
});
