// What those cost who ask: analysts with the console open, and machines. Plain arithmetic, as
// sizing-cost.ts, which adds it up. It grows with analysts; of the users only the list of who is
// connected knows.

import { listPrices } from './list-prices.ts';
import type { Deployment } from './sizing.ts';
import { assumptions } from './sizing-assumptions.ts';
import { bytesPerGigabyte, type CostLine, millions, minutesPerMonth } from './sizing-line.ts';
import { openIndexOf } from './sizing-open.ts';

/** Minutes of a month in which a console is open. */
const openMinutes = 60 * assumptions.consoleHoursPerDay * assumptions.consoleDaysPerMonth;

/** Requests of relays for settings and health, and of consoles. */
export function requestsAMonth({ analysts }: Deployment): {
  readonly relays: number;
  readonly consoles: number;
} {
  const { relays, relayRequestsPerMinute, consoleRequestsPerMinute } = assumptions;
  return {
    relays: relays * relayRequestsPerMinute * minutesPerMonth,
    consoles: analysts * consoleRequestsPerMinute * openMinutes,
  };
}

export function accessCosts(deployment: Deployment): readonly CostLine[] {
  return [
    loginCost(deployment),
    cloudFrontCost(deployment),
    queryCost(deployment),
    liveCost(deployment),
  ];
}

function loginCost({ analysts, machines }: Deployment): CostLine {
  const tokens = machines * assumptions.tokensPerMachineAndMonth;
  return {
    service: 'Cognito',
    usdPerMonth:
      analysts * listPrices.cognitoUserMonth +
      machines * listPrices.cognitoClientMonth +
      tokens * listPrices.cognitoToken,
    fixedUsdPerMonth: machines * listPrices.cognitoClientMonth,
    what: `${analysts} people, ${machines} machine clients with ${tokens} tokens`,
  };
}

/** The console's files, and the API's answers, which come the same way. */
function cloudFrontCost(deployment: Deployment): CostLine {
  const { analysts } = deployment;
  const { consoleDaysPerMonth, consoleLoadsPerDay, consoleFiles, consoleFileBytes } = assumptions;
  const loads = analysts * consoleDaysPerMonth * consoleLoadsPerDay;
  const { consoles } = requestsAMonth(deployment);
  const requests = consoles + loads * consoleFiles;
  const bytes = consoles * assumptions.consoleBytesPerRequest + loads * consoleFileBytes;
  const gigabytes = bytes / bytesPerGigabyte;
  const stored = (consoleFileBytes / bytesPerGigabyte) * listPrices.bucketGigabyteMonth;
  return {
    service: 'CloudFront, S3',
    usdPerMonth:
      requests * listPrices.cloudFrontRequest +
      gigabytes * listPrices.cloudFrontGigabyte +
      loads * consoleFiles * listPrices.bucketRequest +
      stored,
    fixedUsdPerMonth: stored,
    what: `${millions(requests)} requests, ${gigabytes.toFixed(2)} GB to ${analysts} consoles`,
  };
}

/** What the pages look for again and again while they are open. */
function queryCost(deployment: Deployment): CostLine {
  const { consoles } = requestsAMonth(deployment);
  const { querySeconds, queryGigabytes, consoleReadUnitsPerMinute } = assumptions;
  const run =
    listPrices.httpApiRequest +
    listPrices.lambdaRequest +
    querySeconds * queryGigabytes * listPrices.lambdaGigabyteSecond;
  const reads = deployment.analysts * consoleReadUnitsPerMinute * openMinutes;
  return {
    service: 'Console, asking',
    usdPerMonth: consoles * run + reads * listPrices.dynamoReadUnit,
    fixedUsdPerMonth: 0,
    what: `${millions(consoles)} requests: API, Lambda, ${millions(reads)} read units`,
  };
}

/** Who is connected is read anew, whoever looks, while anybody does. */
function liveCost(deployment: Deployment): CostLine {
  const { openReadsPerMinute, openSecondsPerSession, queryGigabytes } = assumptions;
  const looks = deployment.analysts === 0 ? 0 : openReadsPerMinute * openMinutes;
  const { openSessions, readUnits } = openIndexOf(deployment);
  const gigabyteSeconds = looks * openSessions * openSecondsPerSession * queryGigabytes;
  return {
    service: 'Console, overview',
    usdPerMonth:
      looks * readUnits * listPrices.dynamoReadUnit +
      gigabyteSeconds * listPrices.lambdaGigabyteSecond,
    fixedUsdPerMonth: 0,
    what: `${millions(looks * readUnits)} read units: who is connected, twice a minute`,
  };
}
