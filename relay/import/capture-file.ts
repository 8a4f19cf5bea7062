// Reads captures: classic pcap in all four byte orders and resolutions (draft-ietf-opsawg-pcap),
// and pcapng (pcapng.ts). Promise: streaming; frames in the order of the file; a
// capture that was cut off ends early, a damaged one ends with a reason. What is in a frame is
// captured-datagrams.ts.

import type { Frame } from './frame.ts';
import { OctetReader } from './octet-reader.ts';
import { pcapngFrames } from './pcapng.ts';

/** Larger frames are no network's: the file is damaged. */
const frameOctetsMax = 256 * 1024;

type PcapForm = {
  readonly isLittle: boolean;
  readonly perSecond: number;
  /** Of the header before each frame. */
  readonly headOctets: number;
};

const pcapMagics: ReadonlyMap<number, PcapForm> = new Map([
  [0xa1b2c3d4, { isLittle: false, perSecond: 1e6, headOctets: 16 }],
  [0xd4c3b2a1, { isLittle: true, perSecond: 1e6, headOctets: 16 }],
  [0xa1b23c4d, { isLittle: false, perSecond: 1e9, headOctets: 16 }],
  [0x4d3cb2a1, { isLittle: true, perSecond: 1e9, headOctets: 16 }],
  // Old Linux distributions wrote an interface and a protocol behind each header.
  [0xa1b2cd34, { isLittle: false, perSecond: 1e6, headOctets: 24 }],
  [0x34cdb2a1, { isLittle: true, perSecond: 1e6, headOctets: 24 }],
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
  { isLittle, perSecond, headOctets }: PcapForm,
): AsyncIterable<Frame> {
  const word = (octets: Buffer, at: number): number =>
    isLittle ? octets.readUInt32LE(at) : octets.readUInt32BE(at);
  const header = await reader.take(20);
  if (!header) return;
  // The high bits say how long the frame check sequence is.
  const linkType = word(header, 16) & 0xffff;
  for (;;) {
    const record = await reader.take(headOctets);
    if (!record) return;
    const length = word(record, 8);
    if (length > frameOctetsMax) throw new Error('the capture is damaged: a frame is too long');
    const time = word(record, 0) * 1000 + Math.floor((word(record, 4) * 1000) / perSecond);
    const octets = await reader.take(length);
    if (!octets) return;
    yield { time, linkType, octets };
  }
}
