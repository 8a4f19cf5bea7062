// Turns one planned record of a sample gateway into the packet that vendor would send.
// Encoded with the npm package `radius`, an independent peer of our own decoder. Vendor-specific
// attributes are raw octets by number: its dictionaries hold none. It decides nothing here.

import { isIPv4 } from 'node:net';
import radius from 'radius';
import type { PlannedRecord, PlannedSession } from './day.ts';
import { type SampleGateway, sampleGateway } from './gateways.ts';

/** As `radius.encode` takes it: a name of its dictionaries, or a number with raw octets. */
type Attribute = readonly [name: string | number, value: string | number | Date | Buffer];

/** Vendor-Specific (RFC 2865 section 5.26): vendor id, vendor type, length, value. */
function vendorAttribute(vendor: number, type: number, value: string | number | Buffer): Attribute {
  const octets = Buffer.isBuffer(value)
    ? value
    : typeof value === 'number'
      ? unsigned32(value)
      : Buffer.from(value, 'utf8');
  const head = Buffer.alloc(6);
  head.writeUInt32BE(vendor, 0);
  head.writeUInt8(type, 4);
  head.writeUInt8(octets.length + 2, 5);
  return ['Vendor-Specific', Buffer.concat([head, octets])];
}

function unsigned32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}

/** A tagged attribute with tag 0 (RFC 2868 section 3), as ASA and RRAS send it. */
function tagged(name: string, value: string | Buffer): Attribute {
  return [name, Buffer.concat([Buffer.of(0), Buffer.from(value)])];
}

const ciscoAvPair = (text: string): Attribute => vendorAttribute(9, 1, text);

function ciscoAsa(gateway: SampleGateway, session: PlannedSession): Attribute[] {
  const mac = session.deviceMac;
  const device = [
    'mdm-tlv=device-platform=win',
    `mdm-tlv=device-mac=${mac}`,
    'mdm-tlv=device-platform-version=10.0.26100 ',
    `mdm-tlv=device-public-mac=${mac}`,
    'mdm-tlv=ac-user-agent=AnyConnect Windows 5.1.8.122',
    'mdm-tlv=device-type=LENOVO, ThinkPad T14 Gen 5',
    `mdm-tlv=device-uid=${session.deviceUid}`,
  ];
  return [
    ['NAS-Port', session.port],
    ['Service-Type', 'Framed-User'],
    ['Framed-Protocol', 'PPP'],
    ['Framed-IP-Address', session.assignedAddress],
    ['Called-Station-Id', gateway.publicAddress],
    ['Calling-Station-Id', session.visit.address],
    ['Acct-Authentic', 'RADIUS'],
    ['NAS-Port-Type', 'Virtual'],
    tagged('Tunnel-Client-Endpoint', session.visit.address),
    ...device.map(ciscoAvPair),
    ciscoAvPair(`audit-session-id=${session.auditId}`),
    vendorAttribute(3076, 146, 'STAFF'),
    vendorAttribute(3076, 150, 2),
    vendorAttribute(3076, 151, 1),
    vendorAttribute(3076, 152, 3),
  ];
}

/** SSTP as RRAS numbers it (Tunnel-Type 0x00013701 without its first octet, the tag). */
const sstpTunnelType = Buffer.from([0x01, 0x37, 0x01]);
const microsoft = 311;

function microsoftRras(gateway: SampleGateway, session: PlannedSession): Attribute[] {
  return [
    ['NAS-Port', session.port],
    ['NAS-Port-Type', 'Virtual'],
    ['Service-Type', 'Framed-User'],
    ['Framed-Protocol', 'PPP'],
    ['Framed-IP-Address', session.assignedAddress],
    ['Calling-Station-Id', session.visit.address],
    ['Called-Station-Id', gateway.publicAddress],
    tagged('Tunnel-Type', sstpTunnelType),
    tagged('Tunnel-Medium-Type', Buffer.from([0, 0, isIPv4(session.visit.address) ? 1 : 2])),
    tagged('Tunnel-Client-Endpoint', session.visit.address),
    ['Acct-Authentic', 'RADIUS'],
    ['Acct-Multi-Session-Id', session.id],
    ['Acct-Link-Count', 1],
    vendorAttribute(microsoft, 9, microsoft),
    vendorAttribute(microsoft, 18, 'MSRASV5.20'),
    vendorAttribute(microsoft, 35, 'MSRASV5.20'),
    vendorAttribute(microsoft, 34, `MSRAS-0-${session.visit.computer}\0`),
    vendorAttribute(microsoft, 56, session.correlationId),
  ];
}

