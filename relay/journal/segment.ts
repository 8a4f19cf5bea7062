// The octets of a segment: its name, its header, its records (layout: README.md of this folder).
// Pure: buffers in, buffers out. It promises that what checkRecord accepts was written by
// encodeRecord with the same salt, but for a chance of 2^-32.

import { crc32 } from 'node:zlib';
import { type OctetsCache, octetsToAddress } from './address-octets.ts';
import { JournalError } from './errors.ts';
import type { JournalRecord, JournalRecordType, NewJournalRecord } from './record.ts';

export const formatVersion = 1;
export const headerBytes = 64;
export const payloadBytesMax = 65_535;
export const gatewayIdBytesMax = 255;

const magic = Buffer.from('WFJOURNL');
const headerCopyBytes = 32;
const fixedBytes = 45;
const clockBytes = 4;
/** Smallest and largest record. */
export const recordBytesMin = fixedBytes;
export const recordBytesMax = fixedBytes + gatewayIdBytesMax + clockBytes + 256 + payloadBytesMax;

/**
 * Layout 2 has four octets more: how far off the gateway's clock is, seconds, signed (0: it is
 * right). Layout 3 has the length of a user name and the name behind them.
 */
const layouts = { plain: 1, withClock: 2, withName: 3 } as const;
const typeCodes: Readonly<Record<JournalRecordType, number>> = { datagram: 1, imported: 2 };
const typeOfCode = new Map<number, JournalRecordType>([
  [1, 'datagram'],
  [2, 'imported'],
]);
const repeatedFlag = 1;
/** Transport in bits 1 and 2 of the flags; zero is UDP. */
const transportFlags = { radsec: 2, 'radius-1.1': 4 } as const;
const twoTo32 = 2 ** 32;

export type SegmentHeader = { readonly firstPosition: number; readonly salt: number };

const namePattern = /^(\d{16})\.journal$/;

/** `0000000000000001.journal` for position 1. */
export function segmentName(firstPosition: number): string {
  return `${String(firstPosition).padStart(16, '0')}.journal`;
}

/** The first position that a file name states; undefined when it names no segment. */
export function segmentPosition(name: string): number | undefined {
  const digits = namePattern.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const copy = Buffer.alloc(headerCopyBytes);
  magic.copy(copy);
  copy.writeUInt16BE(formatVersion, 8);
  copy.writeUInt16BE(headerBytes, 10);
  writeUInt64(copy, header.firstPosition, 12);
  copy.writeUInt32BE(header.salt, 20);
  copy.writeUInt32BE(crc32(copy.subarray(0, 28)), 28);
  return Buffer.concat([copy, copy]);
}

/**
 * Reads a header; undefined when neither copy is intact.
 * @throws JournalError JOURNAL_NEWER when an intact copy has a format version above ours.
 */
export function decodeHeader(bytes: Buffer, name: string): SegmentHeader | undefined {
  for (const start of [0, headerCopyBytes]) {
    const copy = bytes.subarray(start, start + headerCopyBytes);
    if (copy.length < headerCopyBytes || !copy.subarray(0, 8).equals(magic)) continue;
    if (copy.readUInt32BE(28) !== crc32(copy.subarray(0, 28))) continue;
    const version = copy.readUInt16BE(8);
    if (version > formatVersion) throw newerError(name, `format version ${version}`);
    return { firstPosition: readUInt64(copy, 12), salt: copy.readUInt32BE(20) };
  }
  return undefined;
}

function newerError(name: string, what: string): JournalError {
  return new JournalError(
    'JOURNAL_NEWER',
    `${name} has ${what}, this program knows version ${formatVersion}: ` +
      'start the newer relay again and let it ship everything before going back',
  );
}

/** A record with its variable parts in octets, ready to be written. */
export type EncodableRecord = {
  readonly record: NewJournalRecord;
  readonly source: Buffer;
  readonly gatewayId: Buffer;
};

/**
 * Checks what the layout cannot hold.
 * @returns the reason as text when the record can never be written.
 */
export function makeEncodable(
  record: NewJournalRecord,
  octetsOf: OctetsCache,
): EncodableRecord | string {
  const source = octetsOf.address(record.source.address);
  if (!source) return 'the source is no IP address';
  const gatewayId = octetsOf.gatewayId(record.gatewayId);
  if (gatewayId.length > gatewayIdBytesMax) return `gateway id over ${gatewayIdBytesMax} octets`;
  if (record.payload.length > payloadBytesMax) return `payload over ${payloadBytesMax} octets`;
  const { port } = record.source;
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) return 'the source port is no port';
  if (!Number.isSafeInteger(record.receivedTime) || record.receivedTime < 0) {
    return 'the arrival time is no time';
  }
  const { clockOffsetSeconds = 0 } = record;
  if ((clockOffsetSeconds | 0) !== clockOffsetSeconds) return 'the clock offset is no number';
  if ((record.sessionUserName?.length ?? 0) > 255) return 'the user name is over 255 octets';
  return { record, source, gatewayId };
}

function layoutOf({ sessionUserName, clockOffsetSeconds }: NewJournalRecord): number {
  if (sessionUserName !== undefined) return layouts.withName;
  return clockOffsetSeconds === undefined ? layouts.plain : layouts.withClock;
}

function extraBytes(record: NewJournalRecord): number {
  const layout = layoutOf(record);
  if (layout === layouts.plain) return 0;
  const name = record.sessionUserName ?? '';
  return clockBytes + (layout === layouts.withName ? 1 + name.length : 0);
}

export function encodedBytes({ record, gatewayId }: EncodableRecord): number {
  return fixedBytes + gatewayId.length + extraBytes(record) + record.payload.length;
}

