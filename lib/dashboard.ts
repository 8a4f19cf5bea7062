// The CloudWatch dashboard: it follows a batch from the API to the tables, in the order of README's
// picture. Every metric on it is written by AWS or by lambdas/shared/log.ts; no metric names a
// user.

import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { BatchQueue } from './batch-queue.ts';
import type { EdgeApi } from './edge-api.ts';
import type { Tables } from './tables.ts';
import { outcomeNamespace, type WatchedFunction } from './watches.ts';

const period = Duration.minutes(5);
const columns = 24;
const third = columns / 3;

export type DashboardProps = {
  readonly alarms: Alarms;
  readonly functions: readonly WatchedFunction[];
  readonly edge: EdgeApi;
  readonly batchQueue: BatchQueue;
  readonly tables: Tables;
};

export class Dashboard extends Construct {
  readonly dashboard: CloudWatchDashboard;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { alarms, functions, edge, batchQueue, tables } = props;
    this.dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.AUTO,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms.alarms], width: columns })],
        edgeRow(edge),
        [...queueWidgets(batchQueue), outcomes('Ends of events', 'process')],
        [
          outcomes('Ends of messages', 'queue'),
          outcomes('What the sweep found', 'sweep'),
          outcomes('Age of the location data, days', 'locate'),
        ],
        functionRow(functions),
        tableRow([tables.profiles, tables.control, tables.places]),
      ],
    });
  }
}

function edgeRow({ stage }: EdgeApi): GraphWidget[] {
  return [
    graph('Requests', [
      stage.metricCount({ period, statistic: 'Sum' }),
      stage.metricClientError({ period, statistic: 'Sum' }),
      stage.metricServerError({ period, statistic: 'Sum' }),
    ]),
    graph('Answer time, ms', [
      stage.metricLatency({ period, statistic: 'p50', label: 'median' }),
      stage.metricLatency({ period, statistic: 'p99', label: '1 in 100' }),
    ]),
    outcomes('Ends of batches', 'admit'),
  ];
}

function queueWidgets({ queue, deadLetters }: BatchQueue): GraphWidget[] {
  const waiting = { period, statistic: 'Maximum' };
  return [
    graph('Batches waiting', [
      queue.metricApproximateNumberOfMessagesVisible({ ...waiting, label: 'ready' }),
      queue.metricApproximateNumberOfMessagesNotVisible({ ...waiting, label: 'in work or later' }),
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...waiting, label: 'dead letters' }),
    ]),
    graph('Age of the oldest batch, s', [queue.metricApproximateAgeOfOldestMessage({ period })]),
  ];
}

function functionRow(functions: readonly WatchedFunction[]): GraphWidget[] {
  return [
    graph(
      'Slowest run in 100, ms',
      functions.map(({ name, function: one }) =>
        one.metricDuration({ period, statistic: 'p99', label: name }),
      ),
    ),
    graph(
      'Errors and throttles',
      functions.flatMap(({ name, function: one }) => [
        one.metricErrors({ period, label: `${name} errors` }),
        one.metricThrottles({ period, label: `${name} throttled` }),
      ]),
    ),
    graph(
      'Running at once',
      functions.map(({ name, function: one }) =>
        one.metric('ConcurrentExecutions', { period, statistic: 'Maximum', label: name }),
      ),
    ),
  ];
}

function tableRow(tables: readonly TableV2[]): GraphWidget[] {
  const sumOf = (metricName: string): IMetric[] =>
    tables.map((table) =>
      table.metric(metricName, { period, statistic: 'Sum', label: table.node.id }),
    );
  return [
    graph('Write units used: the bill', sumOf('ConsumedWriteCapacityUnits')),
    graph('Read units used', sumOf('ConsumedReadCapacityUnits')),
    graph('Throttled requests', [...sumOf('WriteThrottleEvents'), ...sumOf('ReadThrottleEvents')]),
  ];
}

/** Every counter of one stage, whichever there are: a new outcome shows without a change here. */
function outcomes(title: string, stage: string): GraphWidget {
  const expression = `SEARCH('{${outcomeNamespace},stage} stage="${stage}"', 'Sum')`;
  return graph(title, [new MathExpression({ expression, label: '', period })]);
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: third, leftYAxis: { min: 0 } });
}
