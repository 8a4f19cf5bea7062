import { stationAddress } from '../../../relay/radius/client-address.ts';
import { attribute } from '../../support/radius-packets.ts';
import { eventOf, packetOf, vendorAttribute } from '../../support/records.ts';

const calling = (text: string): Buffer => attribute(31, text);
const endpoint = (text: string): Buffer => attribute(66, text);
const start = attribute(40, [0, 0, 0, 1]);
const addressOf = (...attributes: readonly Buffer[]): string | undefined =>
  eventOf(packetOf(start, ...attributes)).clientAddress;

describe('a station id', () => {
  it.each([
    ['203.0.113.5', '203.0.113.5'],
    ['203.0.113.5[4500]', '203.0.113.5'],
    ['203.0.113.5:4500', '203.0.113.5'],
    ['IP=203.0.113.5', '203.0.113.5'],
    ['IP=2001:db8::1', '2001:db8::1'],
    ['2001:DB8:0::1[4500]', '2001:db8::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:cb00:7105', '203.0.113.5'],
    ['::ffff:203.0.113.5:4500', '203.0.113.5'],
    ['64:ff9b::203.0.113.5:4500', '203.0.113.5'],
    ['[::ffff:203.0.113.5]:4500', '203.0.113.5'],
    ['[2001:DB8::5]:1194', '2001:db8::5'],
    ['[2001:db8::5]', '2001:db8::5'],
    ['[203.0.113.5]:4500', '203.0.113.5'],
    ['2001:db8:1:2:3:4:5:6:4500', '2001:db8:1:2:3:4:5:6'],
    ['2001:db8::5#4500', '2001:db8::5'],
    ['203.0.113.5#4500', '203.0.113.5'],
    ['IP:203.0.113.5', '203.0.113.5'],
    ['ip:203.0.113.5', '203.0.113.5'],
    ['IP=203.0.113.5:4500', '203.0.113.5'],
    ['IP=203.0.113.5[4500]', '203.0.113.5'],
    ['IP:[2001:db8::5]:4500', '2001:db8::5'],
    ['IPv6:2001:db8::5', '2001:db8::5'],
    ['203.0.113.5/32', '203.0.113.5'],
    ['2001:db8::5/128', '2001:db8::5'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%eth0.100]:4500', 'fe80::1'],
    ['"203.0.113.5"', '203.0.113.5'],
    ["'203.0.113.5:4500'", '203.0.113.5'],
    [' 203.0.113.5', '203.0.113.5'],
    ['\t203.0.113.5\r\n', '203.0.113.5'],
    ['203.0.113.5\u0000', '203.0.113.5'],
    ['203.0.113.5:4500\u0000 \u0000', '203.0.113.5'],
    ['127.0.0.1', '127.0.0.1'],
    ['169.254.169.254', '169.254.169.254'],
  ])('"%s" names the address %s', (text, address) => {
    expect(stationAddress(text)).toBe(address);
  });

  it.each([
    '0x7f.1',
    '1.2.3',
    '+49 170 1234567',
    '491701234567',
    'd4:01:c3:1c:3b:ec',
    '02-00-00-00-01-01',
    '203.0.113.5[99999]',
    '203.0.113.5[4500][1]',
    '203.0.113.5:4500[4500]',
    'IP=IP=203.0.113.5',
    'IP203.0.113.5',
    '010.1.2.3',
    '203.000.113.005',
    '127.1',
    '203.0.113.5.4500',
    '203.0.113.256',
    '203.0.113.5x',
    '203.0.113.5/24',
    '203.0.113.5/128',
    '2001:db8::5/32',
    '2001:db8::/64',
    '203.0.113.5:4500/32',
    '203.0.113.5%eth0',
    '[203.0.113.5',
    '203.0.113.5]',
    '[[2001:db8::5]]:4500',
    '[2001:db8::5]4500',
    '[2001:db8::5]:99999',
    '[2001:db8::5[4500]]',
    '203.0.113.5#',
    '203.0.113.5#4500#1',
    '203.0.113.5, 198.51.100.1',
    '"203.0.113.5',
    '""203.0.113.5""',
    '2001:db8:::5',
    '2001:db8::5::6',
    '::ffff:203.0.113.5.4500',
    '203%2E0%2E113%2E5',
    '\uff12\uff10\uff13.0.113.5',
    '203.0.113.5:',
    '203.0.113.5[]',
    '203.0.113.5 198.51.100.1',
    '203.0.113.5\u0000198.51.100.1',
    '203.0.113.5\u0000junk',
    'host.example',
  ])('"%s" names no address', (text) => {
    expect(stationAddress(text)).toBeUndefined();
  });
});

