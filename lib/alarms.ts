// What wakes somebody: alarms over metrics that the stack really has, each with a sentence and the
// paragraph of the runbook that says what to do, sent to one encrypted topic.
// It does not watch what nothing measures yet; docs/runbook.md lists that.

import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { BatchQueue } from './batch-queue.ts';
import type { EdgeApi } from './edge-api.ts';

/** Where alarm texts send their reader, unless the deployment publishes the page elsewhere. */
const runbookDefault = 'docs/runbook.md';

/** The namespace of the outcome counters of lambdas/log.ts; their dimension is `stage`. */
export const outcomeNamespace = 'Wherefrom';

const fiveMinutes = Duration.minutes(5);
const quarterHour = Duration.minutes(15);
/** process starts within seconds; a batch this old waits for something that is broken. */
const queueAgeSecondsMax = 900;
/** What is slower than this share of its timeout soon ends at it. */
const timeoutShareMax = 0.8;

export type WatchedFunction = { readonly name: string; readonly function: LambdaFunction };

export type AlarmsProps = {
  readonly functions: readonly WatchedFunction[];
  readonly batchQueue: BatchQueue;
  readonly edge: EdgeApi;
  /** Gets every alarm after confirming the subscription; absent: nobody until one subscribes. */
  readonly email: string | undefined;
  /** Page that holds the headings of docs/runbook.md; absent: the file in the repository. */
  readonly runbookUrl: string | undefined;
};

/** One alarm: rings when `count` of the last `periods` values are above `threshold`. */
type Watch = {
  /** Last part of the alarm's name, kebab-case. */
  readonly name: string;
  readonly says: string;
  /** Anchor of a heading of docs/runbook.md. */
  readonly heading: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly count: number;
  readonly periods: number;
};

export class Alarms extends Construct {
  readonly topic: Topic;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = this.makeTopic();
    if (props.email) this.subscribe(props.email);
    const action = new SnsAction(this.topic);
    const runbook = props.runbookUrl ?? runbookDefault;
    this.alarms = [
      ...props.functions.flatMap(watchFunction),
      ...watchQueues(props.batchQueue),
      ...watchOutcomes(props.edge),
    ].map((watch) => {
      const alarm = this.makeAlarm(watch, runbook);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }

  private subscribe(email: string): void {
    this.topic.addSubscription(new EmailSubscription(email));
    Validations.of(this.topic).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'Alarms stay in CloudWatch whether or not a message about them was delivered.',
    });
  }

  private makeAlarm(watch: Watch, runbook: string): Alarm {
    return new Alarm(this, watch.name, {
      alarmName: `${Stack.of(this).stackName}-${watch.name}`,
      alarmDescription: `${watch.says} What to do: ${runbook}#${watch.heading}`,
      metric: watch.metric,
      threshold: watch.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: watch.count,
      evaluationPeriods: watch.periods,
      // Nothing happened is no fault here: nights and weekends are silent.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private makeTopic(): Topic {
    // A key apart from that of the data: CloudWatch gets no right on the latter.
    const key = new Key(this, 'Key', {
      description: 'Wherefrom: alarm messages',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
    const topic = new Topic(this, 'Topic', {
      displayName: 'Wherefrom alarms',
      masterKey: key,
      enforceSSL: true,
    });
    // A topic with a policy of its own has lost the one that let the account's alarms in, and
    // without the key CloudWatch drops what it cannot encrypt, silently.
    const ofOurAlarms = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': alarmArns(this) },
      },
    };
    topic.addToResourcePolicy(
      new PolicyStatement({
        ...ofOurAlarms,
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        ...ofOurAlarms,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    return topic;
  }
}

/** Every alarm of this stack, by the names given above. */
function alarmArns(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  return `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:${stackName}-*`;
}

/** A counter of lambdas/log.ts: how many batches or events ended so. */
export function outcomeMetric(stage: string, outcome: string, period: Duration): Metric {
  return new Metric({
    namespace: outcomeNamespace,
    metricName: outcome,
    dimensionsMap: { stage },
    statistic: 'Sum',
    period,
  });
}

function watchFunction({ name, function: watched }: WatchedFunction): Watch[] {
  const timeoutMs = watched.timeout?.toMilliseconds() ?? 0;
  const twiceInAQuarter = { count: 2, periods: 3 };
  return [
    {
      name: `${name}-errors`,
      says: `The ${name} function ended with an error in two of three five-minute periods.`,
      heading: 'function-errors',
      metric: watched.metricErrors({ period: fiveMinutes }),
      threshold: 0,
      ...twiceInAQuarter,
    },
    {
      name: `${name}-throttles`,
      says: `AWS refused to start the ${name} function in two of three five-minute periods.`,
      heading: 'function-throttled',
      metric: watched.metricThrottles({ period: fiveMinutes }),
      threshold: 0,
      ...twiceInAQuarter,
    },
    {
      name: `${name}-duration`,
      says: `One run in a hundred of ${name} takes more than 80 % of its timeout.`,
      heading: 'function-slow',
      metric: watched.metricDuration({ statistic: 'p99', period: fiveMinutes }),
      threshold: timeoutMs * timeoutShareMax,
      ...twiceInAQuarter,
    },
  ];
}

function watchQueues({ queue, deadLetters }: BatchQueue): Watch[] {
  return [
    {
      name: 'queue-age',
      says: 'Batches wait more than 15 minutes to be processed.',
      heading: 'old-batches-in-the-queue',
      metric: queue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes }),
      threshold: queueAgeSecondsMax,
      count: 2,
      periods: 3,
    },
    {
      name: 'dead-letters',
      says: 'Batches failed for more than a day; they are kept until 14 days after they came.',
      heading: 'dead-letters',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: fiveMinutes,
      }),
      threshold: 0,
      count: 1,
      periods: 1,
    },
  ];
}

/** Every outcome that domain/outcome.ts calls a fault of ours has an alarm; a test compares. */
function watchOutcomes({ stage }: EdgeApi): Watch[] {
  return [
    {
      name: 'api-5xx',
      says: 'The API answered with a server error in two of three five-minute periods.',
      heading: 'api-server-errors',
      metric: stage.metricServerError({ statistic: 'Sum', period: fiveMinutes }),
      threshold: 0,
      count: 2,
      periods: 3,
    },
    {
      name: 'batches-unavailable',
      says: 'Good batches could not be taken: the queue or the control table did not answer.',
      heading: 'batches-not-taken',
      metric: outcomeMetric('admit', 'unavailable', fiveMinutes),
      threshold: 0,
      count: 2,
      periods: 3,
    },
    {
      name: 'events-retried',
      says: 'Events come back again and again because they cannot be written.',
      heading: 'events-come-back',
      // A failing batch is tried again at most an hour later: three hours always hold two tries.
      metric: outcomeMetric('process', 'retried', quarterHour),
      threshold: 0,
      count: 2,
      periods: 12,
    },
    {
      name: 'events-set-aside',
      says: 'Events failed three times and were set aside; they are in no profile.',
      heading: 'events-set-aside',
      metric: outcomeMetric('process', 'set-aside', fiveMinutes),
      threshold: 0,
      count: 1,
      periods: 1,
    },
  ];
}
