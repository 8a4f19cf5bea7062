// The parts of the relay that work after the answer: cursor, journal, shipper, and the balance of
// where every record is. Promise: all of it is opened before the first packet and closed in the
// order that loses nothing; counting at start goes on in the background.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { RelayConfig } from '../config/relay-config.ts';
import { errorText, RelayError } from '../errors.ts';
import { Histogram } from '../histogram.ts';
import { type ImportService, makeImportService } from '../import/import-service.ts';
import type { Covered } from '../journal/covered.ts';
import { type Cursor, openCursor } from '../journal/cursor.ts';
import { deadLetterMarks } from '../journal/dead-letter-lines.ts';
import { DeadLetterFile } from '../journal/dead-letters.ts';
import { nodeDisk } from '../journal/disk.ts';
import { Journal } from '../journal/journal.ts';
import { journalFolder } from '../journal/journal-folder.ts';
import { makeReader } from '../journal/reader.ts';
import type { JournalRecord } from '../journal/record.ts';
import { type RequeueResult, redriveDeadLetters } from '../journal/redrive.ts';
import { isWorthLogging, type Log } from '../log.ts';
import { isAwaited } from '../radius/awaited.ts';
import { configuredName, type GatewayConfig } from '../radius/gateway.ts';
import { toEvent } from '../radius/to-event.ts';
import type { GatewayClocks } from '../receive/gateway-clocks.ts';
import type { ShipItem, ToEvent } from '../ship/load.ts';
import { type Shipping, startShipping } from '../ship/start-shipping.ts';
import { UploadNumbers } from '../ship/upload-numbers.ts';
import { Balance } from '../status/balance.ts';
import { countJournal } from '../status/balance-count.ts';
import { type BalanceReport, reportBalance } from '../status/balance-report.ts';
import { GatewayActivity } from '../status/gateway-activity.ts';
import { type ReadAlong, startReadAlong } from '../status/read-along.ts';
import { timeSyncs } from '../status/timed-disk.ts';
import type { After } from '../timers.ts';
import { openClocks } from './kept-clocks.ts';
import type { RecordFeed } from './record-feed.ts';

export type StorageDeps = {
  readonly log: Log;
  readonly now: () => UnixMs;
  readonly monotonicMs: () => number;
  readonly after?: After;
  readonly gatewayNamed: (name: string) => GatewayConfig | undefined;
  /** Packets answered as recorded since the start, by configured name. */
  readonly acknowledged: () => Iterable<readonly [name: string, count: number]>;
  readonly feed: RecordFeed;
};

export type Storage = {
  readonly journal: Journal;
  /** Absent: no cloud is configured. */
  readonly shipper: Shipping | undefined;
  readonly balance: Balance;
  readonly activity: GatewayActivity;
  /** How far off gateways' clocks are; outlives a restart. */
  readonly clocks: GatewayClocks;
  readonly uploads: UploadNumbers;
  readonly syncTimes: Histogram;
  /** Octets the journal may take. */
  readonly journalBytesMax: number;
  reportBalance(): Promise<BalanceReport>;
  /** Puts dead letters back. @throws JournalError */
  requeue(reason?: string): Promise<RequeueResult>;
  /** Takes history into the journal. */
  readonly imports: ImportService;
  /** Stops shipping and reading. The journal is closed before. */
  stop(): Promise<void>;
};

const mib = 1024 * 1024;
const balanceCheckMs = 60_000;

/**
 * Opens cursor and journal, and starts to ship when there is a cloud.
 *
 * @throws RelayError RELAY_JOURNAL_UNUSABLE
 */
export async function openStorage(config: RelayConfig, deps: StorageDeps): Promise<Storage> {
  const { log, now, monotonicMs } = deps;
  const directory = journalFolder(config.dataDir);
  const syncTimes = new Histogram();
  const journalBytesMax = config.journalMaxMiB * mib;
  let notify = (_position: number, _awaited: number): void => undefined;
  try {
    const cursor = await openCursor({
      directory,
      onError: (error) => log('error', 'cursor-not-saved', errorText(error)),
    });
    const disk = timeSyncs(nodeDisk, monotonicMs, (ms) => syncTimes.observe(ms / 1000));
    const journal = await Journal.open({
      directory,
      now,
      disk,
      isDirect: true,
      journalBytesMax,
      keepShippedMs: config.keepShippedHours * 3_600_000,
      shippedPosition: cursor.durablePosition,
      isAwaited: (record) => record.type !== 'datagram' || isAwaited(record.payload),
      onDurable(position, awaited) {
        notify(position, awaited);
        deps.feed.durable(position);
      },
      onState(isWritable, message) {
        if (isWritable) log('info', 'journal-recovered', message);
        else log('error', 'journal-stopped', `no packet is answered: ${message}`);
      },
    });
    try {
      const books = makeBooks(config, deps, { journal, cursor, directory });
      notify = books.notify;
      deps.feed.durable(journal.durablePosition);
      const kept = await openClocks(directory, log);
      const stop = async (): Promise<void> => {
        await Promise.all([books.stop(), kept.close()]);
      };
      return { journal, syncTimes, journalBytesMax, ...books, clocks: kept.clocks, stop };
    } catch (error) {
      await journal.close();
      throw error;
    }
  } catch (error) {
    const message = `${directory} cannot be used: ${errorText(error)}`;
    throw new RelayError('RELAY_JOURNAL_UNUSABLE', message, error);
  }
}

