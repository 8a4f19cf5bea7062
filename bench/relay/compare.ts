// The comparison itself: in every round each peer is started anew and gets the same packets under
// the same loads (one at a time, offered rates, as many as it can take) before the next turn.

import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeRadiusVersion, isFreeRadiusInstalled } from '../../test/support/freeradius.ts';
import { LoadGenerator, Receiver } from './crew.ts';
import { syncMedianUs } from './disk-probe.ts';
import type { LoadOrder, LoadResult, LoadShape } from './load.ts';
import { type Peer, startFreeRadiusPeer, startNaivePeer, startRelayPeer } from './peers.ts';
import type { Workshop } from './workshop.ts';

export type PeerName =
  | 'relay'
  /** Our relay of an earlier commit. */
  | 'relay-before'
  | 'relay-shipping'
  | 'freeradius-detail'
  | 'freeradius-detail-single'
  | 'naive';

/** A number is packets per second of an open loop. */
export type Load = 'single' | number | 'saturated';

export type CompareOptions = {
  readonly peers?: readonly PeerName[];
  readonly rounds: number;
  readonly windowMs: number;
  /** Packets a second that are offered, one open loop each. */
  readonly rates: readonly number[];
  /** Requests under way in the closed loop; 0 leaves it out. */
  readonly inFlight: number;
  readonly note: (text: string) => void;
};

export type Comparison = {
  readonly options: CompareOptions;
  readonly results: ReadonlyMap<PeerName, ReadonlyMap<Load, readonly LoadResult[]>>;
  /** Median of fdatasync in each round, microseconds. */
  readonly syncUs: readonly number[];
  /** Load average when each round began. */
  readonly loads: readonly number[];
  readonly packetBytes: number;
  readonly freeRadius: string;
};

const allPeers: readonly PeerName[] = [
  'relay',
  'relay-before',
  'freeradius-detail',
  'naive',
  'relay-shipping',
  'freeradius-detail-single',
];

/**
 * Code is compiled while it runs: before that, a server is not what it will be. Some 25,000 packets
 * first, for a relay runs for months, then a moment at each load.
 */
const firstWarmUp = { perSecond: 6_000, ms: 4_000 } as const;
const warmUpMs = 1500;
const packetsPerSecondMax = 100_000;
const restMs = 300;

export async function comparePeers(
  workshop: Workshop,
  options: CompareOptions,
): Promise<Comparison> {
  const peers = (options.peers ?? allPeers).filter(
    (name) =>
      (!name.startsWith('freeradius') || isFreeRadiusInstalled) &&
      (name !== 'relay-before' || workshop.hasRelayBefore),
  );
  if (!isFreeRadiusInstalled) options.note('no freeradius here: apt-get install -y freeradius');
  const load = new LoadGenerator(workshop);
  const receiver = await Receiver.start(workshop);
  const results = new Map(peers.map((name) => [name, new Map<Load, LoadResult[]>()]));
  const [syncUs, loads]: number[][] = [[], []];
  let packetBytes = 0;
  for (let round = 1; round <= options.rounds; round += 1) {
    const loadMs = options.windowMs + warmUpMs + firstWarmUp.ms;
    const count = Math.ceil((loadMs / 1000) * packetsPerSecondMax);
    packetBytes = await load.prepare({ count, seed: round });
    loads?.push(loadavg()[0] ?? Number.NaN);
    syncUs?.push(syncMedianUs(workshop.folder));
    for (const name of peers) {
      const peer = await startPeer(workshop, name, receiver);
      const measured = await measure(load, peer, options);
      await peer.stop();
      const row = results.get(name);
      for (const [kind, result] of measured) row?.set(kind, [...(row.get(kind) ?? []), result]);
      options.note(`round ${round} ${name}: ${[...measured].map(summary).join('; ')}`);
    }
  }
  return {
    options,
    results,
    syncUs: syncUs ?? [],
    loads: loads ?? [],
    packetBytes,
    freeRadius: freeRadiusVersion,
  };
}

function startPeer(workshop: Workshop, name: PeerName, receiver: Receiver): Promise<Peer> {
  switch (name) {
    case 'relay':
      return startRelayPeer(workshop);
    case 'relay-before':
      return startRelayPeer(workshop, { program: 'relay-before' });
    case 'relay-shipping':
      return startRelayPeer(workshop, { cloud: receiver.cloud });
    case 'naive':
      return startNaivePeer(workshop);
    case 'freeradius-detail':
      return startFreeRadiusPeer(workshop, true);
    case 'freeradius-detail-single':
      return startFreeRadiusPeer(workshop, false);
  }
}

async function measure(
  load: LoadGenerator,
  peer: Peer,
  options: CompareOptions,
): Promise<ReadonlyMap<Load, LoadResult>> {
  let first = 0;
  const run = async (
    shape: LoadShape,
    warmMs: number,
    windowMs = options.windowMs,
  ): Promise<LoadResult> => {
    const { pid, port } = peer;
    const order: LoadOrder = { pid, port, shape, warmUpMs: warmMs, windowMs, first };
    const result = await load.run(order);
    first = result.next;
    await sleep(restMs);
    return result;
  };
  const { perSecond: warmRate, ms } = firstWarmUp;
  await run({ kind: 'open', perSecond: warmRate, arrivals: 'poisson' }, 0, ms);
  // The gentle loads come first: a backlog of the greedy one would be shipped during the others.
  const results = new Map<Load, LoadResult>();
  results.set('single', await run({ kind: 'closed', inFlight: 1 }, warmUpMs));
  for (const perSecond of options.rates) {
    const shape = { kind: 'open', perSecond, arrivals: 'poisson' } as const;
    results.set(perSecond, await run(shape, warmUpMs));
  }
  if (options.inFlight > 0) {
    const shape = { kind: 'closed', inFlight: options.inFlight } as const;
    results.set('saturated', await run(shape, warmUpMs));
  }
  return results;
}

function summary([load, result]: readonly [Load, LoadResult]): string {
  const perSecond = Math.round(result.answeredInWindow / result.seconds);
  const cpuUs = (result.cpuSeconds / result.answeredInWindow) * 1e6;
  const { p50Us, p99Us, lost } = result;
  const times = `p50 ${p50Us.toFixed(0)} p99 ${p99Us.toFixed(0)} us`;
  return `${load}: ${perSecond}/s, ${cpuUs.toFixed(1)} us CPU each, ${times}, ${lost} lost`;
}
