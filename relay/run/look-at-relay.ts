// Combines the state of the relay from its parts. It counts nothing itself.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { AuthenticatorMemory } from '../receive/authenticator-memory.ts';
import type { KnownGateway } from '../receive/gateway-table.ts';
import type { OutcomeCounters } from '../receive/outcome-counters.ts';
import type { SecretDiagnosis } from '../receive/secret-diagnosis.ts';
import type { UnknownClients } from '../receive/unknown-sources.ts';
import type { RelayStatus } from '../status/relay-status.ts';
import type { Listeners } from './listeners.ts';
import type { Storage } from './storage.ts';

/** Looks at every part at one moment. */
export function statusOf(parts: {
  readonly book: OutcomeCounters;
  readonly storage: Storage;
  readonly listeners: Listeners;
  readonly diagnosis: SecretDiagnosis;
  readonly strangers: UnknownClients;
  readonly memory: AuthenticatorMemory;
  readonly isEnabled: boolean;
  readonly isRunning: boolean;
  readonly gateways: readonly KnownGateway[];
  readonly now: () => UnixMs;
}): RelayStatus {
  const { book, storage, listeners, memory, isEnabled, now } = parts;
  const { journal, shipper } = storage;
  const { udp: listener } = listeners;
  const radsec = listeners.radsec?.status();
  const listenerTrouble = listener.trouble ?? radsec?.trouble;
  return {
    isReady: parts.isRunning && journal.isWritable && listener.isOpen && radsec?.isOpen !== false,
    isEnabled,
    ...(listenerTrouble !== undefined && { listenerTrouble }),
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
    clocks: storage.clocks.rows(),
    secretFindings: new Map([...parts.diagnosis.findings(), ...(radsec?.findings ?? [])]),
    strangers: parts.strangers.list(),
    receiveBufferBytes: listener.receiveBufferBytes,
    sendErrors: listener.sendErrors(),
    remembered: { held: memory.size, dropped: memory.dropped },
  };
}