type Opened = { readonly journal: Journal; readonly cursor: Cursor; readonly directory: string };
type Books = Omit<Storage, 'clocks' | 'journal' | 'syncTimes' | 'journalBytesMax'> & {
  readonly notify: (position: number, awaitedPosition: number) => void;
};

/** Shipper, balance and activity over an open journal. */
function makeBooks(config: RelayConfig, deps: StorageDeps, opened: Opened): Books {
  const { journal, cursor, directory } = opened;
  const { log, now, monotonicMs, after, acknowledged } = deps;
  const times = { now, monotonicMs, ...(after && { after }) };
  const durablePosition = (): number => journal.durablePosition;
  const balance = new Balance({ acknowledged, cursor, durablePosition });
  const activity = new GatewayActivity();
  const uploads = new UploadNumbers();
  const deadLetters = new DeadLetterFile(nodeDisk, directory);
  let isStopping = false;
  // What is covered now, before the shipper starts, is what the count below goes by.
  const counted = countAtStart(opened, balance, log, () => isStopping);
  const checking = setInterval(makeBalanceCheck(balance, log), balanceCheckMs).unref();
  const decode: ToEvent = (record: JournalRecord) =>
    toEvent(record, deps.gatewayNamed(configuredName(record.gatewayId)));
  const { cloud, flushAfterMs, isShippedInOrder: isInOrder = false } = config;
  const shipper =
    cloud &&
    startShipping({
      cloud,
      flushAfterMs,
      isInOrder,
      directory,
      journal,
      cursor,
      deadLetters,
      uploads,
      onOrderWaiting: deps.feed.orderWaiting,
      log,
      ...times,
      toEvent(record) {
        const event = decode(record);
        // What gateways sent months ago says nothing of how they are set up today.
        const isLive = record.type === 'datagram';
        if (isLive && !('undecodable' in event)) activity.decoded(record, event);
        return event;
      },
      onAccepted(items: readonly ShipItem[]) {
        balance.accepted(items);
        activity.accepted(items);
        uploads.accepted(items);
      },
    });
  const imports = makeImportService({
    journal,
    directory,
    covered: cursor,
    isShipping: shipper !== undefined,
    journalBytesMax: config.journalMaxMiB * mib,
    onImported: (gatewayId) => balance.imported(gatewayId),
  });
  const readAlong = shipper ? undefined : readAlongOf(directory, journal, decode, activity);
  return {
    shipper,
    balance,
    activity,
    uploads,
    imports,
    notify: (position, awaited) => (shipper ?? readAlong)?.notify(position, awaited),
    reportBalance: () => reportBalance(balance, directory),
    async requeue(reason) {
      // Until the earlier dead letters are known, taking away from it would count wrong.
      await counted;
      return redriveDeadLetters({
        disk: nodeDisk,
        directory,
        deadLetters,
        covered: cursor,
        append: (record, done) => journal.append(record, done),
        onRequeued: (gatewayId) => balance.requeued(gatewayId),
        ...(reason !== undefined && { reason }),
      });
    },
    async stop() {
      isStopping = true;
      clearInterval(checking);
      await Promise.all([shipper?.stop(), readAlong?.stop(), counted]);
    },
  };
}

/** Says loudly when records are unaccounted for: that is never normal. */
function makeBalanceCheck(balance: Balance, log: Log): () => void {
  let times = 0;
  return () => {
    const { acked, shipped, waiting, setAside, difference } = balance.snapshot().total;
    if (difference === 0) return;
    times += 1;
    if (!isWorthLogging(times)) return;
    const message = `${Math.abs(difference)} records are unaccounted for: see status`;
    log('error', 'unbalanced', message, { acked, shipped, waiting, setAside, times });
  };
}

function readAlongOf(
  directory: string,
  journal: Journal,
  decode: ToEvent,
  activity: GatewayActivity,
): ReadAlong {
  const position = journal.durablePosition;
  const reader = makeReader({ directory, durablePosition: () => journal.durablePosition });
  return startReadAlong({ reader, toEvent: decode, activity, position });
}

/** Says of every record on disk where it stands, while packets are served already. */
async function countAtStart(
  { journal, cursor, directory }: Opened,
  balance: Balance,
  log: Log,
  isStopping: () => boolean,
): Promise<void> {
  const lastPosition = journal.durablePosition;
  const covered: Covered = { position: cursor.position, ahead: [...cursor.ahead] };
  const reader = makeReader({ directory, durablePosition: () => lastPosition });
  try {
    const marks = await deadLetterMarks(nodeDisk, directory);
    const found = await countJournal({ reader, marks, covered, lastPosition, isStopping });
    if (found) balance.found(found);
  } catch (error) {
    log('warn', 'balance-unknown', `the journal cannot be counted: ${errorText(error)}`);
  } finally {
    await reader.close();
  }
}
