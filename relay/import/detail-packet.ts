// Turns named attributes (of a detail file, of a database row) into the RADIUS packet they were
// printed from, so that the relay's own decoder and dialects read it and no second decoder exists.
// The authenticator is zero: nothing here is authenticated, and no secret is involved. Attributes
// that FreeRADIUS added are left out; what cannot be encoded is left out and counted.

import { formatAddress, parseAddress } from '../../domain/address.ts';
import { attribute as attributeNumber } from '../radius/attributes.ts';
import { attributeNamed, type NamedAttribute } from './attribute-names.ts';
import type { DetailAttribute, DetailRecord } from './detail-file.ts';
import { localOffset, readPrintedTime } from './printed-time.ts';
import { valueNumber } from './value-numbers.ts';

/** A packet, when the server had it, and its source as far as the file has it. */
export type DetailPacket = {
  readonly packet: Buffer;
  /** Unix ms: the record's `Timestamp`, else its first line, else its Event-Timestamp. */
  readonly receivedTime: number;
  /** Source addresses, surest first, canonical text; the last ones are what the gateway claims. */
  readonly sources: readonly string[];
  /** NAS-Identifier as sent. */
  readonly nasIdentifier: string | undefined;
  /** Names of RADIUS attributes whose value cannot be encoded and is left out. */
  readonly dropped: readonly string[];
};

/** Why a record is no packet. */
export type UnreadableRecord = { readonly unreadable: string };

/** Names under which FreeRADIUS 2, 3 and 4 print the packet's source, surest first. */
const sourceNames = [
  'Packet-Src-IP-Address',
  'Packet-Src-IPv6-Address',
  'Net.Src.IP',
  'Client-IP-Address',
  'NAS-IP-Address',
  'NAS-IPv6-Address',
] as const;
/** Other attributes that FreeRADIUS adds, which are no part of the packet. */
const wantedNames: ReadonlySet<string> = new Set([
  ...sourceNames,
  'NAS-Identifier',
  'Timestamp',
  'Event-Timestamp',
]);

const headerOctets = 20;
const packetOctetsMax = 4096;
const accountingRequest = 4;
const vendorSpecific = 26;
const vendorHeadOctets = 6;
const attributeOctetsMax = 255;

/** One packet is made at a time, here, and copied out. */
const scratch = Buffer.alloc(packetOctetsMax + 2 * attributeOctetsMax);

/** The packet of a record. @returns why there is none when it holds no RADIUS attribute or time */
export function packetOf(record: DetailRecord): DetailPacket | UnreadableRecord {
  const wanted = wantedOf(record.attributes);
  const times = timesOf(record.header, wanted);
  const dropped: string[] = [];
  let length = headerOctets;
  for (const attribute of record.attributes) {
    const known = attributeNamed(attribute.name);
    if (!known) continue;
    const end = writeAttribute(length, known, attribute, times.localOffsetMs);
    // What does not fit a packet was not in one.
    const isWritten = end > length && end <= packetOctetsMax;
    if (isWritten) length = end;
    else if (isMissed(known, attribute)) dropped.push(attribute.name);
  }
  if (length === headerOctets) return { unreadable: 'it holds no RADIUS attribute' };
  if (times.receivedTime === undefined) return { unreadable: 'it holds no time' };
  scratch.fill(0, 0, headerOctets);
  scratch[0] = accountingRequest;
  scratch.writeUInt16BE(length, 2);
  return {
    packet: Buffer.from(scratch.subarray(0, length)),
    receivedTime: times.receivedTime,
    sources: sourceNames.flatMap((name) => addressText(wanted.get(name))),
    nasIdentifier: utf8(wanted.get('NAS-Identifier')),
    dropped,
  };
}

/** Secrets are left out on purpose, and an empty value says nothing. */
const isMissed = ({ type }: NamedAttribute, { value }: DetailAttribute): boolean =>
  type !== 'secret' && value !== '';

function wantedOf(attributes: readonly DetailAttribute[]): ReadonlyMap<string, string> {
  const wanted = new Map<string, string>();
  for (const { name, value } of attributes) if (wantedNames.has(name)) wanted.set(name, value);
  return wanted;
}

function timesOf(
  header: string,
  wanted: ReadonlyMap<string, string>,
): { receivedTime: number | undefined; localOffsetMs: number | undefined } {
  const read = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : readPrintedTime(text);
  const timestamp = read(wanted.get('Timestamp'));
  const localOffsetMs = timestamp === undefined ? undefined : localOffset(header, timestamp);
  const receivedTime = timestamp ?? read(header) ?? read(wanted.get('Event-Timestamp'));
  return { receivedTime, localOffsetMs };
}

