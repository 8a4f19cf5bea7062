// The population of the local run: what the organisation counts to, by the hour of the events
// (domain/population/step-counts.ts), kept in memory and in rows of the control table, one for each
// day. One process writes them, so what a call added is seen by the next, however soon it comes.

import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { PopulationCounts } from '../domain/population/population.ts';
import { StepCounts } from '../domain/population/step-counts.ts';
import { inParallel } from '../domain/process/in-parallel.ts';
import type { PopulationStore } from '../domain/process/ports.ts';
import { readPartition } from '../lambdas/aws/dynamodb/control-reads.ts';
import {
  type ControlTable,
  expiryAfter,
  keyItem,
  text,
} from '../lambdas/aws/dynamodb/control-rows.ts';
import { makePopulationStore } from '../lambdas/aws/dynamodb/population-store.ts';

const partition = 'POPULATION#HOURS';
const stepsPerDay = 24;
/** Rows expire this long after they were written last. */
const retentionDays = 90;

const numbers = v.array(v.number());
const countsSchema: v.GenericSchema<unknown, PopulationCounts> = v.object({
  users: v.number(),
  asked: numbers,
  fresh: numbers,
  weeks: numbers,
  sessions: v.number(),
  since: v.number(),
});
const daySchema = v.array(countsSchema);

/** Makes the PopulationStore over the control table of one process. */
export function makeLocalPopulation(table: ControlTable): PopulationStore {
  const shared = makePopulationStore(table, () => 0);
  let reading: Promise<StepCounts> | undefined;
  const read = (): Promise<StepCounts> => {
    reading ??= readSteps(table).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
  return {
    view: async (keys, time) => {
      const [steps, view] = await Promise.all([read(), shared.view(keys, time)]);
      return { ...view, ...steps.at(time), steps };
    },
    add: async ({ sessions = [], uses }) => {
      const steps = await read();
      const days = new Set(sessions.map((one) => Math.floor(steps.add(one) / stepsPerDay)));
      await inParallel([...days], (day) => writeDay(table, steps, day));
      await shared.add({ periods: new Map(), uses });
    },
    markMalicious: (keys, until, by) => shared.markMalicious(keys, until, by),
  };
}

async function readSteps(table: ControlTable): Promise<StepCounts> {
  const steps = new StepCounts();
  for (const item of await readPartition(table, partition)) {
    // A row that cannot be read costs accuracy, nothing else.
    const day = v.safeParse(daySchema, JSON.parse(item['document']?.S ?? '[]'));
    for (const counts of day.success ? day.output : []) steps.add(counts);
  }
  return steps;
}

async function writeDay(table: ControlTable, steps: StepCounts, day: number): Promise<void> {
  const ofDay = Array.from({ length: stepsPerDay }, (_, at) => steps.of(day * stepsPerDay + at));
  const sk = String(day).padStart(6, '0');
  const document = text(JSON.stringify(ofDay.filter((counts) => counts !== undefined)));
  const expiresAt = expiryAfter(table, retentionDays);
  await table.client.send(
    new PutItemCommand({
      TableName: table.tableName,
      Item: { ...keyItem({ pk: partition, sk }), document, expiresAt },
    }),
  );
}
