// Network namespaces for tests that end live sessions: here, where the relay is, a gateway, and its
// client. The gateways are strongswan.ts and hostapd.ts. Needs the right to make namespaces and the
// packages; `namespacesTrouble` says what is missing.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { onStop } from './running-relay.ts';

const path = `${process.env['PATH']}:/usr/sbin:/sbin`;

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

/** Runs a program to its end. @throws Error with what it said */
export function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  if (error || status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || error}`);
  return stdout;
}

export const ip = (line: string): string => run('ip', ...line.split(' '));

/** Why such tests cannot run here with these programs; undefined: they can. */
export function namespacesTrouble(...programs: readonly string[]): string | undefined {
  for (const program of ['ip', ...programs]) {
    const found = spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: path } });
    if (found.status !== 0) return `${program} is not installed`;
  }
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  const name = `wf-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { env: { PATH: path } });
  if (made.status !== 0) return 'this account may not make network namespaces';
  ip(`netns del ${name}`);
  return undefined;
}

/**
 * Makes both namespaces and the lines.
 * @param name at most 12 letters; tests that run at once need names and networks of their own
 * @param network second octet of its addresses in 10.0.0.0/8
 */
export function makeLine(name: string, network: number): Line {
  const at = (rest: string): string => `10.${network}.${rest}`;
  const line: Line = {
    gateway: `wf-${name}-g`,
    client: `wf-${name}-c`,
    relayAddress: at('0.1'),
    gatewayAddress: at('0.2'),
    innerAddress: at('1.1'),
    clientAddress: at('1.2'),
  };
  const { gateway, client } = line;
  for (const space of [gateway, client]) {
    spawnSync('ip', ['netns', 'del', space], { env: { PATH: path } });
    ip(`netns add ${space}`);
    onStop(() => ip(`netns del ${space}`));
    ip(`-n ${space} link set lo up`);
  }
  const here = `wf-${name}`;
  // Left by a run that was killed.
  spawnSync('ip', ['link', 'del', here], { env: { PATH: path } });
  ip(`link add ${here} type veth peer name up0 netns ${gateway}`);
  ip(`addr add ${line.relayAddress}/24 dev ${here}`);
  ip(`link set ${here} up`);
  ip(`-n ${gateway} addr add ${line.gatewayAddress}/24 dev up0`);
  ip(`-n ${gateway} link set up0 up`);
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
