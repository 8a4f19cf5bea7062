// What each dialect adds, how it is chosen, and how the device of an event is named.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { normalizeMac } from '../../../relay/radius/client-address.ts';
import { makeDevice } from '../../../relay/radius/device.ts';
import { vendorNames } from '../../../relay/radius/dialects/choose.ts';
import { attribute } from '../../support/radius-packets.ts';
import { eventOf, gatewayOf, packetOf, uint32, vendorAttribute } from '../../support/records.ts';

const start = attribute(40, uint32(1));
const avPair = (text: string): Buffer => vendorAttribute(9, 1, text);
const eventWith = (...attributes: readonly Buffer[]): AccountingEvent =>
  eventOf(packetOf(start, ...attributes));

describe('a device', () => {
  const facts = {
    uidGlobal: 'GLOBAL',
    uid: 'UID',
    mac: '00:0C:29:74:9D:E8',
    hostname: 'DESKTOP7',
    userAgent: 'AnyConnect 5',
    platform: 'win',
    platformVersion: '10.0',
  };

  it('is known by its most specific identity', () => {
    const { uidGlobal: _g, ...local } = facts;
    const { uid: _u, ...physical } = local;
    const { mac: _m, ...named } = physical;
    const { hostname: _h, ...client } = named;
    const { userAgent: _a, ...platform } = client;

    expect(
      [facts, local, physical, named, client, platform].map((f) => makeDevice(f)?.key),
    ).toEqual([
      'uid:global',
      'uid:uid',
      'mac:00-0c-29-74-9d-e8',
      'host:desktop7',
      'client:anyconnect 5',
      'client:win',
    ]);
    expect(makeDevice(facts)).toEqual({
      key: 'uid:global',
      kind: 'uid',
      name: 'DESKTOP7',
      os: 'win 10.0',
      client: 'AnyConnect 5',
    });
  });

  it('is absent when nothing identifies one', () => {
    expect(makeDevice({})).toBeUndefined();
    expect(makeDevice({ mac: '00-00-00-00-00-00', type: 'VMware, Inc.' })).toBeUndefined();
  });

  it.each([
    ['00-0C-29-74-9D-E8', '00-0c-29-74-9d-e8'],
    ['00:0c:29:74:9d:e8', '00-0c-29-74-9d-e8'],
    ['000c.2974.9de8', '00-0c-29-74-9d-e8'],
    ['000c29749de8', '00-0c-29-74-9d-e8'],
    ['000c-2974-9de8', '00-0c-29-74-9d-e8'],
    ['0011-2233-4455', '00-11-22-33-44-55'],
    ['000C29-749DE8', '00-0c-29-74-9d-e8'],
    ['000c29.749de8', '00-0c-29-74-9d-e8'],
    ['000c:2974:9de8', '00-0c-29-74-9d-e8'],
    ['00.0c.29.74.9d.e8', '00-0c-29-74-9d-e8'],
    ['00 0c 29 74 9d e8', '00-0c-29-74-9d-e8'],
    ['000C29749DE8\u0000', '00-0c-29-74-9d-e8'],
    [' 00-0C-29-74-9D-E8\r\n', '00-0c-29-74-9d-e8'],
    ['491701234567', undefined],
    ['000c-2974.9de8', undefined],
    ['000c-2974-9de8-0001', undefined],
    ['000c-2974-9de', undefined],
    ['00-0c:29-74:9d-e8', undefined],
    ['00-0c-29-74-9d', undefined],
    ['ff:ff:ff:ff:ff:ff', undefined],
  ])('has the MAC address %s as %s', (text, mac) => {
    expect(normalizeMac(text)).toBe(mac);
  });
});

describe('the dialect', () => {
  it.each([
    ['cisco-asa', vendorAttribute(3076, 146, 'STAFF')],
    ['cisco-asa', avPair('mdm-tlv=device-platform=win')],
    ['generic', avPair('connect-progress=Call Up')],
    ['microsoft-rras', vendorAttribute(311, 35, 'MSRASV5.20')],
    ['f5-apm', vendorAttribute(3375, 1, 'x')],
    ['check-point', vendorAttribute(2620, 229, 'x')],
    ['fortigate', vendorAttribute(12356, 3, 'root')],
    ['mikrotik', vendorAttribute(14988, 8, 'x')],
    ['netscaler', vendorAttribute(5951, 1, 'x')],
    ['sonicwall', vendorAttribute(8741, 1, 'x')],
    ['nokia', vendorAttribute(6527, 1, 'x')],
    ['palo-alto', vendorAttribute(25461, 9, 'LAPTOP')],
    ['strongswan', attribute(31, '203.0.113.5[4500]')],
    ['strongswan', attribute(32, 'strongSwan')],
    ['ocserv', attribute(32, 'vpn-ocserv')],
    ['openvpn', attribute(32, 'OpenVpn')],
    ['accel-ppp', attribute(32, 'accel-ppp')],
    ['ivanti', attribute(32, 'Juniper IVE')],
    ['generic', attribute(32, 'vpn.corp.example')],
  ])('%s is chosen by what is in the packet', (vendor, sign) => {
    expect(eventWith(sign).gateway.vendor).toBe(vendor);
  });

  it.each(vendorNames)('%s can be configured', (vendor) => {
    const event = eventOf(packetOf(start), {}, gatewayOf({ vendor }));
    expect(vendorNames).toContain(event.gateway.vendor);
    expect(event.kind).toBe('start');
  });

  it('reads as generic where the configured vendor is not known', () => {
    const event = eventOf(packetOf(start), {}, gatewayOf({ vendor: '__proto__' }));
    expect(event.gateway.vendor).toBe('generic');
  });
});

