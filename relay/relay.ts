// The relay put together: sockets, gate, journal, shipper. Everything it needs is in its arguments.
// Promise: it listens only after the journal is ready, and stops in the order that loses nothing:
// no more datagrams, answers for what is being written, then sockets, shipper and journal.

import { join } from 'node:path';
import type { UnixMs } from '../domain/accounting-event.ts';
import { AuthenticatorMemory } from './authenticator-memory.ts';
import { ReplyCache } from './duplicates.ts';
import { errorText, RelayError } from './errors.ts';
import type { GatewayConfig } from './gateway.ts';
import { type GatewayTable, makeGatewayTable } from './gateway-table.ts';
import { openCursor } from './journal/cursor.ts';
import { Journal } from './journal/journal.ts';
import type { JournalStats } from './journal/journal-options.ts';
import { makeReader } from './journal/reader.ts';
import { isWorthLogging, type Log } from './log.ts';
import { OutcomeBook, type RelayCounts } from './outcome-book.ts';
import { recallAuthenticators } from './recall.ts';
import { makeReceiver, type Receiver } from './receiver.ts';
import type { RelayConfig } from './relay-config.ts';
import { makeSecretDiagnosis, type SecretDiagnosis } from './secret-diagnosis.ts';
import type { Shipper, ShipperStatus } from './shipper-options.ts';
import { startShipping } from './shipping.ts';
import { type ListenAddress, startUdpServer } from './udp-server.ts';

export type RelayDeps = {
  readonly log: Log;
  readonly now: () => UnixMs;
  readonly monotonicMs: () => number;
  /** Sees the time from arrival to answer of each recorded packet. */
  readonly onAcknowledged?: (elapsedMs: number) => void;
};

/** Everything the relay knows about itself, at one moment. */
export type RelayStatus = {
  /** True while packets are recorded and answered. */
  readonly isReady: boolean;
  readonly counts: RelayCounts;
  readonly journal: JournalStats;
  /** Sentences on gateways that sign with a wrong secret, by gateway name. */
  readonly secretFindings: ReadonlyMap<string, string>;
  /** Smallest receive buffer of a socket, octets as the kernel counts them. */
  readonly receiveBufferBytes: number;
  /** Answers that the kernel did not take. */
  readonly sendErrors: number;
  /** Absent: no cloud is configured. */
  readonly shipping?: ShipperStatus;
  /** Authenticators held for the `repeated` mark, and those dropped for want of room. */
  readonly remembered: { readonly held: number; readonly dropped: number };
};

export type Relay = {
  /** What is bound, ports filled in. */
  readonly addresses: readonly ListenAddress[];
  counts(): RelayCounts;
  status(): RelayStatus;
  /** Takes over the gateways of a new configuration between two packets. */
  reload(config: RelayConfig): void;
  /** Answers what is being written, then ends. Calling it again waits for the same end. */
  stop(): Promise<void>;
};

/** Authenticators remembered for the `repeated` mark: 28 MB, a week of two per second. */
const rememberedMax = 1_000_000;
/** Authenticators read back after a restart: some seconds of background work. */
const recalledMax = 250_000;
const mib = 1024 * 1024;

/**
 * Starts everything.
 *
 * @throws RelayError when a port or the journal cannot be used
 */
