// The relay put together: sockets, gate, journal, shipper. Everything it needs is in its arguments.
// Promise: it listens only after the journal is ready, and stops in the order that loses nothing:
// no more datagrams, answers for what is being written, then sockets, shipper and journal.

import { join } from 'node:path';
import type { UnixMs } from '../domain/accounting-event.ts';
import { AuthenticatorMemory } from './authenticator-memory.ts';
import { ReplyCache } from './duplicates.ts';
import { errorText, RelayError } from './errors.ts';
import { type GatewayTable, makeGatewayTable } from './gateway-table.ts';
import { Journal } from './journal/journal.ts';
import type { JournalStats } from './journal/journal-options.ts';
import { isWorthLogging, type Log } from './log.ts';
import { OutcomeBook, type RelayCounts } from './outcome-book.ts';
import { makeReceiver, type Receiver } from './receiver.ts';
import type { RelayConfig } from './relay-config.ts';
import { makeSecretDiagnosis, type SecretDiagnosis } from './secret-diagnosis.ts';
import { type ListenAddress, startUdpServer } from './udp-server.ts';

export type RelayDeps = {
  readonly log: Log;
  readonly now: () => UnixMs;
  readonly monotonicMs: () => number;
  /** Sees the time from arrival to answer of each recorded packet. */
  readonly onAcknowledged?: (elapsedMs: number) => void;
};

export type Relay = {
  /** What is bound, ports filled in. */
  readonly addresses: readonly ListenAddress[];
  counts(): RelayCounts;
  journal(): JournalStats;
  /** Sentences on gateways that sign with a wrong secret, by gateway name. */
  secretFindings(): ReadonlyMap<string, string>;
  /** True while packets are recorded and answered. */
  isReady(): boolean;
  /** Takes over the gateways of a new configuration between two packets. */
  reload(config: RelayConfig): void;
  /** Answers what is being written, then ends. Calling it again waits for the same end. */
  stop(): Promise<void>;
};

/** Authenticators remembered for the `repeated` mark: 28 MB, a week of two per second. */
const rememberedMax = 1_000_000;
const mib = 1024 * 1024;

/**
 * Starts everything.
 *
 * @throws RelayError when a port or the journal cannot be used
 */
export async function startRelay(config: RelayConfig, deps: RelayDeps): Promise<Relay> {
  const { log } = deps;
  const journal = await openJournal(config, deps);
  const book = new OutcomeBook();
  let current: { readonly config: RelayConfig; readonly gateways: GatewayTable } = {
    config,
    gateways: makeGatewayTable(config.gateways),
  };
  const gateways = (): GatewayTable => current.gateways;
  const diagnosis = makeSecretDiagnosis({
    gateways,
    log,
    monotonicMs: deps.monotonicMs,
    later: setImmediate,
  });
  const receiver = wireReceiver({ deps, journal, book, gateways, diagnosis });
  const server = await startUdpServer({ listen: config.listen, receiver, log }).catch(
    async (error: unknown) => {
      await journal.close();
      throw error;
    },
  );
  const end = async (): Promise<void> => {
    server.pause();
    await journal.close();
    await server.close();
    log('info', 'stopped', 'the relay has stopped; everything answered is on disk');
  };
  let ended: Promise<void> | undefined;
  return {
    addresses: server.addresses,
    counts: () => book.snapshot(),
    journal: () => journal.stats(),
    secretFindings: () => diagnosis.findings(),
    isReady: () => ended === undefined && journal.isWritable,
    reload(next) {
      diagnosis.remember(current.gateways);
      current = { config: next, gateways: makeGatewayTable(next.gateways) };
    },
    stop() {
      ended ??= end();
      return ended;
    },
  };
}

async function openJournal(config: RelayConfig, { log, now }: RelayDeps): Promise<Journal> {
  const directory = join(config.dataDir, 'journal');
  try {
    return await Journal.open({
      directory,
      now,
      journalBytesMax: config.journalMaxMiB * mib,
      keepShippedMs: config.keepShippedHours * 3_600_000,
      onState(isWritable, message) {
        if (isWritable) log('info', 'journal-recovered', message);
        else log('error', 'journal-stopped', `no packet is answered: ${message}`);
      },
    });
  } catch (error) {
    const message = `${directory} cannot be used: ${errorText(error)}`;
    throw new RelayError('RELAY_JOURNAL_UNUSABLE', message, error);
  }
}

function wireReceiver(parts: {
  readonly deps: RelayDeps;
  readonly journal: Journal;
  readonly book: OutcomeBook;
  readonly gateways: () => GatewayTable;
  readonly diagnosis: SecretDiagnosis;
}): Receiver {
  const { deps, diagnosis } = parts;
  let faults = 0;
  return makeReceiver({
    journal: parts.journal,
    book: parts.book,
    gateways: parts.gateways,
    replies: new ReplyCache(),
    memory: new AuthenticatorMemory(rememberedMax),
    now: deps.now,
    monotonicMs: deps.monotonicMs,
    onDrop: (drop, datagram) => diagnosis.onDrop(drop, datagram),
    onAcknowledged: deps.onAcknowledged ?? (() => undefined),
    onFault(error) {
      faults += 1;
      if (!isWorthLogging(faults)) return;
      deps.log('error', 'packet-not-recorded', errorText(error), { times: faults });
    },
  });
}
