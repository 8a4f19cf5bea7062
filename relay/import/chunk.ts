// Records on their way from `import` to the running relay, in the journal's own record format
// (journal/README.md "Record", salt 0, positions from 1): whole and unaltered, or refused.

import { makeOctetsCache } from '../journal/address-octets.ts';
import type { JournalRecord, NewJournalRecord } from '../journal/record.ts';
import {
  checkRecord,
  decodeRecord,
  encodedBytes,
  encodeRecord,
  makeEncodable,
} from '../journal/segment.ts';

/** Records that travel together: a few ms of the relay's time. */
export const chunkRecordsMax = 256;
/** More than a chunk of the largest packets takes. */
export const chunkBytesMax = 2 * 1024 * 1024;

const salt = 0;
const octetsOf = makeOctetsCache();

/** @throws Error for a record that no journal can hold: its maker has checked it. */
export function encodeChunk(records: readonly NewJournalRecord[]): Buffer {
  const encodables = records.map((record) => {
    const encodable = makeEncodable(record, octetsOf);
    if (typeof encodable === 'string') throw new Error(`cannot be journalled: ${encodable}`);
    return encodable;
  });
  const octets = Buffer.alloc(encodables.reduce((sum, one) => sum + encodedBytes(one), 0));
  let at = 0;
  for (const [index, one] of encodables.entries()) {
    at = encodeRecord(octets, at, one, { position: index + 1, salt });
  }
  return octets;
}

/** The records of a chunk; undefined when it is not one of imported records from end to end. */
export function decodeChunk(octets: Buffer): JournalRecord[] | undefined {
  const records: JournalRecord[] = [];
  for (let at = 0; at < octets.length; ) {
    const position = records.length + 1;
    const frame = checkRecord(octets, at, salt, { from: position, to: position });
    if (frame.kind !== 'record' || position > chunkRecordsMax) return undefined;
    const record = decodeRecord(octets, at);
    if (record.type !== 'imported') return undefined;
    records.push(record);
    at += frame.bytes;
  }
  return records;
}
