// The whole pipeline in one process: a relay on UDP and the embedded cloud it ships to over HTTP.
// Promise: what is started is stopped in the order that loses nothing, also when a later part could
// not start. It plays no sample and prints nothing.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Locator } from '../geo/locator.ts';
import { openInstalledCellNames, openInstalledLocator } from '../geo/open-locator.ts';
import { ArrivalClock, type Clock, clockFrom, systemClock } from './clock.ts';
import { type LocalCloud, startLocalCloud } from './cloud.ts';
import { type ConsoleFiles, makeConsoleFiles } from './console-files.ts';
import { type DataDir, openDataDir } from './data-dir.ts';
import { HistoryPace } from './import/history-pace.ts';
import type { HistoryTaker } from './import/history-taker.ts';
import { sharedSecret } from './keys.ts';
import { type GatewayLayout, localGateways, sourceAddressIn } from './local-gateways.ts';
import { localRelayConfig, type PipelineRelay, relayId, startRelayHere } from './local-relay.ts';
import type { LocalOptions } from './options.ts';
import { damageOf, damageText, endRebuild, prepareRebuild, rebuiltText } from './rebuild.ts';
import { startRelayThread, type ThreadProgram } from './relay-thread/start.ts';
import type { ReplaySettings } from './replay/settings-file.ts';
import type { Endpoints } from './report.ts';
import { canBind } from './sample/player.ts';
import { sampleDomain } from './sample/sample-users.ts';

export type LocalPipeline = {
  readonly dataDir: DataDir;
  readonly endpoints: Endpoints;
  readonly radiusPort: number;
  readonly layout: GatewayLayout;
  /** When packets arrive. */
  readonly arrivals: ArrivalClock;
  /** Credits that must stand beside any result. */
  readonly attribution: string;
  /** Takes records of history into the relay's journal. */
  readonly history: HistoryTaker;
  /** Resolves when every answered packet has been processed; rejects when aborted. */
  processed(signal: AbortSignal): Promise<void>;
  /** Present where the tables are being made again from the journal. */
  readonly rebuild?: Rebuild;
  /** Rejects when a disk failed, with what to do: nothing more is processed. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
};

export type Rebuild = {
  /** Positions that are covered, of those that the journal holds. */
  progress(): Promise<{ readonly done: number; readonly total: number }>;
  /** Ends it when everything is processed. @returns what came of it, in words */
  end(): string;
};

export type Surroundings = {
  /** Of the settings file: what users, sites and gateways of history are. */
  readonly settings?: ReplaySettings;
  readonly writeError: (text: string) => void;
  /** Makes the page; absent: only the API is served. */
  readonly buildConsole?: () => Promise<ConsoleFiles>;
  /** How a relay of history is started in a thread; absent: it runs in this one. */
  readonly relayThread?: ThreadProgram;
};

const loopback = '127.0.0.1';
const processedPollMs = 20;
/** Batches of history that wait for the fold at most, some 60,000 records: three invocations. */
const aheadMessagesMax = 120;

/**
 * Starts everything.
 *
 * @throws PortInUseError, DataDirError and the cloud's errors, each a sentence that says what to do
 */
