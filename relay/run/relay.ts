// The wiring of a relay: sockets, gate, journal, shipper. Everything it needs is in its arguments.
// Promise: it listens only after the journal is ready, and stops in the order that loses nothing:
// no more datagrams, answers for what is being written, then sockets, shipper and journal.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { RelayConfig } from '../config/relay-config.ts';
import type { SecretSources } from '../config/secrets.ts';
import type { RadsecLine } from '../disconnect/ask-gateway.ts';
import { errorText } from '../errors.ts';
import type { ImportService } from '../import/import-service.ts';
import type { Journal } from '../journal/journal.ts';
import { journalFolder } from '../journal/journal-folder.ts';
import { makeReader } from '../journal/reader.ts';
import type { NewJournalRecord } from '../journal/record.ts';
import type { RequeueResult } from '../journal/redrive.ts';
import { isWorthLogging, type Log } from '../log.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import type { ThreadProgram } from '../radsec/thread-link.ts';
import { AuthenticatorMemory } from '../receive/authenticator-memory.ts';
import type { GatewayTable } from '../receive/gateway-table.ts';
import { OutcomeCounters, type RelayCounts } from '../receive/outcome-counters.ts';
import type { ReceiverDeps } from '../receive/receiver.ts';
import { ReplyCache } from '../receive/response-cache.ts';
import { makeSecretDiagnosis, type SecretDiagnosis } from '../receive/secret-diagnosis.ts';
import { SessionNames } from '../receive/session-names.ts';
import type { ListenAddress } from '../receive/udp-server.ts';
import { UnknownClients } from '../receive/unknown-sources.ts';
import type { BalanceReport } from '../status/balance-report.ts';
import type { RelayStatus } from '../status/relay-status.ts';
import type { After } from '../timers.ts';
import { type Listeners, openListeners } from './listeners.ts';
import { LiveGateways } from './live-gateways.ts';
import { statusOf } from './look-at-relay.ts';
import { type RecallInto, recallAuthenticators } from './recall-authenticators.ts';
import { RecordFeed } from './record-feed.ts';
import { openStorage, type Storage } from './storage.ts';
import type { Host } from './temporary-gateway.ts';

export type RelayDeps = {
  readonly log: Log;
  readonly now: () => UnixMs;
  /** The clock that records are stamped with on arrival; absent: `now`. */
  readonly arrivalTime?: () => UnixMs;
  readonly monotonicMs: () => number;
  /** Runs what the shipper waits to do; absent: by the clock of this machine. */
  readonly after?: After;
  /** Sees the time from arrival to answer of each recorded packet. */
  readonly onAcknowledged?: (elapsedMs: number) => void;
  /** What is started once more as the RadSec thread; absent: the running program. */
  readonly threadProgram?: ThreadProgram;
  /** Authenticators remembered for the `repeated` mark; absent: a million. */
  readonly rememberedMax?: number;
  /** Reads certificates; absent: from where the configuration says. */
  readonly readFile?: SecretSources['readFile'];
};

export type Relay = {
  /** What is bound, ports filled in. */
  readonly addresses: readonly ListenAddress[];
  counts(): RelayCounts;
  status(): RelayStatus;
  /** The balance per gateway, counted in the files. */
  reportBalance(): Promise<BalanceReport>;
  /** Shows every authentic packet, repeats too, until the returned function is called. */
  watch(see: Watcher): () => void;
  /** Puts dead letters back. @throws JournalError when the journal takes no records */
  requeue(reason?: string): Promise<RequeueResult>;
  /** Takes history into the journal. */
  readonly imports: ImportService;
  /** Tells of records that became durable, and of orders that wait. */
  readonly feed: RecordFeed;
  /** Takes packets of one more gateway until the answer is called; undefined: it cannot. */
  readonly host: Host;
  readonly radsecLine?: RadsecLine;
  /** Takes over the gateways of a new configuration between two packets. */
  reload(config: RelayConfig): void;
  /** Keeps every record here, or ships again. */
  hold(isHeld: boolean): void;
  /** Answers what is being written, then ends. Calling it again waits for the same end. */
  stop(): Promise<void>;
};

