// Packets of gateways with the event that each must give: those of test/fixtures/radius. They name
// things their own way; `fields` below is the one place that says where each of their fields is
// found in our event. `npm run fixture` writes new ones (CONTRIBUTING).

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountingEvent } from '../../domain/accounting-event.ts';

export type Expected = Readonly<Record<string, unknown>>;
export type VendorPacket = {
  readonly id: string;
  /** The name that a configuration gives as `vendor`. */
  readonly vendor: string;
  readonly description: string;
  /** How it was come by: `real-capture`, `documentation`, ... (`npm run fixture -- --help`). */
  readonly provenance: string;
  readonly source: string;
  readonly secret: string;
  /** The Accounting-Request and the Accounting-Response that answers it, hexadecimal. */
  readonly raw: string;
  readonly response: string;
  readonly expected: Expected;
};

export const fixtureFolder = join(import.meta.dirname, '../fixtures/radius');
/** Holds one file a packet, so that two people who add a gateway do not meet in one file. */
export const vendorFolder = join(fixtureFolder, 'vendors');

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** The packets that came together, of which FreeRADIUS has written a detail file as well. */
export const firstVendorPackets: readonly VendorPacket[] = read(
  join(fixtureFolder, 'vendor-packets.json'),
);

/** Every packet there is. */
export const vendorPackets: readonly VendorPacket[] = [
  ...firstVendorPackets,
  ...readdirSync(vendorFolder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => read(join(vendorFolder, name))),
];

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
export const fields: Readonly<Record<string, (event: AccountingEvent) => unknown>> = {
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

/** What an event says, in the fields of a fixture. */
export function recordAsExpected(event: AccountingEvent, expected: Expected): Expected {
  const read = Object.keys(expected).map((name) => {
    const field = fields[name];
    if (!field) throw new Error(`the fixture has a field that nothing compares: ${name}`);
    return [name, field(event)];
  });
  return Object.fromEntries(read);
}
