// Ways to the cloud that are broken for real, each named by the doctor: names, routes, proxies,
// certificates, clocks and keys.

import fs from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { startLocalCloud } from '../../../../../local/cloud.ts';
import { loadConfig } from '../../../../../relay/config/load.ts';
import { type AdmittingCloud, startAdmittingCloud } from '../../../../support/admitting-cloud.ts';
import { runCommand } from '../../../../support/command.ts';
import { attribute } from '../../../../support/radius-packets.ts';
import { runCloud, runRelay, temporaryFolder } from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';
import {
  describeBroken,
  examined,
  from,
  io,
  run,
  type SetUp,
  secrets,
  setUp,
  start,
  stops,
} from './set-up.ts';

type Token = { readonly token: string };

const tls = path.join(__dirname, '../../../../fixtures/tls');
const loopbackTls = {
  cert: fs.readFileSync(path.join(tls, 'loopback.cert.pem')),
  key: fs.readFileSync(path.join(tls, 'loopback.key.pem')),
};
async function admitting(): Promise<AdmittingCloud> {
  const cloud = await startAdmittingCloud();
  stops.push(() => cloud.stop());
  return cloud;
}

/** A set-up whose cloud is `url`; the key is a real one that only an admitting cloud knows. */
function withCloud({ keyPem, cloud }: AdmittingCloud, more: object = {}): SetUp {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'key.pem'), keyPem, { mode: 0o600 });
  const { url, relayId } = cloud;
  return setUp({ cloud: { url, relayId, keyFile: 'key.pem', ...more } }, folder);
}

