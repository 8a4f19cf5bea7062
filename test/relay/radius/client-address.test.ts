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
    'IP=203.0.113.5[4500]',
    'IP=IP=203.0.113.5',
    '203.0.113.5:',
    '203.0.113.5[]',
    '203.0.113.5 198.51.100.1',
    ' 203.0.113.5',
    '203.0.113.5\u0000',
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
