// Whether LevelDB's logs are whole. LevelDB itself passes over what is damaged in a log and says
// nothing of it, so the check comes before. Format: LevelDB's document "log format"; blocks of
// 32 KiB, each record with a masked CRC-32C. It reads; nothing is changed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type DamagedLog = {
  readonly name: string;
  /** Octets before the first record that is damaged. */
  readonly offset: number;
};

const blockBytes = 32_768;
const headerBytes = 7;
const recordTypeMax = 4;
const maskDelta = 0xa282_ead8;

/** Logs of a folder of tables that hold a damaged record; none when there is no folder. */
export function damagedLogs(folder: string): readonly DamagedLog[] {
  return logNames(folder).flatMap((name) => {
    const offset = damagedAt(readFileSync(join(folder, name)));
    return offset === undefined ? [] : [{ name, offset }];
  });
}

function logNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+\.log$/.test(name));
  } catch {
    return [];
  }
}

/** Where the first damaged record is. What a death cut short at the end is no damage. */
function damagedAt(octets: Buffer): number | undefined {
  for (let at = 0; at < octets.length; ) {
    const left = blockBytes - (at % blockBytes);
    if (left < headerBytes) {
      at += left;
      continue;
    }
    if (octets.length - at < headerBytes) return undefined;
    const length = octets.readUInt16LE(at + 4);
    const type = octets[at + 6] ?? 0;
    // Room that was taken ahead and never written.
    if (type === 0 && length === 0 && isZero(octets.subarray(at, at + left))) {
      at += left;
      continue;
    }
    const end = at + headerBytes + length;
    if (length > left - headerBytes || type === 0 || type > recordTypeMax) return at;
    if (end > octets.length) return undefined;
    if (octets.readUInt32LE(at) !== masked(crc32c(octets.subarray(at + 6, end)))) return at;
    at = end;
  }
  return undefined;
}

const isZero = (octets: Buffer): boolean => octets.every((octet) => octet === 0);

const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + maskDelta) >>> 0;

/** Of the polynomial of Castagnoli, reflected (RFC 3720 appendix B.4). */
const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1)
    value = value & 1 ? (value >>> 1) ^ 0x82f6_3b78 : value >>> 1;
  return value >>> 0;
});

function crc32c(octets: Buffer): number {
  let crc = 0xffff_ffff;
  for (const octet of octets) crc = (crc >>> 8) ^ (table[(crc ^ octet) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}
