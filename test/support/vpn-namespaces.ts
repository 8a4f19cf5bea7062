// Network namespaces for tests that end live sessions: here, where the relay is, a gateway, and its
// client. The gateways are strongswan.ts and hostapd.ts. Needs the right to make namespaces and the
// packages; `namespacesTrouble` says what is missing.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  addressOn,
  cleanOuter,
  gatewaySpace,
  ip,
  type LineName,
  outerTrouble,
  path,
  run,
} from './outer-lines.ts';
import { onStop } from './running-relay.ts';

export { ip, run };

/** Three machines in a row: here - gateway - client. */
export type Line = {
  /** Their namespaces. */
  readonly gateway: string;
  readonly client: string;
  /** The relay's side and the gateway's of the line between them. */
  readonly relayAddress: string;
  readonly gatewayAddress: string;
  /** The gateway's side and the client's. */
  readonly innerAddress: string;
  readonly clientAddress: string;
};

/** Why such tests cannot run here with these programs; undefined: they can. */
export function namespacesTrouble(...programs: readonly string[]): string | undefined {
  for (const program of programs) {
    const found = spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: path } });
    if (found.status !== 0) return `${program} is not installed`;
  }
  return outerTrouble();
}

/** Gives the gateway of that name a client. */
export function makeLine(name: LineName): Line {
  const line: Line = {
    gateway: gatewaySpace(name),
    client: `wf-${name}-c`,
    relayAddress: addressOn(name, '0.1'),
    gatewayAddress: addressOn(name, '0.2'),
    innerAddress: addressOn(name, '1.1'),
    clientAddress: addressOn(name, '1.2'),
  };
  const { gateway, client } = line;
  spawnSync('ip', ['netns', 'del', client], { env: { PATH: path } });
  onStop(cleanOuter(name));
  ip(`netns add ${client}`);
  onStop(() => ip(`netns del ${client}`));
  ip(`-n ${client} link set lo up`);
  ip(`-n ${gateway} link add down0 type veth peer name eth0 netns ${client}`);
  ip(`-n ${gateway} addr add ${line.innerAddress}/24 dev down0`);
  ip(`-n ${gateway} link set down0 up`);
  ip(`-n ${client} addr add ${line.clientAddress}/24 dev eth0`);
  ip(`-n ${client} link set eth0 up`);
  return line;
}

/** Starts a program in a namespace; it ends with the test. */
export function inSpace(
  space: string,
  env: Readonly<Record<string, string>>,
  program: string,
  ...args: string[]
): ChildProcess {
  const child = spawn('ip', ['netns', 'exec', space, program, ...args], {
    env: { ...process.env, PATH: path, ...env },
    stdio: 'ignore',
  });
  onStop(() => end(child));
  return child;
}

/** One whose clock is off may wait for ever for what is in its past. */
const patienceMs = 5_000;

/** Ends a program and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill();
  const force = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(force);
}

/** Runs a program to its end without standing in the way of a relay in this process. */
export async function runBeside(program: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, PATH: path };
  const [status] = await once(spawn(program, args, { env, stdio: 'ignore' }), 'exit');
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}

/** Environment for a program whose clock is off (Debian's faketime). */
export function clockOff(seconds: number): Readonly<Record<string, string>> {
  if (seconds === 0) return {};
  const files = run('dpkg', '-L', 'libfaketime').split('\n');
  const library = files.find((file) => file.endsWith('libfaketime.so.1'));
  if (library === undefined) throw new Error('libfaketime is not installed');
  const sign = seconds < 0 ? '' : '+';
  return { LD_PRELOAD: library, FAKETIME: `${sign}${seconds}s`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}
