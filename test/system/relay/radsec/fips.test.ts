// FIPS mode: the relay as a program that cannot compute MD5, X25519 or Ed25519, from a TLS
// connection to the API of a cloud; and, where Node has a FIPS provider, the same under it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { build } from 'esbuild';
import { installedPlainData } from '../../../../geo/installed-data.ts';
import { openPlainLocator } from '../../../../geo/plain-locator.ts';
import { startLocalCloud } from '../../../../local/cloud.ts';
import { getAll, userPath } from '../../../../local/summary.ts';
import { publicJwkOf } from '../../../../wire/signature.ts';
import { runCommand } from '../../../support/command.ts';
import { startCutCloud } from '../../../support/cut-site.ts';
import { freePort } from '../../../support/free-port.ts';
import { attribute } from '../../../support/radius-packets.ts';
import { packet11, RadsecClient } from '../../../support/radsec-client.ts';
import { makeRadsecFiles } from '../../../support/radsec-relay.ts';
import { onStop, stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

const root = path.join(__dirname, '../../../..');
const preload = path.join(root, 'test/support/unapproved-throws.cjs');
const guarded = `--require=${preload}`;
/**
 * Where OpenSSL's FIPS provider is set up: FIPS_OPENSSL_CONF=/path/openssl.cnf with fips.so beside
 * it, or nothing where Node finds it by itself. Only the relay is started with it.
 */
const providerConfig = process.env['FIPS_OPENSSL_CONF'];
const withProvider = {
  ...process.env,
  ...(providerConfig && {
    OPENSSL_CONF: providerConfig,
    OPENSSL_MODULES: path.dirname(providerConfig),
  }),
};
const hasProvider =
  spawnSync(process.execPath, ['--enable-fips', '-p', '1'], { env: withProvider }).status === 0;

let compiled = '';

/** The relay as one file in which its own MD5 throws, too. */
beforeAll(async () => {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(path.join(root, '.cache', 'fips-test-'));
  compiled = path.join(folder, 'relay.mjs');
  await build({
    entryPoints: [path.join(root, 'bin/relay.ts')],
    outfile: compiled,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [
      {
        name: 'no-md5',
        setup({ onLoad }) {
          onLoad({ filter: /relay\/receive\/md5\.ts$/ }, ({ path: file }) => {
            const source = readFileSync(file, 'utf8');
            const step = 'mixFirstHalf(state, view, offset);';
            expect(source).toContain(step);
            const contents = source.replace(step, "throw new Error('MD5 was computed');");
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
});
afterEach(stopAll);
afterAll(() => rmSync(path.dirname(compiled), { recursive: true, force: true }));

const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: ReturnType<typeof p256>['privateKey']): string =>
  key.export({ format: 'pem', type: 'pkcs8' }).toString();

async function startCloud() {
  const folder = temporaryFolder();
  const { locate } = openPlainLocator(installedPlainData(__dirname));
  const cloud = await startLocalCloud({ folder, apiPort: 0, locate, writeLog: () => undefined });
  onStop(() => cloud.stop());
  const { privateKey, publicKey } = p256();
  await cloud.control.registerKey('lyon-1', publicJwkOf(publicKey));
  return { cloud, privateKey };
}

/** Starts the compiled relay; resolves when it takes TLS connections. */
async function startProgram(more: object, ...nodeOptions: readonly string[]) {
  const { cloud, privateKey } = await startCloud();
  const folder = temporaryFolder();
  const { authority, files, write } = makeRadsecFiles(folder);
  const config = write(
    'relay.json',
    JSON.stringify({
      gateways: [{ name: 'asa', radsec: { names: ['vpn1.example.net'] } }],
      radsec: { listen: [{ address: '127.0.0.1', port: await freePort() }], ...files },
      cloud: { url: cloud.url, relayId: 'lyon-1', keyFile: write('seal.pem', pem(privateKey)) },
      dataDir: 'data',
      flushAfterMs: 50,
      ...more,
    }),
  );
  const args = [...nodeOptions, compiled, 'run', '--json', '--config', config];
  const child: ChildProcess = spawn(process.execPath, args, { env: withProvider });
  onStop(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  await until(
    () => said.includes('radsec-listening') || child.exitCode !== null,
    'the relay listens, or has ended',
  );
  expect(child.exitCode).toBeNull();
  const { certificate, key } = authority.issue({ name: 'vpn1', names: ['vpn1.example.net'] });
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
  const options = { cert: certificate, key, ca: authority.certificate, port };
  const connect = (with_: ConnectionOptions): Promise<RadsecClient> =>
    RadsecClient.connect({ ...options, ...with_ });
  return { cloud, config, connect, said: () => said };
}

const over11 = { ALPNProtocols: ['radius/1.1'] };
const start = [
  attribute(40, [0, 0, 0, 1]),
  attribute(44, 'one'),
  attribute(1, 'alice'),
  attribute(31, '81.2.69.160'),
  attribute(61, [0, 0, 0, 5]),
];

/** A packet in, its session out of the API: so the cloud has answered 202 for it. */
async function packetReachesApi({
  cloud,
  connect,
}: Awaited<ReturnType<typeof startProgram>>): Promise<void> {
  const client = await connect(over11);
  onStop(() => client.end());
  client.send(packet11(4, 7, start));
  expect(await client.answered(1)).toEqual([packet11(5, 7, [])]);
  await until(
    async () => {
      const route = `${userPath('alice')}/activities`;
      const found = await getAll<object>(cloud.url, route).catch(() => []);
      return found.length === 1 || undefined;
    },
    'the session is in the API',
    20_000,
  );
}

describe('FIPS mode by the configuration', () => {
  it('brings a RADIUS/1.1 packet to the API where MD5, X25519 and Ed25519 throw', async () => {
    const running = await startProgram({ fips: true }, guarded);

    await packetReachesApi(running);

    expect(running.said()).toContain('FIPS mode: off are RADIUS over UDP and RADIUS/1.0 over TLS');
    expect(running.said()).not.toContain('not approved');
    const status = await runCommand('status', '--json', '--config', running.config);
    expect(JSON.parse(status.stdout)).toMatchObject({
      isFips: true,
      radius: [],
      radsec: { versions: ['1.1'], connections: [{ gateway: 'asa', version: '1.1', count: 1 }] },
    });
    const text = await runCommand('status', '--config', running.config);
    expect(text.stdout).toContain('sealed with ecdsa-p256-sha256');
  }, 60_000);

  it('takes no algorithm that is not approved, no TLS 1.2 and no RADIUS/1.0', async () => {
    const { connect } = await startProgram({ fips: true }, guarded);

    await expect(connect({ ...over11, ecdhCurve: 'X25519' })).rejects.toThrow();
    const chacha = 'TLS_CHACHA20_POLY1305_SHA256';
    await expect(connect({ ...over11, ciphers: chacha })).rejects.toThrow();
    await expect(connect({ ...over11, maxVersion: 'TLSv1.2' })).rejects.toThrow();
    await expect(connect({ ALPNProtocols: ['radius/1.0'] })).rejects.toThrow(/alert/);
    const good = await connect({ ...over11, ecdhCurve: 'P-256' });
    expect(good.socket.getCipher().name).toBe('TLS_AES_256_GCM_SHA384');
    expect(good.socket.getEphemeralKeyInfo()).toMatchObject({ name: 'prime256v1' });
    good.end();
  }, 60_000);

  it('is refused with what to do where it could not work', async () => {
    const folder = temporaryFolder();
    const { files, write } = makeRadsecFiles(folder, { name: 'relay', keyType: 'ed25519' });
    const seal = generateKeyPairSync('ed25519').privateKey;
    const config = {
      gateways: [{ name: 'asa', address: '10.0.0.1' }],
      cloud: { url: 'https://x.example', relayId: 'a', keyFile: write('seal.pem', pem(seal)) },
      dataDir: 'data',
      fips: true,
    };
    const check = async (more: object): Promise<string> => {
      const file = write('relay.json', JSON.stringify({ ...config, ...more }));
      const { exitCode, stderr } = await runCommand('check', '--config', file);
      expect(exitCode).toBe(78);
      return stderr;
    };

    const without = await check({});
    const wrong = await check({ radsec: { ...files, versions: ['1.0', '1.1'] } });

    expect(without).toContain('fips: needs "radsec": FIPS mode has no RADIUS over UDP');
    expect(without).toContain('cloud.keyFile: the key that seals batches is Ed25519');
    expect(wrong).toContain('radsec.versions: RADIUS/1.0 needs MD5');
    expect(wrong).toContain('radsec.keyFile: expects an RSA key of 2048 bits or more, P-256');
  });
});

/** Runs a verb of the compiled relay; the cloud answers meanwhile, so it is not waited for here. */
async function verb(nodeOptions: readonly string[], ...args: readonly string[]) {
  const child = spawn(process.execPath, [...nodeOptions, compiled, ...args], { env: withProvider });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const [exitCode] = await once(child, 'close');
  return { exitCode, said };
}

/** An enrolled relay that may ask `asa` to end sessions, and what its cloud answers. */
async function startOrdered(more: object, ...nodeOptions: readonly string[]) {
  const cloud = await startCutCloud();
  const api = async (method: string, route: string, body?: object) => {
    const headers = { origin: cloud.url, 'content-type': 'application/json' };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return JSON.parse(await (await fetch(`${cloud.url}${route}`, init)).text());
  };
  const folder = temporaryFolder();
  const { authority, files, write } = makeRadsecFiles(folder);
  const config = write(
    'relay.json',
    JSON.stringify({
      gateways: [{ name: 'asa', radsec: { names: ['vpn1.example.net'] } }],
      radsec: { listen: [{ address: '127.0.0.1', port: await freePort() }], ...files },
      disconnect: [{ gateway: 'asa', address: '127.0.0.1', via: 'radsec', form: 'rfc5176' }],
      dataDir: 'data',
      flushAfterMs: 50,
      ...more,
    }),
  );
  const { token } = await api('POST', '/v1/relays', { name: 'lyon-1' });
  const at = ['--config', config, '--url', cloud.url, '--token-file', write('token', token)];
  expect((await verb(nodeOptions, 'enrol', ...at)).exitCode).toBe(0);
  const args = [...nodeOptions, compiled, 'run', '--json', '--config', config];
  const child: ChildProcess = spawn(process.execPath, args, { env: withProvider });
  onStop(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until(() => said.includes('radsec-listening'), 'the relay listens');
  const { certificate, key } = authority.issue({ name: 'vpn1', names: ['vpn1.example.net'] });
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
  const options = { cert: certificate, key, ca: authority.certificate, port };
  return { api, client: await RadsecClient.connect({ ...options, ...over11 }), said: () => said };
}

/** From a live session over an order to the Stop that proves it. */
async function sessionIsEnded({ api, client }: Awaited<ReturnType<typeof startOrdered>>) {
  onStop(() => client.end());
  client.send(packet11(4, 7, start));
  const route = (rest: string): string => `/v1/users/alice/${rest}`;
  const session = await until(
    async () => (await api('GET', route('activities'))).items?.[0]?.id as string | undefined,
    'the session is in the API',
    20_000,
  );
  const plan = () => api('POST', route('session-ends/plan'), { session });
  await until(async () => (await plan()).canEnd === true, 'the relay reports its list', 20_000);
  await api('POST', route('session-ends'), { session, reason: 'not the person' });
  // The answer to the batch that it is in tells the relay that an order waits.
  client.send(packet11(4, 9, [attribute(40, [0, 0, 0, 3]), ...start.slice(1)]));
  const request = await until(
    () => client.answers.find((packet) => packet[0] === 40),
    'the gateway is asked',
    20_000,
  );
  client.send(packet11(41, request.readUInt32BE(4), []));
  client.send(packet11(4, 8, [attribute(40, [0, 0, 0, 2]), ...start.slice(1)]));
  return until(
    async () => {
      const { items } = await api('GET', route('session-ends'));
      return items[0].state === 'confirmed'
        ? items[0].steps.map(({ state }: { state: string }) => state)
        : undefined;
    },
    'the Stop proves it',
    20_000,
  );
}

const steps = ['requested', 'sent', 'acknowledged', 'confirmed'];
const udpEntry = {
  disconnect: [{ gateway: 'asa', address: '127.0.0.1', form: 'rfc5176', secretFile: 'x' }],
};
const noUdp =
  'disconnect[0].via: UDP needs MD5, which FIPS mode does not have: "radsec", or leave it out';

/** What a relay with an entry over UDP says instead of running. */
async function saidOfUdp(more: object, ...nodeOptions: readonly string[]) {
  const { files, write } = makeRadsecFiles(temporaryFolder());
  const gateways = [{ name: 'asa', radsec: { names: ['vpn1.example.net'] } }];
  const config = { gateways, radsec: files, dataDir: 'data', ...udpEntry, ...more };
  const file = write('relay.json', JSON.stringify(config));
  return verb(nodeOptions, 'run', '--config', file);
}

describe('an order to end a session in FIPS mode', () => {
  it('goes over the RADIUS/1.1 connection of the gateway where MD5 throws', async () => {
    expect(await sessionIsEnded(await startOrdered({ fips: true }, guarded))).toEqual(steps);
  }, 90_000);

  it('never goes over UDP: the relay refuses the entry with what to do', async () => {
    const { exitCode, said } = await saidOfUdp({ fips: true });

    expect(exitCode).toBe(78);
    expect(said).toContain(noUdp);
  }, 60_000);
});

describe('the guard of these tests', () => {
  it.each([
    "createHash('md5')",
    "createHmac('md5', 'key')",
    "generateKeyPairSync('ed25519')",
    "generateKeyPairSync('x25519')",
  ])('throws at %s', (call) => {
    const names = 'createHash, createHmac, generateKeyPairSync';
    const code = `import { ${names} } from 'node:crypto'; ${call}`;
    const args = [guarded, '--input-type=module', '-e', code];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });

    expect(status).not.toBe(0);
    expect(stderr).toContain('not approved');
  });

  it('makes a relay throw that takes UDP: its own MD5 is guarded, too', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'relay.json');
    writeFileSync(path.join(folder, 'secret'), 'a-secret-of-sixteen', { mode: 0o600 });
    writeFileSync(
      file,
      JSON.stringify({
        listen: [{ address: '127.0.0.1', port: 1 }],
        gateways: [{ name: 'asa', address: '10.0.0.1', secretFile: 'secret' }],
        dataDir: 'data',
      }),
    );

    const { stdout } = spawnSync(process.execPath, [compiled, 'run', '--config', file], {
      encoding: 'utf8',
      // A relay whose MD5 is not guarded would run for ever.
      timeout: 20_000,
    });

    expect(stdout).toContain('MD5 was computed');
  });
});

if (!hasProvider) {
  process.stdout.write('fips.test: --enable-fips not run, this Node has no FIPS provider\n');
}
const underProvider = hasProvider ? describe : describe.skip;

underProvider("FIPS mode by Node's own switch", () => {
  it('brings a RADIUS/1.1 packet to the API under the FIPS provider', async () => {
    const running = await startProgram({}, '--enable-fips');

    await packetReachesApi(running);

    expect(running.said()).toContain('FIPS mode');
    expect(running.said()).not.toContain('"level":"error"');
  }, 60_000);

  it('ends a session over RADIUS/1.1 alone, and refuses an entry over UDP', async () => {
    expect(await sessionIsEnded(await startOrdered({}, '--enable-fips'))).toEqual(steps);
    const { exitCode, said } = await saidOfUdp({}, '--enable-fips');

    expect([exitCode, said.includes(noUdp)]).toEqual([78, true]);
  }, 90_000);
});
