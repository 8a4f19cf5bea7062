// Real gateways of Debian in network namespaces, for tests that end live sessions: strongSwan with
// its client, and hostapd. Needs the right to make namespaces and the packages;
// `namespacesTrouble` says what is missing.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onStop } from './running-relay.ts';
import { until } from './until.ts';

/** The relay's side and the gateway's of the line between them. */
export const relayAddress = '10.77.0.1';
export const gatewayAddress = '10.77.0.2';

const spaces = { gateway: 'wf-gateway', client: 'wf-client' } as const;
const programs = ['ip', 'swanctl', 'charon-systemd', 'hostapd'];
const path = `${process.env['PATH']}:/usr/sbin:/sbin`;

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  if (error || status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || error}`);
  return stdout;
}

const ip = (line: string): string => run('ip', ...line.split(' '));

/** Why these tests cannot run here; undefined: they can. */
export function namespacesTrouble(): string | undefined {
  for (const program of programs) {
    const found = spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: path } });
    if (found.status !== 0) return `${program} is not installed`;
  }
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  const made = spawnSync('ip', ['netns', 'add', 'wf-probe'], { env: { PATH: path } });
  if (made.status !== 0) return 'this account may not make network namespaces';
  ip('netns del wf-probe');
  return undefined;
}

/** Makes both namespaces and the lines: here - gateway - client. */
export function makeNamespaces(): void {
  for (const name of Object.values(spaces)) {
    spawnSync('ip', ['netns', 'del', name], { env: { PATH: path } });
    ip(`netns add ${name}`);
    onStop(() => ip(`netns del ${name}`));
    ip(`-n ${name} link set lo up`);
  }
  const { gateway, client } = spaces;
  ip(`link add wf-relay type veth peer name up0 netns ${gateway}`);
  ip(`addr add ${relayAddress}/24 dev wf-relay`);
  ip('link set wf-relay up');
  ip(`-n ${gateway} addr add ${gatewayAddress}/24 dev up0`);
  ip(`-n ${gateway} link set up0 up`);
  ip(`-n ${gateway} link add down0 type veth peer name eth0 netns ${client}`);
  ip(`-n ${gateway} addr add 10.77.1.1/24 dev down0`);
  ip(`-n ${gateway} addr add 10.78.0.1/24 dev lo`);
  ip(`-n ${gateway} link set down0 up`);
  ip(`-n ${client} addr add 10.77.1.2/24 dev eth0`);
  ip(`-n ${client} link set eth0 up`);
}

function inSpace(name: string, env: object, program: string, ...args: string[]): ChildProcess {
  const child = spawn('ip', ['netns', 'exec', name, program, ...args], {
    env: { ...process.env, PATH: path, ...env },
    stdio: 'ignore',
  });
  onStop(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGCONT');
    child.kill();
    await once(child, 'exit');
  });
  return child;
}

export type StrongSwan = {
  /** Connects a user; resolves when the tunnel is up. */
  connect(connection: string): Promise<void>;
  /** Stops answering altogether, or goes on. */
  freeze(isFrozen: boolean): void;
  log(): string;
};

type SwanOptions = {
  readonly folder: string;
  readonly radiusPort: number;
  readonly accountingSecret: string;
  readonly cutSecret: string;
  /** Connections of the client, by name, and whose they are. */
  readonly users: Readonly<Record<string, string>>;
};

/** Starts gateway and client. */
export async function startStrongSwan(options: SwanOptions): Promise<StrongSwan> {
  const { folder, users } = options;
  const psk = 'secrets { ike-1 { secret = wherefrom-test } }';
  const child = (side: string) =>
    `children { net { ${side} = 10.78.0.0/24\n esp_proposals = aes128-sha256 } }`;
  const gateway = `connections { vpn { local_addrs = 10.77.1.1
    pools = p
    unique = never
    local { auth = psk
      id = gw }
    remote { auth = psk }
    ${child('local_ts')} } }
    pools { p { addrs = 10.79.0.0/24 } }
    ${psk}`;
  const connections = Object.entries(users).map(
    ([name, user]) => `${name} { remote_addrs = 10.77.1.1
      vips = 0.0.0.0
      unique = never
      local { auth = psk
        id = ${user} }
      remote { auth = psk
        id = gw }
      ${child('remote_ts').replace('net {', `${name} {`)} }`,
  );
  const client = `connections { ${connections.join('\n')} }\n${psk}`;
  const server = await startCharon('gateway', join(folder, 'gw'), gateway, radiusPlugin(options));
  await startCharon('client', join(folder, 'cl'), client, '');
  return {
    async connect(connection) {
      const uri = `unix://${join(folder, 'cl', 'vici')}`;
      const args = ['--initiate', '--child', connection, '--uri', uri];
      // Not waited for by blocking: the gateway waits for the relay, which is in this process.
      const child = spawn('swanctl', args, {
        env: { ...process.env, PATH: path },
        stdio: 'ignore',
      });
      const [status] = await once(child, 'exit');
      if (status !== 0) throw new Error(`swanctl ended with ${status}`);
    },
    freeze: (isFrozen) => server.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    log: () => readFileSync(join(folder, 'gw', 'log'), 'utf8'),
  };
}

const radiusPlugin = ({ radiusPort, accountingSecret, cutSecret }: SwanOptions): string => `
  eap-radius {
    accounting = yes
    accounting_close_on_timeout = no
    nas_identifier = vpn-1
    station_id_with_port = no
    dae { enable = yes
      listen = ${gatewayAddress}
      port = 3799
      secret = ${cutSecret} }
    servers { relay { address = ${relayAddress}
      secret = ${accountingSecret}
      acct_port = ${radiusPort} } }
  }`;

async function startCharon(
  space: keyof typeof spaces,
  folder: string,
  connections: string,
  plugin: string,
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
  const charon = inSpace(spaces[space], { STRONGSWAN_CONF: conf }, 'charon-systemd');
  await until(() => existsSync(vici), 'charon is there');
  const loaded = ['--load-all', '--uri', `unix://${vici}`, '--file', join(folder, 'swanctl.conf')];
  run('swanctl', ...loaded);
  return charon;
}

/** Starts hostapd on the line to the client. */
export async function startHostapd(options: Omit<SwanOptions, 'users'>): Promise<void> {
  const { folder, radiusPort, accountingSecret, cutSecret } = options;
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'log');
  writeFileSync(join(folder, 'users'), '"alice" MD5 "a-password"\n');
  writeFileSync(
    join(folder, 'hostapd.conf'),
    `interface=down0
driver=wired
ieee8021x=1
eap_server=1
eap_user_file=${join(folder, 'users')}
own_ip_addr=${gatewayAddress}
nas_identifier=vpn-1
acct_server_addr=${relayAddress}
acct_server_port=${radiusPort}
acct_server_shared_secret=${accountingSecret}
radius_das_port=3799
radius_das_client=${relayAddress} ${cutSecret}
radius_das_time_window=300
radius_das_require_event_timestamp=1
radius_das_require_message_authenticator=1
`,
  );
  inSpace(spaces.gateway, {}, 'hostapd', '-f', log, join(folder, 'hostapd.conf'));
  await until(
    () => existsSync(log) && readFileSync(log, 'utf8').includes('AP-ENABLED'),
    () => (existsSync(log) ? readFileSync(log, 'utf8') : 'hostapd is there'),
  );
}
