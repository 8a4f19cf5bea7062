// The comparison as tables, and the targets it is held to. Ratios are made round by round, of
// measurements that lie seconds apart, and their median is shown.

import type { Comparison, Load, PeerName } from './compare.ts';
import type { LoadResult } from './load.ts';
import { median } from './statistics.ts';
import { type Column, fixed, table, whole } from './table.ts';

const reference: PeerName = 'freeradius-detail';

const names: Readonly<Record<PeerName, string>> = {
  relay: 'our relay, fdatasync before the answer, shipper idle',
  'relay-before': 'our relay of the commit before, shipper idle',
  'relay-shipping': 'our relay, the same, shipper active',
  'freeradius-detail': 'FreeRADIUS detail, default threads, no sync',
  'freeradius-detail-single': 'FreeRADIUS detail, one thread (-s), no sync',
  naive: 'npm radius, JSON line to a stream, no sync',
};

/** Of the issue: packets per second, CPU, and latency with one packet under way. */
const targets = { rateRatioMin: 2.5, cpuRatioMax: 0.35, peerLatencyShare: 1.5 };

const rateOf = (result: LoadResult): number => result.answeredInWindow / result.seconds;
const cpuUsOf = (result: LoadResult): number => (result.cpuSeconds / result.answeredInWindow) * 1e6;

type Measure = (result: LoadResult) => number;

class View {
  readonly #comparison: Comparison;

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
  }

  of(name: PeerName, load: Load, measure: Measure): number {
    return median(this.#results(name, load).map(measure));
  }

  /** Median over rounds of this peer's number divided by the reference's. */
  ratio(name: PeerName, load: Load, measure: Measure): number {
    const own = this.#results(name, load).map(measure);
    const others = this.#results(reference, load).map(measure);
    return median(own.map((value, round) => value / (others[round] ?? Number.NaN)));
  }

  sum(name: PeerName, load: Load, measure: Measure): number {
    return this.#results(name, load).reduce((sum, result) => sum + measure(result), 0);
  }

  #results(name: PeerName, load: Load): readonly LoadResult[] {
    return this.#comparison.results.get(name)?.get(load) ?? [];
  }
}

/** The tables of a comparison, with the targets met or missed. */
export function comparisonTables(comparison: Comparison): string {
  const { options, syncUs, loads, packetBytes, freeRadius } = comparison;
  const view = new View(comparison);
  const peers = [...comparison.results.keys()];
  const about = [
    freeRadius || 'FreeRADIUS is not installed',
    `packets of ${whole(packetBytes)} octets, Start 1 : Interim 2 : Stop 1`,
    `${options.rounds} rounds, windows of ${options.windowMs / 1000} s, medians`,
    `load average before the rounds ${loads.map((value) => value.toFixed(1)).join(' ')}`,
    `fdatasync p50 ${whole(median(syncUs))} us`,
  ].join('; ');
  const kinds = new Set([...comparison.results.values()].flatMap((of) => [...of.keys()]));
  const parts = [...kinds].map(
    (load) => `\n${titleOf(load, options.inFlight)}:\n\n${loadTable(view, peers, load)}`,
  );
  return [`${about}.`, ...parts, '', targetLines(view, median(syncUs))].join('\n');
}

function titleOf(load: Load, inFlight: number): string {
  if (load === 'single') return 'One request under way';
  if (load === 'saturated') return `As fast as it can, ${inFlight} requests under way over 8 ports`;
  return `${whole(load)} packets/s offered (Poisson)`;
}

const columns: readonly Column[] = [
  { title: 'server', isText: true },
  { title: 'packets/s' },
  { title: 'ratio' },
  { title: 'CPU us/packet' },
  { title: 'ratio' },
  { title: 'p50 us' },
  { title: 'p99 us' },
  { title: 'answered' },
  { title: 'lost' },
  { title: 'sent again' },
];

function loadTable(view: View, peers: readonly PeerName[], load: Load): string {
  const rows = peers.map((name) => [
    names[name],
    whole(view.of(name, load, rateOf)),
    fixed(view.ratio(name, load, rateOf), 2),
    fixed(view.of(name, load, cpuUsOf), 1),
    fixed(view.ratio(name, load, cpuUsOf), 2),
    whole(view.of(name, load, ({ p50Us }) => p50Us)),
    whole(view.of(name, load, ({ p99Us }) => p99Us)),
    whole(view.sum(name, load, ({ answered }) => answered)),
    whole(view.sum(name, load, ({ lost }) => lost)),
    whole(view.sum(name, load, ({ retransmissions }) => retransmissions)),
  ]);
  return table(columns, rows);
}

function targetLines(view: View, syncUs: number): string {
  const rate = view.ratio('relay', 'saturated', rateOf);
  const cpu = view.ratio('relay', 'saturated', cpuUsOf);
  const p50: Measure = ({ p50Us }) => p50Us;
  const single = view.of('relay', 'single', p50);
  const bound = syncUs + targets.peerLatencyShare * view.of(reference, 'single', p50);
  const line = (what: string, value: string, isMet: boolean): string =>
    `- ${what}: ${value}: ${isMet ? 'met' : 'missed'}`;
  return [
    'Targets, shipper idle, beside FreeRADIUS detail with its default threads:',
    line(
      `at least ${targets.rateRatioMin}x its packets per second`,
      `${fixed(rate, 2)}x`,
      rate >= targets.rateRatioMin,
    ),
    line(
      `at most ${targets.cpuRatioMax}x its CPU per packet`,
      `${fixed(cpu, 2)}x`,
      cpu <= targets.cpuRatioMax,
    ),
    line(
      `p50 with one under way at most fdatasync p50 + ${targets.peerLatencyShare}x its p50`,
      `${whole(single)} of ${whole(bound)} us`,
      single <= bound,
    ),
  ].join('\n');
}
