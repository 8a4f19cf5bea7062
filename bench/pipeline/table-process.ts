// The process function as it is deployed, over the benchmarks' tables: locations are in a map, what
// is published goes nowhere.

import { makeTableProcess } from '../../lambdas/wiring/table-handlers.ts';
import type { BenchTables } from './tables.ts';
import { locationOf } from './traffic.ts';

/** @param now what the function takes for the time, Unix ms */
export const tableProcess = (tables: BenchTables, now: () => number) =>
  makeTableProcess({
    client: tables.client,
    profilesTable: tables.profiles,
    controlTable: tables.control,
    now,
    locate: async (addresses) => new Map(addresses.map((one) => [one, locationOf(one)])),
    postpone: async () => undefined,
    bus: { send: async () => undefined },
    writeLog: () => undefined,
  });
