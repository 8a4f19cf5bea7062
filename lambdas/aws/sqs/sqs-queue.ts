// Sends verified batches to SQS.
// Promise: send() resolves only after SQS answered and its MD5OfMessageBody is that of our body, so
// a 202 never stands for a message that was cut or changed on the way; every call ends in known
// time. It does not retry beyond that: the relay does.

import { createHash } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { BatchQueue } from '../../ingest/admit.ts';
import { makeClient } from '../client.ts';

export type SqsQueueOptions = {
  readonly queueUrl: string;
  /** An SQS that is not AWS's, with its own credentials: for tests. */
  readonly local?: { readonly endpoint: string };
};

/** Makes the queue port of `admit`. Rejects with the SDK's errors when SQS takes no message. */
export function makeSqsQueue({ queueUrl, local }: SqsQueueOptions): BatchQueue {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const elsewhere = local && { endpoint: local.endpoint, region: 'local', credentials };
  const client = makeClient(SQSClient, 'queue', elsewhere);
  return {
    async send({ body, attributes }) {
      const answer = await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
        }),
      );
      // The SDK compares as well, unless configured not to; the promise of 202 depends on it.
      const md5 = createHash('md5').update(body).digest('hex');
      if (answer.MD5OfMessageBody !== md5)
        throw new Error('QUEUE_CHECKSUM: SQS holds another body');
    },
  };
}
