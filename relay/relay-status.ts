// Everything the relay knows about itself at one moment, put together from its parts: what status
// report, metrics and health are made from. It counts nothing itself.

import type { UnixMs } from '../domain/accounting-event.ts';
import type { AuthenticatorMemory } from './authenticator-memory.ts';
import type { Doors } from './doors.ts';
import type { KnownGateway } from './gateway-table.ts';
import type { Histogram } from './histogram.ts';
import type { JournalStats } from './journal/journal-options.ts';
import type { OutcomeBook, RelayCounts } from './outcome-book.ts';
import type { RadsecStatus } from './radsec/radsec.ts';
import type { SecretDiagnosis } from './secret-diagnosis.ts';
import type { ShipperStatus } from './shipper-options.ts';
import type { BalanceSnapshot } from './status/balance.ts';
import type { ActivityRow } from './status/gateway-activity.ts';
import type { UploadStatus } from './status/upload-numbers.ts';
import type { Storage } from './storage.ts';
import type { Stranger, StrangerSources } from './stranger-sources.ts';

/** Everything the relay knows about itself, at one moment. */
export type RelayStatus = {
  /** True while packets are recorded and answered. */
  readonly isReady: boolean;
  /** False while the settings switch the relay off: then its ports are shut. */
  readonly isEnabled: boolean;
  /** Why a port is shut that should be open. */
  readonly doorTrouble?: string;
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
  /** Sentences on gateways that sign with a wrong secret, by gateway name. */
  readonly secretFindings: ReadonlyMap<string, string>;
  /** Who sends without being configured, the busiest first. */
  readonly strangers: readonly Stranger[];
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

/** Looks at every part at one moment. */
export function statusOf(parts: {
  readonly book: OutcomeBook;
  readonly storage: Storage;
  readonly doors: Doors;
  readonly diagnosis: SecretDiagnosis;
  readonly strangers: StrangerSources;
  readonly memory: AuthenticatorMemory;
  readonly isEnabled: boolean;
  readonly isRunning: boolean;
  readonly gateways: readonly KnownGateway[];
  readonly now: () => UnixMs;
}): RelayStatus {
  const { book, storage, doors, memory, isEnabled, now } = parts;
  const { journal, shipper } = storage;
  const { udp: door } = doors;
  const radsec = doors.radsec?.status();
  const doorTrouble = door.trouble ?? radsec?.trouble;
  return {
    isReady: parts.isRunning && journal.isWritable && door.isOpen && radsec?.isOpen !== false,
    isEnabled,
    ...(doorTrouble !== undefined && { doorTrouble }),
    ...(radsec && { radsec }),
    counts: book.snapshot(),
    journal: journal.stats(),
    journalBytesMax: storage.journalBytesMax,
    syncTimes: storage.syncTimes,
    balance: storage.balance.snapshot(),
    activity: storage.activity.rows(),
    perMinute: new Map(
      parts.gateways.map(({ config: { name } }) => [name, book.perMinute(name, now())]),
    ),
    ...(shipper && { shipping: shipper.status(), uploads: storage.uploads.status() }),
    secretFindings: new Map([...parts.diagnosis.findings(), ...(radsec?.findings ?? [])]),
    strangers: parts.strangers.list(),
    receiveBufferBytes: door.receiveBufferBytes,
    sendErrors: door.sendErrors(),
    remembered: { held: memory.size, dropped: memory.dropped },
  };
}
