// What a correction costs: a session from home, the next one from elsewhere an hour later, and the
// Stop of the first before it, a moment after it or much later: the same three records, so that
// what the order adds is what is made again. On the real functions over a DynamoDB API.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';
import { makeQueryStore } from '../../lambdas/aws/dynamodb/query-store.ts';
import { encodeBatch } from '../../wire/batch.ts';
import { recordOf } from './message.ts';
import { tableProcess } from './table-process.ts';
import { startBenchTables } from './tables.ts';
import { batchOf, begin, sessionOf, shapes } from './traffic.ts';
import { meterOf } from './write-meter.ts';

const warmDays = 40;
const hourMs = 3_600_000;

type CorrectionCost = {
  readonly name: string;
  /** What became of the detection; `none` where it stands as it was told, `no detection`. */
  readonly change: string;
  /** Write units of the three records, and of the Stop alone. */
  readonly writeUnits: number;
  readonly stopUnits: number;
  /** Write units of the Stop by kind of row. */
  readonly rows: readonly (readonly [row: string, units: number])[];
};

/** The costs as a table. */
export const correctionHead = [
  'the Stop comes',
  'its detection',
  'write units of the three',
  'of the Stop',
  'by row',
];
export async function correctionRows(): Promise<string[][]> {
  const found = await correctionCosts();
  return found.map(({ name, change, writeUnits, stopUnits, rows }) => {
    const byRow = rows.map(([row, units]) => `${row} ${units}`).join(', ');
    return [name, change, `${writeUnits}`, `${stopUnits}`, byRow];
  });
}

/** Plays each case for a user of its own. */
async function correctionCosts(): Promise<readonly CorrectionCost[]> {
  const tables = await startBenchTables();
  let now = begin;
  let position = 1;
  const process = tableProcess(tables, () => now);
  const play = async (event: AccountingEvent): Promise<void> => {
    now = event.receivedTime;
    const record = recordOf(encodeBatch(batchOf([event], position)));
    const { batchItemFailures } = await process({ Records: [record] });
    if (batchItemFailures.length > 0) throw new Error('a record was not taken');
    position += 1;
  };
  const reader = makeDynamoClient({ endpoint: tables.endpoint });
  const found: CorrectionCost[] = [];
  for (const [at, [name, stopAfterMs, device]] of cases.entries()) {
    const user = userOf(at);
    for (let day = 0; day < warmDays; day += 1) {
      if ((day + user) % 10 === 9) continue;
      for (const event of sessionOf(shapes[0], { user, day, turn: 0 })) await play(event);
    }
    const meter = meterOf(tables.client, reader, tables.control);
    const { home, next, stop } = recordsOf(user, stopAfterMs, device);
    const order = stopAfterMs < 0 ? [home, stop, next] : [home, next, stop];
    let stopUnits = 0;
    const rows = new Map<string, number>();
    for (const event of order) {
      const before = meter.writeUnits;
      const byRow = new Map(meter.byRow);
      await play(event);
      if (event !== stop) continue;
      stopUnits = meter.writeUnits - before;
      for (const [row, units] of meter.byRow) {
        const added = units - (byRow.get(row) ?? 0);
        if (added > 0) rows.set(row, added);
      }
    }
    const store = makeQueryStore({ client: reader, tableName: tables.profiles, now: () => now });
    const page = await store.userDetections(`person.${user}@example.com`, { limit: 10 });
    const change = page.items[0]?.correction?.change ?? (page.items[0] ? 'none' : 'no detection');
    found.push({
      name,
      change,
      writeUnits: meter.writeUnits,
      stopUnits,
      rows: [...rows].sort((a, b) => b[1] - a[1]),
    });
  }
  await tables.stop();
  return found;
}

const cases: readonly (readonly [name: string, stopAfterMs: number, device?: string])[] = [
  ['before the next Start', -5_000],
  ['4 s after it, no device', 4_000],
  ['before the next Start of a new device', -5_000, 'F00D'],
  ['4 s after it, a new device', 4_000, 'F00D'],
  ['20 min after it, a new device', 20 * 60_000, 'F00D'],
];

/** Users whose last day is one at home. */
const userOf = (at: number): number => 10 + at;

/** The three records; the next session comes from elsewhere. @param device a new one */
function recordsOf(user: number, stopAfterMs: number, device: string | undefined) {
  const session = (turn: number) => sessionOf(shapes[0], { user, day: warmDays, turn });
  const [start, stop] = session(0);
  const [second] = session(1);
  if (!start || !stop || !second) throw new Error('a session has a Start and a Stop');
  const from = start.time + hourMs;
  const ended = from + stopAfterMs;
  const seconds = (ended - start.time) / 1000;
  const { device: usual, ...plain } = second;
  return {
    home: start,
    next: {
      ...plain,
      time: from,
      receivedTime: from + 400,
      clientAddress: `203.0.113.${1 + user}`,
      ...(usual && device ? { device: { ...usual, key: `uid:${device}` } } : {}),
    },
    stop: {
      ...stop,
      time: ended,
      receivedTime: Math.max(ended, from) + 800,
      session: { ...stop.session, seconds },
    },
  };
}
