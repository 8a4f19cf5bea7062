// Debian's hostapd with 802.1X on a wired line, its own RADIUS server, and wpa_supplicant as who
// connects, in network namespaces: live sessions that its DAS can end. Its strict options are on.

import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loseUdp } from './outer-lines.ts';
import { until } from './until.ts';
import { clockOff, end, inSpace, ip, type Line, runBeside } from './vpn-namespaces.ts';

/** For `namespacesTrouble`. */
export const hostapdPrograms = ['hostapd', 'wpa_supplicant', 'wpa_cli', 'faketime'];

export type Hostapd = {
  /** Connects a user over an interface of the client; resolves when 802.1X let them in. */
  connect(user: string, port?: string): Promise<void>;
  /** Whoever connected last over that interface goes away. */
  leave(port?: string): Promise<void>;
  /** Another interface of the client, with a MAC address of its own. */
  addPort(port: string): void;
  /** Stops answering altogether, or goes on. */
  freeze(isFrozen: boolean): void;
  /** Accounting reaches the relay no more, or again. */
  mute(isMute: boolean): void;
  log(): string;
};

type HostapdOptions = {
  readonly line: Line;
  readonly folder: string;
  readonly radiusPort: number;
  readonly accountingSecret: string;
  readonly cutSecret: string;
  /** Seconds by which the gateway's clock is off. */
  readonly clockOffSeconds?: number;
};

const password = 'a-password';
const loginSecret = 'secret-between-both-of-hostapd';
const firstPort = 'eth0';

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Starts the authenticator and its RADIUS server. */
export async function startHostapd(options: HostapdOptions): Promise<Hostapd> {
  const { folder, line, radiusPort } = options;
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('users'), `"alice" MD5 "${password}"\n"bob" MD5 "${password}"\n`);
  writeFileSync(at('clients'), `127.0.0.1 ${loginSecret}\n`);
  writeFileSync(at('login.conf'), loginServer(at));
  writeFileSync(at('hostapd.conf'), authenticator(options));
  // The name comes from a RADIUS server alone: a built-in one leaves a MAC address as User-Name.
  await started(line, at('login.log'), at('login.conf'), {});
  const env = clockOff(options.clockOffSeconds ?? 0);
  const server = await started(line, at('log'), at('hostapd.conf'), env);
  const supplicants = new Map<string, ChildProcess>();
  const leave = async (port = firstPort): Promise<void> => {
    const supplicant = supplicants.get(port);
    if (!supplicant) return;
    supplicants.delete(port);
    await runBeside('wpa_cli', '-p', at('control'), '-i', port, 'logoff');
    await end(supplicant);
  };
  return {
    leave,
    async connect(user, port = firstPort) {
      await leave(port);
      const file = at(`${port}.conf`);
      writeFileSync(file, supplicantOf(user, at('control')));
      // It says that it is there once in half a minute: one that was not heard is started again.
      for (let attempt = 1; ; attempt += 1) {
        const log = at(`${port}-${user}-${Date.now()}.log`);
        const args = ['-Dwired', `-i${port}`, '-c', file, '-f', log];
        const supplicant = inSpace(line.client, {}, 'wpa_supplicant', ...args);
        supplicants.set(port, supplicant);
        const isIn = (): boolean => textOf(log).includes('CTRL-EVENT-CONNECTED');
        const tried = until(isIn, () => `${user} is let in: ${textOf(log)}`, 4_000);
        if (await tried.catch((error: unknown) => attemptsOver(attempt, error))) return;
        await end(supplicant);
      }
    },
    addPort(port) {
      ip(`-n ${line.client} link add ${port} link eth0 type macvlan mode bridge`);
      ip(`-n ${line.client} link set ${port} up`);
    },
    freeze: (isFrozen) => void server.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    mute: (isMute) => loseUdp(line.gateway, radiusPort, isMute),
    log: () => textOf(at('log')),
  };
}

const attemptsMax = 5;

/** @throws the last failure */
function attemptsOver(attempt: number, error: unknown): false {
  if (attempt >= attemptsMax) throw error;
  return false;
}

const loginServer = (at: (name: string) => string): string => `driver=none
eap_server=1
eap_user_file=${at('users')}
radius_server_clients=${at('clients')}
radius_server_auth_port=18120
`;

const authenticator = ({ line, radiusPort, accountingSecret, cutSecret }: HostapdOptions): string =>
  `interface=down0
driver=wired
ieee8021x=1
own_ip_addr=${line.gatewayAddress}
nas_identifier=vpn-1
auth_server_addr=127.0.0.1
auth_server_port=18120
auth_server_shared_secret=${loginSecret}
acct_server_addr=${line.relayAddress}
acct_server_port=${radiusPort}
acct_server_shared_secret=${accountingSecret}
radius_das_port=3799
radius_das_client=${line.relayAddress} ${cutSecret}
radius_das_time_window=300
radius_das_require_event_timestamp=1
radius_das_require_message_authenticator=1
`;

const supplicantOf = (user: string, control: string): string => `ctrl_interface=${control}
ap_scan=0
network={
  key_mgmt=IEEE8021X
  eap=MD5
  identity="${user}"
  password="${password}"
  eapol_flags=0
}
`;

async function started(
  line: Line,
  log: string,
  conf: string,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const child = inSpace(line.gateway, env, 'hostapd', '-f', log, conf);
  await until(
    () => textOf(log).includes('AP-ENABLED'),
    () => `hostapd is there: ${textOf(log)}`,
  );
  return child;
}
