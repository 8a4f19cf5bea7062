// The estimate against hand-computed rows, and what it rests on against the code: settings of relay
// and stack, sizes of batches, and units of a real DynamoDB API counted by its billing rules.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { listPrices } from '../../../cli/size/list-prices.ts';
import { runSize } from '../../../cli/size/size-command.ts';
import { limitsOf, loadOf, writeUnitsPerSession } from '../../../cli/size/sizing.ts';
import { assumptions } from '../../../cli/size/sizing-assumptions.ts';
import { costOf, totalOf } from '../../../cli/size/sizing-cost.ts';
import { batchIdRetentionDays } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { relayDefaults } from '../../../relay/config/relay-config.ts';
import { controlTimes } from '../../../relay/control/control-loop.ts';
import { journalDefaults } from '../../../relay/journal/journal-options.ts';
import { unawaitedFlushes } from '../../../relay/ship/flush-timer.ts';
import { encodeBatch } from '../../../wire/batch.ts';
import { ofType, synthesize, theOne } from '../../lib/synthesized.ts';
import { asaBatch } from '../../support/batches.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { usualDeployment } from '../../support/deployments.ts';
import { eventOf, hourMs, minuteMs, morning } from '../../support/events.ts';

const office = usualDeployment(5_000);

describe('the load of the relay', () => {
  it('is what paper says of 5,000 users with 3 sessions of 160 minutes and interims', () => {
    const load = loadOf(office);

    // 160 minutes: interims at 10, 20 ... 150, the Stop at 160; with Start and Stop 17 packets.
    expect(load.interimsPerSession).toBe(15);
    // Written: the first of each two hours of the clock; 140 minutes lie between first and last.
    expect(load.interimsKeptPerSession).toBeCloseTo(1 + 140 / 120, 9);
    expect(load.packetsPerDay).toBe(5_000 * 3 * 17);
    expect(load.packetsPerSecond).toBeCloseTo(255_000 / 86_400, 9);
    // 10,000 packets in a minute, and 5,000 interims in ten.
    expect(load.packetsPerSecondPeak).toBeCloseTo(166.667 + 8.333, 2);
    expect(load.journalBytesPerDay).toBe(255_000 * 760);
    // 3 x 193.8 MB are 554.5 MiB, and a segment of 64.
    expect(load.journalMiBForOutage).toBe(619);
    expect(load.diskMiBForOutage).toBe(619 + 256);
    // 0.1736 Starts a second: within 18 s comes one in 5.507 s on average, and 16 of 17 batches
    // wait for one: 2 + 5.183 s of 2.951 a second, and the first event.
    expect(load.eventsPerBatch).toBeCloseTo(22.2, 3);
    expect(load.batchesPerDay).toBeCloseTo(255_000 / 22.199_8, 0);
  });

  it('is two packets a session where the gateway sends no interims', () => {
    const load = loadOf({ ...office, interimMinutes: 0 });

    expect(load.packetsPerDay).toBe(30_000);
    expect(load.packetsPerSecondPeak).toBeCloseTo(166.667, 3);
  });

  it('has no interim in a session shorter than the period', () => {
    const brief = { ...office, hoursPerDay: 0.5, interimMinutes: 10 };

    expect(loadOf(brief).interimsPerSession).toBe(0);
    expect(loadOf({ ...brief, hoursPerDay: 0.55 }).interimsPerSession).toBe(1);
  });

  it('fills batches to 56 KB and not beyond', () => {
    const load = loadOf({ ...office, users: 50_000_000 });

    // (57,344 - 800) / 140 octets.
    expect(load.eventsPerBatch).toBe(403);
  });
});

