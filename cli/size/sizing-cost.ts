// From a number of users to dollars per month: plain arithmetic, without I/O, on the load of
// sizing.ts, the numbers of sizing-assumptions.ts and the prices of list-prices.ts. This is what
// traffic and storage cost; what people and machines who ask cost is sizing-access.ts.

import { sessionRetentionDays } from '../../domain/limits.ts';
import { listPrices } from './list-prices.ts';
import { type Deployment, loadOf, secondsPerDay, writeUnitsPerSession } from './sizing.ts';
import { accessCosts, requestsAMonth } from './sizing-access.ts';
import { assumptions } from './sizing-assumptions.ts';
import { bytesPerGigabyte, type CostLine, millions, minutesPerMonth } from './sizing-line.ts';
import { closingCost, wordCost } from './sizing-open.ts';

const sqsChunkBytes = 64 * 1024;
const apiTierRequests = 300e6;

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
    requests: requestsAMonth(deployment),
  };
  const gigabytes = storedGigabytes(month);
  return [
    apiCost(month),
    lambdaCost(month),
    queueCost(month),
    tableCost(month),
    wordCost(deployment, load, invocations),
    storageCost(gigabytes),
    recoveryCost(gigabytes),
    keyCost(),
    relayTalkCost(),
    sweepCost(month),
    closingCost(deployment),
    secretCost(),
    eventCost(month),
    watchCost(month),
    ...accessCosts(deployment),
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
  /** Of relays for settings, and of consoles. */
  readonly requests: { readonly relays: number; readonly consoles: number };
};

const sweepRuns = minutesPerMonth / assumptions.sweepMinutes;

function apiCost({ batches }: Month): CostLine {
  const cheaper = Math.max(0, batches - apiTierRequests);
  return {
    service: 'API Gateway',
    usdPerMonth:
      (batches - cheaper) * listPrices.httpApiRequest +
      cheaper * listPrices.httpApiRequestAbove300Million,
    fixedUsdPerMonth: 0,
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
    fixedUsdPerMonth: 0,
    what: `${millions(requests)} runs of admit, process and locate`,
  };
}

function queueCost({ batches, eventsPerBatch }: Month): CostLine {
  const bytes = assumptions.batchBytes + eventsPerBatch * assumptions.batchBytesPerEvent;
  const idle = assumptions.idlePollsPerMinute * minutesPerMonth;
  // Each batch is sent, received and deleted.
  const requests = 3 * batches * Math.ceil(bytes / sqsChunkBytes) + idle;
  return {
    service: 'SQS',
    usdPerMonth: requests * listPrices.sqsRequest,
    fixedUsdPerMonth: idle * listPrices.sqsRequest,
    what: `${millions(requests)} requests, ${millions(idle)} of them idle polls`,
  };
}

function tableCost(month: Month): CostLine {
  const { batches, invocations, events, sessions, interimsKeptPerSession } = month;
  const unitsPerSession =
    writeUnitsPerSession +
    assumptions.writeUnitsPerSessionBeside +
    interimsKeptPerSession * assumptions.sessionWriteUnits;
  // Each batch is remembered by its id, and each invocation writes the ledger.
  const writes = sessions * unitsPerSession + batches + invocations;
  const shared = assumptions.sharedReadUnitsPerMinute * minutesPerMonth;
  const reads =
    events * (assumptions.readUnitsPerEvent + assumptions.readUnitsPerEventBeside) +
    invocations * assumptions.readUnitsPerInvocation +
    shared;
  return {
    service: 'DynamoDB',
    usdPerMonth: writes * listPrices.dynamoWriteUnit + reads * listPrices.dynamoReadUnit,
    fixedUsdPerMonth: shared * listPrices.dynamoReadUnit,
    what: `${millions(writes)} write units, ${millions(reads)} read units`,
  };
}

/** Gigabytes when sessions have been kept for as long as they are. */
function storedGigabytes({ batches, sessions, users }: Month): number {
  const { daysPerMonth, rowOverheadBytes: overhead } = assumptions;
  const bytes =
    (sessions / daysPerMonth) * sessionRetentionDays * (assumptions.sessionRowBytes + overhead) +
    users * (assumptions.profileRowBytes + overhead) +
    users * (assumptions.lookupRowBytesPerUser + assumptions.lookupRowsPerUser * overhead) +
    (batches / daysPerMonth) * assumptions.batchIdDays * (assumptions.batchIdRowBytes + overhead);
  return bytes / bytesPerGigabyte;
}

const storageCost = (gigabytes: number): CostLine => ({
  service: 'DynamoDB storage',
  usdPerMonth: gigabytes * listPrices.dynamoGigabyteMonth,
  fixedUsdPerMonth: 0,
  what: `${gigabytes.toFixed(2)} GB once ${sessionRetentionDays} days of sessions are there`,
});

const recoveryCost = (gigabytes: number): CostLine => ({
  service: 'Recovery (PITR)',
  usdPerMonth: gigabytes * listPrices.dynamoRecoveryGigabyteMonth,
  fixedUsdPerMonth: 0,
  what: 'any second of the last 35 days, of the same gigabytes',
});

