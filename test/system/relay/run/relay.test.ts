import { generateKeyPairSync } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import radius from 'radius';
import type { AccountingEvent } from '../../../../domain/accounting-event.ts';
import { type RelayConfig, relayDefaults } from '../../../../relay/config/relay-config.ts';
import { makeReader } from '../../../../relay/journal/reader.ts';
import type { LogLevel } from '../../../../relay/log.ts';
import { type Relay, startRelay } from '../../../../relay/run/relay.ts';
import { decodeBatch } from '../../../../wire/batch.ts';
import { verifySeal } from '../../../../wire/seal.ts';
import { sealKeyOf } from '../../../../wire/signature.ts';
import { until } from '../../../support/until.ts';

const secret = 'a-secret-of-the-test-gateway';
const rotated = 'the-next-secret-of-that-gateway';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'relay-test-'));
const running: Relay[] = [];
const sockets: Socket[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const relay of running.splice(0)) await relay.stop();
  for (const socket of sockets.splice(0)) socket.close();
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const configOf = (dataDir: string, secrets = [secret]): RelayConfig => ({
  ...relayDefaults,
  listen: [{ address: '127.0.0.1', port: 0 }],
  gateways: [
    { name: 'asa', addresses: ['127.0.0.1'], secrets: secrets.map((text) => Buffer.from(text)) },
    { name: 'asa-paris', addresses: ['192.0.2.9'], secrets: [Buffer.from(rotated)] },
  ],
  dataDir: path.join(folder, dataDir),
});

async function start(config: RelayConfig) {
  const lines: { level: LogLevel; event: string; message: string }[] = [];
  const relay = await startRelay(config, {
    log: (level, event, message) => lines.push({ level, event, message }),
    now: Date.now,
    monotonicMs: () => performance.now(),
    rememberedMax: 10_000,
  });
  running.push(relay);
  const socket = createSocket('udp4');
  sockets.push(socket);
  const answers: Buffer[] = [];
  socket.on('message', (answer) => answers.push(answer));
  const send = (packet: Buffer): void => {
    socket.send(packet, relay.addresses[0]?.port ?? 0, '127.0.0.1');
  };
  return { relay, lines, answers, send };
}

const request = (identifier: number, own = secret): Buffer =>
  radius.encode({
    code: 'Accounting-Request',
    secret: own,
    identifier,
    attributes: [
      ['Acct-Status-Type', 'Start'],
      ['Acct-Session-Id', `session-${identifier}`],
    ],
  });

/** A cloud that verifies every batch and keeps its events. */
async function startCloud() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { keyId } = sealKeyOf(privateKey);
  const events: AccountingEvent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      void verifySeal({
        method: request.method ?? '',
        authority: request.headers.host ?? '',
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body,
        nowSeconds: Math.floor(Date.now() / 1000),
        allowedAuthorities: [request.headers.host ?? ''],
        keyOf: async (id) =>
          id === keyId ? { algorithm: 'ed25519', publicKey, relayId: 'lyon-1' } : undefined,
      }).then((seal) => {
        const batch = decodeBatch(body.toString());
        if (seal.ok && batch.ok) events.push(...batch.batch.events);
        response.writeHead(seal.ok && batch.ok ? 202 : 401).end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    events,
    cloud: { url: `http://127.0.0.1:${port}/v1`, relayId: 'lyon-1', privateKey },
  };
}

describe('the relay with a cloud', () => {
  it('ships what it answered, once, sealed, decoded, and goes on after a restart', async () => {
    const { events, cloud } = await startCloud();
    const config = { ...configOf('ship'), cloud, flushAfterMs: 50 };
    const { relay, answers, send } = await start(config);
    for (let i = 0; i < 30; i++) send(request(i));
    await until(
      () => answers.length === 30 && events.length === 30,
      '30 packets are answered and shipped',
    );
    await relay.stop();

    const again = await start(config);
    again.send(request(30));
    await until(
      () => again.relay.status().shipping?.waiting === 0 && events.length === 31,
      '31 events are shipped',
    );

    expect(new Set(events.map(({ session }) => session.id)).size).toBe(31);
    expect(events[0]).toMatchObject({
      kind: 'start',
      gateway: { id: 'asa', address: '127.0.0.1' },
      flags: [],
    });
  });

  it('answers while the cloud is away, and ships when it is back', async () => {
    const { server, port, events, cloud } = await startCloud();
    await new Promise((resolve) => server.close(resolve));
    const { relay, answers, send } = await start({ ...configOf('away'), cloud, flushAfterMs: 50 });
    send(request(1));
    await until(
      () => answers.length === 1 && relay.status().shipping?.trouble !== undefined,
      'the packet is answered and the shipper in trouble',
    );
    expect(relay.status()).toMatchObject({ isReady: true, shipping: { waiting: 1 } });

    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await until(() => events.length === 1, 'the cloud has the event');
  });
});

