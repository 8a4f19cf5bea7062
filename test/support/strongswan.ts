// Debian's strongSwan as gateway and as client, in network namespaces: live sessions that its own
// dynamic authorization (eap-radius, `dae`) can end.

import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';
import { clockOff, inSpace, ip, type Line, run, runBeside } from './vpn-namespaces.ts';

/** For `namespacesTrouble`. */
export const strongSwanPrograms = ['swanctl', 'charon-systemd'];

export type StrongSwan = {
  /** Connects a user; resolves when the tunnel is up. */
  connect(connection: string): Promise<void>;
  /** Stops answering altogether, or goes on. */
  freeze(isFrozen: boolean): void;
  log(): string;
};

type SwanOptions = {
  readonly line: Line;
  readonly folder: string;
  readonly radiusPort: number;
  readonly accountingSecret: string;
  readonly cutSecret: string;
  /** Connections of the client, by name, and whose they are. */
  readonly users: Readonly<Record<string, string>>;
  /** Seconds by which the gateway's clock is off. */
  readonly clockOffSeconds?: number;
};

/** What the tunnels lead to. */
const insideNet = '10.78.0.0/24';
const insideAddress = '10.78.0.1';

/** Starts gateway and client. */
export async function startStrongSwan(options: SwanOptions): Promise<StrongSwan> {
  const { folder, users, line } = options;
  const { innerAddress } = line;
  ip(`-n ${line.gateway} addr add ${insideAddress}/24 dev lo`);
  const psk = 'secrets { ike-1 { secret = wherefrom-test } }';
  const child = (side: string) =>
    `children { net { ${side} = ${insideNet}\n esp_proposals = aes128-sha256 } }`;
  const gateway = `connections { vpn { local_addrs = ${innerAddress}
    pools = p
    unique = never
    local { auth = psk
      id = gw }
    remote { auth = psk }
    ${child('local_ts')} } }
    pools { p { addrs = 10.79.0.0/24 } }
    ${psk}`;
  const connections = Object.entries(users).map(
    ([name, user], index) => `${name} { remote_addrs = ${innerAddress}
      # Connections that are the same in everything would share one session.
      rekey_time = ${14_000 + index}s
      dpd_delay = ${600 + index}s
      vips = 0.0.0.0
      unique = never
      local { auth = psk
        id = ${user} }
      remote { auth = psk
        id = gw }
      ${child('remote_ts').replace('net {', `${name} {`)} }`,
  );
  const client = `connections { ${connections.join('\n')} }\n${psk}`;
  const server = await startCharon(line.gateway, {
    folder: join(folder, 'gw'),
    connections: gateway,
    plugin: radiusPlugin(options),
    env: clockOff(options.clockOffSeconds ?? 0),
  });
  const own = { folder: join(folder, 'cl'), connections: client, plugin: '', env: {} };
  await startCharon(line.client, own);
  return {
    async connect(connection) {
      const uri = `unix://${join(folder, 'cl', 'vici')}`;
      const args = ['--initiate', '--child', connection, '--uri', uri];
      await runBeside('swanctl', ...args);
    },
    freeze: (isFrozen) => server.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    log: () => readFileSync(join(folder, 'gw', 'log'), 'utf8'),
  };
}

const radiusPlugin = ({ radiusPort, accountingSecret, cutSecret, line }: SwanOptions): string => `
  eap-radius {
    accounting = yes
    accounting_close_on_timeout = no
    nas_identifier = vpn-1
    station_id_with_port = no
    dae { enable = yes
      listen = ${line.gatewayAddress}
      port = 3799
      secret = ${cutSecret} }
    servers { relay { address = ${line.relayAddress}
      secret = ${accountingSecret}
      acct_port = ${radiusPort} } }
  }`;

async function startCharon(
  space: string,
  {
    folder,
    connections,
    plugin,
    env,
  }: {
    readonly folder: string;
    readonly connections: string;
    readonly plugin: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const conf = join(folder, 'strongswan.conf');
  const vici = join(folder, 'vici');
  const load =
    'random nonce md5 aes sha1 sha2 hmac kdf gmp curve25519 x509 pubkey pem ' +
    'pkcs1 kernel-libipsec kernel-netlink socket-default vici updown ' +
    (plugin === '' ? '' : 'eap-radius');
  writeFileSync(
    conf,
    `charon-systemd {
  load = ${load}
  filelog { log { path = ${join(folder, 'log')}
    default = 1
    flush_line = yes } }
  plugins { vici { socket = unix://${vici} }
  ${plugin} }
}\n`,
  );
  writeFileSync(join(folder, 'swanctl.conf'), connections);
  const charon = inSpace(space, { ...env, STRONGSWAN_CONF: conf }, 'charon-systemd');
  await until(() => existsSync(vici), 'charon is there');
  const loaded = ['--load-all', '--uri', `unix://${vici}`, '--file', join(folder, 'swanctl.conf')];
  run('swanctl', ...loaded);
  return charon;
}
