// Detections by mail, for organisations without a security product: a rule on the bus, a topic of
// its own (it carries names of users, alarms do not), one address that confirms.
// It sends medium and high only, when they are new or have risen; analysts' decisions send no mail.

import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { detectionSource } from './event-bus.ts';

/** OCSF's id of medium severity. */
const medium = 3;

/** Mail to an address, and the rule that sends it; undefined where none was given. */
export function detectionMail(scope: Construct, email: string | undefined): Rule | undefined {
  return email ? new DetectionMail(scope, 'DetectionMail', { email }).rule : undefined;
}

class DetectionMail extends Construct {
  readonly topic: Topic;
  readonly rule: Rule;

  constructor(scope: Construct, id: string, props: { readonly email: string }) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: 'Wherefrom: mail about detections',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Wherefrom detections',
      masterKey: key,
      enforceSSL: true,
    });
    this.topic.addSubscription(new EmailSubscription(props.email));
    // Without the key EventBridge cannot encrypt what it delivers, and drops it. AWS supports no
    // condition here: aws:SourceAccount and aws:SourceArn would refuse EventBridge (SNS developer
    // guide, "Managing encryption keys"). The key is of this topic alone.
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    this.rule = new Rule(this, 'Rule', {
      description: 'Wherefrom: detections of medium and high severity, by mail',
      eventPattern: {
        source: [detectionSource],
        detailType: ['Detection Finding Created', 'Detection Finding Updated'],
        detail: {
          severity_id: Match.greaterThanOrEqual(medium),
          // A verdict is there once an analyst has looked.
          verdict_id: Match.doesNotExist(),
          status: ['New'],
          // Nobody is written to because one was lowered.
          is_alert: [true],
        },
      },
    });
    this.rule.addTarget(new SnsTopic(this.topic, { message: mailText() }));
    Validations.of(this.rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'EventBridge tries for 24 hours; the detection stays in the table and on the page.',
    });
    Validations.of(this.topic).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'The detection stays in the table and on the page whether or not a mail arrived.',
    });
  }
}

function mailText(): RuleTargetInput {
  const of = (path: string): string => EventField.fromPath(`$.detail.${path}`);
  return RuleTargetInput.fromText(
    `${of('severity')}, ${of('risk_score')} of 100: ${of('message')} ` +
      `Why: ${of('finding_info.desc')} Detection ${of('finding_info.uid')}`,
  );
}
