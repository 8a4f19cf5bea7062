// The relay's numbers in the Prometheus text format (version 0.0.4).
// Promise: base units, label sets bounded by the configuration, no user names or client addresses;
// what describes the journal is read from it at every scrape, never carried along.

import type { RelayStatus } from './relay.ts';

const prefix = 'wherefrom_relay_';

/** Upper bounds of answer times, seconds: an fdatasync takes 0.1 ms to tens of ms. */
const boundsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Counts observations below each bound. */
export class Histogram {
  readonly #counts = new Array<number>(boundsSeconds.length + 1).fill(0);
  #sumSeconds = 0;

  observe(seconds: number): void {
    const bucket = boundsSeconds.findIndex((bound) => seconds <= bound);
    const index = bucket < 0 ? boundsSeconds.length : bucket;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sumSeconds += seconds;
  }

  /** Sample lines without a prefix in their name. */
  samples(name: string): string[] {
    let total = 0;
    const buckets = this.#counts.map((count, i) => {
      total += count;
      return `${name}_bucket{le="${boundsSeconds[i] ?? '+Inf'}"} ${total}`;
    });
    return [...buckets, `${name}_sum ${this.#sumSeconds}`, `${name}_count ${total}`];
  }
}

/** What the process adds to what the relay knows of itself. */
export type ProcessFacts = {
  readonly nodeVersion: string;
  readonly eventLoopDelaySeconds: number;
  readonly kernelDrops?: number;
  /** 1 after a good reload or start, 0 after a refused one. */
  readonly isReloadGood: boolean;
  readonly answerTimes: Histogram;
};

type Kind = 'counter' | 'gauge' | 'histogram';

/** The whole answer to a scrape. */
export function renderMetrics(status: RelayStatus, facts: ProcessFacts): string {
  const lines: string[] = [];
  const add = (name: string, kind: Kind, help: string, samples: readonly string[]): void => {
    if (samples.length === 0) return;
    lines.push(`# HELP ${prefix}${name} ${help}`, `# TYPE ${prefix}${name} ${kind}`);
    for (const sample of samples) lines.push(`${prefix}${sample}`);
  };
  const one = (name: string, kind: Kind, help: string, value: number | undefined): void => {
    add(name, kind, help, value === undefined ? [] : [`${name} ${value}`]);
  };
  const { counts, journal } = status;
  add('build_info', 'gauge', 'Constant 1.', [`build_info{node="${facts.nodeVersion}"} 1`]);
  add('packets_total', 'counter', 'Datagrams by gateway and outcome.', packetSamples(status));
  one('packets_in_flight', 'gauge', 'Packets being written.', counts.inFlight);
  add(
    'last_packet_timestamp_seconds',
    'gauge',
    'Arrival of the last authentic packet.',
    Object.entries(counts.gateways).flatMap(([name, { lastPacketTime }]) =>
      lastPacketTime === undefined
        ? []
        : [`last_packet_timestamp_seconds{gateway="${name}"} ${lastPacketTime / 1000}`],
    ),
  );
  const answers = 'From arrival to answer of recorded packets.';
  add('ack_seconds', 'histogram', answers, facts.answerTimes.samples('ack_seconds'));
  one('send_errors_total', 'counter', 'Answers the kernel did not take.', status.sendErrors);
  one('udp_kernel_drops_total', 'counter', 'Datagrams lost in the kernel.', facts.kernelDrops);
  one('receive_buffer_bytes', 'gauge', 'Receive buffer granted.', status.receiveBufferBytes);
  one('authenticators_remembered', 'gauge', 'For the repeated mark.', status.remembered.held);
  const forgotten = 'Authenticators dropped for want of room.';
  one('authenticators_dropped_total', 'counter', forgotten, status.remembered.dropped);
  one('journal_writable', 'gauge', '1 while packets are recorded.', Number(journal.isWritable));
  one('journal_bytes', 'gauge', 'Octets of all segments.', journal.bytes);
  one('journal_free_bytes', 'gauge', 'Free octets of its disk.', journal.freeBytes);
  one('journal_commits_total', 'counter', 'Writes with fdatasync.', journal.commits);
  one('journal_commits_failed_total', 'counter', 'Failed commits.', journal.commitsFailed);
  one('journal_damaged', 'gauge', 'Damaged stretches found at start.', journal.damaged);
  addShipping(status, one);
  const delay = '99th percentile since the last scrape.';
  one('event_loop_delay_seconds', 'gauge', delay, facts.eventLoopDelaySeconds);
  const reload = '1: the configuration file is in effect; 0: its last reload was refused.';
  one('config_reload_success', 'gauge', reload, Number(facts.isReloadGood));
  return `${lines.join('\n')}\n`;
}

function packetSamples({ counts }: RelayStatus): string[] {
  return Object.entries(counts.gateways).flatMap(([name, { outcomes }]) =>
    Object.entries(outcomes).map(
      ([outcome, count]) => `packets_total{gateway="${name}",outcome="${outcome}"} ${count}`,
    ),
  );
}

type AddOne = (name: string, kind: Kind, help: string, value: number | undefined) => void;

function addShipping({ shipping }: RelayStatus, one: AddOne): void {
  if (!shipping) return;
  const seconds = (ms: number | undefined): number | undefined => ms && ms / 1000;
  one('journal_waiting_records', 'gauge', 'On disk, not yet shipped.', shipping.waiting);
  one('journal_set_aside_records', 'gauge', 'Kept aside for good.', shipping.setAsideTotal);
  one('batches_accepted_total', 'counter', 'Batches answered with 202.', shipping.batches);
  one('batches_failed_total', 'counter', 'Attempts that were not.', shipping.failures);
  one('shipped_records_total', 'counter', 'Records in accepted batches.', shipping.records);
  const accepted = 'Last batch answered with 202.';
  const acceptedTime = seconds(shipping.lastAcceptedTime);
  one('last_accepted_batch_timestamp_seconds', 'gauge', accepted, acceptedTime);
  const oldest = 'Arrival of the oldest record under way.';
  one('oldest_unshipped_timestamp_seconds', 'gauge', oldest, seconds(shipping.oldestTime));
}