describe('Cisco AVPairs', () => {
  it('are trimmed, may hold commas and equals signs, and the first of equal names counts', () => {
    const event = eventWith(
      avPair('mdm-tlv=device-type=Gigabyte, Ltd. X=1 '),
      avPair('mdm-tlv=device-mac=00-0c-29-74-9d-e8'),
      avPair('mdm-tlv=device-mac=00-0c-29-74-9d-ff'),
      avPair('mdm-tlv=device-uid='),
      avPair('=x'),
      avPair('no value'),
    );
    expect(event.vendorAttributes).toEqual({
      'device-type': 'Gigabyte, Ltd. X=1',
      'device-mac': '00-0c-29-74-9d-e8',
    });
    expect(event.device?.key).toBe('mac:00-0c-29-74-9d-e8');
  });

  it('are all read when several share one Vendor-Specific', () => {
    const two = Buffer.concat(
      ['mdm-tlv=device-platform=win', 'audit-session-id=0a'].map((text) => attribute(1, text)),
    );
    const vendorSpecific = attribute(26, Buffer.concat([uint32(9), two]));
    expect(eventWith(vendorSpecific).vendorAttributes).toEqual({
      'audit-session-id': '0a',
      'device-platform': 'win',
    });
  });
});

describe('a vendor attribute', () => {
  const bodies: readonly (readonly [string, string, boolean])[] = [
    ['of two octets', '0000', true],
    ['without any inner attribute', '00000009', true],
    ['with an inner length of 0', '000000090100', true],
    ['that overruns', '00000009010941', true],
    ['with one octet left over', '0000000901034102', true],
    ['with a vendor id above 24 bits', '01000009010341', true],
    ['of USR, which is no type-length-value by design', '000001ad00000001', false],
  ];

  it.each(bodies)('%s is left out, the rest of the packet counts', (_, body, isFlagged) => {
    const event = eventWith(attribute(26, Buffer.from(body, 'hex')), attribute(1, 'alice'));
    expect(event.user.account).toBe('alice');
    expect(event.flags).toEqual(isFlagged ? ['invalid-attributes'] : []);
  });
});

describe('Microsoft RRAS', () => {
  it('names the computer without prefix and NUL, or by MS-Machine-Name', () => {
    const hostOf = (type: number, text: string) =>
      eventWith(vendorAttribute(311, type, text)).device;
    expect(hostOf(34, 'MSRAS-0-LAPTOP-9\u0000')).toMatchObject({
      key: 'host:laptop-9',
      name: 'LAPTOP-9',
    });
    expect(hostOf(50, 'PC17')).toMatchObject({ key: 'host:pc17' });
    expect(hostOf(34, 'MSRAS-0-')).toBeUndefined();
  });

  it('says SSTP with a number of its own', () => {
    const typeOf = (value: number) => eventWith(attribute(64, uint32(value))).tunnel?.type;
    expect(typeOf(0x00013701)).toBe('SSTP');
    expect(typeOf(0x01000003)).toBe('L2TP');
    expect(typeOf(0x00fffff1)).toBe('16777201');
  });
});

describe('FortiGate', () => {
  it('names the assigned address in its own attribute without Framed-IP-Address', () => {
    const own = vendorAttribute(12356, 2, Buffer.from([10, 0, 0, 7]));
    expect(eventWith(own).assignedAddresses).toEqual(['10.0.0.7']);
    const framed = attribute(8, [10, 0, 0, 8]);
    expect(eventWith(own, framed).assignedAddresses).toEqual(['10.0.0.8']);
  });
});

describe('Palo Alto', () => {
  it('may name the domain of a plain user, and its device', () => {
    const event = eventWith(
      attribute(1, 'alice'),
      vendorAttribute(25461, 6, 'corp'),
      vendorAttribute(25461, 7, '198.51.100.7'),
      vendorAttribute(25461, 9, 'LAPTOP-1'),
    );
    expect(event).toMatchObject({
      user: { raw: 'alice', account: 'alice', domain: 'corp' },
      clientAddress: '198.51.100.7',
      device: { key: 'host:laptop-1' },
    });
  });
});
