// A message as callers see it: going in, coming out, and the receipt that settles it.

import { createHash } from 'node:crypto';
import type { UnixMs } from '../../domain/accounting-event.ts';
import type { Message } from './messages.ts';
import type { MessageAttributes } from './record.ts';

export type OutgoingMessage = { readonly body: string; readonly attributes?: MessageAttributes };

export type ReceivedMessage = {
  readonly messageId: string;
  /** Valid until the message is received again. */
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  /** 1 at the first delivery. */
  readonly receiveCount: number;
  readonly sentTime: UnixMs;
  readonly firstReceivedTime: UnixMs;
};

export type Receipt = Pick<ReceivedMessage, 'messageId' | 'receiptHandle'>;

/** As SQS reports it (MD5OfMessageBody), 32 hexadecimal digits. */
export function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

/** The message as one delivery of it looks. */
export function receivedForm(message: Message): ReceivedMessage {
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle ?? '',
    body: message.body,
    md5OfBody: md5(message.body),
    attributes: message.attributes,
    receiveCount: message.receiveCount,
    sentTime: message.sentTime,
    firstReceivedTime: message.firstReceivedTime,
  };
}
