// Identifies the configured gateway at the other end of a TLS connection: by its certificate, or by
// its source address. TLS has verified the certificate against the configured authorities.
// Promise: a gateway with pinned fingerprints or names is only ever found by them; every check it
// has must hold. It opens nothing and keeps nothing.

import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { isRuled } from '../config/radsec.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import type { GatewayMatch, GatewayTable } from '../receive/gateway-table.ts';

type Peer = { readonly address: string; readonly certificate: X509Certificate };

/** The gateway of a connection; undefined when it is none of ours. */
export function identifyGateway(table: GatewayTable, peer: Peer): GatewayMatch | undefined {
  const bySource = table.find(peer.address);
  for (const gateway of table.gateways) {
    const { config } = gateway;
    if (!isRuled(config) || !fitsRules(config, peer)) continue;
    // Where addresses are configured, the right certificate from elsewhere is not enough.
    if (config.addresses.length === 0) return { gateway, isBlock: false };
    if (bySource?.gateway === gateway) return bySource;
  }
  return bySource && !isRuled(bySource.gateway.config) ? bySource : undefined;
}

/** Address blocks that connections may come from; undefined when a gateway has none. */
export function connectionSources(table: GatewayTable): readonly string[] | undefined {
  const configs = table.gateways.map(({ config }) => config);
  if (configs.some(({ addresses }) => addresses.length === 0)) return undefined;
  return configs.flatMap(({ addresses }) => addresses);
}

function fitsRules({ radsec }: GatewayConfig, { certificate }: Peer): boolean {
  const { fingerprints = [], names = [] } = radsec ?? {};
  const isPinned = fingerprints.length === 0 || fingerprints.includes(fingerprintOf(certificate));
  return isPinned && (names.length === 0 || names.some((name) => isNamed(certificate, name)));
}

/** SHA-256 of a certificate as 64 lower-case hexadecimal digits. */
export function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

/** Is the name among the subject alternative names (or, where there are none, the subject's CN)? */
function isNamed(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  // A certificate for `*.example.net` names a whole domain, not one gateway of it.
  return certificate.checkHost(name, { wildcards: false }) !== undefined;
}
