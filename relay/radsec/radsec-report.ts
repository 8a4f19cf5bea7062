// RadSec and FIPS mode in the status report, its text and the metrics.
// Promise: names of gateways, counts and reasons from closed lists; nothing of a certificate.

import * as v from 'valibot';
import { type ConnectionEnd, connectionEnds } from './protocol.ts';
import type { RadsecStatus } from './radsec.ts';

const count = v.pipe(v.number(), v.integer());

/** The part `radsec` of the status report. */
export const radsecReportSchema = v.object({
  addresses: v.array(v.string()),
  isOpen: v.boolean(),
  trouble: v.exactOptional(v.string()),
  versions: v.array(v.string()),
  connections: v.array(v.object({ gateway: v.string(), version: v.string(), count })),
  /** Connections that ended or did not come about since the start, by reason. */
  ends: v.record(v.string(), count),
});

type RadsecReport = v.InferOutput<typeof radsecReportSchema>;

/** What FIPS mode takes away, in words. */
export const offInFips = 'RADIUS over UDP and RADIUS/1.0 over TLS (both need MD5)';

export function radsecReport(status: RadsecStatus): RadsecReport {
  const { isOpen, trouble, versions, ends } = status;
  return {
    addresses: status.addresses.map(({ address, port }) =>
      address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    ),
    isOpen,
    ...(trouble !== undefined && { trouble }),
    versions: [...versions],
    connections: connectionsOf(status),
    ends: { ...ends },
  };
}

function connectionsOf({ connections }: RadsecStatus): RadsecReport['connections'] {
  return [...connections].flatMap(([gateway, byVersion]) =>
    Object.entries(byVersion).flatMap(([version, number]) =>
      number > 0 ? [{ gateway, version, count: number }] : [],
    ),
  );
}

/** Ends that need no attention. */
const quietEnds: readonly string[] = [
  'closed-by-gateway',
  'closed-by-relay',
  'idle',
] satisfies ConnectionEnd[];

/** Its lines in the text of `status`. */
export function radsecLines(radsec: RadsecReport | undefined, isFips: boolean): string[] {
  const fips = isFips
    ? [`fips      on        off are ${offInFips}; batches are sealed with ecdsa-p256-sha256`]
    : [];
  if (!radsec) return fips;
  const { addresses, isOpen, trouble, versions, connections, ends } = radsec;
  const state = trouble !== undefined ? 'trouble ' : isOpen ? 'ok      ' : 'shut    ';
  const what = versions.map((version) => `RADIUS/${version}`).join(', ');
  const open = connections.map(({ gateway, version, count: n }) => `${gateway} ${n} (${version})`);
  const held = open.length > 0 ? open.join(', ') : 'no connection';
  const bad = Object.entries(ends).filter(([end]) => !quietEnds.includes(end));
  return [
    `radsec    ${state}  ${what} on TLS ${addresses.join(' and ')}: ${held}`,
    ...bad.map(([end, n]) => `          ${end} ${n}: ${connectionEnds[end as ConnectionEnd]}`),
    ...fips,
  ];
}

type RadsecMetric = 'radsec_open' | 'radsec_connections' | 'radsec_connections_ended_total';

/** Its samples in the metrics. */
export function radsecSamples(status: RadsecStatus | undefined): [RadsecMetric, string[]][] {
  if (!status) return [];
  const open = connectionsOf(status).map(
    ({ gateway, version, count: n }) =>
      `radsec_connections{gateway="${gateway}",version="${version}"} ${n}`,
  );
  const ended = Object.entries(status.ends).map(
    ([end, n]) => `radsec_connections_ended_total{reason="${end}"} ${n}`,
  );
  return [
    ['radsec_open', [`radsec_open ${Number(status.isOpen)}`]],
    ['radsec_connections', open],
    ['radsec_connections_ended_total', ended],
  ];
}
