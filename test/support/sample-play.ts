// The sample as the pipeline judges it, without sockets and tables: its own packets, decoded as the
// relay does, located with the installed data, judged and folded in memory, in invocations of any
// size.

import type { AccountingEvent, UnixMs } from '../../domain/accounting-event.ts';
import type { ProcessPorts } from '../../domain/process/ports.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import { installedPlainData } from '../../geo/installed-data.ts';
import { openPlainLocator } from '../../geo/plain-locator.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';
import { MemoryPopulation } from '../../local/replay/memory-population.ts';
import { MemoryWords } from '../../local/replay/memory-words.ts';
import { morningStartAt, type PlannedRecord, planMorning } from '../../local/sample/day.ts';
import { sampleGateway } from '../../local/sample/gateways.ts';
import { planHistory } from '../../local/sample/history.ts';
import { encodeRecord } from '../../local/sample/packets.ts';
import { sampleDomain } from '../../local/sample/sample-users.ts';
import { toEvent } from '../../relay/radius/to-event.ts';
import { clockOf, GatewayClocks } from '../../relay/receive/gateway-clocks.ts';
import { type MemoryStore, makeMemoryStore } from './memory-store.ts';

const secret = 'the-secret-of-the-sample';

function eventOf(
  record: PlannedRecord,
  index: number,
  { now, clocks }: { readonly now: UnixMs; readonly clocks: GatewayClocks },
): AccountingEvent | undefined {
  const { name, vendor, sourceAddress } = sampleGateway(record.gateway);
  // All arrive now, as the local run plays them; the relay learns its gateways' clocks from them.
  const payload = encodeRecord(record, { identifier: index % 256, secret, sentTime: now });
  const config = { name, vendor, addresses: [sourceAddress], secrets: [Buffer.from(secret)] };
  const arrival = { gatewayId: name, isRepeated: false, payload, receivedTime: now };
  const event = toEvent(
    {
      ...arrival,
      ...clockOf(clocks, { gateway: { config }, ...arrival }),
      type: 'datagram',
      source: { address: sourceAddress, port: 50_000 },
      position: index + 1,
    },
    config,
  );
  return 'undecodable' in event ? undefined : event;
}

/** The events of five weeks and the morning, in the order of time, as of a moment. */
export function sampleEvents(now: UnixMs): readonly AccountingEvent[] {
  const morningStart = morningStartAt(now);
  const clocks = new GatewayClocks();
  return [...planHistory(morningStart), ...planMorning(morningStart, now)]
    .sort((a, b) => a.time - b.time)
    .flatMap((record, index) => eventOf(record, index, { now, clocks }) ?? []);
}

export type Played = { readonly store: MemoryStore; readonly ports: ProcessPorts };

const locator = openPlainLocator(installedPlainData());

/** Ports of an organisation with the sample's settings, of which nothing is known yet. */
export function samplePorts(more: Partial<ProcessPorts> = {}): Played {
  const store = makeMemoryStore();
  const { netbios, dns } = sampleDomain;
  const ports: ProcessPorts = {
    users: store.users,
    gateways: store.gateways,
    locate: async (addresses: readonly string[]) =>
      new Map(addresses.map((one) => [one, locator.locate(one)])),
    settings: async () => ({ domains: { netbios: { [netbios]: dns }, defaultDomain: dns } }),
    hash: sha256Hash,
    population: new MemoryPopulation(),
    words: new MemoryWords(sha256Hash),
    isInOrder: true,
    ...more,
  };
  return { store, ports };
}

/** Plays events in invocations of these sizes, over and over. @throws what an event failed of */
export async function playInPortions(
  ports: ProcessPorts,
  events: readonly AccountingEvent[],
  sizes: readonly number[],
): Promise<void> {
  for (let from = 0, turn = 0; from < events.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const done = await processEvents(ports, events.slice(from, from + size));
    for (const { error } of done) if (error !== undefined) throw error;
    from += size;
  }
}
