// A fixed rate for a minute, recorded, answered and shipped at the same time: nothing may be lost
// and nothing may have to be sent again.

import { LoadGenerator, Receiver } from './crew.ts';
import { configureRelay, relayMetric, startRelayProcess } from './peers.ts';
import { memoryPeakMiB } from './process-numbers.ts';
import { promise, type SoakResult, type SoakTools, untilShipped } from './soak-part.ts';
import { fixed, whole } from './table.ts';
import { end } from './workshop.ts';

const warmUpMs = 2000;

export async function soakRate(
  { workshop, note }: SoakTools,
  perSecond: number,
  seconds: number,
): Promise<readonly SoakResult[]> {
  const receiver = await Receiver.start(workshop);
  const setup = await configureRelay(workshop.newFolder(), { cloud: receiver.cloud });
  const load = new LoadGenerator(workshop);
  await load.prepare({ count: Math.ceil(perSecond * (seconds + warmUpMs / 1000 + 1)), seed: 1 });
  const relay = await startRelayProcess(workshop, setup);
  const pid = relay.pid ?? 0;
  note(`${perSecond} packets/s for ${seconds} s`);
  const result = await load.run({
    port: setup.port,
    pid,
    shape: { kind: 'open', perSecond, arrivals: 'constant' },
    warmUpMs,
    windowMs: seconds * 1000,
  });
  await untilShipped(setup);
  const { events, refused } = await receiver.ask({ kind: 'count' });
  const kernelDrops = await relayMetric(setup, 'udp_kernel_drops_total');
  const bufferBytes = await relayMetric(setup, 'receive_buffer_bytes');
  const memory = memoryPeakMiB(pid);
  await end(relay, 'SIGTERM');
  const { sent, answered, lost, retransmissions } = result;
  const cpuUs = (result.cpuSeconds / result.answeredInWindow) * 1e6;
  return [
    { what: `offered at ${whole(perSecond)} packets/s, shipping`, value: whole(sent) },
    promise('answered', whole(answered), answered === sent),
    promise('lost', lost, lost === 0),
    promise('retransmissions', retransmissions, retransmissions === 0),
    promise('dropped by the kernel', kernelDrops, kernelDrops === 0),
    promise('shipped', whole(events), events === sent && refused === 0),
    { what: 'latency p50, p99, max, us', value: latencies(result) },
    { what: 'CPU us/packet, recording and shipping', value: fixed(cpuUs, 1) },
    { what: 'receive buffer granted, octets', value: whole(bufferBytes) },
    { what: 'most memory, MiB', value: whole(memory) },
  ];
}

function latencies(result: {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}): string {
  return [result.p50Us, result.p99Us, result.maxUs].map(whole).join(', ');
}
