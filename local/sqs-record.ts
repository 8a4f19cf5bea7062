// A message of the local queue as a Lambda's event source mapping hands it over.

import type { SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from './queue/message-form.ts';

/** The message as Lambda shows it to a function. */
export function recordOf(message: ReceivedMessage): SQSRecord {
  const attributes = Object.entries(message.attributes).map(([name, stringValue]) => [
    name,
    { stringValue, dataType: 'String', stringListValues: [], binaryListValues: [] },
  ]);
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentTime),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedTime),
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:local:000000000000:batches',
    awsRegion: 'local',
  };
}
