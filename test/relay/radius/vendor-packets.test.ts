// Every packet of a gateway that we have gives its expected record, whoever chose the dialect.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { eventOf, gatewayOf } from '../../support/records.ts';
import { vendorPackets as packets, recordAsExpected } from '../../support/vendor-packets.ts';

/** Wi-Fi controllers and bare RADIUS clients are no vendors of ours. */
const genericSenders = ['freeradius-proxy', 'freeradius-radclient', 'wlan-cisco'];

describe('a packet of every vendor', () => {
  it('is there, each under a name of its own', () => {
    const ids = packets.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
  });

  it.each(packets)('gives its record when the vendor is configured: $id', (packet) => {
    const event = eventOf(Buffer.from(packet.raw, 'hex'), {}, gatewayOf({ vendor: packet.vendor }));

    expect(recordAsExpected(event, packet.expected)).toEqual(packet.expected);
    expect(event.flags).not.toContain('invalid-attributes');
    expect(event.gateway.vendor === 'generic').toBe(genericSenders.includes(packet.vendor));
  });

  it.each(packets)('gives its record when the dialect is chosen by the packet: $id', (packet) => {
    const event = eventOf(Buffer.from(packet.raw, 'hex'));

    expect(recordAsExpected(event, packet.expected)).toEqual(packet.expected);
  });

  it.each(packets)('tells user, status and client address even as generic: $id', (packet) => {
    const event = eventOf(Buffer.from(packet.raw, 'hex'), {}, gatewayOf({ vendor: 'generic' }));
    const { user, account, domain, userForm, status, clientIp, sessionId } = packet.expected;
    const basics = { user, account, domain, userForm, status, clientIp, sessionId };

    expect(recordAsExpected(event, basics)).toEqual(basics);
  });
});

describe('the made-up gateway clocks of the fixture', () => {
  it('are believed within a week and set aside beyond', () => {
    const clock = (id: string): AccountingEvent => {
      const packet = packets.find((candidate) => candidate.id === id);
      return eventOf(Buffer.from(packet?.raw ?? '', 'hex'));
    };

    expect(clock('rras-sstp-start')).toMatchObject({ time: 1_795_312_800_000, flags: [] });
    expect(clock('mikrotik-start')).toMatchObject({
      time: 1_795_312_900_000,
      claimedTime: 1_447_094_248_000,
      flags: ['clock-suspect'],
    });
  });
});
