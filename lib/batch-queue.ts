// The queue between admit and process, and the dead-letter queue for messages that failed for more
// than a day.
// It is a standard queue: facts do not depend on order, and a FIFO queue would cost throughput and
// money.

import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DataKey } from './data-key.ts';

/** The most that SQS keeps a message, on both queues. */
const retentionDays = 14;
/**
 * process postpones what fails by 1, 2, 4 ... 60 minutes, then hourly: 36 receives cover 30 hours,
 * so that a night of trouble fills no dead-letter queue.
 */
const receivesMax = 36;

export type BatchQueueProps = {
  readonly dataKey: DataKey;
  readonly isEphemeral: boolean;
  /** How long a message stays hidden while it is being processed. */
  readonly visibility: Duration;
};

export class BatchQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: BatchQueueProps) {
    super(scope, id);
    const shared = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.dataKey.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(retentionDays),
      removalPolicy: props.isEphemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', shared);
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'This is where the redrive policy of the other queue leads.',
    });
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      visibilityTimeout: props.visibility,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receivesMax },
    });
  }
}
