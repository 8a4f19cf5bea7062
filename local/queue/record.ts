// One record of the queue's log, to bytes and back: length, checksum, JSON.
// Reading stops at the first record that is not whole; it never guesses beyond it.
// The layout is described in README.md of this folder.

import { crc32 } from 'node:zlib';
import type { UnixMs } from '../../domain/accounting-event.ts';

export type MessageAttributes = Readonly<Record<string, string>>;

/** Everything that can happen to a message and must outlive the process. */
export type QueueRecord =
  | {
      readonly type: 'sent';
      readonly id: string;
      readonly time: UnixMs;
      readonly body: string;
      readonly attributes: MessageAttributes;
    }
  /** Handed out for the `count`-th time; `first` is when it was handed out first. */
  | {
      readonly type: 'received';
      readonly id: string;
      readonly count: number;
      readonly first: UnixMs;
    }
  | { readonly type: 'deleted'; readonly id: string }
  /** Moved to the dead letters. */
  | { readonly type: 'died'; readonly id: string }
  /** Moved back from the dead letters as the new message `newId`. */
  | {
      readonly type: 'redriven';
      readonly id: string;
      readonly newId: string;
      readonly time: UnixMs;
    };

/** First bytes of every log; the last character is the version. */
export const logMagic = Buffer.from('WFQUEUE1', 'latin1');

const headBytes = 8;
/** A 1 MiB message, each character escaped to six, stays below this. */
const payloadBytesMax = 8 * 1024 * 1024;

/** The record as it lies in the log. */
export function encodeRecord(record: QueueRecord): Buffer {
  const payload = Buffer.from(JSON.stringify(record), 'utf8');
  const frame = Buffer.allocUnsafe(headBytes + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  payload.copy(frame, headBytes);
  return frame;
}

/** Whole records from `offset` on, and where the first one that is not whole begins. */
export function decodeRecords(
  bytes: Buffer,
  offset: number,
): { readonly records: QueueRecord[]; readonly validBytes: number } {
  const records: QueueRecord[] = [];
  let at = offset;
  while (at + headBytes <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    // A power cut can leave zeros, and the checksum of nothing is zero: no record is empty.
    if (length === 0 || length > payloadBytesMax) break;
    const end = at + headBytes + length;
    if (end > bytes.length) break;
    const payload = bytes.subarray(at + headBytes, end);
    if (crc32(payload) !== bytes.readUInt32LE(at + 4)) break;
    // The checksum says that these are the bytes this module wrote.
    records.push(JSON.parse(payload.toString('utf8')) as QueueRecord);
    at = end;
  }
  return { records, validBytes: at };
}