/** Writes one record at `at`; the caller has made room. Returns the offset behind it. */
export function encodeRecord(
  target: Buffer,
  at: number,
  encodable: EncodableRecord,
  { position, salt }: { readonly position: number; readonly salt: number },
): number {
  const { record, source, gatewayId } = encodable;
  const layout = layoutOf(record);
  const end = at + encodedBytes(encodable);
  target.writeUInt32BE(end - at, at + 4);
  target[at + 8] = (typeCodes[record.type] << 4) | layout;
  const transport = record.transport === undefined ? 0 : transportFlags[record.transport];
  target[at + 9] = (record.isRepeated ? repeatedFlag : 0) | transport;
  target.writeUInt16BE(record.source.port, at + 10);
  writeUInt64(target, position, at + 12);
  writeUInt64(target, record.receivedTime, at + 20);
  source.copy(target, at + 28);
  target[at + 44] = gatewayId.length;
  gatewayId.copy(target, at + fixedBytes);
  const extraAt = at + fixedBytes + gatewayId.length;
  if (layout !== layouts.plain) target.writeInt32BE(record.clockOffsetSeconds ?? 0, extraAt);
  if (layout === layouts.withName) {
    const name = record.sessionUserName ?? '';
    target[extraAt + clockBytes] = name.length;
    target.write(name, extraAt + clockBytes + 1, 'latin1');
  }
  record.payload.copy(target, end - record.payload.length);
  target.writeUInt32BE(crc32(target.subarray(at + 4, end), salt), at);
  return end;
}

/** `short`: the octets end before a record could; `bad`: no record begins here. */
export type RecordFrame =
  | { readonly kind: 'record'; readonly position: number; readonly bytes: number }
  | { readonly kind: 'short' }
  | { readonly kind: 'bad' };

const bad: RecordFrame = { kind: 'bad' };
const short: RecordFrame = { kind: 'short' };

/** Positions a record may have; both inclusive. */
export type PositionRange = { readonly from: number; readonly to: number };

/**
 * Looks for a record at `at`: cheap tests first, so that a search may try every octet.
 * @throws JournalError JOURNAL_NEWER for an intact record of an unknown type or layout.
 */
export function checkRecord(
  bytes: Buffer,
  at: number,
  salt: number,
  range: PositionRange,
): RecordFrame {
  if (bytes.length - at < fixedBytes) return short;
  const length = bytes.readUInt32BE(at + 4);
  if (length < recordBytesMin || length > recordBytesMax) return bad;
  const position = readUInt64(bytes, at + 12);
  if (position < range.from || position > range.to) return bad;
  if (payloadStart(bytes, at) - at > length) return bad;
  if (bytes.length - at < length) return short;
  if (bytes.readUInt32BE(at) !== crc32(bytes.subarray(at + 4, at + length), salt)) return bad;
  const typeByte = bytes[at + 8] ?? 0;
  if (!typeOfCode.has(typeByte >> 4) || (typeByte & 15) > layouts.withName) {
    throw newerError(`record ${position}`, `type ${typeByte >> 4} version ${typeByte & 15}`);
  }
  return { kind: 'record', position, bytes: length };
}

/** Where the payload begins: behind the gateway id, and what layouts 2 and 3 have more. */
function payloadStart(bytes: Buffer, at: number): number {
  const layout = (bytes[at + 8] ?? 0) & 15;
  const extraAt = at + fixedBytes + (bytes[at + 44] ?? 0);
  const name = layout === layouts.withName ? 1 + (bytes[extraAt + clockBytes] ?? 0) : 0;
  return extraAt + (layout > layouts.plain ? clockBytes : 0) + name;
}

/** The record at `at`, which checkRecord has found intact. The payload is a copy. */
export function decodeRecord(bytes: Buffer, at: number): JournalRecord {
  const gatewayEnd = at + fixedBytes + (bytes[at + 44] ?? 0);
  const payloadAt = payloadStart(bytes, at);
  const hasExtra = payloadAt > gatewayEnd;
  const offset = hasExtra ? bytes.readInt32BE(gatewayEnd) : 0;
  const nameAt = gatewayEnd + clockBytes + 1;
  const type = typeOfCode.get((bytes[at + 8] ?? 0) >> 4);
  if (!type) throw new Error('decodeRecord without checkRecord');
  const flags = bytes[at + 9] ?? 0;
  const transport = transportOf(flags);
  return {
    type,
    ...(transport && { transport }),
    position: readUInt64(bytes, at + 12),
    receivedTime: readUInt64(bytes, at + 20),
    source: {
      address: octetsToAddress(bytes.subarray(at + 28, at + 44)),
      port: bytes.readUInt16BE(at + 10),
    },
    gatewayId: bytes.toString('utf8', at + fixedBytes, gatewayEnd),
    isRepeated: (flags & repeatedFlag) !== 0,
    ...(offset !== 0 && { clockOffsetSeconds: offset }),
    ...(payloadAt >= nameAt && {
      sessionUserName: bytes.toString('latin1', nameAt, payloadAt),
    }),
    payload: Buffer.from(bytes.subarray(payloadAt, at + bytes.readUInt32BE(at + 4))),
  };
}

function transportOf(flags: number): JournalRecord['transport'] {
  if ((flags & transportFlags['radius-1.1']) !== 0) return 'radius-1.1';
  return (flags & transportFlags.radsec) !== 0 ? 'radsec' : undefined;
}

// Positions and times stay below 2^53, so two 32-bit halves are exact and cheaper than BigInt.
function writeUInt64(target: Buffer, value: number, at: number): void {
  target.writeUInt32BE(Math.floor(value / twoTo32), at);
  target.writeUInt32BE(value % twoTo32, at + 4);
}

function readUInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * twoTo32 + bytes.readUInt32BE(at + 4);
}