describe('the cost', () => {
  const line = (service: string, deployment = office): number =>
    costOf(deployment).find((one) => one.service === service)?.usdPerMonth ?? Number.NaN;

  it('is what paper says, service by service', () => {
    // 344,596 batches and as many invocations, 7,650,000 events, 450,000 sessions a month.
    const batches = (255_000 / 22.199_809) * 30;

    expect(line('API Gateway')).toBeCloseTo(batches * 1e-6, 4);
    // Per batch: 3 requests, 15 ms of 256 MB, 35 ms and 10 ms of 1 GB; 2.4 ms an event.
    const gigabyteSeconds = batches * (0.003_75 + 0.035 + 0.01) + 7_650_000 * 0.002_4;
    expect(line('Lambda')).toBeCloseTo(batches * 6e-7 + gigabyteSeconds * 1.333_34e-5, 4);
    // 15 idle polls a minute: 648,000.
    expect(line('SQS')).toBeCloseTo((3 * batches + 648_000) * 4e-7, 4);
    // Profile and session at the Start, the session at the Stop and in each span: 1.12 and 1.01
    // units a row; 0.3 beside. A row for each batch, and the ledger.
    const writes = (1.12 + 2.02 + 2.3 + (1 + 140 / 120) * 1.01) * 450_000 + 2 * batches;
    const reads = 2.8 * 7_650_000 + 2 * batches + 13 * 43_200;
    expect(line('DynamoDB')).toBeCloseTo(writes * 6.25e-7 + reads * 1.25e-7, 4);
    // Every row weighs 100 octets more than it holds.
    const users = 5_000 * (693 + 1_325 + 870);
    const gigabytes = (15_000 * 180 * 1_015 + users + (batches / 2) * 400) / 1e9;
    expect(line('DynamoDB storage')).toBeCloseTo(gigabytes * 0.25, 4);
    expect(line('Recovery (PITR)')).toBeCloseTo(gigabytes * 0.2, 4);
    expect(line('KMS')).toBeCloseTo(2 + 86_400 * 3e-6, 6);
    // Two relays, three requests a minute each; two secrets.
    const asked = 259_200 * (1.2e-6 + 0.01 * 0.000_013_333_4);
    const rows = 86_400 * (2 * 6.25e-7 + 7 * 1.25e-7);
    expect(line('Settings, health')).toBeCloseTo(asked + rows, 4);
    expect(line('Secrets Manager')).toBeCloseTo(0.8, 6);
    // 8,640 runs of a second of 512 MB; 5,000 profiles four times a day at half a unit and 0.6 ms.
    const sweep = 8_640 * (1.2e-6 + 0.5 * 0.000_013_333_4);
    const looks = 600_000 * (0.52 * 1.25e-7 + 0.000_3 * 0.000_013_333_4);
    expect(line('Sweep')).toBeCloseTo(sweep + looks, 5);
    // The eight newest sessions of each; 48 looks a day at the index.
    const index = (5_000 / 3) * 55 + 5_000 * 10;
    const units = 600_000 + 1_440 * (11.5 + (3 * index) / 4_096 / 2);
    expect(line('Sweep, sessions')).toBeCloseTo(units * 1.25e-7, 5);
    // A row for each invocation; half the octets again for the index; three days of them stand.
    const kept = 1 + 140 / 120;
    const octets = 450_000 * ((15 - kept) * 25 + (1 + kept) * 55 + 6);
    const rowOctets = octets + batches * 60;
    const words = Math.max(batches, rowOctets / 1_024) + octets / 1_024 / 2;
    const stored = (rowOctets + batches * 100) / 10 / 1e9;
    expect(line('Last words, open sessions')).toBeCloseTo(words * 6.25e-7 + stored * 0.45, 4);
    expect(line('EventBridge')).toBeCloseTo(300e-6, 6);
    // Lines of batches, invocations, relays, consoles and sweeps, kept a month.
    const logs = batches * 1_050 + (259_200 + 380_160) * 600 + 8_640 * 450;
    expect(line('CloudWatch')).toBeCloseTo((logs / 1e9) * 0.53 + 3.2 + 3.3 + 3, 4);
  });

  it('is what paper says of those who ask', () => {
    // Three analysts, 176 hours a month, 12 requests a minute: 380,160.
    expect(line('Cognito')).toBeCloseTo(0.045, 6);
    // 132 loads of 8 files and 600 KB; answers of 4 KB.
    const carried = (380_160 * 4_000 + 132 * 600_000) / 1e9;
    const files = 132 * 8 * 0.4e-6 + 0.0006 * 0.023;
    const requests = (380_160 + 132 * 8) * 1e-6;
    expect(line('CloudFront, S3')).toBeCloseTo(requests + carried * 0.085 + files, 5);
    const asked = 380_160 * (1.2e-6 + 0.01 * 0.000_013_333_4);
    expect(line('Console, asking')).toBeCloseTo(asked + 3 * 34 * 10_560 * 1.25e-7, 5);
    // Twice a minute an index of 1,667 sessions of 55 octets and 5,000 places of 10, and twice as
    // much said since: 104.1 read units; 0.1 ms of 512 MB a session.
    const index = (5_000 / 3) * 55 + 5_000 * 10;
    const units = 11.5 + (3 * index) / 4_096 / 2;
    const looked = 21_120 * (units * 1.25e-7 + (5_000 / 3) * 0.000_05 * 0.000_013_333_4);
    expect(line('Console, overview')).toBeCloseTo(looked, 4);
    // A machine that asks all month has a new token each hour.
    expect(line('Cognito', { ...office, machines: 2 })).toBeCloseTo(0.045 + 2 * (6 + 1.62), 6);
    const closed = { ...office, analysts: 0 };
    expect(line('Console, asking', closed) + line('Console, overview', closed)).toBe(0);
  });

  it('says what is fixed, which no user changes, and what grows', () => {
    const fixedOf = (users: number) => totalOf(usualDeployment(users)).fixedUsdPerMonth;

    expect(fixedOf(100_000)).toBeCloseTo(fixedOf(1), 9);
    // Keys, relays, secrets, sweep, idle polls, shared rows; alarms, metrics, dashboard and logs.
    const idle = 2.259_2 + 0.529_2 + 0.8 + 0.068 + 0.259_2 + 0.070_2;
    expect(fixedOf(1)).toBeCloseTo(idle + 3.2 + 3.3 + 3 + 0.159_408 * 0.53, 3);
    for (const { fixedUsdPerMonth, usdPerMonth } of costOf(office)) {
      expect(fixedUsdPerMonth).toBeLessThanOrEqual(usdPerMonth);
    }
  });

  it('takes the cheaper tier of the API above 300 million requests', () => {
    const huge = { ...office, users: 100_000_000 };
    const batches = loadOf(huge).batchesPerDay * 30;

    expect(batches).toBeGreaterThan(300e6);
    expect(line('API Gateway', huge)).toBeCloseTo(300 + (batches - 300e6) * 9e-7, 2);
  });

  it('counts a second billing unit only for what is over 64 KB', () => {
    const full = { ...office, users: 50_000_000 };
    const batches = loadOf(full).batchesPerDay * 30;

    expect(line('SQS', full)).toBeCloseTo((3 * batches + 648_000) * listPrices.sqsRequest, 2);
  });
});