/** An APM names the person's address in Tunnel-Client-Endpoint only, without a tag. */
function f5Apm(session: PlannedSession): Attribute[] {
  return [
    ['NAS-Port', 0],
    ['NAS-Port-Type', 'Virtual'],
    ['Service-Type', 'Framed-User'],
    ['Acct-Authentic', 'RADIUS'],
    ['Tunnel-Client-Endpoint', Buffer.from(session.visit.address)],
  ];
}

function checkPoint(session: PlannedSession): Attribute[] {
  return [
    ['NAS-Port-Type', 'Virtual'],
    ['Service-Type', 'Framed-User'],
    ['Framed-IP-Address', session.assignedAddress],
    ['Calling-Station-Id', session.visit.address],
    ['Acct-Authentic', 'RADIUS'],
  ];
}

/** An administrator on the ASA itself: accounting, but no VPN session. */
function administration(record: PlannedRecord): Attribute[] {
  return [
    ['Service-Type', 'NAS-Prompt-User'],
    ['Calling-Station-Id', '10.112.0.20'],
    ['User-Name', record.userName ?? 'netadmin'],
    ['Acct-Session-Id', record.sessionId],
  ];
}

function vendorPart(gateway: SampleGateway, session: PlannedSession): Attribute[] {
  switch (gateway.vendor) {
    case 'cisco-asa':
      return ciscoAsa(gateway, session);
    case 'microsoft-rras':
      return microsoftRras(gateway, session);
    case 'f5-apm':
      return f5Apm(session);
    case 'check-point':
      return checkPoint(session);
  }
}

function counters(record: PlannedRecord): Attribute[] {
  const { usage } = record;
  if (!usage) return [];
  const gigaword = 2 ** 32;
  return [
    ['Acct-Session-Time', usage.seconds],
    ['Acct-Input-Octets', usage.octetsIn % gigaword],
    ['Acct-Output-Octets', usage.octetsOut % gigaword],
    ['Acct-Input-Gigawords', Math.floor(usage.octetsIn / gigaword)],
    ['Acct-Output-Gigawords', Math.floor(usage.octetsOut / gigaword)],
    ['Acct-Input-Packets', Math.ceil(usage.octetsIn / 700)],
    ['Acct-Output-Packets', Math.ceil(usage.octetsOut / 900)],
  ];
}

const statusNames = {
  start: 'Start',
  interim: 'Interim-Update',
  stop: 'Stop',
  'gateway-on': 'Accounting-On',
  'gateway-off': 'Accounting-Off',
} as const;

function clockPart(
  { clock }: SampleGateway,
  { time, isKept }: PlannedRecord,
  sentTime: number,
): Attribute[] {
  const delaySeconds = Math.max(0, Math.floor((sentTime - time) / 1000));
  return isKept || clock === 'delay-time'
    ? [['Acct-Delay-Time', delaySeconds]]
    : [
        ['Event-Timestamp', new Date(time)],
        // Without its age each would look sent at once by a clock that is hours off.
        ['Acct-Delay-Time', delaySeconds],
      ];
}

/**
 * The Accounting-Request of a planned record as it leaves its gateway.
 * `sentTime` (Unix ms) is now: every gateway tells the age of a record by Acct-Delay-Time.
 */
export function encodeRecord(
  record: PlannedRecord,
  options: { readonly identifier: number; readonly secret: string; readonly sentTime: number },
): Buffer {
  const gateway = sampleGateway(record.gateway);
  const attributes: Attribute[] = [
    ['Acct-Status-Type', statusNames[record.kind]],
    ['NAS-IP-Address', gateway.nasAddress],
    ['NAS-Identifier', gateway.name],
    ...clockPart(gateway, record, options.sentTime),
  ];
  if (record.session) {
    attributes.push(['User-Name', record.session.userName], ['Acct-Session-Id', record.session.id]);
    attributes.push(...vendorPart(gateway, record.session), ...counters(record));
    if (record.kind === 'stop') attributes.push(['Acct-Terminate-Cause', 'User-Request']);
  } else if (record.userName) {
    attributes.push(...administration(record));
  } else {
    attributes.push(['Acct-Session-Id', record.sessionId]);
  }
  return radius.encode({
    code: 'Accounting-Request',
    identifier: options.identifier,
    secret: options.secret,
    attributes,
  });
}