function addressText(value: string | undefined): string[] {
  const octets = value === undefined ? undefined : parseAddress(hostText(value));
  return octets ? [formatAddress(octets)] : [];
}

function utf8(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8');
}

/** Writes one attribute at `start`. @returns where it ends; `start` when it cannot be encoded */
function writeAttribute(
  start: number,
  known: NamedAttribute,
  attribute: DetailAttribute,
  localOffsetMs: number | undefined,
): number {
  const { vendor, number } = known;
  const bodyAt = start + 2 + (vendor === undefined ? 0 : vendorHeadOctets);
  if (bodyAt > packetOctetsMax) return start;
  const end = writeBody(bodyAt, known, attribute, localOffsetMs);
  if (end < 0 || end - start > attributeOctetsMax) return start;
  if (vendor === undefined) {
    scratch[start] = number;
  } else {
    scratch[start] = vendorSpecific;
    scratch.writeUInt32BE(vendor, start + 2);
    scratch[start + 6] = number;
    scratch[start + 7] = end - start - vendorHeadOctets;
  }
  scratch[start + 1] = end - start;
  return end;
}

const hexadecimal = /^0x(?:[0-9a-fA-F]{2})*$/;

/** Writes a value. @returns where it ends, -1 when it cannot be encoded */
function writeBody(
  at: number,
  known: NamedAttribute,
  { name, value, isQuoted }: DetailAttribute,
  localOffsetMs: number | undefined,
): number {
  const { type, tag } = known;
  if (type === 'secret') return -1;
  if (!isQuoted && hexadecimal.test(value)) return writeHex(at, value.slice(2));
  switch (type) {
    case 'text':
      return writeText(at, value);
    case 'tagged-text':
      scratch[at] = tag;
      return writeText(at + 1, value);
    case 'integer':
    case 'tagged-integer': {
      const isTime = known.vendor === undefined && known.number === attributeNumber.eventTimestamp;
      const time = isTime ? readPrintedTime(value, localOffsetMs) : undefined;
      const number = isTime ? time && time / 1000 : numberOf(name, value);
      if (number === undefined || number < 0 || number > 0xffff_ffff) return -1;
      scratch.writeUInt32BE(number, at);
      if (type === 'tagged-integer') scratch[at] = (scratch[at] as number) | tag;
      return at + 4;
    }
    case 'address':
      return writeAddress(at, value, 4);
    case 'address6':
      return writeAddress(at, value, 16);
    case 'prefix6':
      return writePrefix(at, value);
    case 'interface-id': {
      const groups = value.split(':').map((group) => group.padStart(4, '0'));
      return groups.length === 4 ? writeHex(at, groups.join('')) : -1;
    }
    case 'octets':
      // A vendor's attribute without a name here: its text is all there is.
      return isQuoted ? writeText(at, value) : -1;
    default:
      return -1;
  }
}

/** Longer texts than an attribute holds are cut off by its length later, not written beyond it. */
function writeText(at: number, value: string): number {
  if (value.length === 0 || value.length > attributeOctetsMax) return -1;
  return at + scratch.write(value, at, 'latin1');
}

function writeHex(at: number, digits: string): number {
  const octets = digits.length / 2;
  if (octets === 0 || octets > attributeOctetsMax) return -1;
  return at + scratch.write(digits, at, 'hex') === at + octets ? at + octets : -1;
}

/** PostgreSQL prints an `inet`, and FreeRADIUS 4 an address, with the length of its prefix. */
const hostText = (value: string): string =>
  value.replace(value.includes(':') ? /\/128$/ : /\/32$/, '');

function writeAddress(at: number, value: string, octets: number): number {
  const address = parseAddress(hostText(value));
  if (address?.length !== octets) return -1;
  scratch.set(address, at);
  return at + octets;
}

/** A reserved octet, the length in bits, the prefix (RFC 3162 section 2.3). */
function writePrefix(at: number, value: string): number {
  const [address = '', bits = '128'] = value.split('/');
  const octets = parseAddress(address);
  if (octets?.length !== 16 || !/^\d{1,3}$/.test(bits) || Number(bits) > 128) return -1;
  scratch[at] = 0;
  scratch[at + 1] = Number(bits);
  scratch.set(octets, at + 2);
  return at + 18;
}

/** A number, also as `3600.5` or `3600s`, or the name of one; in version 4 `::Name`. */
function numberOf(printed: string, value: string): number | undefined {
  const digits = /^(\d{1,10})(?:\.\d{1,9})?s?$/.exec(value)?.[1];
  if (digits !== undefined) return Number(digits);
  const name = printed.replace(/^Tag-\d{1,2}\./i, '').replace(/:.*$/, '');
  return valueNumber(name, value.startsWith('::') ? value.slice(2) : value);
}
