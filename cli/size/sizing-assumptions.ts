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
   * At the Start profile and session row, at the Stop the row again, and so at the first interim of
   * each span (domain/session/interim-span.ts). Units of a row were measured on the sample's people
   * after five weeks (test/cli/size/row-sizes.test.ts): two of 43 have profiles above 1 KB.
   */
  profileWriteUnits: 1.12,
  sessionWriteUnits: 1.01,
  /**
   * One session in eight is counted for the population; a new place or device writes rows and the
   * references to them; each session writes its month of days, and of two sessions a day the first
   * the rows of its address and its network (`npm run bench:pipeline -- --only cost`).
   */
  writeUnitsPerSessionBeside: 2.3,
  /**
   * Profile and newest sessions, and the day of a session that closes; and half a row of who uses a
   * network or prefix.
   */
  readUnitsPerEvent: 2.3,
  readUnitsPerEventBeside: 0.5,
  /** Ledger and gateways of an invocation; once a minute what all invocations share. */
  readUnitsPerInvocation: 2,
  sharedReadUnitsPerMinute: 13,
  /** Octets, keys and names included: means of the sample, the same test. */
  sessionRowBytes: 915,
  profileRowBytes: 593,
  /** Directory, cells, devices, addresses, networks and the references to them, of a user. */
  lookupRowBytesPerUser: 1_325,
  lookupRowsPerUser: 8.7,
  /** DynamoDB developer guide: what an item weighs in storage beside its octets. */
  rowOverheadBytes: 100,
  batchIdRowBytes: 300,
  batchIdDays: 15,
  /** lib/sweep.ts and lambdas/sweep/sweep.ts; how long a run takes is a guess. */
  sweepMinutes: 5,
  sweepPassesPerDay: 4,
  /** Half a unit for a profile, and the directory's row; test/lambdas/sweep/sweep-pass.test.ts. */
  sweepReadUnitsPerUser: 0.52,
  sweepSeconds: 1,
  /** Unpacking on the share of a processor that the memory has; the same test. */
  sweepSecondsPerUser: 0.000_6,
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
  /** Access log and the function's own line, with its metrics. */
  logBytesPerBatch: 600,
  logBytesPerInvocation: 450,
  logBytesPerRequest: 600,
  logBytesPerSweep: 450,
  logMonths: 1,
  /** lib/alarms.ts and lib/dashboard.ts; outcomes that ordinary traffic has. */
  alarms: 32,
  dashboards: 1,
  metrics: 11,
  /** domain/detect: two a thousand users and day at normal sensitivity. */
  detectionsPerThousandUsersPerDay: 2,
  /** An analyst has the overview open on working days. */
  consoleHoursPerDay: 8,
  consoleDaysPerMonth: 22,
  /** console/pages/queue.tsx and console/frame/rail.tsx, every 30 s; a profile asks more often. */
  consoleRequestsPerMinute: 12,
  consoleReadUnitsPerMinute: 34,
  consoleBytesPerRequest: 4_000,
  consoleLoadsPerDay: 2,
  consoleFiles: 8,
  consoleFileBytes: 600_000,
  querySeconds: 0.02,
  queryGigabytes: 0.5,
  /**
   * domain/process/word-pack.ts and open-pack.ts: octets of a word, an opened session, an end and a
   * place of the day (their tests). Rows of words stand for three days; the index is written anew
   * when they have grown to twice its size.
   */
  wordBytes: 25,
  openedBytes: 55,
  endedBytes: 6,
  visitBytes: 10,
  wordRowBytes: 60,
  wordDays: 3,
  indexRewriteShare: 0.5,
  indexLogTimes: 2,
  /** lambdas/query/connected.ts: twice a minute while anybody looks; 21 shards and a row. */
  openReadsPerMinute: 2,
  openReadUnits: 11.5,
  /** Putting the index together, a guess: 20,000 sessions and 100,000 words a second of 512 MB. */
  openSecondsPerSession: 0.000_1,
  /** lambdas/sweep/sweep.ts: the index is looked at every half hour. */
  openLooksPerDay: 48,
  /** lambdas/sweep/close-silent.ts: the eight newest sessions of each user of the last week. */
  closingReadUnitsPerUser: 1,
  /** A machine's token is kept until it expires. */
  tokensPerMachineAndMonth: 720,
  /** lib/edge-api.ts. */
  ingestRequestsPerSecondMax: 500,
  /** DynamoDB developer guide: a new on-demand table; one partition. */
  tableWriteUnitsPerSecond: 4_000,
  partitionWriteUnitsPerSecond: 1_000,
} as const;
