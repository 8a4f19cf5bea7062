// The relay of the local run, enrolled with the embedded cloud as any other: it takes the settings,
// reports its health and can be revoked. Only the typing of its token is skipped: both sides are
// one process.

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { enrolmentFolder } from '../relay/config/enrolment.ts';
import { type RelayConfig, relayDefaults } from '../relay/config/relay-config.ts';
import { RunningConfig } from '../relay/control/running-config.ts';
import { RelayError, systemErrorCode } from '../relay/errors.ts';
import type { JournalStats } from '../relay/journal/journal-options.ts';
import { makeLog } from '../relay/log.ts';
import type { GatewayConfig } from '../relay/radius/gateway.ts';
import { type Relay, type RelayDeps, startRelay } from '../relay/run/relay.ts';
import { startControl } from '../relay/run/start-control.ts';
import { agreementJwkOf } from '../wire/hpke.ts';
import { publicJwkOf } from '../wire/signature.ts';
import type { LocalCloud } from './cloud.ts';
import type { DataDir } from './data-dir.ts';
import { type HistoryTaker, historyTaker } from './import/history-taker.ts';
import { relayKeys } from './keys.ts';
import { portError } from './port-in-use.ts';

export const relayId = 'local';

export type LocalRelayOptions = {
  /** UDP, on loopback; 0 takes a free one. */
  readonly port: number;
  readonly gateways: readonly GatewayConfig[];
  readonly dataDir: DataDir;
  readonly cloud: LocalCloud;
  readonly writeError: (line: string) => void;
  /** Absent: the clock of the system. */
  readonly now?: () => number;
  /** When packets arrive; absent: `now`. */
  readonly arrivalTime?: () => number;
};

const keptHours = 50 * 365 * 24;
/** Fast enough to watch; the relay's default is made for bills. */
const flushAfterMs = 200;
const loopback = '127.0.0.1';
const ipv6At = (port: number) => ({ address: '::1', port, isOptional: true });

/** Nothing of it is read from a file but the copy of the settings. */
const files = {
  env: {},
  version: 'local',
  readFile: (path: string) => ({ octets: readFileSync(path), mode: statSync(path).mode }),
};

/** What the local run asks of its relay, wherever that runs. */
export type PipelineRelay = {
  readonly radiusPort: number;
  /** First and last position of its journal. */
  journal(): Promise<Pick<JournalStats, 'firstPosition' | 'durablePosition'>>;
  /** Takes history into its journal. */
  readonly history: HistoryTaker;
  stop(): Promise<void>;
};

/** The relay in this thread. @throws PortInUseError naming `--radius-port` */
export async function startRelayHere(options: LocalRelayOptions): Promise<PipelineRelay> {
  const relay = await startLocalRelay(options);
  return {
    radiusPort: relay.addresses[0]?.port ?? options.port,
    journal: async () => relay.status().journal,
    history: historyTaker(relay.imports, options.gateways),
    stop: () => relay.stop(),
  };
}

/**
 * Starts the relay and its talk with the cloud.
 * @throws PortInUseError naming `--radius-port`
 */
export async function startLocalRelay(options: LocalRelayOptions): Promise<Relay> {
  return runLocalRelay(await localRelayConfig(options), options);
}

type RunOptions = Pick<LocalRelayOptions, 'writeError' | 'now' | 'arrivalTime'>;

/** The same for a configuration that is there already. */
export async function runLocalRelay(config: RelayConfig, options: RunOptions): Promise<Relay> {
  const { writeError: write, now = Date.now, arrivalTime = now } = options;
  const makeLine = makeLog({ level: () => 'warn', form: 'text', now, write });
  const log: typeof makeLine = (level, event, message, fields) => {
    // The advice on the kernel's buffer is for servers, not for a first look.
    if (event !== 'receive-buffer-small') makeLine(level, event, message, fields);
  };
  mkdirSync(enrolmentFolder(config.dataDir), { recursive: true, mode: 0o700 });
  const running = new RunningConfig('', config, files);
  const relay = await start(running.config, { log, now, arrivalTime });
  const control = startControl({ running, relay, log, io: files, startedTime: now(), now });
  const stop = async (): Promise<void> => {
    await control?.stop();
    await relay.stop();
  };
  // What is asked of the relay is asked of itself, so that values which change stay live.
  return Object.create(relay, { stop: { value: stop } });
}

/** Registers the relay's key with the cloud. @returns what the relay runs by */
export async function localRelayConfig(
  options: Omit<LocalRelayOptions, 'writeError' | 'arrivalTime'>,
): Promise<RelayConfig> {
  const { port, gateways, dataDir, cloud, now = Date.now } = options;
  const keys = await relayKeys(dataDir);
  const { url, control } = cloud;
  const jwk = publicJwkOf(keys.signing);
  const registered = await control.registerKey(relayId, jwk, agreementJwkOf(keys.agreement));
  // One that was revoked stays out: it starts, and says so.
  if (registered !== 'registered' && registered !== 'revoked') {
    throw new Error(`the relay's key is ${registered}`);
  }
  const cloudKey = await cloud.cloudKey();
  const enrolment = { url, relayId, tokenId: '', keys, cloudKey, keysSince: now() };
  const config: RelayConfig = {
    // A free port is free on one address family only: then the other is left out.
    listen: [{ address: loopback, port }, ...(port === 0 ? [] : [ipv6At(port)])],
    gateways,
    cloud: { url, relayId, privateKey: keys.signing, enrolment },
    dataDir: join(dataDir.path, 'relay'),
    journalMaxMiB: relayDefaults.journalMaxMiB,
    // As long as the tables that can be made from it again, within journalMaxMiB.
    keepShippedHours: keptHours,
    flushAfterMs,
    isShippedInOrder: true,
    logLevel: 'warn',
  };
  return config;
}

type Clocks = Pick<RelayDeps, 'log' | 'now' | 'arrivalTime'>;

async function start(config: RelayConfig, clocks: Clocks): Promise<Relay> {
  try {
    return await startRelay(config, { ...clocks, monotonicMs: () => performance.now() });
  } catch (error) {
    const isPort = error instanceof RelayError && error.code === 'RELAY_PORT_UNUSABLE';
    const { port = 0 } = config.listen[0] ?? {};
    const code = isPort ? systemErrorCode(error.cause) : '';
    throw portError(code, '--radius-port', port) ?? error;
  }
}
