// Write and read units of an event by the shape of traffic, on the real functions over a DynamoDB
// API: once with every event in an invocation of its own, once with a whole session in one. A first
// stretch of days is not counted: it makes the profile that a person has most of the year.

import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';
import { encodeBatch } from '../../wire/batch.ts';
import { recordOf } from './message.ts';
import { tableProcess } from './table-process.ts';
import { startBenchTables } from './tables.ts';
import { batchOf, begin, dayMs, type Shape, sessionOf } from './traffic.ts';
import { type Meter, meterOf } from './write-meter.ts';

export type WriteCost = {
  readonly shape: string;
  readonly events: number;
  /** Per event. */
  readonly writeUnits: number;
  /** Of these, what is shared: once an invocation, however many events and people it has. */
  readonly sharedWriteUnits: number;
  readonly readUnits: number;
  /** Of these, what an instance reads once a minute, however many events it has. */
  readonly sharedReadUnits: number;
  /** Write units per event by kind of row, dearest first. */
  readonly rows: readonly (readonly [row: string, units: number])[];
};

/** Rows of the organisation and of relays, not of a person. */
const sharedRows = ['LEDGER', 'POPULATION', 'WORDS', 'NEWS'];
const warmDays = 40;
const countedDays = 10;
const sessionsPerDay = 2;

/** Plays the days of one person. `isCoalesced`: a session's events come in one invocation. */
export async function writeCostOf(shape: Shape, isCoalesced: boolean): Promise<WriteCost> {
  const tables = await startBenchTables();
  let now = begin;
  const process = tableProcess(tables, () => now);
  let position = 1;
  let meter: Meter = { writeUnits: 0, readUnits: 0, sharedReadUnits: 0, byRow: new Map() };
  let events = 0;
  for (let day = 0; day < warmDays + countedDays; day += 1) {
    if (day === warmDays) {
      meter = meterOf(
        tables.client,
        makeDynamoClient({ endpoint: tables.endpoint }),
        tables.control,
      );
      events = 0;
    }
    // Nobody works on two days of seven.
    if (day % 7 >= 5) continue;
    for (let turn = 0; turn < sessionsPerDay; turn += 1) {
      const session = sessionOf(shape, { user: 7, day, turn });
      for (const part of isCoalesced ? [session] : session.map((event) => [event])) {
        now = part.at(-1)?.receivedTime ?? begin + day * dayMs;
        await process({ Records: [recordOf(encodeBatch(batchOf(part, position)))] });
        position += part.length;
        events += part.length;
      }
    }
  }
  await tables.stop();
  const perEvent = (units: number) => units / events;
  const shared = [...meter.byRow].filter(([row]) => sharedRows.includes(row));
  return {
    shape: shape.name,
    events,
    writeUnits: perEvent(meter.writeUnits),
    sharedWriteUnits: perEvent(shared.reduce((sum, [, units]) => sum + units, 0)),
    readUnits: perEvent(meter.readUnits),
    sharedReadUnits: perEvent(meter.sharedReadUnits),
    rows: [...meter.byRow]
      .map(([row, units]) => [row, perEvent(units)] as const)
      .sort((a, b) => b[1] - a[1]),
  };
}
