// The state of a running relay as one JSON object: what `status --json` prints and what crosses the
// admin socket. Promise: names of gateways and addresses of the configuration, counts and times;
// no user, client address, device or secret. Times are RFC 3339.

import * as v from 'valibot';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import type { RelayConfig } from '../config/relay-config.ts';
import { radsecReport, radsecReportSchema } from '../radsec/radsec-report.ts';
import type { ListenAddress } from '../receive/udp-server.ts';
import type { BalanceReport } from './balance-report.ts';
import type { ControlState } from './control-state.ts';
import { refusedIn } from './refused.ts';
import type { RelayStatus } from './relay-status.ts';

const count = v.pipe(v.number(), v.integer());
const time = v.pipe(v.string(), v.isoTimestamp());
const counts = v.record(v.string(), count);
const balanceEntries = {
  acked: count,
  shipped: count,
  waiting: count,
  setAside: count,
  difference: count,
};

const gatewaySchema = v.object({
  name: v.string(),
  lastPacketTime: v.exactOptional(time),
  perMinute: count,
  starts: count,
  interims: count,
  stops: count,
  others: count,
  /** Starts read as VPN connections; of them the shares, 0 to 1. */
  vpnStarts: v.exactOptional(count),
  clientAddressShare: v.exactOptional(v.number()),
  deviceShare: v.exactOptional(v.number()),
  interimSeconds: v.exactOptional(count),
  /** Its clock less ours, seconds; absent: it is right, as far as is known. */
  clockOffsetSeconds: v.exactOptional(count),
  /** Records whose Event-Timestamp was not used as it stands. */
  clockSuspects: v.exactOptional(count),
  /** Dropped and unrecorded packets by outcome. */
  refused: counts,
  secretFinding: v.exactOptional(v.string()),
  ...balanceEntries,
});

export const statusSchema = v.object({
  version: v.string(),
  processId: count,
  startedTime: time,
  state: v.picklist(['healthy', 'degraded']),
  /** Why it is degraded, as sentences. */
  problems: v.array(v.string()),
  radius: v.array(v.string()),
  /** RADIUS over TLS; absent: not configured. */
  radsec: v.exactOptional(radsecReportSchema),
  /** True: only approved algorithms. */
  isFips: v.exactOptional(v.boolean()),
  /** False while the settings switch it off: then its ports are shut. */
  isEnabled: v.boolean(),
  /** Absent: not enrolled. */
  control: v.exactOptional(
    v.object({
      isRevoked: v.boolean(),
      fingerprint: v.string(),
      words: v.string(),
      settings: v.object({
        source: v.picklist(['cloud', 'copy', 'local']),
        version: v.exactOptional(count),
        overrides: v.array(v.string()),
        leftOut: v.array(v.string()),
      }),
      lastContactTime: v.exactOptional(time),
      trouble: v.exactOptional(v.string()),
    }),
  ),
  /** Absent: journal only. */
  cloud: v.exactOptional(
    v.object({
      url: v.string(),
      relayId: v.string(),
      trouble: v.exactOptional(v.string()),
      lastAcceptedTime: v.exactOptional(time),
      lastBatchRecords: v.exactOptional(count),
      lastBatchMs: v.exactOptional(v.number()),
      clockAheadMs: v.exactOptional(v.number()),
      /** Batches whose id the cloud knew with another content, since the start. */
      conflicts: v.exactOptional(count),
    }),
  ),
  journal: v.object({
    isWritable: v.boolean(),
    bytes: count,
    bytesMax: count,
    diskFreeBytes: count,
    waiting: count,
    oldestWaitingTime: v.exactOptional(time),
    syncP99Ms: v.exactOptional(v.number()),
  }),
  balance: v.object({
    state: v.picklist(['counting', 'balanced', 'unbalanced']),
    /** Arrival of the oldest record that counts. */
    since: time,
    /** False: too many wait, so the rows below were not counted one by one. */
    isCountedPerGateway: v.boolean(),
    ...balanceEntries,
  }),
  packets: v.object({
    received: count,
    inFlight: count,
    /** Of every gateway and of unknown clients. */
    refused: counts,
    kernelDrops: v.exactOptional(count),
  }),
  /** Who sends without being configured; `signedAs`: with the secret of that gateway. */
  strangers: v.exactOptional(
    v.array(
      v.object({ address: v.string(), packets: count, signedAs: v.exactOptional(v.string()) }),
    ),
  ),
  gateways: v.array(gatewaySchema),
});

export type StatusReport = v.InferOutput<typeof statusSchema>;
type GatewayReport = v.InferOutput<typeof gatewaySchema>;

export type ReportFacts = {
  readonly version: string;
  readonly processId: number;
  readonly startedTime: number;
  readonly isReloadGood: boolean;
  readonly kernelDrops?: number;
  /** Absent: not enrolled. */
  readonly control?: ControlState;
};

