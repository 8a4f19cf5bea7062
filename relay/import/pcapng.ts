// Reads pcapng, what Wireshark and newer tcpdumps write (draft-ietf-opsawg-pcapng): sections in
// either byte order, interfaces with clocks of their own, enhanced packet blocks. Blocks of other
// kinds are stepped over. Promise: streaming; one block in memory.

import type { Frame } from './frame.ts';
import type { OctetReader } from './octet-reader.ts';

/** Of an interface: its link type, and units of its clock per second. */
type Interface = { readonly linkType: number; readonly perSecond: number };

type Block = { readonly type: number; readonly body: Buffer };

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
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
    const isPacket = type === enhancedPacket && body.length >= 20;
    const frame = isPacket ? readPacketBlock(body, section) : undefined;
    if (frame) yield frame;
    const typeOctets = await reader.take(4);
    block = typeOctets && (await readBlock(reader, section, typeOctets));
  }
}

/** What holds from one section header to the next. */
type Section = { isLittle: boolean; interfaces: Interface[] };

const word = (octets: Buffer, at: number, { isLittle }: Section): number =>
  isLittle ? octets.readUInt32LE(at) : octets.readUInt32BE(at);

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

const endOfOptions = 0;
const timeResolution = 9;

function readInterface(body: Buffer, { isLittle }: Section): Interface {
  const half = (at: number): number => (isLittle ? body.readUInt16LE(at) : body.readUInt16BE(at));
  let perSecond = 1e6;
  for (let at = 8; at + 4 <= body.length; ) {
    const code = half(at);
    const length = half(at + 2);
    if (code === endOfOptions) break;
    const value = body[at + 4] ?? 6;
    // The high bit chooses between powers of two and of ten.
    if (code === timeResolution) perSecond = value >= 128 ? 2 ** (value - 128) : 10 ** value;
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { linkType: half(0), perSecond };
}

function readPacketBlock(body: Buffer, section: Section): Frame | undefined {
  const found = section.interfaces[word(body, 0, section)];
  const length = word(body, 12, section);
  if (!found || length > body.length - 20) return undefined;
  const units = (BigInt(word(body, 4, section)) << 32n) + BigInt(word(body, 8, section));
  const time = Number((units * 1000n) / BigInt(found.perSecond));
  return { time, linkType: found.linkType, octets: body.subarray(20, 20 + length) };
}
