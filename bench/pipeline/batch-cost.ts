// Write and read units of an event by how many events an invocation holds, on the real functions
// over a DynamoDB API: a day of an organisation, everybody's events in the order of time, cut into
// batches of one size, or as a relay cuts them. The day before is not counted: it makes profiles.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { makeControlStore } from '../../lambdas/aws/dynamodb/control-store.ts';
import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';
import { makeOpenStore } from '../../lambdas/aws/dynamodb/open-store.ts';
import { encodeBatch } from '../../wire/batch.ts';
import { recordOf } from './message.ts';
import { tableProcess } from './table-process.ts';
import { startBenchTables } from './tables.ts';
import { batchOf, type Shape, sessionOf } from './traffic.ts';
import { meterOf } from './write-meter.ts';

export type BatchCost = {
  readonly events: number;
  readonly batches: number;
  /** Per event, every row counted. */
  readonly writeUnits: number;
  /** Of these, rows of last words. */
  readonly wordUnits: number;
  /** Of these, what the index of open sessions adds to rows of words, and its own rows. */
  readonly openUnits: number;
  /** Of these, rows of batches: the ledger. */
  readonly ledgerUnits: number;
  readonly readUnits: number;
};

/** As the reconcile run looks at the index (lambdas/sweep/sweep.ts). */
const lookEveryMs = 30 * 60_000;

/** How events are cut: by number, or as the relay flushes (`relay/ship`). */
export type Cut = number | 'flush';

const batchEventsMax = 400;
/** Of the day that is not counted: few new people at a time are nothing to wait for. */
const warmBatch = 50;
/** A Start leaves within 2 s and takes along what waits; anything else within 20 s. */
const flushAfterMs = 2_000;
const patienceMs = 20_000;

/** Plays two days of so many people and counts the second. */
export async function batchCostOf(shape: Shape, users: number, cut: Cut): Promise<BatchCost> {
  const tables = await startBenchTables();
  let now = 0;
  const process = tableProcess(tables, () => now);
  const index = makeOpenStore({
    client: tables.client,
    tableName: tables.profiles,
    now: () => now,
  });
  const control = makeControlStore({
    client: tables.client,
    tableName: tables.control,
    now: () => now,
  });
  let lookedAt = 0;
  let position = 1;
  const deliver = async (batches: readonly (readonly AccountingEvent[])[]): Promise<void> => {
    for (const events of batches) {
      now = events.at(-1)?.receivedTime ?? now;
      const record = recordOf(encodeBatch(batchOf(events, position)));
      const { batchItemFailures } = await process({ Records: [record] });
      if (batchItemFailures.length > 0) throw new Error('a batch was not taken');
      position += events.length;
      if (now - lookedAt < lookEveryMs) continue;
      lookedAt = now;
      await index.compact((ids) => control.watermarks(ids));
    }
  };
  await deliver(batchesOf(dayOf(shape, users, 0), warmBatch));
  const reader = makeDynamoClient({ endpoint: tables.endpoint });
  const meter = meterOf(tables.client, reader, tables.control);
  const events = dayOf(shape, users, 1);
  const batches = batchesOf(events, cut);
  await deliver(batches);
  reader.destroy();
  await tables.stop();
  const perEvent = (units: number) => units / events.length;
  return {
    events: events.length,
    batches: batches.length,
    writeUnits: perEvent(meter.writeUnits),
    wordUnits: perEvent(meter.byRow.get('WORDS') ?? 0),
    openUnits: perEvent((meter.byRow.get('NEWS') ?? 0) + (meter.byRow.get('OPEN') ?? 0)),
    ledgerUnits: perEvent(meter.byRow.get('LEDGER') ?? 0),
    readUnits: perEvent(meter.readUnits),
  };
}

/** A session of each person, all events in the order of time. */
function dayOf(shape: Shape, users: number, day: number): readonly AccountingEvent[] {
  const sessions = Array.from({ length: users }, (_, user) =>
    sessionOf(shape, { user, day, turn: 0 }),
  );
  return sessions.flat().sort((a, b) => a.time - b.time || (a.eventId < b.eventId ? -1 : 1));
}

function batchesOf(events: readonly AccountingEvent[], cut: Cut): readonly AccountingEvent[][] {
  const batches: AccountingEvent[][] = [];
  let batch: AccountingEvent[] = [];
  let leavesAt = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const isFull = batch.length >= (cut === 'flush' ? batchEventsMax : cut);
    if (isFull || (cut === 'flush' && event.time >= leavesAt)) {
      batches.push(batch);
      batch = [];
      leavesAt = Number.POSITIVE_INFINITY;
    }
    batch.push(event);
    const waits = event.kind === 'start' ? flushAfterMs : patienceMs;
    leavesAt = Math.min(leavesAt, event.time + waits);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
