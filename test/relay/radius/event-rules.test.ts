// The rules of an event that no single fixture shows: time, identity, kinds, what is no VPN.

import { toEvent } from '../../../relay/radius/to-event.ts';
import { attribute } from '../../support/radius-packets.ts';
import {
  eventOf,
  gatewayOf,
  packetOf,
  receivedTime,
  recordOf,
  uint32,
  vendorAttribute,
} from '../../support/records.ts';

const day = 24 * 3600;
const received = receivedTime / 1000;
const integer = (type: number, value: number): Buffer => attribute(type, uint32(value));
const start = integer(40, 1);
const alice = attribute(1, 'alice');

describe('the time of an event', () => {
  const timeOf = (...attributes: readonly Buffer[]) => {
    const { time, claimedTime, flags } = eventOf(packetOf(start, ...attributes));
    return { seconds: time / 1000 - received, claimedTime, flags };
  };
  const claim = (offset: number): Buffer => integer(55, received + offset);

  it.each([
    [0, []],
    [-60, []],
    [300, []],
    [-day, []],
    [-day - 1, ['stale']],
    [-7 * day, ['stale']],
  ])('is the gateway clock at %i s from arrival', (offset, flags) => {
    expect(timeOf(claim(offset))).toEqual({
      seconds: offset,
      claimedTime: (received + offset) * 1000,
      flags,
    });
  });

  it.each([301, -7 * day - 1, -received, 0xffffffff - received])(
    'is arrival less delay when the gateway clock is %i s off',
    (offset) => {
      expect(timeOf(claim(offset), integer(41, 7))).toEqual({
        seconds: -7,
        claimedTime: (received + offset) * 1000,
        flags: ['clock-suspect'],
      });
    },
  );

  it('is arrival less delay without a gateway clock', () => {
    expect(timeOf()).toEqual({ seconds: 0, flags: [] });
    expect(timeOf(integer(41, 30))).toEqual({ seconds: -30, flags: [] });
    expect(timeOf(integer(41, 2 * day))).toEqual({ seconds: -2 * day, flags: ['stale'] });
  });

  it('does not underflow when the delay is 2^32 - 1', () => {
    expect(timeOf(integer(41, 0xffffffff))).toEqual({ seconds: 0, flags: ['clock-suspect'] });
  });

  it('is the time of the file for imports, however old', () => {
    const then = 1_500_000_000_000;
    const packet = packetOf(start, integer(55, then / 1000 - 60));
    const event = eventOf(packet, { type: 'imported', receivedTime: then });
    expect(event).toMatchObject({ time: then - 60_000, flags: ['imported'] });
  });
});

describe('the id of an event', () => {
  const idOf = (attributes: readonly Buffer[], identifier = 1, gatewayId = 'gw'): string => {
    const packet = packetOf(start, alice, ...attributes);
    packet[1] = identifier;
    return eventOf(packet, { gatewayId }).eventId;
  };

  it('is 16 octets of SHA-256 as the wire format says', () => {
    expect(idOf([])).toMatch(/^[A-Za-z0-9_-]{22}$/);
    // Computed elsewhere, over "gw\0", 28 06 00000001 and 01 07 "alice".
    expect(idOf([])).toBe('RMjASfr18v8G6uamLo5o0Q');
  });

  it('survives what changes on retransmission and on the way', () => {
    const changing = [integer(41, 5), attribute(33, 'proxy'), integer(55, received)];
    expect(idOf(changing, 200)).toBe(idOf([]));
    expect(idOf([attribute(80, Buffer.alloc(16))])).toBe(idOf([]));
    const elsewhere = eventOf(packetOf(start, alice), {
      source: { address: '198.51.100.200', port: 1 },
      receivedTime: receivedTime + 5_000,
      isRepeated: true,
    });
    expect(elsewhere.eventId).toBe(idOf([]));
    expect(elsewhere.flags).toEqual(['repeated']);
  });

  it('differs with anything the gateway says, and with the gateway', () => {
    expect(idOf([attribute(44, 's')])).not.toBe(idOf([]));
    expect(idOf([attribute(44, 's'), attribute(50, 'm')])).not.toBe(
      idOf([attribute(50, 'm'), attribute(44, 's')]),
    );
    expect(idOf([], 1, 'other')).not.toBe(idOf([]));
  });

  it('does not depend on padding after the packet', () => {
    const packet = packetOf(start, alice);
    const padded = Buffer.concat([packet, Buffer.alloc(4)]);
    expect(eventOf(padded).eventId).toBe(eventOf(packet).eventId);
  });
});

