// The definitions of alarms: every metric with its threshold, a sentence and the paragraph of the
// runbook. Only metrics that the stack really has; lib/alarms.ts makes alarms of them.

import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { BatchQueue } from './batch-queue.ts';
import type { EdgeApi } from './edge-api.ts';
import type { HealthOptions } from './stack-options.ts';

/** The namespace of the outcome counters of lambdas/shared/log.ts; their dimension is `stage`. */
export const outcomeNamespace = 'Wherefrom';

const fiveMinutes = Duration.minutes(5);
const quarterHour = Duration.minutes(15);
const quarterDay = Duration.hours(6);
/** process starts within seconds; a batch this old waits for something that is broken. */
const queueAgeSecondsMax = 900;
/** What is slower than this share of its timeout soon ends at it. */
const timeoutShareMax = 0.8;

export type WatchedFunction = { readonly name: string; readonly function: LambdaFunction };

/** One alarm: rings when `count` of the last `periods` values are above `threshold`. */
export type Watch = {
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

/** A counter of lambdas/shared/log.ts: how many batches or events ended so. */
export function outcomeMetric(
  stage: string,
  outcome: string,
  period: Duration,
  statistic = 'Sum',
): Metric {
  return new Metric({
    namespace: outcomeNamespace,
    metricName: outcome,
    dimensionsMap: { stage },
    statistic,
    period,
  });
}

export function watchFunction({ name, function: watched }: WatchedFunction): Watch[] {
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

export function watchQueues({ queue, deadLetters }: BatchQueue): Watch[] {
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
    {
      name: 'not-a-batch',
      says: 'The queue holds messages that process cannot read.',
      heading: 'messages-that-are-no-batch',
      metric: outcomeMetric('queue', 'not-a-batch', quarterHour),
      threshold: 0,
      // It comes back an hour later at most.
      count: 2,
      periods: 12,
    },
  ];
}

/** A rule of the event bus: what it could not hand to its target is gone after 24 hours. */
export function watchRule(name: string, rule: IRule): Watch {
  return {
    name: `${name}-failed`,
    says: 'EventBridge could not deliver detections to the topic that sends mail.',
    heading: 'mail-not-delivered',
    metric: new Metric({
      namespace: 'AWS/Events',
      metricName: 'FailedInvocations',
      dimensionsMap: { RuleName: rule.ruleName },
      statistic: 'Sum',
      period: fiveMinutes,
    }),
    threshold: 0,
    count: 1,
    periods: 1,
  };
}

/** What the sweep and locate find out. */
export function watchRelays({ silentMinutes, gapMinutes, geoDataDays }: HealthOptions): Watch[] {
  const twiceInAQuarter = { threshold: 0, count: 2, periods: 3 };
  return [
    {
      name: 'relay-silent',
      says: `A relay has not been heard of for ${silentMinutes} minutes.`,
      heading: 'relay-silent',
      metric: outcomeMetric('sweep', 'relay-silent', fiveMinutes, 'Maximum'),
      ...twiceInAQuarter,
    },
    {
      name: 'ledger-gap',
      says: `Records of a relay are missing for more than ${gapMinutes} minutes.`,
      heading: 'ledger-gap',
      metric: outcomeMetric('sweep', 'ledger-gap', fiveMinutes, 'Maximum'),
      ...twiceInAQuarter,
    },
    {
      name: 'geo-data-old',
      says: `The location data is older than ${geoDataDays} days.`,
      heading: 'old-location-data',
      // Told once an hour while addresses are looked up: a quiet night is no recovery.
      metric: outcomeMetric('locate', 'geo-data-days', quarterDay, 'Maximum'),
      threshold: geoDataDays,
      count: 1,
      periods: 4,
    },
  ];
}

/** Every outcome that domain/outcome.ts calls a fault of ours has an alarm; a test compares. */
export function watchOutcomes({ stage }: EdgeApi): Watch[] {
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
    {
      name: 'population-lost',
      says: 'What the organisation did as a whole was not written; people are judged without it.',
      heading: 'population-not-written',
      metric: outcomeMetric('population', 'lost', quarterHour),
      threshold: 0,
      count: 2,
      periods: 4,
    },
  ];
}