describe('the limits', () => {
  it('come nearest first and are far away for 5,000 users', () => {
    const limits = limitsOf(office);
    const shares = limits.map(({ need, bound }) => need / bound);

    expect(limits[0]?.name).toContain('journal');
    expect([...shares].sort((a, b) => b - a)).toEqual(shares);
    expect(Math.max(...shares)).toBeLessThan(1);
  });

  it('say for half a million users what would give way, and what to do', () => {
    const lines: string[] = [];
    runSize(['--users', '500000'], { out: (text) => lines.push(text), error: () => undefined });

    expect(lines.join()).toMatch(/profiles table, new.*\n.*OVER: warm the table/);
    expect(lines.join()).toMatch(/journal of the relay.*\n.*OVER: raise journalMaxMiB/);
  });

  it('compare table and process by hand-computed numbers', () => {
    const byName = new Map(limitsOf(office).map((limit) => [limit.name, limit]));

    // 175 events a second; two of them make a session: 5.44 / 2 units.
    expect(byName.get('profiles table, new, at the peak')?.need).toBeCloseTo(476, 1);
    // 10 batches of 351 events take 35 ms + 3,510 x 2.4 ms; 20 of them run at once.
    expect(byName.get('process, 20 at once, at the peak')?.bound).toBeCloseTo(70_200 / 8.459, 0);
  });
});