export async function startRelay(config: RelayConfig, deps: RelayDeps): Promise<Relay> {
  const { log, monotonicMs } = deps;
  const book = new OutcomeBook();
  const memory = new AuthenticatorMemory(rememberedMax);
  let gateways = makeGatewayTable(config.gateways);
  const gatewayNamed = (name: string) => gateways.named(name)?.config;
  const { journal, shipper } = await openStorage(config, deps, gatewayNamed);
  const diagnosis = makeSecretDiagnosis({
    gateways: () => gateways,
    log,
    monotonicMs,
    later: setImmediate,
  });
  const parts = { deps, journal, book, memory, gateways: () => gateways, diagnosis };
  const server = await startUdpServer({
    listen: config.listen,
    receiver: wireReceiver(parts),
    log,
  }).catch(async (error: unknown) => {
    await journal.close();
    await shipper?.stop();
    throw error;
  });
  let ended: Promise<void> | undefined;
  const recalling = recall(config, journal, memory, () => ended !== undefined, log);
  const end = async (): Promise<void> => {
    server.pause();
    // What is being written is answered before this resolves.
    await journal.close();
    await server.close();
    await shipper?.stop();
    await recalling;
    log('info', 'stopped', 'the relay has stopped; everything answered is on disk');
  };
  return {
    addresses: server.addresses,
    counts: () => book.snapshot(),
    status: () => ({
      isReady: ended === undefined && journal.isWritable,
      counts: book.snapshot(),
      journal: journal.stats(),
      ...(shipper && { shipping: shipper.status() }),
      secretFindings: diagnosis.findings(),
      receiveBufferBytes: server.receiveBufferBytes,
      sendErrors: server.sendErrors(),
      remembered: { held: memory.size, dropped: memory.dropped },
    }),
    reload(next) {
      const replacing = makeGatewayTable(next.gateways);
      diagnosis.remember(gateways);
      gateways = replacing;
    },
    stop() {
      ended ??= end();
      return ended;
    },
  };
}

/** Fills the memory of authenticators while packets are served already. */
async function recall(
  config: RelayConfig,
  journal: Journal,
  memory: AuthenticatorMemory,
  isStopping: () => boolean,
  log: Log,
): Promise<void> {
  const lastPosition = journal.durablePosition;
  const reader = makeReader({
    directory: journalFolder(config),
    durablePosition: () => lastPosition,
  });
  try {
    const recordsMax = recalledMax;
    await recallAuthenticators({ reader, memory, lastPosition, recordsMax, isStopping });
    await reader.close();
  } catch (error) {
    const message = `replays of packets from before this start are not marked: ${errorText(error)}`;
    log('warn', 'recall-failed', message);
  }
}

const journalFolder = (config: RelayConfig): string => join(config.dataDir, 'journal');

type Storage = {
  readonly journal: Journal;
  /** Absent: no cloud is configured. */
  readonly shipper: Shipper | undefined;
};

/** Opens cursor and journal, and starts to ship when there is a cloud. */
async function openStorage(
  config: RelayConfig,
  { log, now }: RelayDeps,
  gatewayNamed: (name: string) => GatewayConfig | undefined,
): Promise<Storage> {
  const directory = journalFolder(config);
  let shipper: Shipper | undefined;
  try {
    const cursor = await openCursor({
      directory,
      onError: (error) => log('error', 'cursor-not-saved', errorText(error)),
    });
    const journal = await Journal.open({
      directory,
      now,
      journalBytesMax: config.journalMaxMiB * mib,
      keepShippedMs: config.keepShippedHours * 3_600_000,
      shippedPosition: cursor.durablePosition,
      onDurable: (position) => shipper?.notify(position),
      onState(isWritable, message) {
        if (isWritable) log('info', 'journal-recovered', message);
        else log('error', 'journal-stopped', `no packet is answered: ${message}`);
      },
    });
    const { cloud, flushAfterMs } = config;
    shipper =
      cloud &&
      startShipping({ cloud, flushAfterMs, directory, journal, cursor, gatewayNamed, log, now });
    return { journal, shipper };
  } catch (error) {
    const message = `${directory} cannot be used: ${errorText(error)}`;
    throw new RelayError('RELAY_JOURNAL_UNUSABLE', message, error);
  }
}

function wireReceiver(parts: {
  readonly deps: RelayDeps;
  readonly journal: Journal;
  readonly book: OutcomeBook;
  readonly memory: AuthenticatorMemory;
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
    memory: parts.memory,
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
