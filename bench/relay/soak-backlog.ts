// A long outage of the cloud: a million records wait on disk when it comes back. How fast they go,
// what that costs, how much memory it takes, and how soon fresh events arrive meanwhile.

import type { ChildProcess } from 'node:child_process';
import { LoadGenerator, Receiver } from './crew.ts';
import { configureRelay, type RelaySetup, relayMetric, startRelayProcess } from './peers.ts';
import { cpuSeconds, memoryPeakMiB } from './process-numbers.ts';
import { promise, type SoakResult, type SoakTools, soakUntil, untilShipped } from './soak-part.ts';
import { fixed, whole } from './table.ts';
import { end } from './workshop.ts';

const perSeed = 250_000;
const freshPerSecond = 100;
/** Far above what it takes; a leak over a million records is far above this. */
const memoryMiBMax = 512;
const freshWithinMs = 10_000;

export async function soakBacklog(
  tools: SoakTools,
  records: number,
): Promise<readonly SoakResult[]> {
  const { workshop, note } = tools;
  const folder = workshop.newFolder();
  const load = new LoadGenerator(workshop);
  await fill(tools, load, await configureRelay(folder), records);

  const receiver = await Receiver.start(workshop);
  const setup = await configureRelay(folder, { cloud: receiver.cloud });
  await load.prepare({ count: freshPerSecond * 600, seed: 200 });
  const relay = await startRelayProcess(workshop, setup);
  const pid = relay.pid ?? 0;
  note('draining');
  const start = { ms: performance.now(), cpu: cpuSeconds(pid) };
  await receiver.ask({ kind: 'time-fresh', since: Date.now() });
  const running = load.run({
    port: setup.port,
    shape: { kind: 'open', perSecond: freshPerSecond, arrivals: 'poisson' },
    warmUpMs: 0,
    windowMs: 3_600_000,
  });
  await soakUntil(
    async () => (await receiver.ask({ kind: 'count' })).backlog >= records,
    'drained',
  );
  const seconds = (performance.now() - start.ms) / 1000;
  const cpu = cpuSeconds(pid) - start.cpu;
  const memory = memoryPeakMiB(pid);
  load.stop();
  const fresh = await running;
  await untilShipped(setup);
  const counts = await receiver.ask({ kind: 'count' });
  await end(relay, 'SIGTERM');
  const { freshP50Ms, freshP99Ms } = counts;
  const again = counts.events - records - fresh.answered;
  return [
    { what: 'records waiting', value: whole(records) },
    { what: 'events/s', value: whole(records / seconds) },
    { what: 'CPU us/event', value: fixed((cpu / records) * 1e6, 1) },
    { what: 'octets/event on the wire', value: fixed(counts.bytes / counts.events, 1) },
    promise('most memory, MiB', whole(memory), memory <= memoryMiBMax),
    promise('refused or set aside', counts.refused + counts.setAside, isNone(counts)),
    promise('sent twice', again, again === 0),
    promise('fresh packets lost meanwhile', fresh.lost, fresh.lost === 0),
    {
      what: `answers to ${freshPerSecond} fresh packets/s, p50 and p99, us`,
      value: `${whole(fresh.p50Us)}, ${whole(fresh.p99Us)}`,
    },
    promise(
      'fresh events at the far end, p50 and p99, ms',
      `${whole(freshP50Ms)}, ${whole(freshP99Ms)}`,
      freshP99Ms <= freshWithinMs,
    ),
  ];
}

const isNone = (counts: { readonly refused: number; readonly setAside: number }): boolean =>
  counts.refused === 0 && counts.setAside === 0;

/** Records packets while there is no cloud. */
async function fill(
  { workshop, note }: SoakTools,
  load: LoadGenerator,
  setup: RelaySetup,
  records: number,
): Promise<void> {
  const relay: ChildProcess = await startRelayProcess(workshop, setup);
  for (let done = 0, seed = 1; done < records; seed += 1) {
    const packetsMax = Math.min(perSeed, records - done);
    await load.prepare({ count: packetsMax, seed });
    const shape = { kind: 'closed', inFlight: 256 } as const;
    const order = { port: setup.port, shape, warmUpMs: 0, windowMs: 600_000 };
    const { answered } = await load.run(order);
    if (answered !== packetsMax) throw new Error(`${answered} of ${packetsMax} were answered`);
    done += packetsMax;
    note(`${done} records recorded`);
  }
  const held = await relayMetric(setup, 'journal_records');
  if (held !== records) throw new Error(`the journal holds ${held} of ${records} records`);
  await end(relay, 'SIGTERM');
}
