// Read and write units of what is asked of a table, as DynamoDB bills them, and time.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The units of all calls that a piece of work makes, as the table bills them. */
export type CountUnits = (work: () => Promise<unknown>) => Promise<number>;

/** Only while it counts: calls that are asked for their units take the long way here. */
export function countUnits(client: DynamoDBClient): CountUnits {
  let units = 0;
  let isCounting = false;
  type Send = (command: { input: object }, ...rest: unknown[]) => Promise<unknown>;
  const send = client.send.bind(client) as unknown as Send;
  const counted: Send = async (command, ...rest) => {
    if (!isCounting) return send(command, ...rest);
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const result = (await send(command, ...rest)) as { ConsumedCapacity?: unknown };
    for (const one of [result.ConsumedCapacity ?? []].flat() as { CapacityUnits?: number }[]) {
      units += one.CapacityUnits ?? 0;
    }
    return result;
  };
  Object.assign(client, { send: counted });
  return async (work) => {
    units = 0;
    isCounting = true;
    await work().finally(() => {
      isCounting = false;
    });
    return units;
  };
}

/** What was spent since a moment. */
export type Spent = { readonly ms: number; readonly processorMs: number };

/** Begins to measure: the processor's time is of this process, whatever else the machine does. */
export function beginSpent(): () => Spent {
  const began = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { ms: performance.now() - began, processorMs: (user + system) / 1000 };
  };
}
