// Alarms over metrics that the stack really has, each with a sentence and a link to its paragraph
// of the runbook, sent to one encrypted topic.
// Conditions that no metric measures yet have no alarm; docs/runbook.md lists them.

import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { BatchQueue } from './batch-queue.ts';
import type { EdgeApi } from './edge-api.ts';
import type { HealthOptions } from './stack-options.ts';
import {
  type Watch,
  type WatchedFunction,
  watchFunction,
  watchOutcomes,
  watchQueues,
  watchRelays,
  watchRule,
} from './watches.ts';

/** Where alarm texts send their reader, unless the deployment publishes the page elsewhere. */
const runbookDefault = 'docs/runbook.md';

export type AlarmsProps = {
  readonly functions: readonly WatchedFunction[];
  readonly batchQueue: BatchQueue;
  readonly edge: EdgeApi;
  /** Gets every alarm after confirming the subscription; absent: none until one subscribes. */
  readonly email: string | undefined;
  readonly health: HealthOptions;
  /** Sends detections to a topic; absent: no mail was asked for. */
  readonly mailRule: IRule | undefined;
  /** Page that holds the headings of docs/runbook.md; absent: the file in the repository. */
  readonly runbookUrl: string | undefined;
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
      ...watchRelays(props.health),
      ...(props.mailRule ? [watchRule('detection-mail', props.mailRule)] : []),
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
