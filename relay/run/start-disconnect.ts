// Wires what ends sessions at gateways for a running relay: the table of open sessions behind the
// journal, spent orders, the exchange, and the orders of the cloud.
// Promise: without a list `disconnect` in the relay's own file nothing is opened, read or asked;
// whatever fails here keeps no packet from being answered, and an order gets an answer even so.

import { join } from 'node:path';
import type { CutOrder, CutReport } from '../../wire/cut-orders.ts';
import { markingShared } from '../config/disconnect.ts';
import type { Enrolment } from '../config/enrolment.ts';
import type { ControlClient } from '../control/control-client.ts';
import { Orders } from '../control/orders.ts';
import type { RunningConfig } from '../control/running-config.ts';
import { askOver } from '../disconnect/ask-gateway.ts';
import { Disconnector } from '../disconnect/disconnector.ts';
import { makeExchange } from '../disconnect/exchange.ts';
import { followJournal, type JournalFollower } from '../disconnect/follow-journal.ts';
import { OpenSessions } from '../disconnect/open-sessions.ts';
import { openSpentOrders, type SpentOrders } from '../disconnect/spent-orders.ts';
import { errorText } from '../errors.ts';
import { nodeDisk } from '../journal/disk.ts';
import { journalFolder } from '../journal/journal-folder.ts';
import { makeReader } from '../journal/reader.ts';
import type { Log } from '../log.ts';
import { configuredName } from '../radius/gateway.ts';
import { toEvent } from '../radius/to-event.ts';
import { type After, systemAfter } from '../timers.ts';
import type { Relay } from './relay.ts';

export type RunningDisconnect = {
  /** Asks for orders now, or takes over a changed file. */
  wake(): void;
  stop(): Promise<void>;
};

export type DisconnectParts = {
  readonly running: RunningConfig;
  readonly relay: Pick<Relay, 'feed' | 'radsecLine'>;
  readonly client: Pick<ControlClient, 'get' | 'post'>;
  readonly enrolment: () => Enrolment;
  readonly log: Log;
  /** Runs what an order waits for beside its gateway; absent: by the clock of this machine. */
  readonly after?: After | undefined;
};

type Opened = {
  readonly spent: SpentOrders;
  readonly follower: JournalFollower;
  readonly disconnector: Disconnector;
};

/** Starts it; what the file does not opt in to begins with the reload that does. */
export function startDisconnect(parts: DisconnectParts): RunningDisconnect {
  const { running, relay, client, enrolment, log, after = systemAfter } = parts;
  let opening: Promise<Opened | undefined> | undefined;
  const isOptedIn = () => (running.config.disconnect?.targets.length ?? 0) > 0;
  const orders: Orders = new Orders({
    client,
    enrolment,
    isOptedIn,
    log,
    after,
    random: Math.random,
    async take(order) {
      const opened = await begin();
      if (!opened) return orders.report(notKept(order));
      // What is durable now may hold the Stop: an order is judged by all of it.
      await opened.follower.settled(relay.feed.position);
      await opened.disconnector.take(order);
    },
  });
  /** Opens the files; what failed is tried again with the next order or reload. */
  const begin = async (): Promise<Opened | undefined> => {
    if (!isOptedIn()) return opening;
    opening ??= open(parts, orders).catch((error: unknown) => {
      log('error', 'disconnect-off', `no session can be ended: ${errorText(error)}`);
      opening = undefined;
      return undefined;
    });
    return opening;
  };
  let follower: JournalFollower | undefined;
  const leave = relay.feed.listen({
    durable(position) {
      follower?.notify(position);
    },
    orderWaiting: () => orders.wake(),
  });
  const follow = async (): Promise<void> => {
    orders.wake();
    follower = (await begin())?.follower;
    follower?.notify(relay.feed.position);
  };
  void follow();
  return {
    wake: () => void follow(),
    async stop() {
      leave();
      orders.stop();
      const opened = await opening;
      opened?.disconnector.stop();
      await opened?.follower.stop();
      await opened?.spent.close();
    },
  };
}

function notKept({ orderId }: CutOrder): CutReport {
  const detail = 'the files of disconnect in its dataDir cannot be opened: see its log';
  return { orderId, state: 'void', at: Date.now(), cause: 'not-kept', detail };
}

async function open(parts: DisconnectParts, orders: Orders): Promise<Opened> {
  const { running, relay, log, after = systemAfter } = parts;
  const { dataDir } = running.config;
  const directory = join(dataDir, 'disconnect');
  await nodeDisk.makeDirectory(directory);
  const spent = await openSpentOrders(nodeDisk, directory, Date.now());
  const sessions = new OpenSessions();
  const gatewayNamed = (name: string) =>
    running.config.gateways.find((gateway) => gateway.name === configuredName(name));
  const disconnector = new Disconnector({
    ground: () => ({
      config: markingShared(
        running.config.disconnect ?? { targets: [], isEnabled: false },
        running.config.gateways,
      ),
      sessions,
      isBehindProxy: (name) => gatewayNamed(name)?.behindProxy === true,
      isConnected: (name, address) => relay.radsecLine?.isConnected(name, address) === true,
    }),
    spent,
    ask: askOver(makeExchange(), systemAfter, relay.radsecLine),
    report: (report) => orders.report(report),
    now: Date.now,
    after,
    log,
  });
  const follower = await followJournal({
    disk: nodeDisk,
    directory,
    reader: makeReader({
      directory: journalFolder(dataDir),
      durablePosition: () => relay.feed.position,
    }),
    durablePosition: relay.feed.position,
    sessions,
    toEvent(record) {
      const event = toEvent(record, gatewayNamed(record.gatewayId));
      return 'undecodable' in event ? undefined : event;
    },
    isFollowed(gatewayId) {
      const name = configuredName(gatewayId);
      const { targets = [] } = running.config.disconnect ?? {};
      // Also what a reload has taken off the list while an order waits for its proof.
      return targets.some(({ gateway }) => gateway === name) || disconnector.isWaitingAt(name);
    },
    onChange: (change, record) => disconnector.changed(change, record),
    now: Date.now,
    log,
  }).catch(async (error: unknown) => {
    await spent.close();
    throw error;
  });
  return { spent, follower, disconnector };
}