describe('the kind of an event', () => {
  it.each([
    [1, 'start'],
    [2, 'stop'],
    [3, 'interim'],
    [7, 'gateway-on'],
    [8, 'gateway-off'],
    [9, 'other'],
    [14, 'other'],
    [15, 'other'],
    [0x06300001, 'other'],
  ])('of status type %i is %s', (status, kind) => {
    const event = eventOf(packetOf(integer(40, status)));
    expect(event.kind).toBe(kind);
    expect(event.vendorAttributes['acct-status-type']).toBe(
      kind === 'other' ? String(status) : undefined,
    );
  });

  it('is other, without a number, when the status type is missing or unreadable', () => {
    for (const packet of [packetOf(alice), packetOf(attribute(40, [1, 2, 3]))]) {
      const event = eventOf(packet);
      expect(event.kind).toBe('other');
      expect(event.vendorAttributes).toEqual({});
    }
  });
});

describe('a record that is no VPN connection', () => {
  const isVpn = (vendor: string | undefined, ...attributes: readonly Buffer[]): boolean => {
    const gateway = gatewayOf(vendor === undefined ? {} : { vendor });
    const event = eventOf(packetOf(start, alice, ...attributes), {}, gateway);
    return !event.flags.includes('not-vpn');
  };

  it('is device administration', () => {
    expect(isVpn(undefined, integer(6, 7))).toBe(false);
    expect(isVpn(undefined, integer(6, 6))).toBe(false);
    expect(isVpn(undefined, integer(6, 2))).toBe(true);
  });

  it('is Wi-Fi, a switch port or a captive portal', () => {
    expect(isVpn(undefined, integer(61, 19))).toBe(false);
    expect(isVpn(undefined, integer(61, 15))).toBe(false);
    expect(isVpn(undefined, integer(61, 5))).toBe(true);
  });

  it('is not a VPN gateway that says Ethernet: its client has another address than inside', () => {
    const ethernet = integer(61, 15);
    const inside = attribute(8, [10, 8, 0, 6]);
    const from = (text: string): Buffer => attribute(31, text);
    expect(isVpn(undefined, ethernet, from('203.0.113.5'), inside)).toBe(true);
    expect(isVpn(undefined, ethernet, from('203.0.113.5'))).toBe(true);
    expect(isVpn(undefined, ethernet, from('192.168.1.5'), inside)).toBe(true);
    // A captive portal names the address that its client has, a switch names a MAC address.
    expect(isVpn(undefined, ethernet, from('10.8.0.6'), inside)).toBe(false);
    expect(isVpn(undefined, ethernet, from('192.168.1.5'))).toBe(false);
    expect(isVpn(undefined, ethernet, from('203.0.113.5'), attribute(8, [203, 0, 113, 5]))).toBe(
      false,
    );
    expect(isVpn(undefined, ethernet, from('0011-2233-4455'), inside)).toBe(false);
    expect(isVpn(undefined, integer(61, 19), from('203.0.113.5'), inside)).toBe(false);
  });

  it.each([
    'd4:01:c3:1c:3b:ec',
    'D4-01-C3-1C-3B-EC',
    'd401.c31c.3bec',
    'd401c31c3bec',
    'd401-c31c-3bec',
  ])('has the MAC address %s for a station', (mac) => {
    expect(isVpn(undefined, attribute(31, mac))).toBe(false);
  });

  it('is what a FortiGate accounts beside its tunnels', () => {
    expect(isVpn('fortigate', attribute(77, 'admin-login'))).toBe(false);
    expect(isVpn('fortigate', attribute(77, 'web-auth'))).toBe(false);
    expect(isVpn('fortigate', attribute(77, 'vpn-ikev2'))).toBe(true);
    expect(isVpn('fortigate')).toBe(true);
    expect(isVpn('ocserv', attribute(77, 'web-auth'))).toBe(true);
  });

  it('is never an Accounting-On: that must reach the watermark', () => {
    const on = eventOf(packetOf(integer(40, 7), integer(61, 19)));
    expect(on).toMatchObject({ kind: 'gateway-on', flags: [] });
  });
});

