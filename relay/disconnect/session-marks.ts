// What identifies a session to its gateway: attributes of the gateway's own Accounting-Request, as
// octets, so that a Disconnect-Request says them exactly as the gateway did.
// Promise: nothing of it comes from the cloud. It keeps no password and no address of the tunnel's
// far end but Calling-Station-Id, which some gateways identify by.

import type { AttributeSet } from '../radius/attribute-set.ts';
import { attribute } from '../radius/attributes.ts';

/** Attributes that a form may copy, by the names of RFC 5176 section 3 in camelCase. */
export const markNames = [
  'userName',
  'nasIpAddress',
  'framedIpAddress',
  'callingStationId',
  'nasIdentifier',
  'sessionId',
  'nasIpv6Address',
  'auditSessionId',
] as const;

export type MarkName = (typeof markNames)[number];

/** The octets of each attribute that the packets of a session have had. */
export type SessionMarks = { readonly [Name in MarkName]?: Buffer };

const vendorSpecific = 26;
const cisco = 9;
const ciscoAvPair = 1;
const auditPrefix = 'audit-session-id=';

/** Attribute number of each mark; the Cisco pair is wrapped in Vendor-Specific. */
const markTypes = {
  userName: attribute.userName,
  nasIpAddress: attribute.nasIpAddress,
  framedIpAddress: attribute.framedIpAddress,
  callingStationId: attribute.callingStationId,
  nasIdentifier: attribute.nasIdentifier,
  sessionId: attribute.sessionId,
  nasIpv6Address: attribute.nasIpv6Address,
} as const satisfies Readonly<Record<Exclude<MarkName, 'auditSessionId'>, number>>;

/** Reads the marks of a packet; copies, for the packet's memory is reused. */
export function readMarks(attributes: AttributeSet): SessionMarks {
  const marks: { [Name in MarkName]?: Buffer } = {};
  for (const name of markNames) {
    const value = name === 'auditSessionId' ? auditPair(attributes) : plain(attributes, name);
    if (value !== undefined) marks[name] = Buffer.from(value);
  }
  return marks;
}

function plain(attributes: AttributeSet, name: keyof typeof markTypes): Buffer | undefined {
  return attributes.value(markTypes[name]);
}

/** The whole pair, `audit-session-id=` included, without the `mdm-tlv=` some releases put first. */
function auditPair(attributes: AttributeSet): Buffer | undefined {
  const text = attributes
    .vendorTexts(cisco, ciscoAvPair)
    .map((pair) => pair.replace(/^mdm-tlv=/, ''))
    .find((pair) => pair.startsWith(auditPrefix) && pair.length > auditPrefix.length);
  return text === undefined ? undefined : Buffer.from(text, 'utf8');
}

/** A mark as an attribute of a packet: type, length, value (RFC 2865 section 5). */
export function markAttribute(name: MarkName, value: Buffer): Buffer {
  if (name !== 'auditSessionId') return attributeOf(markTypes[name], value);
  const vendor = Buffer.alloc(4);
  vendor.writeUInt32BE(cisco);
  return attributeOf(vendorSpecific, Buffer.concat([vendor, attributeOf(ciscoAvPair, value)]));
}

/** @throws RangeError for a value that no attribute can hold; none read from a packet is one */
export function attributeOf(type: number, value: Uint8Array): Buffer {
  if (value.length > 253) throw new RangeError(`attribute ${type} is longer than 253 octets`);
  return Buffer.concat([Buffer.from([type, value.length + 2]), value]);
}
