// Reads pcapng, what Wireshark and newer tcpdumps write (draft-ietf-opsawg-pcapng): sections in
// either byte order, interfaces with clocks of their own, and packets in enhanced, simple and the
// obsolete packet blocks. Blocks of other kinds are stepped over. Promise: streaming; one block in
// memory.

import type { Frame } from './frame.ts';
import type { OctetReader } from './octet-reader.ts';

/** Of an interface: its link type, units of its clock per second, and where that begins, s. */
type Interface = {
  readonly linkType: number;
  readonly perSecond: bigint;
  readonly offsetSeconds: bigint;
  /** Octets kept of each frame; 0: all. */
  readonly frameOctetsMax: number;
};

type Block = { readonly type: number; readonly body: Buffer };

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
const obsoletePacket = 2;
const simplePacket = 3;
const enhancedPacket = 6;
const byteOrderMagic = 0x1a2b3c4d;
/** The length stands again behind the body. */
const tailOctets = 4;
const blockOctetsMax = 16 * 1024 * 1024;

/**
 * The frames of a capture whose first four octets were read already.
 * @throws Error with a reason when it is damaged
 */
export async function* pcapngFrames(reader: OctetReader): AsyncIterable<Frame> {
  const section: Section = { isLittle: true, interfaces: [] };
  const magic = Buffer.alloc(4);
  magic.writeUInt32BE(sectionHeader);
  let block = await readBlock(reader, section, magic);
  while (block) {
    const { type, body } = block;
    if (type === interfaceDescription && body.length >= 8) {
      section.interfaces.push(readInterface(body, section));
    }
    const frame = readFrame(type, body, section);
    if (frame) yield frame;
    const typeOctets = await reader.take(4);
    block = typeOctets && (await readBlock(reader, section, typeOctets));
  }
}

/** What holds from one section header to the next. */
type Section = { isLittle: boolean; interfaces: Interface[] };

const word = (octets: Buffer, at: number, { isLittle }: Section): number =>
  isLittle ? octets.readUInt32LE(at) : octets.readUInt32BE(at);

const half = (octets: Buffer, at: number, { isLittle }: Section): number =>
  isLittle ? octets.readUInt16LE(at) : octets.readUInt16BE(at);

/** The block whose type was read; undefined where the file ends before it does. */
async function readBlock(
  reader: OctetReader,
  section: Section,
  typeOctets: Buffer,
): Promise<Block | undefined> {
  const isSection = typeOctets.readUInt32BE(0) === sectionHeader;
  const head = await reader.take(isSection ? 8 : 4);
  if (!head) return undefined;
  if (isSection) beginSection(section, head.subarray(4));
  const left = word(head, 0, section) - 4 - head.length;
  if (left < tailOctets || left > blockOctetsMax || left % 4 !== 0) {
    throw new Error('the capture is damaged: a block has an impossible length');
  }
  const rest = await reader.take(left);
  if (!rest) return undefined;
  const type = isSection ? sectionHeader : word(typeOctets, 0, section);
  return { type, body: rest.subarray(0, -tailOctets) };
}

function beginSection(section: Section, order: Buffer): void {
  section.isLittle = order.readUInt32LE(0) === byteOrderMagic;
  section.interfaces = [];
  if (!section.isLittle && order.readUInt32BE(0) !== byteOrderMagic) {
    throw new Error('the capture is damaged: a section has no byte order');
  }
}

/** 9999-12-31: what lies beyond is no date. */
const timeMax = 253_402_300_799_999;
const endOfOptions = 0;
const timeResolution = 9;
const timeOffset = 14;

function readInterface(body: Buffer, section: Section): Interface {
  let perSecond = 1_000_000n;
  let offsetSeconds = 0n;
  for (let at = 8; at + 4 <= body.length; ) {
    const code = half(body, at, section);
    const length = half(body, at + 2, section);
    const end = at + 4 + length;
    if (code === endOfOptions || end > body.length) break;
    if (code === timeResolution && length >= 1) perSecond = unitsPerSecond(body[at + 4] as number);
    if (code === timeOffset && length === 8) {
      const value = body.subarray(at + 4, end);
      offsetSeconds = section.isLittle ? value.readBigInt64LE(0) : value.readBigInt64BE(0);
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const frameOctetsMax = word(body, 4, section);
  return { linkType: half(body, 0, section), perSecond, offsetSeconds, frameOctetsMax };
}

/** The high bit chooses between powers of two and of ten. */
const unitsPerSecond = (value: number): bigint =>
  value >= 128 ? 2n ** BigInt(value - 128) : 10n ** BigInt(value);

function readFrame(type: number, body: Buffer, section: Section): Frame | undefined {
  if (type === simplePacket && body.length >= 4) return readSimple(body, section);
  const isEnhanced = type === enhancedPacket;
  if ((!isEnhanced && type !== obsoletePacket) || body.length < 20) return undefined;
  // The obsolete block has an interface of two octets, and how many frames were dropped.
  const index = isEnhanced ? word(body, 0, section) : half(body, 0, section);
  const found = section.interfaces[index];
  const length = word(body, 12, section);
  if (!found || length > body.length - 20) return undefined;
  const units = (BigInt(word(body, 4, section)) << 32n) + BigInt(word(body, 8, section));
  const time = Number((units * 1000n) / found.perSecond + found.offsetSeconds * 1000n);
  const isTime = time >= 0 && time <= timeMax;
  const octets = body.subarray(20, 20 + length);
  return { time: isTime ? time : undefined, linkType: found.linkType, octets };
}

/** A simple block is of the first interface, cut as that one cuts, and has no time. */
function readSimple(body: Buffer, section: Section): Frame | undefined {
  const [found] = section.interfaces;
  if (!found) return undefined;
  const kept = found.frameOctetsMax === 0 ? Number.POSITIVE_INFINITY : found.frameOctetsMax;
  const length = Math.min(word(body, 0, section), kept, body.length - 4);
  return { time: undefined, linkType: found.linkType, octets: body.subarray(4, 4 + length) };
}
