// A gateway's configuration may say where its attributes are.

import { type AttributeRef, parseAttributeRef } from '../../../relay/radius/overrides.ts';
import { attribute } from '../../support/radius-packets.ts';
import { eventOf, gatewayOf, packetOf, uint32, vendorAttribute } from '../../support/records.ts';

const ref = (text: string): AttributeRef => {
  const parsed = parseAttributeRef(text);
  if (!parsed) throw new Error(`no attribute: ${text}`);
  return parsed;
};
const start = attribute(40, uint32(1));

describe('an attribute in a configuration', () => {
  it('is a number, vendor/number, or that with the prefix of its text', () => {
    expect(ref('31')).toEqual({ type: 31 });
    expect(ref('2620/5')).toEqual({ vendor: 2620, type: 5 });
    expect(ref('9/1:ip:source-ip=')).toEqual({ vendor: 9, type: 1, prefix: 'ip:source-ip=' });
  });

  it.each(['', 'User-Name', '0', '256', '9/', '/1', '9/1:', '99999999/1', '2', '3', '60', '69'])(
    'is not "%s": unknown form, out of range, or a password',
    (text) => {
      expect(parseAttributeRef(text)).toBeUndefined();
    },
  );
});

describe('overrides of a gateway', () => {
  const gateway = gatewayOf({
    vendor: 'check-point',
    overrides: {
      clientAddress: [ref('2620/9:src='), ref('66')],
      assignedAddress: [ref('2620/10')],
      hostname: [ref('2620/11')],
      deviceMac: [ref('2620/12')],
      tunnelGroup: [ref('11')],
      isVpn: true,
    },
  });

  it('replace where the dialect looks', () => {
    const event = eventOf(
      packetOf(
        start,
        attribute(31, '198.51.100.9'),
        attribute(11, 'STAFF'),
        attribute(8, [10, 0, 0, 1]),
        vendorAttribute(2620, 9, 'src=203.0.113.5[4500]'),
        vendorAttribute(2620, 10, Buffer.from([10, 0, 0, 2])),
        vendorAttribute(2620, 11, 'PC17'),
        vendorAttribute(2620, 12, '00:0C:29:74:9D:E8'),
        // Otherwise a sign of device administration.
        attribute(6, uint32(7)),
      ),
      {},
      gateway,
    );

    expect(event).toMatchObject({
      clientAddress: '203.0.113.5',
      assignedAddresses: ['10.0.0.2'],
      device: { key: 'mac:00-0c-29-74-9d-e8', name: 'PC17' },
      tunnel: { group: 'STAFF' },
      flags: [],
    });
  });

  it('look in the next attribute when the first has no address, and invent none', () => {
    const broken = vendorAttribute(2620, 9, 'src=unknown');
    const endpoint = attribute(66, '\u0001203.0.113.6');
    const station = attribute(31, '198.51.100.9');

    expect(eventOf(packetOf(start, broken, endpoint), {}, gateway).clientAddress).toBe(
      '203.0.113.6',
    );
    expect(eventOf(packetOf(start, station), {}, gateway)).not.toHaveProperty('clientAddress');
  });

  it('can keep all sessions of a gateway out of profiles', () => {
    const portal = gatewayOf({ overrides: { isVpn: false } });
    expect(eventOf(packetOf(start), {}, portal).flags).toEqual(['not-vpn']);
  });
});
