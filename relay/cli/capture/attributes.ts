// The attributes of a packet as they were sent, one by one, for display.
// Promise: passwords are never shown; attributes that name a user are shown only on request.

import { formatAddress } from '../../../domain/address.ts';
import { readText } from '../../radius/attribute-set.ts';
import { attribute, attributeFacts, isWellFormed, untagged } from '../../radius/attributes.ts';
import { walkAttributes } from '../../radius/decode.ts';
import { valueName } from '../../radius/value-names.ts';
import { type Hide, shapeOf } from './personal.ts';

export type ShownAttribute = {
  /** `31`, or `9/1` for attribute 1 of vendor 9: as `overrides` in the configuration wants it. */
  readonly number: string;
  readonly name?: string;
  readonly value: string;
};

/** An attribute before it is decided what may be shown. */
export type SentAttribute = {
  readonly number: string;
  readonly type: number;
  /** IANA enterprise number. */
  readonly vendor?: number;
  readonly value: Buffer;
};

/** Attributes of the gateway, or of the session's kind and size, never of a user. */
const harmless: ReadonlySet<number> = new Set([4, 9, 30, 32, 33, 77, 80, 87, 95, 100, 88]);
/** Attributes whose numbers have names. */
const enumerated: ReadonlySet<number> = new Set([6, 7, 40, 45, 49, 61, 64, 65]);
const ciscoVendor = 9;

/** Every attribute in wire order; vendors' one by one where they can be separated. */
export function sentAttributes(packet: Buffer): SentAttribute[] {
  const sent: SentAttribute[] = [];
  walkAttributes(packet, (type, start, end) => {
    const value = packet.subarray(start + 2, end);
    const parts = type === attribute.vendorSpecific ? vendorParts(value) : undefined;
    sent.push(...(parts ?? [{ number: String(type), type, value }]));
  });
  return sent;
}

/** Vendor id, then type, length, value; undefined where it is laid out otherwise. */
function vendorParts(value: Buffer): SentAttribute[] | undefined {
  if (value.length < 4) return undefined;
  const vendor = value.readUInt32BE(0);
  const parts: SentAttribute[] = [];
  for (let at = 4; at < value.length; ) {
    const length = value[at + 1] ?? 0;
    if (length < 2 || at + length > value.length) return undefined;
    const type = value[at] ?? 0;
    const number = `${vendor}/${type}`;
    parts.push({ number, vendor, type, value: value.subarray(at + 2, at + length) });
    at += length;
  }
  return parts.length > 0 ? parts : undefined;
}

/** @param hide absent: everything but passwords is shown */
export function showAttribute(sent: SentAttribute, hide?: Hide): ShownAttribute {
  const { number, vendor, type, value } = sent;
  const fact = vendor === undefined ? attributeFacts.get(type) : undefined;
  const name = fact && { name: fact.name };
  if (fact?.type === 'secret') return { number, ...name, value: '(password, never shown)' };
  if (fact && !isWellFormed(fact.type, value)) {
    return { number, ...name, value: `(${value.length} octets, not a valid ${fact.type})` };
  }
  if (vendor !== undefined) return { number, value: vendorText(vendor, value, hide) };
  const isShown = !hide || harmless.has(type) || isNumber(fact?.type);
  const text = textOf(type, value);
  return { number, ...name, value: isShown ? text : hidden(text, hide) };
}

function isNumber(type: string | undefined): boolean {
  return type === 'integer' || type === 'tagged-integer';
}

function hidden(text: string, hide: Hide): string {
  return `${hide(text)} (${shapeOf(text)})`;
}

function textOf(type: number, value: Buffer): string {
  const fact = attributeFacts.get(type);
  switch (fact?.type) {
    case 'integer':
    case 'tagged-integer': {
      const whole = value.readUInt32BE(0);
      const bare = fact.type === 'tagged-integer' ? whole & 0xffffff : whole;
      return enumerated.has(type) ? `${valueName(type, bare)} (${bare})` : String(bare);
    }
    case 'address':
    case 'address6':
      return formatAddress(value);
    case 'tagged-text':
      return readText(untagged(value));
    case 'text':
      return readText(value);
    default:
      return `0x${value.toString('hex')}`;
  }
}

/** A vendor's value: its type is unknown, so text where it reads as one. */
function vendorText(vendor: number, value: Buffer, hide?: Hide): string {
  const text = readText(value);
  const isText = /^[^\p{Cc}]*\0?$/u.test(text) && value.length > 0;
  if (!isText) {
    const shape =
      value.length === 4 ? '4 octets, a number or an IPv4 address' : `${value.length} octets`;
    const hex = `0x${value.toString('hex')}`;
    return hide ? `${hide(hex)} (${shape})` : `${hex} (${shape})`;
  }
  if (!hide) return text;
  // `key=value` of Cisco's AVPairs: the key says what it is.
  const pairKey = /^(?:mdm-tlv=)?[\w:.-]+=/;
  const key = (vendor === ciscoVendor && pairKey.exec(text)?.[0]) || '';
  return `${key}${hidden(text.slice(key.length), hide)}`;
}
