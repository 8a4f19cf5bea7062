// The relay's numbers in the Prometheus text format (version 0.0.4).
// Promise: base units, label sets bounded by the configuration, no user names or client addresses;
// what describes the journal is read from it at every scrape, never carried along. The list in
// docs/relay.md is made from `metricFacts`.

import type { Histogram } from '../histogram.ts';
import { radsecSamples } from '../radsec/radsec-report.ts';
import type { ControlState } from './control-state.ts';
import type { RelayStatus } from './relay-status.ts';

const prefix = 'wherefrom_relay_';

/** What the process adds to what the relay knows of itself. */
export type ProcessFacts = {
  readonly version: string;
  readonly nodeVersion: string;
  readonly eventLoopDelaySeconds: number;
  readonly kernelDrops?: number;
  /** 1 after a good reload or start, 0 after a refused one. */
  readonly isReloadGood: boolean;
  readonly answerTimes: Histogram;
  /** Absent: this relay is not enrolled. */
  readonly control?: ControlState | undefined;
  readonly now: number;
};

type Kind = 'counter' | 'gauge' | 'histogram';

/** Every metric: kind, labels, help. */
export const metricFacts = {
  build_info: ['gauge', 'version, node', 'Constant 1.'],
  packets_total: ['counter', 'gateway, outcome', 'Datagrams by gateway and outcome.'],
  packets_in_flight: ['gauge', '', 'Packets being written.'],
  gateway_clock_offset_seconds: ['gauge', 'gateway', "A gateway's clock less ours, where off."],
  clock_suspect_records_total: ['counter', 'gateway', 'Records not dated by their own stamp.'],
  last_packet_timestamp_seconds: ['gauge', 'gateway', 'Arrival of the last authentic packet.'],
  ack_seconds: ['histogram', '', 'From arrival to answer of recorded packets.'],
  send_errors_total: ['counter', '', 'Answers the kernel did not take.'],
  udp_kernel_drops_total: ['counter', '', 'Datagrams lost in the kernel.'],
  receive_buffer_bytes: ['gauge', '', 'Receive buffer granted.'],
  radsec_open: ['gauge', '', '1 while TLS connections are taken; absent without RadSec.'],
  radsec_connections: ['gauge', 'gateway, version', 'TLS connections by RADIUS version.'],
  radsec_connections_ended_total: ['counter', 'reason', 'TLS connections that ended or failed.'],
  authenticators_remembered: ['gauge', '', 'For the repeated mark.'],
  authenticators_dropped_total: ['counter', '', 'Authenticators dropped for want of room.'],
  journal_writable: ['gauge', '', '1 while packets are recorded.'],
  journal_records: ['gauge', '', 'Positions in the segments on disk.'],
  journal_bytes: ['gauge', '', 'Octets of all segments.'],
  journal_limit_bytes: ['gauge', '', 'Octets the journal may take.'],
  journal_free_bytes: ['gauge', '', 'Free octets of its disk.'],
  journal_commits_total: ['counter', '', 'Writes with fdatasync.'],
  journal_commits_failed_total: ['counter', '', 'Failed commits.'],
  journal_fsync_seconds: ['histogram', '', 'How long fdatasync took.'],
  journal_damaged: ['gauge', '', 'Damaged stretches found at start.'],
  journal_waiting_records: ['gauge', '', 'On disk, neither shipped nor dead letters.'],
  journal_set_aside_records: ['gauge', '', 'Dead letters: kept for good or for `journal redrive`.'],
  journal_oldest_unshipped_seconds: ['gauge', '', 'Age of the oldest record under way.'],
  balance_error_records: ['gauge', '', 'Acked less shipped, waiting and dead letters: must be 0.'],
  batches_total: ['counter', 'result', 'Attempts to upload a batch, by result.'],
  upload_seconds: ['histogram', '', 'From sending a batch to its answer, or to giving up.'],
  shipped_records_total: ['counter', '', 'Records in accepted batches.'],
  last_accepted_batch_timestamp_seconds: ['gauge', '', 'Last batch answered with 202.'],
  clock_offset_seconds: ['gauge', '', "The cloud's clock less ours."],
  event_loop_delay_seconds: ['gauge', '', '99th percentile since the last scrape.'],
  enabled: ['gauge', '', '1 while the ports are open, 0 while the settings switch it off.'],
  revoked: ['gauge', '', '1: the cloud has revoked this relay; it records and ships nothing.'],
  settings_version: ['gauge', '', 'Version of the settings in effect.'],
  last_settings_contact_timestamp_seconds: ['gauge', '', 'Last good answer for settings.'],
  config_reload_success: [
    'gauge',
    '',
    '1: the configuration file is in effect; 0: its last reload was refused.',
  ],
} as const satisfies Record<string, readonly [kind: Kind, labels: string, help: string]>;

type MetricName = keyof typeof metricFacts;
type Samples = Map<MetricName, readonly string[]>;

