// The relay's configuration after it was validated: what `startRelay` is given.
// load.ts makes it from a file; the local run and tests write it down directly.

import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { DisconnectConfig } from '../disconnect/target.ts';
import type { LogLevel } from '../log.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import type { ListenAddress } from '../receive/udp-server.ts';
import type { Enrolment } from './enrolment.ts';
import type { RadsecConfig } from './radsec.ts';

/** The cloud that batches go to. */
export type CloudConfig = {
  /** Base URL of the ingest API, with or without `/v1`. */
  readonly url: string;
  /** `[a-z0-9][a-z0-9-]{0,62}`, as enrolled. */
  readonly relayId: string;
  /** Ed25519 (or P-256) private key that seals batches. */
  readonly privateKey: KeyObject;
  /** What the relay was enrolled with; absent: id and key stand in the configuration. */
  readonly enrolment?: Enrolment;
  /** PEM of further certificate authorities to trust. */
  readonly caCertificates?: string;
  /** `http://proxy:3128`, for https URLs only; absent: none. */
  readonly proxyUrl?: string;
  /** Hosts reached without it, as NO_PROXY lists them. */
  readonly noProxy?: string;
};

export type RelayConfig = {
  /** False shuts the ports; records are kept and shipped on. Absent: they are open. */
  readonly isEnabled?: boolean;
  readonly listen: readonly ListenAddress[];
  readonly gateways: readonly GatewayConfig[];
  /** RADIUS over TLS; absent: off. */
  readonly radsec?: RadsecConfig;
  /** Only approved algorithms: no UDP, no RADIUS/1.0. Absent: off. */
  readonly isFips?: boolean;
  /** Which gateways may be asked to end a session; absent: none. */
  readonly disconnect?: DisconnectConfig;
  /** Absent: journal only. */
  readonly cloud?: CloudConfig;
  readonly dataDir: string;
  /** Bound of the journal on disk, MiB. */
  readonly journalMaxMiB: number;
  /** Shipped records are kept this long, hours. */
  readonly keepShippedHours: number;
  /** A batch leaves when it is full or its first event is this old, ms. */
  readonly flushAfterMs: number;
  /** Batches leave one at a time, the oldest first (local run). Absent: some are under way. */
  readonly isShippedInOrder?: boolean;
  readonly logLevel: LogLevel;
  /** Where `status`, `capture` and `journal redrive` reach the running relay; absent: nowhere. */
  readonly adminSocket?: string;
  /** Where to serve /livez, /readyz and /metrics; absent: nowhere. */
  readonly metrics?: { readonly address: string; readonly port: number };
};

/** The admin socket where a configuration names none: Windows has named pipes instead. */
export function defaultAdminSocket(dataDir: string, platform = process.platform): string {
  return platform === 'win32' ? '\\\\.\\pipe\\wherefrom-relay' : join(dataDir, 'relay.sock');
}

/** What is meant where a configuration says nothing. */
export const relayDefaults = {
  listen: [
    { address: '0.0.0.0', port: 1813 },
    { address: '::', port: 1813, isOptional: true },
  ],
  journalMaxMiB: 4096,
  keepShippedHours: 24,
  flushAfterMs: 2000,
  logLevel: 'info',
  metricsPort: 9464,
} as const satisfies Partial<RelayConfig> & { readonly metricsPort: number };