/** Sees a packet as it will be recorded, with the configuration of its gateway. */
export type Watcher = (record: NewJournalRecord, gateway: GatewayConfig) => void;

/** Unless another number is asked for: 28 MB, a week of two per second. */
const rememberedDefault = 1_000_000;
/** Authenticators read back after a restart: some seconds of background work. */
const recalledMax = 250_000;

/**
 * Starts everything.
 *
 * @throws RelayError when a port or the journal cannot be used
 */
export async function startRelay(config: RelayConfig, deps: RelayDeps): Promise<Relay> {
  const { log, monotonicMs } = deps;
  const book = new OutcomeCounters();
  const memory = new AuthenticatorMemory(deps.rememberedMax ?? rememberedDefault);
  const recent: RecallInto = { memory, names: new SessionNames() };
  const live = new LiveGateways(usableGateways(config));
  const gateways = (): GatewayTable => live.table;
  const gatewayNamed = (name: string) => live.table.named(name)?.config;
  const feed = new RecordFeed();
  const acknowledged = () => book.acknowledged();
  const storage = await openStorage(config, { ...deps, feed, gatewayNamed, acknowledged });
  const { journal } = storage;
  const watchers = new Set<Watcher>();
  const diagnosis = makeSecretDiagnosis({ gateways, log, monotonicMs, later: setImmediate });
  const strangers = new UnknownClients(gateways);
  const parts = { ...recent, deps, storage, book, gateways, diagnosis, strangers, watchers };
  const listeners = await openListenersOrStop(config, parts, storage);
  let ended: Promise<void> | undefined;
  let isEnabled = config.isEnabled !== false;
  const switchListeners = (isWanted: boolean): void => {
    if (isWanted === isEnabled) return;
    isEnabled = isWanted;
    if (isWanted) log('info', 'switched-on', 'the settings switch this relay on');
    else log('warn', 'switched-off', 'the settings switch this relay off: its ports are shut');
    listeners.set(isWanted);
  };
  const recalling = recall(config, journal, recent, () => ended !== undefined, log);
  const end = async (): Promise<void> => {
    await listeners.pause();
    // What is being written is answered before this resolves.
    await journal.close();
    await listeners.close();
    await storage.stop();
    await recalling;
    log('info', 'stopped', 'the relay has stopped; everything answered is on disk');
  };
  return {
    get addresses() {
      return listeners.udp.addresses;
    },
    counts: () => book.snapshot(),
    status: () =>
      statusOf({
        book,
        storage,
        listeners,
        diagnosis,
        strangers,
        memory: recent.memory,
        isEnabled,
        now: deps.now,
        isRunning: ended === undefined,
        gateways: live.table.gateways,
      }),
    reportBalance: () => storage.reportBalance(),
    watch: (see) => joined(watchers, see),
    requeue: (reason) => storage.requeue(reason),
    imports: storage.imports,
    feed,
    host: live.host,
    ...(listeners.radsec && { radsecLine: listeners.radsec.line }),
    reload(next) {
      const replaced = live.table;
      live.configure(usableGateways(next));
      diagnosis.remember(replaced);
      listeners.reload();
      switchListeners(next.isEnabled !== false);
      if (next.cloud) storage.shipper?.useKey(next.cloud.privateKey);
    },
    hold: (isHeld) => storage.shipper?.hold(isHeld),
    stop() {
      ended ??= end();
      return ended;
    },
  };
}

/** Adds a member; the answer takes it away again. */
function joined<T>(members: Set<T>, member: T): () => void {
  members.add(member);
  return () => {
    members.delete(member);
  };
}

