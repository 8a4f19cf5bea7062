// From a number of users to dollars per month: plain arithmetic, without I/O, on the load of
// sizing.ts, the numbers of sizing-assumptions.ts and the prices of list-prices.ts.

import { sessionRetentionDays } from '../../domain/limits.ts';
import { listPrices } from './list-prices.ts';
import { type Deployment, loadOf, secondsPerDay } from './sizing.ts';
import { assumptions } from './sizing-assumptions.ts';

const sqsChunkBytes = 64 * 1024;
const bytesPerGigabyte = 1e9;
const apiTierRequests = 300e6;

export type CostLine = {
  readonly service: string;
  readonly usdPerMonth: number;
  /** What is paid for, in words with numbers. */
  readonly what: string;
};

/** What AWS asks for a month, service by service, at list prices and without free tiers. */
export function costOf(deployment: Deployment): readonly CostLine[] {
  const load = loadOf(deployment);
  const { daysPerMonth, windowSeconds, batchesPerInvocation } = assumptions;
  const batches = load.batchesPerDay * daysPerMonth;
  const batchesAtOnce = (load.batchesPerDay / secondsPerDay) * windowSeconds;
  const invocations = batches / Math.min(batchesPerInvocation, Math.max(1, batchesAtOnce));
  const month: Month = {
    batches,
    invocations,
    events: load.packetsPerDay * daysPerMonth,
    sessions: deployment.users * deployment.sessionsPerDay * daysPerMonth,
    interimsKeptPerSession: load.interimsKeptPerSession,
    users: deployment.users,
    eventsPerBatch: load.eventsPerBatch,
  };
  return [
    apiCost(month),
    lambdaCost(month),
    queueCost(month),
    tableCost(month),
    tableStorageCost(month),
    keyCost(),
    relayTalkCost(),
    sweepCost(month),
    secretCost(),
    watchCost(month),
  ];
}

type Month = {
  readonly batches: number;
  readonly invocations: number;
  readonly events: number;
  readonly sessions: number;
  readonly interimsKeptPerSession: number;
  readonly users: number;
  readonly eventsPerBatch: number;
};

const millions = (count: number): string => `${(count / 1e6).toFixed(2)} M`;

function apiCost({ batches }: Month): CostLine {
  const cheaper = Math.max(0, batches - apiTierRequests);
  return {
    service: 'API Gateway',
    usdPerMonth:
      (batches - cheaper) * listPrices.httpApiRequest +
      cheaper * listPrices.httpApiRequestAbove300Million,
    what: `${millions(batches)} batches`,
  };
}

function lambdaCost({ batches, invocations, events }: Month): CostLine {
  const { lambdaRequest, lambdaGigabyteSecond } = listPrices;
  const processSeconds =
    invocations * assumptions.processSecondsPerInvocation +
    events * assumptions.processSecondsPerEvent;
  const gigabyteSeconds =
    batches * assumptions.admitSeconds * assumptions.admitGigabytes +
    processSeconds * assumptions.processGigabytes +
    invocations * assumptions.locateSeconds * assumptions.locateGigabytes;
  const requests = batches + 2 * invocations;
  return {
    service: 'Lambda',
    usdPerMonth: requests * lambdaRequest + gigabyteSeconds * lambdaGigabyteSecond,
    what: `${millions(requests)} runs of admit, process and locate`,
  };
}

function queueCost({ batches, eventsPerBatch }: Month): CostLine {
  const bytes = assumptions.batchBytes + eventsPerBatch * assumptions.batchBytesPerEvent;
  const idle = assumptions.idlePollsPerMinute * 60 * 24 * assumptions.daysPerMonth;
  // Each batch is sent, received and deleted.
  const requests = 3 * batches * Math.ceil(bytes / sqsChunkBytes) + idle;
  return {
    service: 'SQS',
    usdPerMonth: requests * listPrices.sqsRequest,
    what: `${millions(requests)} requests, ${millions(idle)} of them idle polls`,
  };
}

function tableCost(month: Month): CostLine {
  const { batches, invocations, events, sessions, interimsKeptPerSession } = month;
  const unitsPerSession =
    assumptions.writeUnitsPerSession +
    assumptions.writeUnitsPerSessionBeside +
    interimsKeptPerSession * assumptions.writeUnitsPerInterimKept;
  const writes = sessions * unitsPerSession + batches + invocations;
  const reads = events * assumptions.readUnitsPerEvent + invocations;
  return {
    service: 'DynamoDB',
    usdPerMonth: writes * listPrices.dynamoWriteUnit + reads * listPrices.dynamoReadUnit,
    what: `${millions(writes)} write units, ${millions(reads)} read units`,
  };
}

