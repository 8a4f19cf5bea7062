// The assumptions behind the estimate of `npm run size`, number by number, each with its source.
// Data only. What is a property of the code is measured or compared by
// test/cli/size/sizing.test.ts.

export const assumptions = {
  daysPerMonth: 30,
  /** After a failover or a restart of the gateway everybody is back within this time. */
  reconnectSeconds: 60,
  outageHours: 72,
  /** relay/config/relay-config.ts: what the relay does where its configuration says nothing. */
  flushSeconds: 2,
  /** relay/ship/flush-timer.ts: interims and Stops wait so long for company. */
  flushSecondsUnawaited: 20,
  journalMaxMiB: 4096,
  /** relay/journal/journal-options.ts: whole segments are deleted; so much is left to others. */
  segmentMiB: 64,
  freeMiB: 256,
  /** relay/journal/README.md: 45 octets and a gateway id of 15. */
  recordOverheadBytes: 60,
  /** Measured on events of a Cisco ASA; test/cli/size/sizing.test.ts measures again. */
  batchBytes: 800,
  batchBytesPerEvent: 140,
  /**
   * Measured over a month of one user's traffic, the same test: profile and session row at the
   * Start, the row again at the Stop and at the first interim of each span
   * (domain/session/interim-span.ts).
   */
  writeUnitsPerSession: 3,
  writeUnitsPerInterimKept: 1,
  /** One session in eight is counted for the population; a new place or computer writes rows. */
  writeUnitsPerSessionBeside: 0.25,
  readUnitsPerEvent: 2,
  sessionRowBytes: 880,
  profileRowBytes: 1_024,
  batchIdRowBytes: 300,
  batchIdDays: 15,
  /** lib/sweep.ts and lambdas/sweep/sweep.ts; how long a run takes is a guess. */
  sweepMinutes: 5,
  sweepPassesPerDay: 4,
  /** Half a unit for a profile, and the directory's row; test/lambdas/sweep/sweep-pass.test.ts. */
  sweepReadUnitsPerUser: 0.52,
  sweepSeconds: 1,
  sweepGigabytes: 0.5,
  /** lib/functions.ts. */
  batchesPerInvocation: 10,
  windowSeconds: 1,
  invocationsMax: 20,
  admitGigabytes: 0.25,
  processGigabytes: 1,
  locateGigabytes: 1,
  /**
   * Never timed in AWS. An event makes 2.5 calls to tables; a call costs the SDK 0.55 ms of a whole
   * processor (npm run bench:pipeline), and this memory comes with 0.58. The others: 5 ms a call.
   */
  admitSeconds: 0.015,
  processSecondsPerInvocation: 0.035,
  processSecondsPerEvent: 0.002_4,
  locateSeconds: 0.01,
  /** An idle queue is asked by five pollers three times a minute (Lambda developer guide). */
  idlePollsPerMinute: 15,
  /** Queues and tables reuse a data key for five minutes; about ten callers do so. */
  keyCallsPerMinute: 2,
  keys: 2,
  /** relay/control/control-loop.ts: two questions for settings and a health report a minute. */
  relays: 2,
  relayRequestsPerMinute: 3,
  /** Key and settings for each, and the report before; the report is written. */
  relayReadUnitsPerMinute: 7,
  relayWriteUnitsPerMinute: 2,
  /** A guess, as those of the other functions. */
  controlSeconds: 0.02,
  controlGigabytes: 0.5,
  /** lib/control.ts. */
  secrets: 2,
  logBytesPerBatch: 600,
  logBytesPerInvocation: 450,
  /** lib/alarms.ts and lib/dashboard.ts; outcomes that ordinary traffic has. */
  alarms: 32,
  dashboards: 1,
  metrics: 11,
  /** lib/edge-api.ts. */
  ingestRequestsPerSecondMax: 500,
  /** DynamoDB developer guide: a new on-demand table; one partition. */
  tableWriteUnitsPerSecond: 4_000,
  partitionWriteUnitsPerSecond: 1_000,
} as const;
