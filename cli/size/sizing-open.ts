// What last words and the index of open sessions cost (decisions 0021 and 0027): rows that the
// events of an invocation share, and the sweep's reads. Plain arithmetic, as sizing-cost.ts, which
// adds it up.

import { listPrices } from './list-prices.ts';
import type { Deployment, Load } from './sizing.ts';
import { assumptions } from './sizing-assumptions.ts';
import { bytesPerGigabyte, type CostLine, millions } from './sizing-line.ts';

const unitBytes = 1_024;
const readBytes = 4_096;

export type OpenIndex = {
  /** In the mean of a day. */
  readonly openSessions: number;
  readonly bytes: number;
  /** Of the index and of what was said since, eventually consistent. */
  readonly readUnits: number;
};

/** How large the index is, and what reading it takes when it is about to be written anew. */
export function openIndexOf({ users, hoursPerDay }: Deployment): OpenIndex {
  const { openedBytes, visitBytes, indexLogTimes, openReadUnits } = assumptions;
  const openSessions = (users * hoursPerDay) / 24;
  const bytes = openSessions * openedBytes + users * visitBytes;
  const readUnits = openReadUnits + ((1 + indexLogTimes) * bytes) / readBytes / 2;
  return { openSessions, bytes, readUnits };
}

/** Rows of words, the index, and what both weigh while they stand. */
export function wordCost(
  { users, sessionsPerDay }: Deployment,
  { interimsPerSession, interimsKeptPerSession }: Load,
  invocations: number,
): CostLine {
  const { daysPerMonth, wordBytes, openedBytes, endedBytes, wordRowBytes } = assumptions;
  const sessions = users * sessionsPerDay * daysPerMonth;
  const words = sessions * (interimsPerSession - interimsKeptPerSession);
  // A session is named at its Start and whenever its row is written.
  const named = sessions * (1 + interimsKeptPerSession);
  const bytes = words * wordBytes + named * openedBytes + sessions * endedBytes;
  const said = words + named + sessions;
  const rows = Math.min(said, invocations);
  const rowBytes = bytes + rows * wordRowBytes;
  const writes =
    Math.max(rows, rowBytes / unitBytes) + (bytes / unitBytes) * assumptions.indexRewriteShare;
  const kept = rowBytes + rows * assumptions.rowOverheadBytes;
  const gigabytes = ((kept / daysPerMonth) * assumptions.wordDays) / bytesPerGigabyte;
  const { dynamoGigabyteMonth, dynamoRecoveryGigabyteMonth, dynamoWriteUnit } = listPrices;
  return {
    service: 'Last words, open sessions',
    usdPerMonth:
      writes * dynamoWriteUnit + gigabytes * (dynamoGigabyteMonth + dynamoRecoveryGigabyteMonth),
    fixedUsdPerMonth: 0,
    what: `${millions(writes)} write units, ${gigabytes.toFixed(2)} GB`,
  };
}

/** The sweep closes silent sessions, and looks at the index. */
export function closingCost(deployment: Deployment): CostLine {
  const { daysPerMonth, sweepPassesPerDay, closingReadUnitsPerUser, openLooksPerDay } = assumptions;
  const { dynamoReadUnit } = listPrices;
  const looks = openLooksPerDay * daysPerMonth;
  const passes = deployment.users * sweepPassesPerDay * daysPerMonth * closingReadUnitsPerUser;
  const reads = passes + looks * openIndexOf(deployment).readUnits;
  return {
    service: 'Sweep, sessions',
    usdPerMonth: reads * dynamoReadUnit,
    // The looks at an index that is empty are a fifth of a cent.
    fixedUsdPerMonth: 0,
    what: `${millions(reads)} read units: silent sessions, who is connected`,
  };
}