async function listening(server: ReturnType<typeof createHttp>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describeBroken('the way to the cloud', [
  [
    'a relay that the settings switch off',
    {
      code: 'settings-current',
      result: 'warn',
      evidence: /switch this relay off/,
      advice: /switch it on in the settings/,
    },
    async () => {
      const surroundings = setUp();
      const { config } = loadConfig(surroundings.file, io);
      if (!config) throw new Error('the set-up is sound');
      const listen = [{ address: '127.0.0.1', port: 0 }];
      await runRelay({ ...config, listen, isEnabled: false });
      return surroundings;
    },
  ],
  [
    'a host that has no address',
    {
      code: 'dns-resolve',
      result: 'fail',
      evidence: /ingest\.invalid has no address/,
      advice: /getent hosts ingest\.invalid/,
    },
    async () => withCloud(await admitting(), { url: 'https://ingest.invalid/v1' }),
  ],
  [
    'a port where nothing listens',
    {
      code: 'cloud-route',
      result: 'fail',
      evidence: /ECONNREFUSED/,
      advice: /nothing listens there/,
    },
    async () => withCloud(await admitting(), { url: 'https://127.0.0.1:9/v1' }),
  ],
  [
    'no route to the cloud',
    { code: 'cloud-route', result: 'fail', evidence: /no connection to/, advice: /route|TCP 443/ },
    // Link-local without an interface: no routing table leads there.
    async () => withCloud(await admitting(), { url: 'https://[fe80::1]:443/v1' }),
  ],
  [
    'a proxy that wants credentials',
    { code: 'proxy-connect', result: 'fail', evidence: /CONNECT with 407/, advice: /credentials/ },
    async () => {
      const proxy = createHttp().on('connect', (_, socket) => {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      });
      const port = await listening(proxy);
      const url = 'https://ingest.example/v1';
      return withCloud(await admitting(), { url, proxy: `http://127.0.0.1:${port}` });
    },
  ],
  [
    'a certificate of an authority nobody knows, as a TLS-inspecting proxy shows it',
    {
      code: 'tls-chain',
      result: 'fail',
      evidence: /issued by ".+", which is not trusted here/,
      advice: /cloud\.caFile/,
    },
    async () => {
      const port = await listening(createHttps(loopbackTls));
      return withCloud(await admitting(), { url: `https://localhost:${port}/v1` });
    },
  ],
  [
    'a clock that is ten minutes behind',
    {
      code: 'clock-offset',
      result: 'fail',
      evidence: /this clock is \d+ s behind/,
      advice: /timedatectl/,
    },
    async () => {
      const service = await admitting();
      service.state.clockAheadMs = 600_000;
      return withCloud(service);
    },
  ],
  [
    'a key that was revoked',
    {
      code: 'cloud-auth',
      result: 'fail',
      evidence: /unknown there.*401 unknown-key/,
      advice: /enrol the relay again/,
    },
    async () => {
      const service = await admitting();
      service.state.isRevoked = true;
      return withCloud(service);
    },
  ],
  [
    'an enrolled relay that was revoked',
    {
      code: 'cloud-auth',
      result: 'fail',
      evidence: /was revoked, or has run out \(401 relay-revoked\)/,
      advice: /enrol the relay again/,
    },
    async () => {
      const surroundings = setUp();
      const service = await startLocalCloud({
        folder: path.join(surroundings.folder, 'cloud'),
        apiPort: 0,
        locate: () => ({ kind: 'special', special: 'documentation' }),
        writeLog: () => undefined,
      });
      stops.push(() => service.stop());
      const ask = (method: string, route: string, body?: object) =>
        fetch(`${service.url}/v1/relays${route}`, {
          method,
          headers: { origin: service.url, 'content-type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
        });
      const { token } = (await (await ask('POST', '', { name: 'lyon-2' })).json()) as Token;
      const tokenFile = path.join(surroundings.folder, 'token');
      fs.writeFileSync(tokenFile, token, { mode: 0o600 });
      const words = [
        '--url',
        service.url,
        '--token-file',
        tokenFile,
        '--config',
        surroundings.file,
      ];
      expect((await runCommand('enrol', ...words)).exitCode).toBe(0);
      const before = await examined(surroundings.file);
      expect(before.find(({ code }) => code === 'cloud-auth')?.result).toBe('pass');
      await ask('DELETE', '/lyon-2');
      return surroundings;
    },
  ],
  [
    "another relay's key",
    {
      code: 'cloud-auth',
      result: 'fail',
      evidence: /belongs to another relay/,
      advice: /cloud\.relayId/,
    },
    async () => withCloud(await admitting(), { relayId: 'paris-1' }),
  ],
  [
    'a host the API does not answer for',
    {
      code: 'cloud-auth',
      result: 'fail',
      evidence: /no batches under this host/,
      advice: /authorities=/,
    },
    async () => {
      const service = await admitting();
      service.state.isHostKnown = false;
      return withCloud(service);
    },
  ],
  [
    'something else than the ingest API',
    { code: 'cloud-auth', result: 'fail', evidence: /answers 404/, advice: /not the ingest API/ },
    async () => {
      const service = await admitting();
      service.state.status = 404;
      return withCloud(service);
    },
  ],
  [
    'two relays under one id',
    {
      code: 'relay-id-unique',
      result: 'fail',
      evidence: /batches of lyon-1 were known with another/,
      advice: /another machine that ships as lyon-1/,
    },
    async () => {
      const service = await admitting();
      const copy = withCloud(service);
      // The first one has been restarted a few times when a copy of its first day is started.
      const original = withCloud(service);
      for (const id of ['1', '2', '3', '4', '5', '6']) {
        const relay = await run(original, service.cloud);
        relay.send(start(secrets.asa, attribute(50, id)));
        await until(
          () => relay.relay.status().shipping?.batches === 1,
          'the relay has shipped one batch',
        );
        await relay.stop();
      }
      const relay = await run(copy, service.cloud);
      relay.send(start(secrets.asa, attribute(50, 'copy')));
      await until(
        () => relay.relay.status().shipping?.batches === 1,
        'the relay has shipped one batch',
      );
      return copy;
    },
  ],
  [
    'a cloud that takes nothing',
    { code: 'backlog-age', result: 'warn', evidence: /1 waiting/, advice: /503/ },
    async () => {
      const away = await runCloud();
      away.isAway = true;
      const surroundings = setUp();
      const relay = await run(surroundings, away.cloud);
      relay.send(start(secrets.asa, from('203.0.113.7')));
      await until(
        () => relay.relay.status().shipping?.trouble !== undefined,
        'the shipper is in trouble',
      );
      return surroundings;
    },
  ],
]);