describe('npm run size', () => {
  const run = (...args: string[]) => {
    let out = '';
    let error = '';
    const code = runSize(args, {
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
    });
    return { code, out, error };
  };

  it('prints the same numbers as JSON, with the month of the prices', () => {
    const { code, out } = run('--users', '5000', '--json');
    const { load, cost, limits } = JSON.parse(out);

    expect(code).toBe(0);
    expect(load).toEqual(loadOf(office));
    expect(cost.usdPerMonth).toBe(totalOf(office).usdPerMonth);
    expect(cost.pricesAsOf).toMatch(/^20\d\d-\d\d$/);
    expect(limits).toHaveLength(5);
  });

  it('names every service and its sum in the text', () => {
    const { out } = run('--users', '5000', '--sessions-per-day', '3', '--interim-minutes', '10');

    for (const { service } of costOf(office)) expect(out).toContain(service);
    expect(out).toContain('255,000');
    expect(out).toMatch(/sum +\d+\.\d\d +13\.\d\d/);
  });

  it('explains itself', () => {
    const { code, out } = run('--help');

    expect(code).toBe(0);
    expect(out).toContain('--interim-minutes');
  });

  it.each([
    ['words', ['--users', 'many'], /--users is "many", expected a whole number from 1/],
    ['none', ['--users', '0'], /--users/],
    ['parts of a person', ['--users', '1.5'], /--users/],
    ['more than a day', ['--hours-per-day', '25'], /--hours-per-day is "25".*to 24/],
    ['negative numbers', ['--interim-minutes=-1'], /--interim-minutes is "-1"/],
    ['numbers in disguise', ['--users', '1e3'], /--users is "1e3"/],
    ['packets above 4,096 octets', ['--packet-bytes', '9000'], /--packet-bytes/],
    ['options it does not know', ['--user', '5'], /--user/],
  ])('refuses %s', (_, args, message) => {
    const { code, out, error } = run(...args);

    expect(code).toBe(64);
    expect(out).toBe('');
    expect(error).toMatch(message);
  });

  it('names every mistake at once', () => {
    const { error } = run('--users', 'x', '--packet-bytes', '1');

    expect(error).toMatch(/--users[\s\S]*--packet-bytes/);
  });
});

describe('what the estimate assumes', () => {
  it('is how the relay is built', () => {
    expect(assumptions.flushSeconds * 1_000).toBe(relayDefaults.flushAfterMs);
    const { flushSeconds, flushSecondsUnawaited } = assumptions;
    expect(flushSecondsUnawaited).toBe(unawaitedFlushes * flushSeconds);
    expect(assumptions.journalMaxMiB).toBe(relayDefaults.journalMaxMiB);
    expect(assumptions.segmentMiB * 1024 ** 2).toBe(journalDefaults.segmentBytesMax);
    expect(assumptions.freeMiB * 1024 ** 2).toBe(journalDefaults.freeBytesMin);
    expect(assumptions.batchIdDays).toBe(batchIdRetentionDays);
  });

  it('is how the stack is built', () => {
    const stack = synthesize();
    const memoryOf = (name: string): number =>
      theOne(stack, 'AWS::Lambda::Function', `Functions${name}`).Properties.MemorySize;
    const mapping = theOne(stack, 'AWS::Lambda::EventSourceMapping', 'Process').Properties;
    const { RouteSettings } = theOne(stack, 'AWS::ApiGatewayV2::Stage', 'Edge').Properties;

    expect(memoryOf('Admit')).toBe(assumptions.admitGigabytes * 1024);
    expect(memoryOf('Process')).toBe(assumptions.processGigabytes * 1024);
    expect(memoryOf('Locate')).toBe(assumptions.locateGigabytes * 1024);
    expect(mapping.BatchSize).toBe(assumptions.batchesPerInvocation);
    expect(mapping.MaximumBatchingWindowInSeconds).toBe(assumptions.windowSeconds);
    expect(mapping.ScalingConfig.MaximumConcurrency).toBe(assumptions.invocationsMax);
    expect(RouteSettings['POST /v1/batches'].ThrottlingRateLimit).toBe(
      assumptions.ingestRequestsPerSecondMax,
    );
    expect(ofType(stack, 'AWS::CloudWatch::Alarm')).toHaveLength(assumptions.alarms);
    expect(ofType(stack, 'AWS::CloudWatch::Dashboard')).toHaveLength(assumptions.dashboards);
    expect(ofType(stack, 'AWS::KMS::Key')).toHaveLength(assumptions.keys);
    expect(ofType(stack, 'AWS::SecretsManager::Secret')).toHaveLength(assumptions.secrets);
    const control = theOne(stack, 'AWS::Lambda::Function', 'ControlFunction').Properties;
    expect(control.MemorySize).toBe(assumptions.controlGigabytes * 1024);
    const { fetchMs, reportMs } = controlTimes;
    const perMinute = 60_000 / fetchMs + 60_000 / reportMs;
    expect(perMinute).toBe(assumptions.relayRequestsPerMinute);
  });

  it.each([1, 7, 50, 400])('is no smaller than a batch of %d events', (events) => {
    const real = encodeBatch(asaBatch(events)).length;
    const assumed = assumptions.batchBytes + events * assumptions.batchBytesPerEvent;

    expect(real).toBeLessThanOrEqual(assumed);
    expect(real).toBeGreaterThan(assumed / 2);
  });

  it('covers what a user’s month costs in DynamoDB, each event on its own', async () => {
    const cloud = await startTestCloud(morning);
    const meter = meterOf(cloud);

    await playDays(cloud, { from: 0, to: 9 });
    const before = { ...meter };
    await playDays(cloud, { from: 9, to: 13 });
    await cloud.stop();

    const sessions = 4 * 3;
    const events = sessions * 4;
    const { sessionWriteUnits, readUnitsPerEvent } = assumptions;
    // Rows of words and open sessions have a line of their own: one for each invocation at most.
    const shared = meter.sharedUnits - before.sharedUnits;
    expect(shared).toBeGreaterThan(0);
    expect(shared).toBeLessThanOrEqual(events);
    const written = meter.writeUnits - before.writeUnits - shared;
    // Interims at 50 and 100 minutes lie in two spans.
    const { writeUnitsPerSessionBeside } = assumptions;
    const perSession = writeUnitsPerSession + writeUnitsPerSessionBeside;
    const assumed = sessions * (perSession + 2 * sessionWriteUnits);
    expect(written).toBeLessThanOrEqual(assumed);
    expect(written).toBeGreaterThan(assumed / 2);
    expect((meter.readUnits - before.readUnits) / events).toBeLessThanOrEqual(readUnitsPerEvent);
    expect(meter.sessionBytesMax).toBeLessThanOrEqual(assumptions.sessionRowBytes);
    expect(meter.profileBytesMax).toBeLessThanOrEqual(1_024);
  }, 60_000);
});

