// The lines between this machine and the gateways of vpn-namespaces.ts. They are made before any
// test of a run and removed after the last (jest/run-folder.cjs): whenever an address of the
// machine comes or goes, Chromium ends every request that it has under way
// (net::ERR_NETWORK_CHANGED), and the page of a test beside it is never drawn. What happens inside
// of the namespaces it does not see.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const path = `${process.env['PATH']}:/usr/sbin:/sbin`;

/** Names, at most 12 letters, and the second octet of their addresses in 10.0.0.0/8. */
const networks = { hostapd: 87, swan: 77, walk: 67 } as const;
export type LineName = keyof typeof networks;

/** Of routes by which packets get lost. */
const lostTable = 99;

/** Set where a run has made them all. */
const madeVariable = 'WHEREFROM_TEST_LINES';

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

/** The same, whether there is anything to be done or not. */
const ipIfAny = (line: string): boolean =>
  spawnSync('ip', line.split(' '), { env: { PATH: path } }).status === 0;

/** Why no namespace can be made here; undefined: they can. */
export function outerTrouble(): string | undefined {
  if (spawnSync('sh', ['-c', 'command -v ip'], { env: { PATH: path } }).status !== 0)
    return 'ip is not installed';
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  const name = `wf-probe-${process.pid}`;
  if (!ipIfAny(`netns add ${name}`)) return 'this account may not make network namespaces';
  ip(`netns del ${name}`);
  return undefined;
}

/** An address on the line of that name. */
export const addressOn = (name: LineName, rest: string): string => `10.${networks[name]}.${rest}`;

export const gatewaySpace = (name: LineName): string => `wf-${name}-g`;

function makeOuter(name: LineName): void {
  removeOuter(name);
  const [here, gateway] = [`wf-${name}`, gatewaySpace(name)];
  ip(`netns add ${gateway}`);
  ip(`-n ${gateway} link set lo up`);
  ip(`link add ${here} type veth peer name up0 netns ${gateway}`);
  ip(`addr add ${addressOn(name, '0.1')}/24 dev ${here}`);
  // One of IPv6 would be added seconds later.
  ip(`link set ${here} addrgenmode none`);
  ip(`link set ${here} up`);
  ip(`-n ${gateway} addr add ${addressOn(name, '0.2')}/24 dev up0`);
  ip(`-n ${gateway} link set up0 up`);
  ip(`-n ${gateway} route add default dev lo table ${lostTable}`);
}

/**
 * UDP packets of a namespace to one port get lost on their way, or no more. Whoever sends them is
 * told nothing, as on a network: where a route refuses them (`blackhole`) the call fails, and
 * hostapd gives a record up whose next attempt comes meanwhile.
 */
export function loseUdp(space: string, port: number, isLost: boolean): void {
  ip(`-n ${space} rule ${isLost ? 'add' : 'del'} ipproto udp dport ${port} lookup ${lostTable}`);
}

/** Also what a run has left that was killed. */
function removeOuter(name: LineName): void {
  ipIfAny(`link del wf-${name}`);
  ipIfAny(`netns del ${gatewaySpace(name)}`);
}

const names = Object.keys(networks) as LineName[];

/** The process whose run has made them. */
const owner = join(tmpdir(), 'wherefrom-test-lines.pid');

/** Whether another run on this machine has them. */
function areTaken(): boolean {
  try {
    return process.kill(Number(readFileSync(owner, 'utf8')), 0);
  } catch {
    return false;
  }
}

/** Makes all of them, where that is allowed and no other run has them. */
export function makeOuterLines(): void {
  if (outerTrouble() !== undefined || areTaken()) return;
  writeFileSync(owner, String(process.pid));
  for (const name of names) makeOuter(name);
  process.env[madeVariable] = 'made';
}

export function removeOuterLines(): void {
  if (process.env[madeVariable] === undefined) return;
  for (const name of names) removeOuter(name);
  rmSync(owner, { force: true });
}

/**
 * The namespace of a gateway as it was in the beginning; made here where no run has made it.
 * @returns what is to be done in the end
 */
export function cleanOuter(name: LineName): () => void {
  if (process.env[madeVariable] === undefined) {
    makeOuter(name);
    return () => removeOuter(name);
  }
  const gateway = gatewaySpace(name);
  ipIfAny(`-n ${gateway} addr flush dev lo scope global`);
  ipIfAny(`-n ${gateway} link del down0`);
  while (ipIfAny(`-n ${gateway} rule del lookup ${lostTable}`)) {
    // One after the other.
  }
  return () => undefined;
}
