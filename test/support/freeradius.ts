// Debian's FreeRADIUS as a peer that shares no line with the relay: started in a folder of its own
// with what the caller wants of it, ended with all it holds. Only where it is installed
// (`apt-get install freeradius`).

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

export type FreeRadiusOptions = {
  /** For its configuration, its log and whatever its modules write; made if it is not there. */
  readonly folder: string;
  /** What it shares with its one client, 127.0.0.1. */
  readonly secret: string;
  /** Before the modules: realms, home servers, a pool of threads. */
  readonly before?: string;
  readonly modules: string;
  /** Sections of the server that takes accounting: `preacct`, `accounting`. */
  readonly sections: string;
  /** Behind that server: other servers. */
  readonly after?: string;
  /** `-s`: one thread, packets one after the other. */
  readonly isSingleThreaded?: boolean;
  /** How it is started; absent: as a child of this process that says nothing. */
  readonly start?: (program: string, args: readonly string[]) => ChildProcess;
};

export type FreeRadius = {
  readonly child: ChildProcess;
  /** Of its accounting, UDP on 127.0.0.1. */
  readonly port: number;
  /** Ends it; resolves when it is gone. */
  stop(): Promise<void>;
};

/** `FreeRADIUS 3.2.1`; empty when it is not installed. */
export const freeRadiusVersion: string =
  /FreeRADIUS Version [\d.]+/
    .exec(spawnSync('freeradius', ['-v'], { encoding: 'utf8' }).stdout ?? '')?.[0]
    .replace('Version ', '') ?? '';

export const isFreeRadiusInstalled = freeRadiusVersion !== '';

const readyWithinMs = 10_000;

/** Starts it; resolves when it takes packets. */
export async function startFreeRadius(options: FreeRadiusOptions): Promise<FreeRadius> {
  const { folder, isSingleThreaded = false, start = startQuietly } = options;
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'radiusd.conf'), configOf(options, port), { mode: 0o600 });
  writeFileSync(join(folder, 'dictionary'), '');
  const log = join(folder, 'radius.log');
  const child = start('freeradius', ['-d', folder, '-l', log, isSingleThreaded ? '-fs' : '-f']);
  const said = (): string => readOr(log, 'nothing');
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const isReady = (): boolean => {
    if (hasEnded()) throw new Error(`FreeRADIUS has ended: ${said()}`);
    return said().includes('Ready to process requests');
  };
  await until(isReady, () => `FreeRADIUS is ready: ${said()}`, readyWithinMs);
  return {
    child,
    port,
    async stop() {
      if (hasEnded()) return;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

function startQuietly(program: string, args: readonly string[]): ChildProcess {
  // Detail records carry local times: the same everywhere.
  const env = { ...process.env, TZ: 'Europe/Berlin' };
  return spawn(program, [...args], { env, stdio: 'ignore' });
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

/** radiusd.conf: Debian's places, and nothing on but what the caller names. */
function configOf(options: FreeRadiusOptions, port: number): string {
  const { folder, secret, before = '', modules, sections, after = '' } = options;
  return `
prefix = /usr
confdir = ${folder}
logdir = ${folder}
radacctdir = ${folder}
run_dir = ${folder}
libdir = /usr/lib/freeradius
pidfile = ${folder}/freeradius.pid
log {
  destination = files
  file = ${folder}/radius.log
  auth = no
}
security {
  allow_core_dumps = no
}
client gateway {
  ipaddr = 127.0.0.1
  secret = ${secret}
}
${before}
modules {
${modules}
}
server default {
  listen {
    type = acct
    ipaddr = 127.0.0.1
    port = ${port}
  }
${sections}
}
${after}
`;
}
