// `run`: the relay in the foreground, as a service runs it.
// Promise: SIGHUP takes over a good configuration and keeps the old one when the new one is bad;
// SIGTERM and SIGINT finish what is being written, then end with exit code 0.

import { createPublicKey, KeyObject } from 'node:crypto';
import { openAdminSocket } from './admin-answers.ts';
import type { AdminSocket } from './admin-socket.ts';
import { checkVerb, findingLines } from './check-verb.ts';
import { configExitCode, type Verb, type VerbIo } from './command-line.ts';
import { loadConfig } from './config.ts';
import { findingText } from './config-findings.ts';
import { errorText } from './errors.ts';
import { type Log, type LogForm, makeLog } from './log.ts';
import { startObserver } from './observe.ts';
import { type Relay, startRelay } from './relay.ts';
import type { RelayConfig } from './relay-config.ts';

export const runVerb: Verb = {
  summary: 'receive, journal and ship until stopped',
  help: `
SIGHUP takes over a changed configuration; \`check\` tells beforehand whether it is good.
Example: npm run relay -- run --config /etc/wherefrom/relay.json
`,
  async run({ config: file, json }, io) {
    const { config, findings } = loadConfig(file, io);
    if (!config) {
      if (json) return checkVerb.run({ config: file, json, effective: false }, io);
      io.stderr(findingLines(findings));
      return configExitCode;
    }
    const current: CurrentConfig = { config, started: config };
    const log = makeLog({
      level: () => current.config.logLevel,
      form: json ? 'json' : logForm(io),
      now: Date.now,
      write: io.stdout,
    });
    for (const finding of findings) log('warn', 'config-warning', findingText(finding));
    try {
      await runUntilStopped(file, current, log, io);
      return 0;
    } catch (error) {
      log('error', 'start-failed', errorText(error));
      return 1;
    }
  },
};

/** `started` built the sockets, the journal and the shipper; `config` is the last good one. */
type CurrentConfig = { config: RelayConfig; readonly started: RelayConfig };

function logForm({ isTerminal, env }: VerbIo): LogForm {
  if (isTerminal) return 'text';
  return env['JOURNAL_STREAM'] === undefined ? 'json' : 'journald';
}

async function runUntilStopped(
  file: string,
  current: CurrentConfig,
  log: Log,
  io: VerbIo,
): Promise<void> {
  const monotonicMs = (): number => performance.now();
  const { metrics } = current.config;
  const { version } = io;
  const startedTime = Date.now();
  const observer = startObserver({ metrics, version, now: Date.now, log });
  const { onAcknowledged } = observer;
  const relay = await startRelay(current.config, {
    log,
    now: Date.now,
    monotonicMs,
    onAcknowledged,
  });
  const reload = (): void => {
    observer.reloaded(reloadConfig(file, current, relay, log, io));
  };
  io.onSignal('SIGHUP', reload);
  const asked = new Promise<void>((resolve) => {
    io.onSignal('SIGTERM', resolve);
    io.onSignal('SIGINT', resolve);
  });
  let admin: AdminSocket | undefined;
  try {
    await observer.listen(relay);
    const { isReloadGood } = observer;
    const { config } = current;
    admin = await openAdminSocket({ relay, config, version, startedTime, isReloadGood, log });
    const radius = relay.addresses.map(({ address, port }) =>
      address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    );
    log('info', 'listening', `RADIUS accounting on UDP ${radius.join(' and ')}`, {
      radius: radius.join(' '),
      gateways: current.config.gateways.length,
    });
    await asked;
  } finally {
    await relay.stop();
    await admin?.close();
    await observer.close();
  }
}

/** Settings that sockets, journal and shipper are built with. */
const fixedSettings = [
  'listen',
  'cloud',
  'dataDir',
  'journalMaxMiB',
  'keepShippedHours',
  'flushAfterMs',
  'adminSocket',
  'metrics',
] as const;

/** True when the new configuration is in effect. */
function reloadConfig(
  file: string,
  current: CurrentConfig,
  relay: Relay,
  log: Log,
  io: VerbIo,
): boolean {
  const { config, findings } = loadConfig(file, io);
  for (const finding of findings) {
    const level = finding.severity === 'error' ? 'error' : 'warn';
    log(level, 'config-finding', findingText(finding));
  }
  if (!config) {
    log('error', 'reload-refused', 'the new configuration is not usable: the old one stays');
    return false;
  }
  const changed = fixedSettings.filter((key) => !isSame(config[key], current.started[key]));
  current.config = config;
  relay.reload(config);
  log('info', 'reloaded', `the configuration is in effect: ${config.gateways.length} gateway(s)`);
  if (changed.length > 0) {
    log('warn', 'restart-needed', `changes of ${changed.join(', ')} need a restart`);
  }
  return true;
}

function isSame(left: unknown, right: unknown): boolean {
  return comparable(left) === comparable(right);
}

/** JSON in which a private key stands as its public half. */
function comparable(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member instanceof KeyObject
      ? createPublicKey(member.export({ format: 'pem', type: 'pkcs8' })).export({ format: 'jwk' })
      : member,
  );
}
