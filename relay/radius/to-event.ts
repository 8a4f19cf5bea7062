// Converts one journal record to one accounting event: decode, choose the dialect, fill the fields.
// Promise: pure and total. Equal records give equal events, any octets give an event or a reason.
// It uses neither the clock nor other records.

import type {
  AccountingEvent,
  EventFlag,
  EventKind,
  UserName,
} from '../../domain/accounting-event.ts';
import { parseRealmRole, parseUserName } from '../../domain/user-name.ts';
import type { JournalRecord } from '../journal/record.ts';
import { type AttributeSet, isLatin1, readText } from './attribute-set.ts';
import { attribute } from './attributes.ts';
import { decodePacket, trimPacket, type Undecodable } from './decode.ts';
import { deviceAttributes, makeDevice } from './device.ts';
import { chooseDialect, readPacket } from './dialects/choose.ts';
import type { Reading } from './dialects/dialect.ts';
import { eventId } from './event-id.ts';
import { boundedAttributes, fitEvent } from './event-size.ts';
import { eventTime } from './event-time.ts';
import type { GatewayConfig } from './gateway.ts';
import { gatewayIdOf } from './gateway-identity.ts';
import { applyOverrides } from './overrides.ts';
import { valueName } from './value-names.ts';

/** Acct-Status-Type (RFC 2866 section 5.1). Tunnel events and vendors' values are `other`. */
const kinds: ReadonlyMap<number | undefined, EventKind> = new Map([
  [1, 'start'],
  [2, 'stop'],
  [3, 'interim'],
  [7, 'gateway-on'],
  [8, 'gateway-off'],
]);

/** The kinds that speak of a session, and so of a VPN connection or of something else. */
const sessionKinds: ReadonlySet<EventKind> = new Set<EventKind>(['start', 'interim', 'stop']);

/** A counter exact to 64 bits (RFC 2869 sections 5.1 and 5.2), as a decimal string. */
function counter(low: number | undefined, high: number | undefined): string | undefined {
  if (low === undefined && high === undefined) return undefined;
  if (!high) return String(low ?? 0);
  return String((BigInt(high) << 32n) + BigInt(low ?? 0));
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without keys whose value is undefined: absent fields are absent. */
function defined<T extends Record<string, unknown>>(fields: T): Defined<T> {
  const present: Record<string, unknown> = {};
  for (const key in fields) if (fields[key] !== undefined) present[key] = fields[key];
  return present as Defined<T>;
}

function readSession(attributes: AttributeSet): AccountingEvent['session'] {
  const cause = attributes.integer(attribute.terminateCause);
  return defined({
    id: attributes.text(attribute.sessionId),
    multiId: attributes.text(attribute.multiSessionId),
    seconds: attributes.integer(attribute.sessionTime),
    octetsIn: counter(
      attributes.integer(attribute.inputOctets),
      attributes.integer(attribute.inputGigawords),
    ),
    octetsOut: counter(
      attributes.integer(attribute.outputOctets),
      attributes.integer(attribute.outputGigawords),
    ),
    terminateCause: cause === undefined ? undefined : valueName(attribute.terminateCause, cause),
  });
}

/** The user, with a vendor attribute's domain where the name itself has none. */
function readUser(
  attributes: AttributeSet,
  sessionUserName: string | undefined,
  domain: string | undefined,
): UserName {
  const ofSession = sessionUserName && readText(Buffer.from(sessionUserName, 'latin1'));
  const user = parseUserName(attributes.text(attribute.userName) ?? ofSession ?? '');
  return user.form === 'plain' && domain !== undefined ? { ...user, domain } : user;
}

/** Flags in the order of the contract, so that equal records give equal text. */
function readFlags(
  record: JournalRecord,
  attributes: AttributeSet,
  timeFlags: readonly EventFlag[],
  isNotVpn: boolean,
): EventFlag[] {
  const name = attributes.value(attribute.userName);
  return [
    ...timeFlags,
    ...(record.isRepeated ? (['repeated'] as const) : []),
    ...attributes.flags,
    ...(name && isLatin1(name) ? (['latin1'] as const) : []),
    ...(isNotVpn ? (['not-vpn'] as const) : []),
  ];
}

function vendorAttributes(
  reading: Reading,
  user: UserName,
  otherStatus: number | undefined,
): Record<string, string> {
  const realmRole = user.form === 'realm-role' ? parseRealmRole(user.raw) : undefined;
  return boundedAttributes([
    ['acct-status-type', otherStatus?.toString()],
    ['realm', realmRole?.realm],
    ['role', realmRole?.role],
    ...reading.attributes,
    ...deviceAttributes(reading.device),
  ]);
}

function makeEvent(
  record: JournalRecord,
  packet: Buffer,
  attributes: AttributeSet,
  gateway: GatewayConfig | undefined,
): AccountingEvent {
  const dialect = chooseDialect(gateway?.vendor, attributes);
  const usual = readPacket(dialect, attributes);
  const overrides = gateway?.overrides;
  const reading = overrides ? applyOverrides(usual, overrides, attributes) : usual;
  const status = attributes.integer(attribute.statusType);
  const kind = kinds.get(status) ?? 'other';
  const { flags: timeFlags, ...times } = eventTime({
    receivedTime: record.receivedTime,
    timestampSeconds: attributes.integer(attribute.eventTimestamp),
    delaySeconds: attributes.integer(attribute.delayTime),
    clockOffsetSeconds: record.clockOffsetSeconds ?? 0,
    isImported: record.type === 'imported',
  });
  const gatewayId = gatewayIdOf(record, gateway, attributes);
  const name = attributes.text(attribute.nasIdentifier);
  const user = readUser(attributes, record.sessionUserName, reading.userDomain);
  const device = makeDevice(reading.device);
  const tunnel = defined({ type: reading.tunnelType, group: reading.tunnelGroup });
  // On and Off speak of no session: their kind says all, and they must reach the watermark.
  const isNotVpn = sessionKinds.has(kind) && !reading.isVpn;
  return {
    eventId: eventId(gatewayId, packet),
    kind,
    ...times,
    receivedTime: record.receivedTime,
    gateway: {
      id: gatewayId,
      address: record.source.address,
      ...(name === undefined ? {} : { name }),
      ...defined({
        portType: attributes.integer(attribute.nasPortType),
        serviceType: attributes.integer(attribute.serviceType),
      }),
      vendor: dialect.vendor,
    },
    session: readSession(attributes),
    user,
    ...(reading.clientAddress === undefined ? {} : { clientAddress: reading.clientAddress }),
    assignedAddresses: reading.assignedAddresses,
    ...(device ? { device } : {}),
    ...(tunnel.type === undefined && tunnel.group === undefined ? {} : { tunnel }),
    vendorAttributes: vendorAttributes(reading, user, kind === 'other' ? status : undefined),
    flags: readFlags(record, attributes, timeFlags, isNotVpn),
  };
}

/**
 * The accounting event of a record, at most 4 KiB of JSON.
 *
 * @param gateway configuration of `record.gatewayId`; undefined when it was removed since: the
 *   record keeps its gateway id, and the dialect is chosen by what is in the packet
 * @returns the event, or why the record holds no Accounting-Request
 */
export function toEvent(
  record: JournalRecord,
  gateway: GatewayConfig | undefined,
): AccountingEvent | Undecodable {
  const packet = trimPacket(record.payload);
  if ('undecodable' in packet) return packet;
  const attributes = decodePacket(packet);
  if ('undecodable' in attributes) return attributes;
  return fitEvent(makeEvent(record, packet, attributes, gateway));
}
