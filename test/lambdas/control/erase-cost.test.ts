// What an erasure reads: the user's own partition and what that names, however many others there
// are in the same places, on the same networks and on the same device. Every kind of row is there.

import { paginateScan } from '@aws-sdk/client-dynamodb';
import { makeErasureBook } from '../../../lambdas/aws/dynamodb/erasure-book.ts';
import { makePersonalRows } from '../../../lambdas/aws/dynamodb/personal-rows.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { eraseUser, finishErasures } from '../../../lambdas/shared/erasures.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
const evening = morning + 10 * hourMs;
const device = { key: 'host:lt-0412', kind: 'host', name: 'lt-0412' } as const;

type Meter = {
  readonly requests: Map<string, number>;
  readUnits: number;
  itemsRead: number;
  /**
   * Of the directory, which is read for the keys of before, and of the names that the search knows
   * (decisions 0025, 0043): both grow with the users.
   */
  directoryReadUnits: number;
};

/** Counts requests by their name, what they read, and the units that the table says it took. */
function meterOf({ dynamo }: TestCloud): Meter {
  const requests = new Map<string, number>();
  const meter: Meter = { requests, readUnits: 0, itemsRead: 0, directoryReadUnits: 0 };
  dynamo.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const isRead = /^(Query|GetItem|BatchGetItem|Scan)Command$/.test(commandName);
        const input = args.input as { ReturnConsumedCapacity?: string };
        if (isRead) input.ReturnConsumedCapacity = 'TOTAL';
        const result = await next(args);
        const output = result.output as {
          ScannedCount?: number;
          ConsumedCapacity?: { CapacityUnits?: number };
        };
        meter.requests.set(commandName, (meter.requests.get(commandName) ?? 0) + 1);
        const units = output.ConsumedCapacity?.CapacityUnits ?? 0;
        const isOfNames = /"(?:DIRECTORY|SEARCH)["#]/.test(JSON.stringify(args.input));
        if (isOfNames && isRead) {
          meter.directoryReadUnits += units;
          return result;
        }
        meter.itemsRead += output.ScannedCount ?? 0;
        meter.readUnits += units;
        return result;
      },
    { step: 'initialize' },
  );
  return meter;
}

/** Erases one user beside so many others, twice as the sweep does; what both read. */
async function eraseBeside(others: number): Promise<Meter & { readonly left: readonly string[] }> {
  let now = evening;
  const cloud = await startTestCloud(evening);
  const { client } = cloud.dynamo;
  const table = { client, tableName: cloud.tables.profiles, now: () => now };
  const control = { client, tableName: cloud.tables.control, now: () => now };
  const users = makeUserStore(table);
  const rowsOf = (userKey: string, place: string) =>
    [
      { type: 'directory', userKey, kind: 'person' },
      { type: 'place-user', cell: '51.5_-0.5', place, userKey, firstSeen: morning },
      { type: 'odd-user', key: 'n:17676', userKey, firstSeen: morning },
      { type: 'device-user', device, userKey, firstSeen: morning },
    ] as const;
  const names = Array.from({ length: others }, (_, index) => `colleague-${index}`);
  await users.putIndexRows(names.flatMap((name) => rowsOf(name, 'GB/England/London')));
  await cloud.deliver([
    [
      ...sessionEvents({ user: 'alice', address: london, minutes: 120, device: 'lt-0412' }),
      eventOf({ user: 'alice', address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs }),
    ],
  ]);
  // Places that the profile has long forgotten, as a traveller has.
  const forgotten = Array.from({ length: 40 }, (_, at) => rowsOf('alice', `FR//Town ${at}`)).flat();
  await users.putIndexRows(forgotten);
  const erasing = {
    book: makeErasureBook(control),
    rows: makePersonalRows(table),
    deadLetters: {
      listDeadLetters: async () => ({ entries: [] }),
      removeDeadLetter: async () => undefined,
    },
    domains: async () => ({ netbios: {} }),
  };
  const before = await keysWith(cloud, 'alice');
  for (const kind of [/USER#.* Z#/, /USER#.* S#/, /USER#.* D#/, /^DETECTIONS#/, /^DIRECTORY/]) {
    expect(before).toContainEqual(expect.stringMatching(kind));
  }
  for (const kind of [/^CELL#/, /^ODD#/, /^DEVICE#/, /USER#.* I#/]) {
    expect(before).toContainEqual(expect.stringMatching(kind));
  }
  const meter = meterOf(cloud);

  await eraseUser(erasing, 'alice', 'admin-1');
  now += 10 * minuteMs;
  await finishErasures(erasing, now, () => false);

  const cost = { ...meter, requests: new Map(meter.requests) };
  const left = await keysWith(cloud, 'alice');
  await cloud.stop();
  return { ...cost, left };
}

/** Keys of rows of the profiles table that have the text anywhere in them. */
async function keysWith({ dynamo, tables }: TestCloud, text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateScan(
    { client: dynamo.client },
    { TableName: tables.profiles },
  )) {
    for (const item of page.Items ?? []) {
      if (JSON.stringify(item).includes(text)) found.push(`${item['pk']?.S} ${item['sk']?.S}`);
    }
  }
  return found;
}

it('is the same among 1,000 colleagues as among ten, but for the directory', async () => {
  const few = await eraseBeside(10);
  const many = await eraseBeside(1_000);

  expect([few.left, many.left]).toEqual([[], []]);
  expect(many.requests).toEqual(few.requests);
  expect(many.requests.has('ScanCommand')).toBe(false);
  expect([many.itemsRead, many.readUnits]).toEqual([few.itemsRead, few.readUnits]);
  expect(many.readUnits).toBeLessThan(20);
  // Twice the directory and the names: 100 octets a user, 4 KB to a unit.
  expect(many.directoryReadUnits).toBeLessThanOrEqual(2 * Math.ceil((1_001 * 100) / 4_096));
});