describe('the relay', () => {
  it('has on disk what it answered, and says so after a restart', async () => {
    const config = configOf('restart');
    const { relay, answers, send } = await start(config);
    for (let i = 0; i < 50; i++) send(request(i));
    await until(() => answers.length === 50, '50 packets are answered');
    await relay.stop();

    const again = await start(config);

    expect(again.relay.status().journal.durablePosition).toBe(50);
  });

  it('still knows a replayed packet as repeated after a restart', async () => {
    const config = configOf('replay');
    const { relay, answers, send } = await start(config);
    for (let i = 0; i < 200; i++) send(request(i));
    await until(() => answers.length === 200, '200 packets are answered');
    await relay.stop();

    const again = await start(config);
    await until(() => again.relay.status().remembered.held === 200, '200 packets are remembered');
    again.send(request(7));
    await until(() => again.answers.length === 1, 'the packet is answered');
    await again.relay.stop();

    const reader = makeReader({ directory: path.join(config.dataDir, 'journal') });
    const { entries } = await reader.readFrom(200, 2, 4096);
    await reader.close();
    expect(entries).toMatchObject([
      { record: { isRepeated: false } },
      { record: { isRepeated: true, payload: request(7) } },
    ]);
  });

  it('answers what is being written when it is told to stop', async () => {
    const { relay, answers, send } = await start(configOf('stop'));
    // More than are written at once: whenever it is told to stop, some are under way.
    for (let i = 0; i < 250; i++) send(request(i));
    await until(() => relay.counts().received > 0, 'the first packets have come');

    await relay.stop();
    const { outcomes, inFlight } = relay.counts();
    await until(
      () => answers.length === outcomes.acknowledged,
      'every acknowledged packet is answered',
    );

    expect(inFlight).toBe(0);
    expect(outcomes['not-recorded'] ?? 0).toBe(0);
    expect(relay.status().journal.durablePosition).toBe(outcomes.acknowledged);
  });

  it('takes over new secrets between two packets, without losing one', async () => {
    const config = configOf('reload');
    const { relay, answers, send } = await start(config);
    send(request(1));
    await until(() => answers.length === 1, 'the packet is answered');

    relay.reload(configOf('reload', [secret, rotated]));
    send(request(2));
    send(request(3, rotated));
    await until(() => answers.length === 3, '3 packets are answered');
    relay.reload(configOf('reload', [rotated]));
    send(request(4, rotated));
    await until(() => answers.length === 4, '4 packets are answered');

    expect(relay.counts().outcomes).toEqual({ acknowledged: 4 });
  });

  it('says whose secret a gateway signs with, and never the secret', async () => {
    const { relay, lines, answers, send } = await start(configOf('diagnosis'));

    send(request(1, rotated));
    await until(
      () => relay.status().secretFindings.size === 1,
      'the relay has found out about the secret',
    );

    expect(relay.status().secretFindings.get('asa')).toBe(
      'signed with the secret of gateway asa-paris',
    );
    expect(lines).toContainEqual({
      level: 'warn',
      event: 'wrong-secret',
      message: 'asa (127.0.0.1): signed with the secret of gateway asa-paris',
    });
    expect(JSON.stringify(lines)).not.toContain(rotated);
    expect(answers).toEqual([]);
  });

  it('refuses to start without a usable journal, and frees the port', async () => {
    const file = path.join(folder, 'a-file');
    fs.writeFileSync(file, '');

    await expect(start({ ...configOf('x'), dataDir: file })).rejects.toMatchObject({
      code: 'RELAY_JOURNAL_UNUSABLE',
    });
  });

  it('is ready until it is told to stop', async () => {
    const { relay } = await start(configOf('ready'));
    expect(relay.status().isReady).toBe(true);

    const stopping = relay.stop();

    expect(relay.status().isReady).toBe(false);
    await stopping;
  });
});