/** Counts what AWS would bill on the profiles table, from the items themselves. */
function meterOf({ dynamo, tables }: TestCloud) {
  const meter = {
    writeUnits: 0,
    /** Of rows of words, which many share. */
    sharedUnits: 0,
    readUnits: 0,
    sessionBytesMax: 0,
    profileBytesMax: 0,
  };
  dynamo.client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as {
        TableName?: string;
        Item?: Item;
        ReturnConsumedCapacity?: string;
      };
      if (context.commandName === 'QueryCommand') input.ReturnConsumedCapacity = 'TOTAL';
      const result = await next(args);
      if (input.TableName !== tables.profiles) return result;
      const output = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      meter.readUnits += output.ConsumedCapacity?.CapacityUnits ?? 0;
      if (input.Item) {
        const bytes = itemBytes(input.Item);
        meter.writeUnits += Math.ceil(bytes / 1024);
        const isShared = input.Item?.['pk']?.S?.startsWith('WORDS#');
        if (isShared) meter.sharedUnits += Math.ceil(bytes / 1024);
        const key = input.Item['sk']?.S ?? '';
        if (key.startsWith('S#')) meter.sessionBytesMax = Math.max(meter.sessionBytesMax, bytes);
        if (key.startsWith('Z#')) meter.profileBytesMax = Math.max(meter.profileBytesMax, bytes);
      }
      return result;
    },
    { step: 'initialize' },
  );
  return meter;
}

type Item = Record<string, AttributeValue>;

/** DynamoDB developer guide, "Item sizes": names and values; a number takes half its digits. */
function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, { S, N, B }]) => {
    const number = Math.ceil((N ?? '').length / 2) + 1;
    const value = B ? B.length : S === undefined ? number : Buffer.byteLength(S);
    return sum + Buffer.byteLength(name) + value;
  }, 0);
}

/**
 * Three sessions a day from two places: Start, two interims and a Stop, each a message of its own.
 */
async function playDays(
  cloud: TestCloud,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  for (let session = from * 3; session < to * 3; session += 1) {
    const start = morning + Math.floor(session / 3) * 24 * hourMs + (session % 3) * 3 * hourMs;
    for (const [index, kind] of (['start', 'interim', 'interim', 'stop'] as const).entries()) {
      const at = start + index * 50 * minuteMs;
      const event = eventOf({
        kind,
        at,
        user: 'jonas.weber@contoso.com',
        sessionId: `session-${session}`,
        address: session % 4 === 3 ? '2.125.160.216' : '81.2.69.142',
        device: 'LT-0412',
        ...(index > 0 && { seconds: index * 50 * 60, octetsIn: `${index}123456789` }),
      });
      cloud.setNow(at);
      await cloud.deliver([[event]]);
    }
  }
}
