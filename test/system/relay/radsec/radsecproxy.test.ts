// Debian's radsecproxy between a gateway that speaks UDP and our TLS port, with an authority of its
// own: what it forwards must be answered, journalled, and in the API of a local cloud.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { installedPlainData } from '../../../../geo/installed-data.ts';
import { openPlainLocator } from '../../../../geo/plain-locator.ts';
import { type LocalCloud, startLocalCloud } from '../../../../local/cloud.ts';
import { getAll, userPath } from '../../../../local/summary.ts';
import { publicJwkOf } from '../../../../wire/signature.ts';
import { freePort } from '../../../support/free-port.ts';
import { accounting, attribute } from '../../../support/radius-packets.ts';
import { type RadsecRelay, runRadsecRelay } from '../../../support/radsec-relay.ts';
import { onStop, stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

const hasRadsecproxy = spawnSync('radsecproxy', ['-v']).error === undefined;
if (!hasRadsecproxy) {
  process.stdout.write('radsecproxy.test: skipped, apt-get install radsecproxy brings the peer\n');
}
const withRadsecproxy = hasRadsecproxy ? describe : describe.skip;

const nasSecret = 'a-secret-between-nas-and-proxy';
const users = 12;

async function startCloud(): Promise<LocalCloud> {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'cloud'));
  const { locate } = openPlainLocator(installedPlainData(__dirname));
  const cloud = await startLocalCloud({
    folder: path.join(folder, 'cloud'),
    apiPort: 0,
    locate,
    writeLog: () => undefined,
  });
  onStop(() => cloud.stop());
  return cloud;
}

/** A relay that ships to that cloud; the proxy is the gateway, and NAS-IP-Address tells them. */
async function startRelay(cloud: LocalCloud): Promise<RadsecRelay> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await cloud.control.registerKey('lyon-1', publicJwkOf(publicKey));
  const proxy = {
    name: 'proxy',
    addresses: ['127.0.0.1'],
    secrets: [],
    behindProxy: true,
    radsec: { names: ['vpn1.example.net'], fingerprints: [] },
  };
  return runRadsecRelay({
    relay: {
      gateways: [proxy],
      cloud: { url: cloud.url, relayId: 'lyon-1', privateKey },
      flushAfterMs: 50,
    },
  });
}

/** Starts radsecproxy; resolves to its UDP port when TLS to the relay stands. */
async function startProxy({ relay, gateway, authority, write }: RadsecRelay): Promise<number> {
  const port = await freePort();
  const tls = relay.status().radsec?.addresses[0]?.port;
  const config = write(
    'radsecproxy.conf',
    `listenUDP 127.0.0.1:${port}
tls default {
  CACertificateFile ${write('proxy-ca.pem', authority.certificate)}
  CertificateFile ${write('proxy.pem', gateway.certificate)}
  CertificateKeyFile ${write('proxy.key', gateway.key)}
}
client nas {
  host 127.0.0.1
  type udp
  secret ${nasSecret}
}
server relay {
  host 127.0.0.1
  port ${tls}
  type tls
  secret radsec
  StatusServer on
}
realm * {
  server relay
  accountingServer relay
}
`,
  );
  const child: ChildProcess = spawn('radsecproxy', ['-f', '-c', config]);
  onStop(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  await until(
    async () => relay.status().radsec?.connections.get('proxy')?.['1.0'] === 1 || undefined,
    `radsecproxy connects (it says: ${said})`,
    10_000,
  );
  return port;
}

/** A gateway over UDP that sends a packet again after a second without an answer. */
class Nas {
  readonly #socket: Socket = createSocket('udp4');
  readonly #waiting = new Map<number, () => void>();
  readonly #port: number;
  #identifier = 0;

  constructor(port: number) {
    this.#port = port;
    this.#socket.on('message', (answer) => this.#waiting.get(answer[1] ?? -1)?.());
    onStop(() => this.#socket.close());
  }

  async send(attributes: readonly Buffer[]): Promise<void> {
    this.#identifier = (this.#identifier + 1) % 256;
    const identifier = this.#identifier;
    const packet = accounting(nasSecret, attributes, { identifier });
    const send = (): void => this.#socket.send(packet, this.#port, '127.0.0.1');
    const again = setInterval(send, 1000);
    await new Promise<void>((resolve) => {
      this.#waiting.set(identifier, resolve);
      send();
    });
    clearInterval(again);
  }
}

const status = { start: 1, stop: 2, interim: 3 };
const nasAddress = attribute(4, [10, 0, 0, 1]);

function record(user: number, kind: keyof typeof status): Buffer[] {
  const seconds = { start: 0, interim: 60, stop: 120 }[kind];
  return [
    attribute(40, [0, 0, 0, status[kind]]),
    attribute(44, `session-${user}`),
    attribute(1, `user-${user}`),
    attribute(31, '81.2.69.160'),
    attribute(61, [0, 0, 0, 5]),
    nasAddress,
    ...(seconds > 0 ? [attribute(46, [0, 0, 0, seconds])] : []),
  ];
}

type Activity = { readonly sessionId: string; readonly endedAt?: string; readonly gateway: object };

withRadsecproxy('radsecproxy', () => {
  afterAll(stopAll);

  it('forwards every Start, Interim and Stop: answered, in the journal, in the API', async () => {
    const cloud = await startCloud();
    const running = await startRelay(cloud);
    const { relay } = running;
    const nas = new Nas(await startProxy(running));

    for (const kind of ['start', 'interim', 'stop'] as const) {
      const sending = Array.from({ length: users }, (_, user) => nas.send(record(user, kind)));
      await Promise.all(sending);
    }
    // It answers Accounting-On itself and forwards it to nobody.
    await nas.send([attribute(40, [0, 0, 0, 7]), nasAddress]);

    expect(relay.counts().outcomes.acknowledged).toBe(3 * users);
    expect(relay.status().journal.durablePosition).toBe(3 * users);
    for (let user = 0; user < users; user += 1) {
      const found = await until(
        async () => {
          const route = `${userPath(`user-${user}`)}/activities`;
          const activities = await getAll<Activity>(cloud.url, route).catch(() => []);
          return activities[0]?.endedAt === undefined ? undefined : activities;
        },
        `the session of user-${user} is in the API and ended`,
        20_000,
      );
      expect(found).toMatchObject([{ sessionId: `session-${user}` }]);
    }
  }, 60_000);
});
