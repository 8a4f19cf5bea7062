// Events a second through the process function: decoded from real batches, located from a map,
// judged, folded, and written to memory or to dynalite. The fastest of several rounds counts, by
// the CPU time of this process: what else the machine does hardly shows.

import { makeProcess } from '../../lambdas/process/process.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';
import { makeLog } from '../../lambdas/shared/log.ts';
import { makeMemoryGateways } from '../../local/replay/memory-gateways.ts';
import { MemoryUsers } from '../../local/replay/memory-users.ts';
import { MemoryWords } from '../../local/replay/memory-words.ts';
import { encodeBatch } from '../../wire/batch.ts';
import { recordOf } from './message.ts';
import { tableProcess } from './table-process.ts';
import { startBenchTables } from './tables.ts';
import { batchOf, locationOf, type Shape, sessionOf } from './traffic.ts';

export type Throughput = {
  readonly events: number;
  /** CPU seconds of this process. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
};

const batchEvents = 500;
const messagesPerInvocation = 10;

/** The day of so many people as invocations of full batches, in the order of time. */
function invocationsOf(shape: Shape, users: number): string[][] {
  const events = Array.from({ length: users }, (_, user) =>
    sessionOf(shape, { user, day: 0, turn: 0 }),
  )
    .flat()
    .sort((a, b) => a.time - b.time);
  const bodies: string[] = [];
  for (let from = 0; from < events.length; from += batchEvents) {
    bodies.push(encodeBatch(batchOf(events.slice(from, from + batchEvents), from + 1)));
  }
  const invocations: string[][] = [];
  while (bodies.length > 0) invocations.push(bodies.splice(0, messagesPerInvocation));
  return invocations;
}

type Handler = ReturnType<typeof makeProcess>;

/** The process function with everything it writes to kept in memory. */
function memoryProcess(): Handler {
  return makeProcess({
    ports: {
      users: new MemoryUsers({ openMax: Number.POSITIVE_INFINITY }),
      gateways: makeMemoryGateways(),
      words: new MemoryWords(sha256Hash),
      locate: async (addresses) => new Map(addresses.map((one) => [one, locationOf(one)])),
      settings: async () => ({ domains: { netbios: {} } }),
      hash: sha256Hash,
    },
    ledger: { recordCoverage: async () => undefined },
    deadLetters: { setAside: async () => undefined },
    erasedTest: async () => async () => false,
    postpone: async () => undefined,
    log: makeLog({ service: 'process', now: () => 0, write: () => undefined }),
  });
}

/** Runs all invocations through a handler and takes the time. */
export async function run(
  handler: Handler,
  invocations: readonly (readonly string[])[],
): Promise<{ readonly cpuSeconds: number; readonly wallSeconds: number }> {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  for (const bodies of invocations) {
    const { batchItemFailures } = await handler({ Records: bodies.map(recordOf) });
    if (batchItemFailures.length > 0) throw new Error('a message failed');
  }
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - wall) / 1000 };
}

/** With the store stubbed out; the best of `rounds`. */
export async function memoryThroughput(
  shape: Shape,
  users: number,
  rounds: number,
): Promise<Throughput> {
  const invocations = invocationsOf(shape, users);
  const events = users * (shape.interims + 2);
  let best: Throughput | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const taken = { events, ...(await run(memoryProcess(), invocations)) };
    if (!best || taken.cpuSeconds < best.cpuSeconds) best = taken;
  }
  return best ?? { events, cpuSeconds: Number.NaN, wallSeconds: Number.NaN };
}

/** With the real tables' adapter over dynalite, which takes most of the time itself. */
export async function dynaliteThroughput(shape: Shape, users: number): Promise<Throughput> {
  const tables = await startBenchTables();
  const handler = tableProcess(tables, () => Date.now());
  const taken = await run(handler, invocationsOf(shape, users));
  await tables.stop();
  return { events: users * (shape.interims + 2), ...taken };
}
