// `run`: the relay in the foreground, as a service runs it.
// Promise: SIGHUP applies a good configuration and keeps the old one when the new one is bad;
// SIGTERM and SIGINT finish what is being written, then end with exit code 0.

import { checkVerb, findingLines } from '../cli/check-verb.ts';
import { configExitCode, type Verb, type VerbIo } from '../cli/command-line.ts';
import { findingText } from '../config/findings.ts';
import { loadConfig } from '../config/load.ts';
import { type ReloadResult, RunningConfig } from '../control/running-config.ts';
import { errorText } from '../errors.ts';
import { type Log, type LogForm, makeLog } from '../log.ts';
import { applyFips } from '../radsec/fips.ts';
import { offInFips, radsecReport } from '../radsec/radsec-report.ts';
import { openAdminSocket } from './admin-answers.ts';
import type { AdminSocket } from './admin-socket.ts';
import { startObserver } from './observe.ts';
import { type Relay, startRelay } from './relay.ts';
import { type RunningControl, startControl } from './start-control.ts';

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
    const running = new RunningConfig(file, config, io);
    const log = makeLog({
      level: () => running.config.logLevel,
      form: json ? 'json' : logForm(io),
      now: Date.now,
      write: io.stdout,
    });
    for (const finding of findings) log('warn', 'config-warning', findingText(finding));
    try {
      await runUntilStopped(running, log, io);
      return 0;
    } catch (error) {
      log('error', 'start-failed', errorText(error));
      return 1;
    }
  },
};

function logForm({ isTerminal, env }: VerbIo): LogForm {
  if (isTerminal) return 'text';
  return env['JOURNAL_STREAM'] === undefined ? 'json' : 'journald';
}

async function runUntilStopped(running: RunningConfig, log: Log, io: VerbIo): Promise<void> {
  const monotonicMs = (): number => performance.now();
  const { metrics } = running.config;
  const { version } = io;
  const startedTime = Date.now();
  if (running.config.isFips) applyFips();
  let control: RunningControl | undefined;
  const controlState = () => control?.state();
  const observer = startObserver({ metrics, version, now: Date.now, log, controlState });
  const { onAcknowledged } = observer;
  const relay = await startRelay(running.config, {
    log,
    monotonicMs,
    onAcknowledged,
    now: Date.now,
    readFile: io.readFile,
    ...(io.threadProgram && { threadProgram: io.threadProgram }),
  });
  control = startControl({ running, relay, log, io, startedTime });
  const reload = (): ReloadResult => {
    const result = running.reload(relay, log);
    observer.reloaded(result.isGood);
    control?.reloaded();
    return result;
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
    const { config } = running;
    admin = await openAdminSocket({
      relay,
      config,
      version,
      startedTime,
      isReloadGood,
      log,
      controlState,
      reload,
      rotate: control && (() => control.rotate()),
      disconnect: () => running.config.disconnect,
    });
    sayWhere(relay, running, log);
    await asked;
  } finally {
    await control?.stop();
    await relay.stop();
    await admin?.close();
    await observer.close();
  }
}

function sayWhere(relay: Relay, { config }: RunningConfig, log: Log): void {
  if (config.isFips) {
    const message = `FIPS mode: off are ${offInFips}; only RADIUS/1.1 is offered`;
    log('info', 'fips-mode', message);
  }
  const { radsec } = relay.status();
  if (radsec?.isOpen) {
    const { addresses, versions } = radsecReport(radsec);
    const message = `RADIUS/${versions.join(' and RADIUS/')} on TLS ${addresses.join(' and ')}`;
    log('info', 'radsec-listening', message, { radsec: addresses.join(' ') });
  }
  const radius = relay.addresses.map(({ address, port }) =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
  );
  const gateways = config.gateways.length;
  const facts = { radius: radius.join(' '), gateways };
  if (config.isEnabled === false) {
    const why = gateways === 0 ? 'no gateway is known yet' : 'switched off in the settings';
    log('info', 'ports-shut', `UDP ${radius.join(' and ')} stays shut: ${why}`, facts);
    return;
  }
  if (radius.length === 0) return;
  log('info', 'listening', `RADIUS accounting on UDP ${radius.join(' and ')}`, facts);
}
