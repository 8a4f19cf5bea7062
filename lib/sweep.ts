// The sweep function and its schedule: every five minutes. Its rights cover what it finishes:
// pending rows of profiles, erasures, and the state of relays.

import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { RetentionEnv, SweepEnv } from '../lambdas/shared/env.ts';
import type { DataKey } from './data-key.ts';
import { allowEvents, detectionSource, eventBus, healthSource } from './event-bus.ts';
import { NodeFunction } from './node-function.ts';
import type { HealthOptions } from './stack-options.ts';
import type { Tables } from './tables.ts';

const everyMinutes = 5;

export type SweepProps = {
  readonly bundles: string;
  readonly logRetentionDays: number;
  readonly dataKey: DataKey;
  readonly tables: Tables;
  readonly health: HealthOptions;
  readonly retention: RetentionEnv;
};

export class Sweep extends Construct {
  readonly sweep: NodeFunction;

  constructor(scope: Construct, id: string, props: SweepProps) {
    super(scope, id);
    const { tables, dataKey, health, bundles, logRetentionDays } = props;
    const environment: SweepEnv = {
      ...props.retention,
      PROFILES_TABLE: tables.profiles.tableName,
      CONTROL_TABLE: tables.control.tableName,
      EVENT_BUS: eventBus,
      SILENT_MINUTES: String(health.silentMinutes),
      GAP_MINUTES: String(health.gapMinutes),
    };
    this.sweep = new NodeFunction(this, 'Sweep', {
      name: 'sweep',
      description: 'Finishes what was interrupted and looks after relays',
      bundles,
      environment,
      memoryMegabytes: 512,
      timeout: Duration.minutes(everyMinutes),
      logRetentionDays,
    });
    tables.allow(this.sweep.role, tables.profiles, [
      {
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem', 'Query', 'DeleteItem'],
      },
      { actions: ['UpdateItem'], partitions: ['QUEUE#*'] },
    ]);
    tables.allow(this.sweep.role, tables.control, [
      {
        actions: ['GetItem'],
        partitions: [
          'RELAYS',
          'KEY#*',
          'LEDGER#*',
          'HEALTH#*',
          'SWEEP',
          'ERASURES',
          'ERASURE-KEY',
          'SETTINGS',
        ],
      },
      { actions: ['BatchGetItem'], partitions: ['GATEWAY#*'] },
      { actions: ['Query'], partitions: ['RELAYS', 'ERASURES', 'AUDIT#*'] },
      { actions: ['PutItem'], partitions: ['SWEEP', 'ERASURES', 'MALICIOUS'] },
      { actions: ['DeleteItem'], partitions: ['ERASURES'] },
    ]);
    dataKey.allowTables(this.sweep.role);
    allowEvents(this.sweep.role, healthSource);
    allowEvents(this.sweep.role, detectionSource);
    Validations.of(this.sweep.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'A run that failed is no loss: the next one, five minutes later, does its work.',
    });
    this.schedule();
  }

  private schedule(): void {
    const target = this.sweep.function.functionArn;
    const role = new Role(this, 'ScheduleRole', {
      description: 'Wherefrom: starts the sweep',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target] }),
    );
    new CfnSchedule(this, 'Schedule', {
      description: 'Wherefrom: the sweep',
      scheduleExpression: `rate(${everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target,
        roleArn: role.roleArn,
        input: '{}',
        retryPolicy: { maximumRetryAttempts: 0 },
      },
    });
  }
}