function tableStorageCost({ batches, sessions, users }: Month): CostLine {
  const { daysPerMonth } = assumptions;
  const bytes =
    (sessions / daysPerMonth) * sessionRetentionDays * assumptions.sessionRowBytes +
    users * assumptions.profileRowBytes +
    (batches / daysPerMonth) * assumptions.batchIdDays * assumptions.batchIdRowBytes;
  const gigabytes = bytes / bytesPerGigabyte;
  const price = listPrices.dynamoGigabyteMonth + listPrices.dynamoRecoveryGigabyteMonth;
  return {
    service: 'DynamoDB storage',
    usdPerMonth: gigabytes * price,
    what: `${gigabytes.toFixed(2)} GB after ${sessionRetentionDays} days, with recovery`,
  };
}

function keyCost(): CostLine {
  const calls = assumptions.keyCallsPerMinute * 60 * 24 * assumptions.daysPerMonth;
  return {
    service: 'KMS',
    usdPerMonth: assumptions.keys * listPrices.kmsKeyMonth + calls * listPrices.kmsRequest,
    what: `${assumptions.keys} keys, ${millions(calls)} calls`,
  };
}

/** The sweep runs whatever the traffic and looks at every profile four times a day. */
function sweepCost({ users }: Month): CostLine {
  const { sweepSeconds, sweepGigabytes, sweepPassesPerDay, daysPerMonth } = assumptions;
  const runs = (24 * 60 * daysPerMonth) / assumptions.sweepMinutes;
  const run =
    listPrices.lambdaRequest + sweepSeconds * sweepGigabytes * listPrices.lambdaGigabyteSecond;
  // A profile within 4 KB, read as it may be a moment old.
  const reads = users * sweepPassesPerDay * daysPerMonth * 0.5;
  return {
    service: 'Sweep',
    usdPerMonth: runs * run + reads * listPrices.dynamoReadUnit,
    what: `${millions(runs)} runs, ${millions(reads)} read units`,
  };
}

/** Relays ask for their settings and tell how they are, whatever the traffic. */
function relayTalkCost(): CostLine {
  const { relays, relayRequestsPerMinute, controlSeconds, controlGigabytes } = assumptions;
  const minutes = 60 * 24 * assumptions.daysPerMonth;
  const requests = relays * relayRequestsPerMinute * minutes;
  const { httpApiRequest, lambdaRequest, lambdaGigabyteSecond } = listPrices;
  const run = lambdaRequest + controlSeconds * controlGigabytes * lambdaGigabyteSecond;
  const writes = relays * assumptions.relayWriteUnitsPerMinute * minutes;
  const reads = relays * assumptions.relayReadUnitsPerMinute * minutes;
  return {
    service: 'Settings, health',
    usdPerMonth:
      requests * (httpApiRequest + run) +
      writes * listPrices.dynamoWriteUnit +
      reads * listPrices.dynamoReadUnit,
    what: `${millions(requests)} requests of ${relays} relays: API, Lambda and tables`,
  };
}

function secretCost(): CostLine {
  const { secrets } = assumptions;
  return {
    service: 'Secrets Manager',
    usdPerMonth: secrets * listPrices.secretMonth,
    what: `${secrets} secrets; they are read when settings change`,
  };
}

function watchCost({ batches, invocations }: Month): CostLine {
  const { alarms, metrics, dashboards, logBytesPerBatch, logBytesPerInvocation } = assumptions;
  const bytes = batches * logBytesPerBatch + invocations * logBytesPerInvocation;
  const gigabytes = bytes / bytesPerGigabyte;
  return {
    service: 'CloudWatch',
    usdPerMonth:
      gigabytes * listPrices.logGigabyte +
      alarms * listPrices.alarmMonth +
      metrics * listPrices.metricMonth +
      dashboards * listPrices.dashboardMonth,
    what: `${alarms} alarms, ${metrics} metrics, a dashboard, ${gigabytes.toFixed(2)} GB of logs`,
  };
}

/** The whole of it, and what a million events come to. */
export function totalOf(deployment: Deployment): {
  readonly usdPerMonth: number;
  readonly usdPerMillionEvents: number;
} {
  const usdPerMonth = costOf(deployment).reduce((sum, line) => sum + line.usdPerMonth, 0);
  const events = loadOf(deployment).packetsPerDay * assumptions.daysPerMonth;
  return { usdPerMonth, usdPerMillionEvents: (usdPerMonth / events) * 1e6 };
}