describe('the gateway of an event', () => {
  const nas = [attribute(4, [192, 0, 2, 9]), attribute(32, 'vpn/east')];
  const gatewayIn = (gateway = gatewayOf(), attributes: readonly Buffer[] = nas) =>
    eventOf(packetOf(start, ...attributes), { gatewayId: 'gw/192.0.2.10' }, gateway).gateway;

  it('is the configured one, whatever the packet claims', () => {
    expect(gatewayIn()).toEqual({
      id: 'gw/192.0.2.10',
      address: '192.0.2.10',
      name: 'vpn/east',
      vendor: 'generic',
    });
  });

  it('is the NAS that a proxied packet names, under the name of the proxy', () => {
    const proxy = gatewayOf({ behindProxy: true });
    expect(gatewayIn(proxy).id).toBe('gw/192.0.2.9');
    const loopback = [attribute(4, [127, 0, 0, 1]), attribute(32, 'vpn/east')];
    expect(gatewayIn(proxy, loopback).id).toBe('gw/vpn-east');
    const six = [attribute(95, Buffer.from('20010db8000000000000000000000007', 'hex'))];
    expect(gatewayIn(proxy, six).id).toBe('gw/2001:db8::7');
    expect(gatewayIn(proxy, []).id).toBe('gw/192.0.2.10');
  });

  it('keeps its id when it was removed from the configuration', () => {
    const event = toEvent(recordOf(packetOf(start, ...nas)), undefined);
    expect(event).toMatchObject({ gateway: { id: 'gw', vendor: 'generic' } });
  });
});

describe('the user of an event', () => {
  it('is read as Latin-1 and marked when the name is not UTF-8', () => {
    const event = eventOf(packetOf(start, attribute(1, [0x64, 0xe4, 0x76])));
    expect(event.user).toEqual({ raw: 'd\u00e4v', account: 'd\u00e4v', form: 'plain' });
    expect(event.flags).toEqual(['latin1']);
  });

  it('never collapses different unreadable names into one', () => {
    const names = [[0xff], [0xfe], [0xef, 0xbf, 0xbd]].map(
      (octets) => eventOf(packetOf(start, attribute(1, octets))).user.raw,
    );
    expect(new Set(names).size).toBe(3);
  });

  it('is none without a name, and its password is nowhere in the event', () => {
    const secret = attribute(2, 'super-secret-pass');
    const chap = attribute(3, 'chap-secret-value');
    const event = eventOf(packetOf(start, secret, chap));
    expect(event.user).toEqual({ raw: '', account: '', form: 'none' });
    expect(JSON.stringify(event)).not.toMatch(/secret/);
  });
});

describe('assigned addresses', () => {
  it('are all virtual addresses, without "let the server choose"', () => {
    const v4 = (text: string): Buffer => attribute(8, text.split('.').map(Number));
    const v6 = attribute(168, Buffer.from('fd000088000000000000000000000021', 'hex'));
    const event = eventOf(
      packetOf(start, v4('10.3.0.1'), v4('255.255.255.254'), v4('10.3.0.2'), v6, v4('10.3.0.1')),
    );
    expect(event.assignedAddresses).toEqual(['10.3.0.1', '10.3.0.2', 'fd00:88::21']);
    expect(event.flags).toEqual([]);
  });

  it('are put together from prefix and interface id (RFC 3162), as RRAS sends them', () => {
    const prefix = attribute(97, Buffer.from('004020010db8000100020000000000000000', 'hex'));
    const interfaceId = attribute(96, Buffer.from('0000000000000005', 'hex'));
    expect(eventOf(packetOf(start, prefix, interfaceId)).assignedAddresses).toEqual([
      '2001:db8:1:2::5',
    ]);
    const wild = attribute(97, Buffer.from('00ff20010db8', 'hex'));
    expect(eventOf(packetOf(start, wild, interfaceId))).toMatchObject({
      assignedAddresses: [],
      flags: ['invalid-attributes'],
    });
  });

  it('name the prefixes, framed and delegated, each once', () => {
    const framed = attribute(97, Buffer.from('004020010db800010002', 'hex'));
    const delegated = attribute(123, Buffer.from('003820010db8000aff00', 'hex'));
    const none = attribute(97, Buffer.from('0000', 'hex'));
    const event = eventOf(packetOf(start, framed, delegated, delegated, none));
    expect(event.assignedAddresses).toEqual(['2001:db8:1:2::/64', '2001:db8:a:ff00::/56']);
    expect(event.flags).toEqual([]);
  });

  it('keep a prefix without the bits that its length denies, flagged', () => {
    const framed = attribute(97, Buffer.from('004020010db8000100020000000000000001', 'hex'));
    expect(eventOf(packetOf(start, framed))).toMatchObject({
      assignedAddresses: ['2001:db8:1:2::/64'],
      flags: ['invalid-attributes'],
    });
  });

  it('keep prefixes beside the address that a FortiGate names in its own attribute', () => {
    const framed = attribute(97, Buffer.from('004020010db800010002', 'hex'));
    const own = vendorAttribute(12356, 2, Buffer.from([10, 0, 0, 7]));
    expect(eventOf(packetOf(start, framed, own)).assignedAddresses).toEqual([
      '10.0.0.7',
      '2001:db8:1:2::/64',
    ]);
  });
});
