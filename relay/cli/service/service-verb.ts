// `service install|uninstall|print`: the relay as a service of this machine.
// Promise: `print` changes nothing, and prints what `install` does: the same files, the same
// commands. `install` prints each step; firewall rules are set only on request.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RelayConfig } from '../../config/relay-config.ts';
import { errorText } from '../../errors.ts';
import { receiveBufferBytesWanted } from '../../receive/udp-server.ts';
import type { Verb, VerbIo, VerbOptions } from '../command-line.ts';
import { usageExitCode } from '../command-line.ts';
import { loadEffectiveConfig } from '../effective-config.ts';
import { type FirewallKind, firewallKinds, firewallRules } from './firewall.ts';
import { serviceName, sysctlDropIn, systemdUnit } from './systemd-unit.ts';
import { windowsScript } from './windows-script.ts';

const packagedProgram = '/usr/bin/wherefrom-relay';
const unitPath = `/etc/systemd/system/${serviceName}.service`;
const sysctlPath = '/etc/sysctl.d/60-wherefrom.conf';
const failedExitCode = 1;
const forOthers = 0o004;

type Plan = {
  /** Files to write, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Commands behind them, as programs and arguments. */
  readonly calls: readonly (readonly string[])[];
};

export const serviceVerb: Verb = {
  summary: 'install, uninstall: the relay as a service; print: what install would do',
  help: `  --windows         print the PowerShell script for Windows
  --firewall KIND   also rules for exactly the configured gateways: nft, ufw, firewalld, windows
  --root DIR        install, uninstall: write below DIR and run nothing

install needs root. It writes the unit and the bound of the receive buffer, and starts the service.
Example: npm run relay -- service print --firewall nft
`,
  words: ['print', 'install', 'uninstall'],
  options: ['windows', 'firewall', 'root'],
  async run(options, io) {
    const { firewall } = options;
    if (firewall !== undefined && !isFirewallKind(firewall)) {
      io.stderr(`--firewall expects one of ${firewallKinds.join(', ')}\n`);
      return usageExitCode;
    }
    const { config, secretFiles } = loadWithSecrets(options.config, io);
    if (firewall !== undefined && !config) {
      io.stderr(`${options.config} is not usable (see check): there are no gateways to let in\n`);
      return failedExitCode;
    }
    const [word] = options.words ?? [];
    if (options.windows || process.platform === 'win32') return printWindows(config, word, io);
    const plan = planOf(options, config, secretFiles, firewall);
    if (word === 'print') return printPlan(plan, options, io);
    try {
      return word === 'install' ? install(plan, options, io) : uninstall(plan, options, io);
    } catch (error) {
      io.stderr(`${errorText(error)}\n`);
      return failedExitCode;
    }
  },
};

function isFirewallKind(kind: string): kind is FirewallKind {
  return firewallKinds.some((known) => known === kind);
}

function planOf(
  { config: file }: VerbOptions,
  config: RelayConfig | undefined,
  secretFiles: readonly string[],
  firewall: FirewallKind | undefined,
): Plan {
  const unit = systemdUnit({
    program: programHere(),
    config: file,
    credentials: secretFiles,
  });
  return {
    files: new Map([
      [unitPath, unit],
      [sysctlPath, sysctlDropIn(receiveBufferBytesWanted)],
    ]),
    calls: [
      ['sysctl', '--load', sysctlPath],
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', serviceName],
      ...(firewall && config ? firewallRules(firewall, config).calls : []),
    ],
  };
}

/** The configuration, and the files beside it that reading it took: secrets, keys, authorities. */
function loadWithSecrets(
  file: string,
  io: VerbIo,
): { readonly config: RelayConfig | undefined; readonly secretFiles: readonly string[] } {
  const read = new Set<string>();
  const { config } = loadEffectiveConfig(file, {
    env: io.env,
    readFile(path) {
      const found = io.readFile(path);
      // What everybody may read is read as it is, and so again at a reload.
      if ((found.mode & forOthers) === 0) read.add(path);
      return found;
    },
  });
  read.delete(file);
  // What the relay keeps itself belongs to its own user already.
  const own = config ? `${config.dataDir}/` : '';
  const secretFiles = [...read].filter((path) => own === '' || !path.startsWith(own));
  return { config, secretFiles };
}

/** The bundle that is running; from a clone the place where the package puts it. */
function programHere(): readonly string[] {
  const running = process.argv[1] ?? '';
  const isBundle = basename(running) === 'relay.cjs' && !running.startsWith('/usr/lib/wherefrom/');
  return isBundle ? [process.execPath, running] : [packagedProgram];
}

function printPlan({ files, calls }: Plan, { json, firewall }: VerbOptions, io: VerbIo): number {
  if (json) {
    io.stdout(`${JSON.stringify({ files: Object.fromEntries(files), calls })}\n`);
    return 0;
  }
  for (const [path, text] of files) io.stdout(`### ${path}\n${text}\n`);
  io.stdout(`### then\n${calls.map(asLine).join('\n')}\n`);
  if (firewall === undefined) io.stderr('firewall rules: add --firewall nft, ufw or firewalld\n');
  return 0;
}

const asLine = (call: readonly string[]): string =>
  call.map((word) => (/^[\w./:=@,-]+$/.test(word) ? word : `'${word}'`)).join(' ');

function printWindows(config: RelayConfig | undefined, word: string | undefined, io: VerbIo) {
  io.stdout(windowsScript(config));
  if (word === 'print') return 0;
  io.stderr('on Windows this is printed, not run: save it, look at it, run it as administrator\n');
  return failedExitCode;
}

function install({ files, calls }: Plan, { root = '' }: VerbOptions, io: VerbIo): number {
  if (programHere()[0] === packagedProgram && root === '' && !existsSync(packagedProgram)) {
    io.stderr(`${packagedProgram} is not there: install the package (npm run package:relay)\n`);
    return failedExitCode;
  }
  for (const [path, text] of files) {
    const target = join(root, path);
    const isSame = existsSync(target) && readFileSync(target, 'utf8') === text;
    if (!isSame) {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text, { mode: 0o644 });
    }
    io.stdout(`${isSame ? 'unchanged' : 'written'}  ${target}\n`);
  }
  return runAll(calls, root, io);
}

function uninstall({ files, calls }: Plan, { root = '' }: VerbOptions, io: VerbIo): number {
  const isFirewall = ([program = '']: readonly string[]): boolean =>
    /nft|ufw|firewall/.test(program);
  const code = runAll([['systemctl', 'disable', '--now', serviceName]], root, io);
  for (const path of files.keys()) {
    rmSync(join(root, path), { force: true });
    io.stdout(`removed  ${join(root, path)}\n`);
  }
  runAll([['systemctl', 'daemon-reload']], root, io);
  if (calls.some(isFirewall)) io.stdout('firewall rules stay: remove them as they were added\n');
  io.stdout('kept     configuration, secrets, journal\n');
  return code;
}

/** Below another root nothing is run: it is another machine's disk. */
function runAll(calls: readonly (readonly string[])[], root: string, io: VerbIo): number {
  for (const call of calls) {
    const [program = '', ...args] = call;
    if (root !== '') {
      io.stdout(`not run  ${asLine(call)}\n`);
      continue;
    }
    io.stdout(`run      ${asLine(call)}\n`);
    try {
      execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      io.stderr(`${program} failed: ${errorText(error)}\n`);
      if (program !== 'sysctl') return failedExitCode;
      // A container may not set it; the file says it to the kernel at the next boot of a host.
      io.stderr('going on: until it is set, bursts of packets may get lost (see doctor)\n');
    }
  }
  return 0;
}