describe('the client address', () => {
  const sourceIp = vendorAttribute(9, 1, 'ip:source-ip=198.51.100.1');

  it('comes from a vendor attribute, then the station id, then the tunnel endpoint', () => {
    const station = calling('198.51.100.2');
    const tunnel = endpoint('198.51.100.3');
    const paloAlto = vendorAttribute(25461, 7, '198.51.100.4');

    expect(addressOf(tunnel, station, paloAlto, sourceIp)).toBe('198.51.100.1');
    expect(addressOf(tunnel, station, paloAlto)).toBe('198.51.100.4');
    expect(addressOf(tunnel, station)).toBe('198.51.100.2');
    expect(addressOf(tunnel)).toBe('198.51.100.3');
    expect(addressOf()).toBeUndefined();
  });

  it('is the first of repeated station ids that qualifies', () => {
    expect(addressOf(calling('0123456'), calling('198.51.100.2'), calling('198.51.100.9'))).toBe(
      '198.51.100.2',
    );
  });

  it('falls through to the next attribute when one names no address', () => {
    const broken = vendorAttribute(9, 1, 'ip:source-ip=unknown');
    expect(addressOf(broken, calling('491701234567'), endpoint('198.51.100.3'))).toBe(
      '198.51.100.3',
    );
  });

  it.each(['0.0.0.0', '::', '255.255.255.255', '224.0.0.1', '127.0.0.1', '::1', '10.0.0.1'])(
    'is the public one of the next attribute, not %s of the first',
    (first) => {
      const tunnel = endpoint('198.51.100.3');
      expect(addressOf(calling(first), tunnel)).toBe('198.51.100.3');
      expect(addressOf(vendorAttribute(9, 1, `ip:source-ip=${first}`), tunnel)).toBe(
        '198.51.100.3',
      );
      expect(addressOf(calling(first), calling('198.51.100.9'))).toBe('198.51.100.9');
    },
  );

  it('is a private one, or the loopback, where none is public', () => {
    expect(addressOf(calling('10.0.0.1'), endpoint('192.168.1.1'))).toBe('10.0.0.1');
    expect(addressOf(calling('127.0.0.1'), endpoint('192.168.1.1'))).toBe('192.168.1.1');
    expect(addressOf(calling('127.0.0.1'))).toBe('127.0.0.1');
  });

  it.each(['0.0.0.0', '::', '010.1.2.3', '1.2.3', '203.0.113.5x', '203.0.113.5 198.51.100.1'])(
    'is left out and flagged where "%s" is all there is, and that stays readable',
    (text) => {
      const event = eventOf(packetOf(start, calling(text)));
      expect(event).not.toHaveProperty('clientAddress');
      expect(event.flags).toEqual(['invalid-attributes']);
      expect(event.vendorAttributes['calling-station-id']).toBe(text);
    },
  );

  it('is what Huawei and H3C name as the host, where it is public and not the assigned one', () => {
    const host = (text: string, vendor = 2011): Buffer => vendorAttribute(vendor, 60, text);
    const mac = calling('0000-5e00-530a');
    const pair = '203.0.113.5 00:00:5e:00:53:0b';
    expect(addressOf(mac, host(pair))).toBe('203.0.113.5');
    expect(addressOf(mac, host(pair, 25506))).toBe('203.0.113.5');
    expect(addressOf(calling('198.51.100.2'), host(pair))).toBe('198.51.100.2');
    expect(addressOf(mac, host(pair), attribute(8, [203, 0, 113, 5]))).toBeUndefined();
    expect(addressOf(mac, host('10.1.2.3 00:00:5e:00:53:0b'))).toBeUndefined();
    expect(addressOf(mac, host('255.255.255.255 00:00:5e:00:53:0b'))).toBeUndefined();
    expect(addressOf(mac, host(`${pair} x`))).toBeUndefined();
    expect(eventOf(packetOf(start, host(pair))).device?.key).toBe('mac:00-00-5e-00-53-0b');
    expect(eventOf(packetOf(start, mac, host(pair))).device?.key).toBe('mac:00-00-5e-00-53-0a');
  });

  it('is read from a tunnel endpoint with and without a tag octet', () => {
    expect(addressOf(endpoint('\u0000198.51.100.3'))).toBe('198.51.100.3');
    expect(addressOf(endpoint('\u001f198.51.100.3'))).toBe('198.51.100.3');
    expect(addressOf(endpoint('\u0001'))).toBeUndefined();
  });

  it('is not invented: what the station id says instead stays visible', () => {
    const event = eventOf(packetOf(start, calling('491701234567')));
    expect(event).not.toHaveProperty('clientAddress');
    expect(event.vendorAttributes['calling-station-id']).toBe('491701234567');
    expect(event.flags).toEqual([]);
  });
});