function keyCost(): CostLine {
  const calls = assumptions.keyCallsPerMinute * minutesPerMonth;
  return fixed(
    'KMS',
    assumptions.keys * listPrices.kmsKeyMonth + calls * listPrices.kmsRequest,
    `${assumptions.keys} keys, ${millions(calls)} calls`,
  );
}

/** The sweep runs whatever the traffic and looks at every profile four times a day. */
function sweepCost({ users }: Month): CostLine {
  const { sweepSeconds, sweepGigabytes, sweepPassesPerDay, daysPerMonth } = assumptions;
  const run =
    listPrices.lambdaRequest +
    listPrices.schedulerRun +
    sweepSeconds * sweepGigabytes * listPrices.lambdaGigabyteSecond;
  const passes = sweepPassesPerDay * daysPerMonth;
  const reads = users * passes * assumptions.sweepReadUnitsPerUser;
  const seconds = users * passes * assumptions.sweepSecondsPerUser;
  return {
    service: 'Sweep',
    usdPerMonth:
      sweepRuns * run +
      reads * listPrices.dynamoReadUnit +
      seconds * sweepGigabytes * listPrices.lambdaGigabyteSecond,
    fixedUsdPerMonth: sweepRuns * run,
    what: `${millions(sweepRuns)} runs, ${millions(reads)} read units`,
  };
}

/** Relays ask for their settings and tell how they are, whatever the traffic. */
function relayTalkCost(): CostLine {
  const { relays, relayRequestsPerMinute, controlSeconds, controlGigabytes } = assumptions;
  const requests = relays * relayRequestsPerMinute * minutesPerMonth;
  const { httpApiRequest, lambdaRequest, lambdaGigabyteSecond } = listPrices;
  const run = lambdaRequest + controlSeconds * controlGigabytes * lambdaGigabyteSecond;
  const writes = relays * assumptions.relayWriteUnitsPerMinute * minutesPerMonth;
  const reads = relays * assumptions.relayReadUnitsPerMinute * minutesPerMonth;
  return fixed(
    'Settings, health',
    requests * (httpApiRequest + run) +
      writes * listPrices.dynamoWriteUnit +
      reads * listPrices.dynamoReadUnit,
    `${millions(requests)} requests of ${relays} relays: API, Lambda and tables`,
  );
}

const secretCost = (): CostLine =>
  fixed(
    'Secrets Manager',
    assumptions.secrets * listPrices.secretMonth,
    `${assumptions.secrets} secrets; they are read when settings change`,
  );

function eventCost({ users }: Month): CostLine {
  const { detectionsPerThousandUsersPerDay, daysPerMonth } = assumptions;
  const events = (users / 1e3) * detectionsPerThousandUsersPerDay * daysPerMonth;
  return {
    service: 'EventBridge',
    usdPerMonth: events * listPrices.busEvent,
    fixedUsdPerMonth: 0,
    what: `${Math.round(events).toLocaleString('en-US')} detections published`,
  };
}

function watchCost({ batches, invocations, requests }: Month): CostLine {
  const { alarms, metrics, dashboards, logBytesPerRequest, logBytesPerSweep } = assumptions;
  const { logGigabyte, logGigabyteMonth } = listPrices;
  const idle = requests.relays * logBytesPerRequest + sweepRuns * logBytesPerSweep;
  const bytes =
    batches * assumptions.logBytesPerBatch +
    invocations * assumptions.logBytesPerInvocation +
    requests.consoles * logBytesPerRequest +
    idle;
  const perByte = (logGigabyte + assumptions.logMonths * logGigabyteMonth) / bytesPerGigabyte;
  const watches =
    alarms * listPrices.alarmMonth +
    metrics * listPrices.metricMonth +
    dashboards * listPrices.dashboardMonth;
  const gigabytes = (bytes / bytesPerGigabyte).toFixed(2);
  return {
    service: 'CloudWatch',
    usdPerMonth: watches + bytes * perByte,
    fixedUsdPerMonth: watches + idle * perByte,
    what: `${alarms} alarms, ${metrics} metrics, a dashboard, ${gigabytes} GB of logs`,
  };
}

const fixed = (service: string, usdPerMonth: number, what: string): CostLine => ({
  service,
  usdPerMonth,
  fixedUsdPerMonth: usdPerMonth,
  what,
});

export type Total = {
  readonly usdPerMonth: number;
  /** What it costs without any user. */
  readonly fixedUsdPerMonth: number;
  readonly usdPerMillionEvents: number;
};

/** The whole of it, and what a million events come to. */
export function totalOf(deployment: Deployment): Total {
  const lines = costOf(deployment);
  const usdPerMonth = lines.reduce((sum, line) => sum + line.usdPerMonth, 0);
  const fixedUsdPerMonth = lines.reduce((sum, line) => sum + line.fixedUsdPerMonth, 0);
  const events = loadOf(deployment).packetsPerDay * assumptions.daysPerMonth;
  return { usdPerMonth, fixedUsdPerMonth, usdPerMillionEvents: (usdPerMonth / events) * 1e6 };
}