/** Opens the ports; when one cannot be opened, closes the journal and the storage again. */
async function openListenersOrStop(
  config: RelayConfig,
  parts: ReceiverParts,
  storage: Storage,
): Promise<Listeners> {
  const { deps, gateways } = parts;
  try {
    return await openListeners(config, {
      receiver: receiverDeps(parts),
      gateways,
      log: deps.log,
      program: deps.threadProgram,
      readFile: deps.readFile,
    });
  } catch (error) {
    await storage.journal.close();
    await storage.stop();
    throw error;
  }
}

/** In FIPS mode gateways without their secrets: nothing of MD5 is even prepared. */
function usableGateways({ gateways, isFips }: RelayConfig): readonly GatewayConfig[] {
  return isFips ? gateways.map((gateway) => ({ ...gateway, secrets: [] })) : gateways;
}

/** Fills the memory of authenticators while packets are served already. */
async function recall(
  config: RelayConfig,
  journal: Journal,
  into: RecallInto,
  isStopping: () => boolean,
  log: Log,
): Promise<void> {
  const lastPosition = journal.durablePosition;
  const reader = makeReader({
    directory: journalFolder(config.dataDir),
    durablePosition: () => lastPosition,
  });
  try {
    const recordsMax = recalledMax;
    await recallAuthenticators({ reader, ...into, lastPosition, recordsMax, isStopping });
    await reader.close();
  } catch (error) {
    const message = `replays of packets from before this start are not marked: ${errorText(error)}`;
    log('warn', 'recall-failed', message);
  }
}

type ReceiverParts = {
  readonly deps: RelayDeps;
  readonly storage: Storage;
  readonly book: OutcomeCounters;
  readonly memory: AuthenticatorMemory;
  readonly names: SessionNames;
  readonly gateways: () => GatewayTable;
  readonly diagnosis: SecretDiagnosis;
  readonly strangers: UnknownClients;
  readonly watchers: ReadonlySet<Watcher>;
};

function receiverDeps(parts: ReceiverParts): ReceiverDeps {
  const { deps, diagnosis, watchers } = parts;
  let faults = 0;
  return {
    journal: parts.storage.journal,
    book: parts.book,
    gateways: parts.gateways,
    replies: new ReplyCache(),
    memory: parts.memory,
    clocks: parts.storage.clocks,
    names: parts.names,
    now: deps.arrivalTime ?? deps.now,
    monotonicMs: deps.monotonicMs,
    onDrop(drop, datagram, { address }) {
      diagnosis.onDrop(drop, datagram);
      if (drop.reason !== 'unknown-gateway') return;
      parts.strangers.saw(address, datagram, deps.monotonicMs());
    },
    onAuthentic(accept, source, transport) {
      if (watchers.size === 0) return;
      const { packet: payload, gatewayId } = accept;
      const via = transport && { transport };
      const record = { source, gatewayId, payload: Buffer.from(payload), ...via };
      show(watchers, record, accept.gateway.config, deps);
    },
    onAcknowledged: deps.onAcknowledged ?? (() => undefined),
    onFault(error) {
      faults += 1;
      if (!isWorthLogging(faults)) return;
      deps.log('error', 'packet-not-recorded', errorText(error), { times: faults });
    },
  };
}

/** Behind the answer, and so that nothing a watcher does can keep a packet from being recorded. */
function show(
  watchers: ReadonlySet<Watcher>,
  seen: Pick<NewJournalRecord, 'source' | 'gatewayId' | 'payload' | 'transport'>,
  gateway: GatewayConfig,
  { now, log }: RelayDeps,
): void {
  const record: NewJournalRecord = {
    type: 'datagram',
    receivedTime: now(),
    isRepeated: false,
    ...seen,
  };
  setImmediate(() => {
    try {
      for (const see of watchers) see(record, gateway);
    } catch (error) {
      log('error', 'capture-failed', errorText(error));
    }
  });
}
