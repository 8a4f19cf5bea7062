// A batch as Lambda hands it to the process function.

import type { SQSRecord } from 'aws-lambda';

let messages = 0;

export function recordOf(body: string): SQSRecord {
  messages += 1;
  return {
    messageId: `message-${messages}`,
    receiptHandle: `handle-${messages}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'admit',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:local:000000000000:batches',
    awsRegion: 'local',
  };
}