/** The whole answer to a scrape. */
export function renderMetrics(status: RelayStatus, facts: ProcessFacts): string {
  const samples: Samples = new Map([
    ...packetSamples(status),
    ...radsecSamples(status.radsec),
    ...journalSamples(status),
    ...shippingSamples(status, facts),
    ...processSamples(facts),
  ]);
  const lines: string[] = [];
  for (const [name, [kind, , help]] of Object.entries(metricFacts)) {
    const own = samples.get(name as MetricName) ?? [];
    if (own.length === 0) continue;
    lines.push(`# HELP ${prefix}${name} ${help}`, `# TYPE ${prefix}${name} ${kind}`);
    for (const sample of own) lines.push(`${prefix}${sample}`);
  }
  return `${lines.join('\n')}\n`;
}

function one(name: MetricName, value: number | undefined): [MetricName, string[]] {
  return [name, value === undefined ? [] : [`${name} ${value}`]];
}

function packetSamples({ counts, ...status }: RelayStatus): [MetricName, string[]][] {
  const gateways = Object.entries(counts.gateways);
  const ended = gateways.flatMap(([name, { outcomes }]) =>
    Object.entries(outcomes).map(
      ([outcome, count]) => `packets_total{gateway="${name}",outcome="${outcome}"} ${count}`,
    ),
  );
  const last = gateways.flatMap(([name, { lastPacketTime: time }]) =>
    time === undefined ? [] : [`last_packet_timestamp_seconds{gateway="${name}"} ${time / 1000}`],
  );
  const clocks = [...status.clocks].map(
    ([name, { offsetSeconds }]) =>
      `gateway_clock_offset_seconds{gateway="${name}"} ${offsetSeconds}`,
  );
  const suspects = [...status.activity].map(
    ([name, row]) => `clock_suspect_records_total{gateway="${name}"} ${row.clockSuspects}`,
  );
  return [
    ['packets_total', ended],
    ['gateway_clock_offset_seconds', clocks],
    ['clock_suspect_records_total', suspects],
    ['last_packet_timestamp_seconds', last],
    one('packets_in_flight', counts.inFlight),
    one('enabled', Number(status.isEnabled)),
    one('send_errors_total', status.sendErrors),
    one('receive_buffer_bytes', status.receiveBufferBytes),
    one('authenticators_remembered', status.remembered.held),
    one('authenticators_dropped_total', status.remembered.dropped),
  ];
}

function journalSamples(status: RelayStatus): [MetricName, string[]][] {
  const { journal, balance } = status;
  // Before the files are counted it is unknown, and 0 would say that all is well.
  const ifCounted = (value: number) => (balance.isCounting ? undefined : value);
  return [
    one('journal_writable', Number(journal.isWritable)),
    one('journal_records', journal.durablePosition - journal.firstPosition + 1),
    one('journal_bytes', journal.bytes),
    one('journal_limit_bytes', status.journalBytesMax),
    one('journal_free_bytes', journal.freeBytes),
    one('journal_commits_total', journal.commits),
    one('journal_commits_failed_total', journal.commitsFailed),
    ['journal_fsync_seconds', status.syncTimes.samples('journal_fsync_seconds')],
    one('journal_damaged', journal.damaged),
    one('journal_waiting_records', balance.total.waiting),
    one('journal_set_aside_records', ifCounted(balance.total.setAside)),
    one('balance_error_records', ifCounted(Math.abs(balance.total.difference))),
  ];
}

function shippingSamples(
  { shipping, uploads }: RelayStatus,
  { now }: ProcessFacts,
): [MetricName, string[]][] {
  if (!shipping || !uploads) return [];
  const { oldestTime, lastAcceptedTime } = shipping;
  const attempts = Object.entries(uploads.attempts);
  return [
    ['batches_total', attempts.map(([result, n]) => `batches_total{result="${result}"} ${n}`)],
    ['upload_seconds', uploads.times.samples('upload_seconds')],
    one('shipped_records_total', shipping.records),
    one('journal_oldest_unshipped_seconds', Math.max(0, now - (oldestTime ?? now)) / 1000),
    one('last_accepted_batch_timestamp_seconds', lastAcceptedTime && lastAcceptedTime / 1000),
    one('clock_offset_seconds', uploads.clockAheadMs && uploads.clockAheadMs / 1000),
  ];
}

function processSamples(facts: ProcessFacts): [MetricName, string[]][] {
  const { version, nodeVersion, control } = facts;
  return [
    ['build_info', [`build_info{version="${version}",node="${nodeVersion}"} 1`]],
    ['ack_seconds', facts.answerTimes.samples('ack_seconds')],
    one('udp_kernel_drops_total', facts.kernelDrops),
    one('event_loop_delay_seconds', facts.eventLoopDelaySeconds),
    one('config_reload_success', Number(facts.isReloadGood)),
    one('revoked', control && Number(control.isRevoked)),
    one('settings_version', control?.settings.version),
    one(
      'last_settings_contact_timestamp_seconds',
      control?.lastContactTime && control.lastContactTime / 1000,
    ),
  ];
}
