// `import`: history from files, through the running relay's journal, to the cloud. It combines
// plan, run and text. Promise: this process writes nothing; the relay's journal has one writer.

import { findingText } from '../../config/findings.ts';
import type { RelayConfig } from '../../config/relay-config.ts';
import { errorText } from '../../errors.ts';
import { HistoryGateways } from '../../import/history-gateways.ts';
import { accountingPorts } from '../../import/history-record.ts';
import { wallClockOf } from '../../import/wall-clock.ts';
import {
  configExitCode,
  dataExitCode,
  type Verb,
  type VerbIo,
  type VerbOptions,
} from '../command-line.ts';
import { loadEffectiveConfig } from '../effective-config.ts';
import { type FilePlan, gatewayMapping, planFiles } from './import-plan.ts';
import { type ImportProgress, runImport } from './import-run.ts';
import {
  endText,
  importReport,
  lostText,
  notConfiguredText,
  planText,
  progressText,
} from './import-text.ts';
import { makeRelayLink } from './relay-link.ts';

export const importVerb: Verb = {
  summary: 'import history: FreeRADIUS detail files, radacct CSV, captures',
  help: `  FILE...             detail files, radacct tables as CSV with their column names, pcap or
                      pcapng captures; each also packed with gzip
  --gateway NAS=NAME  an address or NAS-Identifier of history is this gateway; once for each
  --port PORT         accounting in captures was sent to this UDP port, too; once for each
  --unverified        take captured packets that no configured secret has signed
  --time-zone ZONE    of times without one in CSV, for example Europe/Berlin (default: UTC)
  --dry-run           read and tell, import nothing

What becomes no record is named and counted. Exit code 0: all is imported; 65: something in the
files was not, see above; 1: nothing was.

The relay must run. Killed or interrupted, the same command goes on where it stopped; a file that
was imported is not imported twice. Alerts on imported history are stored, not sent out.
Example: npm run relay -- import /var/log/freeradius/radacct/*/detail-* --gateway 10.0.0.1=asa-lyon
`,
  takesFiles: true,
  options: ['gateway', 'port', 'unverified', 'time-zone', 'dry-run'],
  async run(options, io) {
    const { config, findings } = loadEffectiveConfig(options.config, io);
    if (!config) {
      for (const finding of findings) io.stderr(`${findingText(finding)}\n`);
      return configExitCode;
    }
    try {
      return await importFiles(options, config, io);
    } catch (error) {
      io.stderr(`${errorText(error)}\n`);
      return 1;
    }
  },
};

const awayMsMax = 60_000;
const stillMsMax = 10_000;

async function importFiles(options: VerbOptions, config: RelayConfig, io: VerbIo): Promise<number> {
  const { adminSocket: socketPath } = config;
  if (socketPath === undefined) throw new Error('the configuration names no adminSocket');
  const mapping = gatewayMapping(options.gateways ?? []);
  const { timeZone = 'UTC', isUnverified: isUnverifiedTaken = false } = options;
  wallClockOf(timeZone);
  const history = {
    gateways: new HistoryGateways(config.gateways, mapping),
    ports: new Set([
      ...accountingPorts,
      ...config.listen.map(({ port }) => port),
      ...portsOf(options.ports ?? []),
    ]),
    isUnverifiedTaken,
    timeZone,
  };
  const given = [...mapping].sort();
  const meaning = JSON.stringify([given, timeZone, isUnverifiedTaken, ...(options.ports ?? [])]);
  const plans = await planFiles(options.words ?? [], { history, mapping, meaning }, io.stderr);
  const notConfigured = notConfiguredText(plans);
  if (!options.json) io.stdout(planText(plans));
  if (notConfigured !== undefined || options.isDryRun) {
    if (options.json) io.stdout(`${JSON.stringify(importReport(plans, undefined, 0))}\n`);
    if (notConfigured !== undefined) io.stderr(notConfigured);
    return notConfigured === undefined ? lossExitCode(plans, io) : 1;
  }
  if (plans.every(({ records }) => records === 0)) {
    io.stderr('there is nothing to import in these files\n');
    return 1;
  }
  const began = performance.now();
  const progress = await runImport({
    plans,
    history,
    link: makeRelayLink({ socketPath, awayMsMax, onWaiting: waitingLine(io) }),
    onProgress: progressLine(plans, io),
    stillMsMax,
  });
  const seconds = (performance.now() - began) / 1000;
  if (io.isTerminal) io.stderr('\n');
  if (options.json) io.stdout(`${JSON.stringify(importReport(plans, progress, seconds))}\n`);
  else io.stdout(endText(progress, seconds));
  return lossExitCode(plans, io);
}

/** Says what was lost. @returns the exit code that says so, too */
function lossExitCode(plans: readonly FilePlan[], io: VerbIo): number {
  const lost = lostText(plans);
  if (lost === undefined) return 0;
  io.stderr(lost);
  return dataExitCode;
}

/** @throws Error naming the option when one is no port */
function portsOf(texts: readonly string[]): readonly number[] {
  return texts.map((text) => {
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port >= 1 && port <= 65_535) return port;
    throw new Error(`--port ${text}: expects a UDP port, 1 to 65535`);
  });
}

const progressEveryMs = 1000;

function progressLine(plans: readonly FilePlan[], io: VerbIo): (now: ImportProgress) => void {
  const total = plans.reduce((sum, { records }) => sum + records, 0);
  let shownAt = performance.now();
  return (progress) => {
    if (performance.now() - shownAt < progressEveryMs) return;
    shownAt = performance.now();
    const text = progressText(progress, total);
    io.stderr(io.isTerminal ? `\r${text.padEnd(72)}` : `${text}\n`);
  };
}

/** Says once that the relay does not take records, and why. */
function waitingLine(io: VerbIo): (reason: string | undefined) => void {
  const saidAfterMs = 5000;
  let since: number | undefined;
  let said: string | undefined;
  return (reason) => {
    since = reason === undefined ? undefined : (since ?? performance.now());
    if (since === undefined || performance.now() - since < saidAfterMs) return;
    const kind = reason?.replace(/\d+/g, 'n');
    if (kind !== said) io.stderr(`waiting: ${reason}\n`);
    said = kind;
  };
}
