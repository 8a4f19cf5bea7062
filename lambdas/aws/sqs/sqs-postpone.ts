// Hides a failed message for a given time instead of the queue's own visibility timeout.

import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { makeClient } from '../client.ts';

/** @returns a function of receipt handle and delay in seconds (0 to 43,200). */
export function makePostpone(
  queueUrl: string,
  client: SQSClient = makeClient(SQSClient, 'queue'),
): (receiptHandle: string, delaySeconds: number) => Promise<void> {
  return async (receiptHandle, delaySeconds) => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: delaySeconds,
      }),
    );
  };
}
