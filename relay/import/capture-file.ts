// Reads captures: classic pcap in all four byte orders and resolutions, and pcapng (draft-ietf-
// opsawg-pcap, draft-ietf-opsawg-pcapng). Promise: streaming; frames in the order of the file; a
// capture that was cut off ends early, a damaged one ends with a reason. What is in a frame is
// captured-datagrams.ts.

import { OctetReader } from './octet-reader.ts';

/** One captured frame. */
export type Frame = {
  /** Unix ms. */
  readonly time: number;
  /** LINKTYPE_ number (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  readonly octets: Buffer;
};

/** Larger frames are no network's: the file is damaged. */
const frameOctetsMax = 256 * 1024;
const blockOctetsMax = 16 * 1024 * 1024;

const pcapMagics = new Map<number, { isLittle: boolean; perSecond: number }>([
  [0xa1b2c3d4, { isLittle: false, perSecond: 1e6 }],
  [0xd4c3b2a1, { isLittle: true, perSecond: 1e6 }],
  [0xa1b23c4d, { isLittle: false, perSecond: 1e9 }],
  [0x4d3cb2a1, { isLittle: true, perSecond: 1e9 }],
]);
const pcapngMagic = 0x0a0d0d0a;

/** Whether a file that begins with these octets is a capture. */
export function isCapture(start: Buffer): boolean {
  if (start.length < 4) return false;
  const magic = start.readUInt32BE(0);
  return magic === pcapngMagic || pcapMagics.has(magic);
}

/** The frames of a capture. @throws Error with a reason when it is damaged */
export async function* frames(chunks: AsyncIterable<Buffer>): AsyncIterable<Frame> {
  const reader = new OctetReader(chunks);
  try {
    const magic = await reader.take(4);
    if (!magic) return;
    const form = pcapMagics.get(magic.readUInt32BE(0));
    if (form) yield* pcapFrames(reader, form);
    else yield* pcapngFrames(reader);
  } finally {
    await reader.close();
  }
}

async function* pcapFrames(
  reader: OctetReader,
  { isLittle, perSecond }: { isLittle: boolean; perSecond: number },
): AsyncIterable<Frame> {
  const word = (octets: Buffer, at: number): number =>
    isLittle ? octets.readUInt32LE(at) : octets.readUInt32BE(at);
  const header = await reader.take(20);
  if (!header) return;
  // The high bits say how long the frame check sequence is.
  const linkType = word(header, 16) & 0xffff;
  for (;;) {
    const record = await reader.take(16);
    if (!record) return;
    const length = word(record, 8);
    if (length > frameOctetsMax) throw new Error('the capture is damaged: a frame is too long');
    const time = word(record, 0) * 1000 + Math.floor((word(record, 4) * 1000) / perSecond);
    const octets = await reader.take(length);
    if (!octets) return;
    yield { time, linkType, octets };
  }
}

/** Of an interface: its link type, and units of its clock per second. */
type Interface = { readonly linkType: number; readonly perSecond: number };

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
const enhancedPacket = 6;
const byteOrderMagic = 0x1a2b3c4d;

async function* pcapngFrames(reader: OctetReader): AsyncIterable<Frame> {
  let isLittle = true;
  let interfaces: Interface[] = [];
  let isFirst = true;
  const word = (octets: Buffer, at: number): number =>
    isLittle ? octets.readUInt32LE(at) : octets.readUInt32BE(at);
  for (;;) {
    // The magic of the first section was read to know what the file is.
    const typeOctets = isFirst ? Buffer.from([10, 13, 13, 10]) : await reader.take(4);
    const lengthOctets = await reader.take(4);
    if (!typeOctets || !lengthOctets) return;
    let taken = 8;
    let head: Buffer = Buffer.alloc(0);
    const isSection = typeOctets.readUInt32BE(0) === sectionHeader;
    if (isSection) {
      const order = await reader.take(4);
      if (!order) return;
      head = order;
      taken += 4;
      isLittle = order.readUInt32LE(0) === byteOrderMagic;
      if (!isLittle && order.readUInt32BE(0) !== byteOrderMagic) {
        throw new Error('the capture is damaged: a section has no byte order');
      }
      interfaces = [];
    }
    isFirst = false;
    const length = word(lengthOctets, 0);
    if (length < taken + 4 || length > blockOctetsMax || length % 4 !== 0) {
      throw new Error('the capture is damaged: a block has an impossible length');
    }
    const rest = await reader.take(length - taken);
    if (!rest) return;
    const body = head.length === 0 ? rest.subarray(0, -4) : head;
    const type = isSection ? sectionHeader : word(typeOctets, 0);
    if (type === interfaceDescription && body.length >= 8)
      interfaces.push(readInterface(body, isLittle));
    if (type !== enhancedPacket || body.length < 20) continue;
    const frame = readPacketBlock(body, word, interfaces);
    if (frame) yield frame;
  }
}

const endOfOptions = 0;
const timeResolution = 9;

function readInterface(body: Buffer, isLittle: boolean): Interface {
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

function readPacketBlock(
  body: Buffer,
  word: (octets: Buffer, at: number) => number,
  interfaces: readonly Interface[],
): Frame | undefined {
  const found = interfaces[word(body, 0)];
  const length = word(body, 12);
  if (!found || length > body.length - 20) return undefined;
  const units = (BigInt(word(body, 4)) << 32n) + BigInt(word(body, 8));
  const time = Number((units * 1000n) / BigInt(found.perSecond));
  return { time, linkType: found.linkType, octets: body.subarray(20, 20 + length) };
}