export async function startPipeline(
  options: LocalOptions,
  surroundings: Surroundings,
): Promise<LocalPipeline> {
  const { writeError } = surroundings;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = stops.pop(); end; end = stops.pop()) await end();
  };
  const clock = options.at === undefined ? systemClock : clockFrom(options.at);
  const arrivals = new ArrivalClock(clock.now);
  try {
    const dataDir = await openDataDir(options.dataDir);
    stops.push(() => dataDir.release());
    const isRebuild = beginRebuild(options, dataDir, writeError);
    const locator = openInstalledLocator(import.meta.dirname);
    const pace = new HistoryPace();
    const given = { ...surroundings, pace };
    const cloud = await startCloud({ ...options, clock }, dataDir, locator, given);
    stops.push(() => cloud.stop());
    const secret = await sharedSecret(dataDir);
    const layout = await layoutHere();
    const ofHistory = (surroundings.settings?.gateways ?? []).map((gateway) => ({
      ...gateway,
      secrets: [Buffer.from(secret, 'utf8')],
    }));
    const gateways = [...localGateways(layout, secret), ...ofHistory];
    const { radiusPort: port } = options;
    const clocks = { now: clock.now, arrivalTime: () => arrivals.now() };
    const relayParts = { port, gateways, dataDir, cloud, writeError, ...clocks };
    // History keeps a thread busy by itself: its relay has another one. A sample stops its clock.
    const thread = options.history && surroundings.relayThread;
    const relay = thread
      ? await startRelayThread(thread, await localRelayConfig(relayParts), {
          writeError,
          isFull: () => cloud.queue.counts().visible > aheadMessagesMax,
          ...(options.at === undefined ? {} : { time: clock.now() }),
        })
      : await startRelayHere(relayParts);
    stops.push(() => relay.stop());
    const { radiusPort } = relay;
    return {
      dataDir,
      endpoints: { radius: `${loopback}:${radiusPort}`, api: cloud.url, secret },
      radiusPort,
      layout,
      history: pace.noting(relay.history),
      arrivals,
      attribution: locator.attribution,
      processed: (signal) => whenProcessed(relay, cloud, signal),
      ...(isRebuild ? { rebuild: await rebuildOf(relay, cloud, dataDir) } : {}),
      failed: cloud.failed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function layoutHere(): Promise<GatewayLayout> {
  const address = sourceAddressIn('own-addresses', 'asa-london');
  return (await canBind(address)) ? 'own-addresses' : 'one-address';
}

async function startCloud(
  options: LocalOptions & { readonly clock: Clock },
  dataDir: DataDir,
  locator: Locator,
  {
    writeError,
    buildConsole,
    settings: given,
    pace,
  }: Surroundings & { readonly pace: HistoryPace },
): Promise<LocalCloud> {
  const cellName = openInstalledCellNames(import.meta.dirname);
  const cloud = await startLocalCloud({
    folder: join(dataDir.path, 'cloud'),
    apiPort: options.apiPort,
    role: options.role,
    clock: options.clock,
    locate: locator.locate,
    // One process has one thread: invocations side by side would only meet at the same profiles.
    delivery: { reservedConcurrency: 1, window: (waiting) => pace.window(waiting) },
    ...(cellName ? { cellName } : {}),
    ...(buildConsole ? { fallback: makeConsoleFiles(buildConsole) } : {}),
    // Counters and routine lines would bury the report; faults must not be missed.
    writeLog: (line) => {
      if (/"level":"(?:WARN|ERROR)"/.test(line)) writeError(`${line}\n`);
    },
  });
  await putSettings(cloud, options, given);
  await cloud.keep();
  return cloud;
}

/** By what would be stored: not by order, nor by who made the objects. */
const isSameJson = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));

/** Settings of the sample in a new directory, and over them those of the settings file. */
async function putSettings(
  cloud: LocalCloud,
  { sample }: LocalOptions,
  given: ReplaySettings | undefined,
): Promise<void> {
  const { settings, version } = await cloud.control.settings();
  const { netbios, dns } = sampleDomain;
  const domains = { netbios: { [netbios]: dns }, defaultDomain: dns };
  const ofSample = sample !== 'none' && version === 0 ? { domains } : {};
  const wanted = { ...settings, ...ofSample, ...given?.settings };
  if (isSameJson(wanted, settings)) return;
  await cloud.control.putSettings(wanted, version);
}

/** Puts the tables aside when that is asked for, or when their log is damaged. */
function beginRebuild(
  { isRebuild = false }: LocalOptions,
  { path, isTemporary }: DataDir,
  writeError: (text: string) => void,
): boolean {
  const damage = isTemporary ? [] : damageOf(path);
  if (damage.length > 0) writeError(`wherefrom: ${damageText(damage)}`);
  if (!isRebuild && damage.length === 0) return false;
  prepareRebuild(path);
  return true;
}

async function rebuildOf(
  relay: PipelineRelay,
  cloud: LocalCloud,
  { path }: DataDir,
): Promise<Rebuild> {
  const { firstPosition, durablePosition: last } = await relay.journal();
  return {
    progress: async () => {
      const done = Math.min(last, await coveredTo(firstPosition, cloud)) - firstPosition + 1;
      return { done: Math.max(0, done), total: last - firstPosition + 1 };
    },
    end: () => {
      endRebuild(path);
      return rebuiltText(firstPosition, last);
    },
  };
}

/** Up to where the ledger has every position that the journal still holds. */
async function coveredTo(firstPosition: number, cloud: LocalCloud): Promise<number> {
  const coverage = await cloud.control.coverage(relayId);
  if (!coverage) return 0;
  const hole = coverage.holes.find(({ last }) => last >= firstPosition);
  return hole ? hole.first - 1 : coverage.highest;
}

/** The ledger proves it: every journal position is covered by batches that were processed. */
async function whenProcessed(
  relay: PipelineRelay,
  cloud: LocalCloud,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const { firstPosition, durablePosition } = await relay.journal();
    if ((await coveredTo(firstPosition, cloud)) >= durablePosition) return;
    await sleep(processedPollMs, undefined, { signal });
  }
}