/** Puts the report together. */
export function makeReport(
  relay: { readonly addresses: readonly ListenAddress[] },
  status: RelayStatus,
  balance: BalanceReport,
  { cloud, isFips }: Pick<RelayConfig, 'cloud' | 'isFips'>,
  facts: ReportFacts,
): StatusReport {
  const { journal, shipping, uploads, counts: packets, syncTimes } = status;
  const problems = problemsOf(status, balance, facts);
  const p99 = syncTimes.quantile(0.99);
  return {
    version: facts.version,
    processId: facts.processId,
    startedTime: iso(facts.startedTime),
    state: problems.length === 0 ? 'healthy' : 'degraded',
    problems,
    radius: relay.addresses.map(({ address, port }) =>
      address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    ),
    ...(status.radsec && { radsec: radsecReport(status.radsec) }),
    ...(isFips && { isFips }),
    isEnabled: status.isEnabled,
    ...(facts.control && { control: controlReport(facts.control) }),
    ...(cloud && {
      cloud: {
        url: cloud.url,
        relayId: cloud.relayId,
        ...(shipping?.trouble !== undefined && { trouble: shipping.trouble }),
        ...(shipping?.lastAcceptedTime !== undefined && {
          lastAcceptedTime: iso(shipping.lastAcceptedTime),
        }),
        ...(uploads?.lastBatchRecords !== undefined && {
          lastBatchRecords: uploads.lastBatchRecords,
        }),
        ...(uploads?.lastBatchMs !== undefined && { lastBatchMs: uploads.lastBatchMs }),
        ...(uploads?.clockAheadMs !== undefined && { clockAheadMs: uploads.clockAheadMs }),
        ...(uploads && { conflicts: uploads.attempts.conflict }),
      },
    }),
    journal: {
      isWritable: journal.isWritable,
      bytes: journal.bytes,
      bytesMax: status.journalBytesMax,
      diskFreeBytes: journal.freeBytes,
      waiting: balance.total.waiting,
      ...(balance.oldestWaitingTime !== undefined && {
        oldestWaitingTime: iso(balance.oldestWaitingTime),
      }),
      ...(p99 !== undefined && { syncP99Ms: p99 * 1000 }),
    },
    balance: {
      state: balance.state,
      since: iso(balance.since ?? facts.startedTime),
      isCountedPerGateway: balance.isCountedPerGateway,
      ...balance.total,
    },
    packets: {
      received: packets.received,
      inFlight: packets.inFlight,
      refused: refusedIn(packets.outcomes),
      ...(facts.kernelDrops !== undefined && { kernelDrops: facts.kernelDrops }),
    },
    strangers: [...status.strangers],
    gateways: gatewayReports(status, balance),
  };
}

function problemsOf(status: RelayStatus, balance: BalanceReport, facts: ReportFacts): string[] {
  const { shipping } = status;
  const { acked, shipped, waiting, setAside } = balance.total;
  const sum = `${acked} acked, ${shipped} shipped, ${waiting} waiting, ${setAside} dead letters`;
  return [
    ...notReady(status),
    ...(status.radsec?.trouble === undefined ? [] : [status.radsec.trouble]),
    ...(facts.control?.trouble === undefined ? [] : [facts.control.trouble]),
    ...(shipping?.trouble === undefined || facts.control?.isRevoked ? [] : [shipping.trouble]),
    ...(balance.state === 'unbalanced' ? [`records are unaccounted for: ${sum}`] : []),
    ...(facts.isReloadGood
      ? []
      : ['the configuration file is not usable: the one before is still in effect']),
  ];
}

function controlReport(state: ControlState): NonNullable<StatusReport['control']> {
  const { isRevoked, keyId, settings, lastContactTime, trouble } = state;
  const { source, version, overrides, leftOut } = settings;
  const { sha256, words } = fingerprintOf(keyId);
  return {
    isRevoked,
    fingerprint: sha256,
    words,
    settings: {
      source,
      ...(version !== undefined && { version }),
      overrides: [...overrides],
      leftOut: [...leftOut],
    },
    ...(lastContactTime !== undefined && { lastContactTime: iso(lastContactTime) }),
    ...(trouble !== undefined && { trouble }),
  };
}

/** A relay that is switched off by its settings has no problem. */
function notReady({ isReady, isEnabled, listenerTrouble, journal }: RelayStatus): string[] {
  if (isReady || (!isEnabled && journal.isWritable)) return [];
  return [`no packet is answered: ${journal.trouble ?? listenerTrouble ?? 'it is stopping'}`];
}

/** Every configured gateway, also a silent one, then those that were removed but have records. */
function gatewayReports(status: RelayStatus, balance: BalanceReport): GatewayReport[] {
  const names = new Set([
    ...status.perMinute.keys(),
    ...balance.rows.keys(),
    ...Object.keys(status.counts.gateways),
  ]);
  names.delete('');
  return [...names].map((name) => gatewayReport(name, status, balance));
}

function gatewayReport(name: string, status: RelayStatus, balance: BalanceReport): GatewayReport {
  const row = status.counts.gateways[name];
  const activity = status.activity.get(name);
  const books = balance.rows.get(name);
  const share = (part = 0): number | undefined =>
    activity && activity.vpnStarts > 0 ? part / activity.vpnStarts : undefined;
  const clientAddressShare = share(activity?.withClientAddress);
  const deviceShare = share(activity?.withDevice);
  const secretFinding = status.secretFindings.get(name);
  const clock = status.clocks.get(name);
  return {
    name,
    ...(row?.lastPacketTime !== undefined && { lastPacketTime: iso(row.lastPacketTime) }),
    perMinute: status.perMinute.get(name) ?? 0,
    starts: activity?.starts ?? 0,
    ...(activity && { vpnStarts: activity.vpnStarts }),
    interims: activity?.interims ?? 0,
    stops: activity?.stops ?? 0,
    others: activity?.others ?? 0,
    ...(clientAddressShare !== undefined && { clientAddressShare }),
    ...(deviceShare !== undefined && { deviceShare }),
    ...(activity?.interimSeconds !== undefined && { interimSeconds: activity.interimSeconds }),
    ...(clock && { clockOffsetSeconds: clock.offsetSeconds }),
    clockSuspects: activity?.clockSuspects ?? 0,
    refused: refusedIn(row?.outcomes ?? {}),
    ...(secretFinding !== undefined && { secretFinding }),
    acked: books?.acked ?? 0,
    shipped: books?.shipped ?? 0,
    waiting: books?.waiting ?? 0,
    setAside: books?.setAside ?? 0,
    difference: books?.difference ?? 0,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
