// Every packet of vendor-packets.json gives its expected record. The fixture names things its own
// way; `fields` below is the one place that says where each of its fields is found in our event.

import { readFileSync } from 'node:fs';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { eventOf, gatewayOf } from '../../support/records.ts';

type Expected = Readonly<Record<string, unknown>>;
type VendorPacket = {
  readonly id: string;
  readonly vendor: string;
  readonly raw: string;
  readonly expected: Expected;
};

const packets: VendorPacket[] = JSON.parse(
  readFileSync(`${__dirname}/../../fixtures/radius/vendor-packets.json`, 'utf8'),
);

const statuses = {
  start: 'start',
  interim: 'interim',
  stop: 'stop',
  'gateway-on': 'on',
  'gateway-off': 'off',
  other: 'other',
} as const;
const forms = {
  plain: 'plain',
  upn: 'upn',
  netbios: 'downlevel',
  machine: 'host',
  'realm-role': 'realm-role',
  none: 'none',
} as const;

const sessionKinds: readonly string[] = ['start', 'interim', 'stop'];
const number = (text: string | undefined): number | null => (text === undefined ? null : +text);
const family = (event: AccountingEvent, isV6: boolean): string | null =>
  event.assignedAddresses.find((address) => address.includes(':') === isV6) ?? null;

/** The fixture's `device`: key facts are in `device`, the others in `vendorAttributes`. */
function deviceOf(event: AccountingEvent): Expected {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['platform', event.vendorAttributes['device-platform']],
    ['platformVersion', event.vendorAttributes['device-platform-version']],
    ['mac', event.vendorAttributes['device-mac']],
    ['publicMac', event.vendorAttributes['device-public-mac']],
    ['type', event.vendorAttributes['device-type']],
    ['uid', event.vendorAttributes['device-uid']],
    ['uidGlobal', event.vendorAttributes['device-uid-global']],
    ['userAgent', event.device?.client],
    ['hostname', event.device?.name],
  ];
  return Object.fromEntries(facts.filter(([, value]) => value !== undefined));
}

function nasOf(event: AccountingEvent): Expected {
  return {
    ip: event.vendorAttributes['nas-ip-address'],
    ip6: event.vendorAttributes['nas-ipv6-address'],
    identifier: event.gateway.name,
    port: number(event.vendorAttributes['nas-port']) ?? undefined,
    portId: event.vendorAttributes['nas-port-id'],
  };
}

/** Fixture field to event field; null is "none, and none may be invented". */
const fields: Readonly<Record<string, (event: AccountingEvent) => unknown>> = {
  // The gate's decision: here, that the packet gives an event at all.
  decision: () => 'accept',
  vpn: (event) => sessionKinds.includes(event.kind) && !event.flags.includes('not-vpn'),
  status: (event) => statuses[event.kind],
  user: (event) => event.user.raw || null,
  account: (event) => event.user.account || null,
  domain: (event) => event.user.domain ?? null,
  userForm: (event) => forms[event.user.form],
  realm: (event) => event.vendorAttributes['realm'],
  role: (event) => event.vendorAttributes['role'],
  clientIp: (event) => event.clientAddress ?? null,
  assignedIp: (event) => family(event, false),
  assignedIp6: (event) => family(event, true),
  sessionId: (event) => event.session.id,
  multiSessionId: (event) => event.session.multiId,
  auditSessionId: (event) => event.vendorAttributes['audit-session-id'],
  correlationId: (event) => event.vendorAttributes['correlation-id'],
  nas: nasOf,
  device: deviceOf,
  tunnelGroup: (event) => event.tunnel?.group,
  tunnelType: (event) => event.tunnel?.type,
  eventTime: (event) => (event.claimedTime ?? Number.NaN) / 1000,
  delayTime: (event) => number(event.vendorAttributes['acct-delay-time']),
  sessionTime: (event) => event.session.seconds,
  inputOctets: (event) => number(event.session.octetsIn),
  outputOctets: (event) => number(event.session.octetsOut),
  terminateCause: (event) => event.session.terminateCause,
};

function recordAsExpected(event: AccountingEvent, expected: Expected): Expected {
  const read = Object.keys(expected).map((name) => {
    const field = fields[name];
    if (!field) throw new Error(`the fixture has a field that nothing compares: ${name}`);
    return [name, field(event)];
  });
  return Object.fromEntries(read);
}

/** Wi-Fi controllers and bare RADIUS clients are no vendors of ours. */
const genericSenders = ['freeradius-proxy', 'freeradius-radclient', 'wlan-cisco'];

describe('a packet of every vendor', () => {
  it('covers the whole fixture', () => expect(packets).toHaveLength(22));

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
