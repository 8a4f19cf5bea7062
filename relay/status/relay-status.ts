// The state of the relay at one moment: the source of status report, metrics and health.
// run/look-at-relay.ts builds it.

import type { Histogram } from '../histogram.ts';
import type { JournalStats } from '../journal/journal-options.ts';
import type { RadsecStatus } from '../radsec/radsec.ts';
import type { GatewayClock } from '../receive/gateway-clocks.ts';
import type { RelayCounts } from '../receive/outcome-counters.ts';
import type { UnknownClient } from '../receive/unknown-sources.ts';
import type { ShipperStatus } from '../ship/options.ts';
import type { UploadStatus } from '../ship/upload-numbers.ts';
import type { BalanceSnapshot } from './balance.ts';
import type { ActivityRow } from './gateway-activity.ts';

/** Everything the relay knows about itself, at one moment. */
export type RelayStatus = {
  /** True while packets are recorded and answered. */
  readonly isReady: boolean;
  /** False while the settings switch the relay off: then its ports are shut. */
  readonly isEnabled: boolean;
  /** Why a port is shut that should be open. */
  readonly listenerTrouble?: string;
  /** RADIUS over TLS; absent: not configured. */
  readonly radsec?: RadsecStatus;
  readonly counts: RelayCounts;
  readonly journal: JournalStats;
  /** Octets the journal may take. */
  readonly journalBytesMax: number;
  /** How long syncs of the journal took. */
  readonly syncTimes: Histogram;
  readonly balance: BalanceSnapshot;
  /** What gateways send, by configured name. */
  readonly activity: ReadonlyMap<string, ActivityRow>;
  /** Packets of the last minute, for every configured gateway. */
  readonly perMinute: ReadonlyMap<string, number>;
  /** Clocks of gateways that are off, by configured name. */
  readonly clocks: ReadonlyMap<string, GatewayClock>;
  /** Sentences on gateways that sign with a wrong secret, by gateway name. */
  readonly secretFindings: ReadonlyMap<string, string>;
  /** Who sends without being configured, the busiest first. */
  readonly strangers: readonly UnknownClient[];
  /** Smallest receive buffer of a socket, octets as the kernel counts them. */
  readonly receiveBufferBytes: number;
  /** Answers that the kernel did not take. */
  readonly sendErrors: number;
  /** Absent: no cloud is configured. */
  readonly shipping?: ShipperStatus;
  readonly uploads?: UploadStatus;
  /** Authenticators held for the `repeated` mark, and those dropped for want of room. */
  readonly remembered: { readonly held: number; readonly dropped: number };
};
