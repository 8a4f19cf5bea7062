// The queue's bounds and the check that refuses locally what SQS would refuse in the cloud.
// Source: SQS Developer Guide, "Message quotas"; message size 1 MiB since 2026.

import { QueueError } from './errors.ts';
import type { MessageAttributes } from './record.ts';

/** Entries in one receive or delete. */
export const entriesMax = 10;
/** Body and attributes together, octets. */
export const messageBytesMax = 1024 * 1024;
export const attributesMax = 10;

export type QueueLimits = {
  /** Messages older than this are dropped, dead or alive. */
  readonly retentionMs: number;
  /** Octets of all messages held, in memory and on disk; then send() refuses. */
  readonly bytesMax: number;
  /** The log is not rewritten below this size, octets. */
  readonly compactFromBytes: number;
};

export const queueLimits: QueueLimits = {
  retentionMs: 14 * 24 * 3600 * 1000,
  bytesMax: 256 * 1024 * 1024,
  compactFromBytes: 8 * 1024 * 1024,
};

/** What is no character of XML 1.0, lone surrogates included. */
const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const attributeName = /^[A-Za-z0-9_.-]{1,256}$/;

/** @throws QueueError naming the rule, never the content. */
export function checkMessage(body: string, attributes: MessageAttributes, bytes: number): void {
  if (bytes > messageBytesMax) {
    const text = `a message of ${bytes} bytes is over ${messageBytesMax}`;
    throw new QueueError('QUEUE_MESSAGE_TOO_LONG', text);
  }
  const entries = Object.entries(attributes);
  const fault =
    (body === '' && 'the body is empty') ||
    (illegal.test(body) && 'the body holds a character that XML 1.0 forbids') ||
    (entries.length > attributesMax && `more than ${attributesMax} attributes`) ||
    (!entries.every(([name]) => attributeName.test(name)) && 'an attribute name is not allowed') ||
    (!entries.every(([, text]) => text !== '' && !illegal.test(text)) &&
      'an attribute is empty or holds a character that XML 1.0 forbids');
  if (fault) throw new QueueError('QUEUE_MESSAGE_INVALID', fault);
}
