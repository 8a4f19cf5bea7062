// Whose a TLS connection is, and what becomes of it when configuration or certificates change.

import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { GatewayConfig } from '../../../../relay/radius/gateway.ts';
import { attribute } from '../../../support/radius-packets.ts';
import { packet11, type RadsecClient } from '../../../support/radsec-client.ts';
import {
  makeRadsecFiles,
  type RadsecRelay,
  runRadsecRelay,
} from '../../../support/radsec-relay.ts';
import { stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

afterEach(stopAll);

const gateway = (name: string, rules: Partial<GatewayConfig>): GatewayConfig => ({
  name,
  addresses: [],
  secrets: [],
  ...rules,
});
const named = (...names: string[]) => ({ radsec: { names, fingerprints: [] } });
const pinned = (certificate: string) => {
  const { raw } = new X509Certificate(certificate);
  const fingerprint = createHash('sha256').update(raw).digest('hex');
  return { radsec: { names: [], fingerprints: [fingerprint] } };
};

/** Sends one packet; resolves to the gateway it was counted for, or how the connection ended. */
async function countedFor({ relay }: RadsecRelay, client: RadsecClient): Promise<string> {
  const before = relay.counts().outcomes.acknowledged ?? 0;
  client.send(packet11(4, 1, [attribute(40, [0, 0, 0, 1]), attribute(44, 'one')]));
  await Promise.race([client.answered(1), client.closed()]).catch(() => undefined);
  if ((relay.counts().outcomes.acknowledged ?? 0) === before) return 'closed';
  const counted = Object.entries(relay.counts().gateways);
  return counted.find(([, row]) => row.outcomes.acknowledged)?.[0] ?? 'nobody';
}

/** Node's TLS takes it, its types do not name it. */
const from = (localAddress: string): object => ({ localAddress });

const over11 = { ALPNProtocols: ['radius/1.1'] };

describe('the gateway of a TLS connection', () => {
  it('is told by a name in its certificate, wherever it comes from', async () => {
    const gateways = [
      gateway('paris', named('vpn2.example.net')),
      gateway('lyon', named('vpn1.example.net')),
    ];
    const running = await runRadsecRelay({ relay: { gateways } });

    expect(await countedFor(running, await running.connect(over11))).toBe('lyon');
  });

  it('is nobody whose certificate has no such name, though the authority signed it', async () => {
    const running = await runRadsecRelay({
      relay: { gateways: [gateway('paris', named('vpn2.example.net'))] },
    });

    expect(await countedFor(running, await running.connect(over11))).toBe('closed');
    await until(
      () => running.relay.status().radsec?.ends['unknown-gateway'] === 1,
      'a connection ends as unknown-gateway',
    );
    expect(running.lines).toContainEqual(expect.objectContaining({ event: 'radsec-stranger' }));
  });

  it('is told by its pinned certificate, and a new one of the same name does not do', async () => {
    const running = await runRadsecRelay();
    const { relay, config, authority, gateway: own, options } = running;
    relay.reload({ ...config, gateways: [gateway('lyon', pinned(own.certificate))] });
    const { cert, key } = options(authority.issue({ name: 'vpn1', names: ['vpn1.example.net'] }));

    expect(await countedFor(running, await running.connect({ ...over11, cert, key }))).toBe(
      'closed',
    );
    expect(await countedFor(running, await running.connect(over11))).toBe('lyon');
  });

  it('must come from its address, too, where it has one', async () => {
    const elsewhere = { addresses: ['127.0.0.9'], ...named('vpn1.example.net') };
    const running = await runRadsecRelay({
      relay: { gateways: [gateway('lyon', elsewhere), gateway('other', named('other'))] },
    });

    expect(await countedFor(running, await running.connect(over11))).toBe('closed');
    const there = await running.connect({ ...over11, ...from('127.0.0.9') });
    expect(await countedFor(running, there)).toBe('lyon');
  });

  it('is turned away before TLS when no gateway has its address', async () => {
    const running = await runRadsecRelay();
    const { relay } = running;

    await expect(running.connect({ ...from('127.0.0.7') })).rejects.toThrow(/reset|disconnected/i);
    await until(
      () => relay.status().radsec?.ends['unknown-source'] === 1,
      'a connection ends as unknown-source',
    );
  });

  it('has the source in its id inside a block of addresses', async () => {
    const running = await runRadsecRelay({
      relay: { gateways: [gateway('branches', { addresses: ['127.0.0.0/8'] })] },
    });
    const seen: string[] = [];
    running.relay.watch(({ gatewayId, transport }) => seen.push(`${gatewayId} ${transport}`));

    await countedFor(running, await running.connect(over11));
    await until(() => seen.length === 1, 'the packet has come');

    expect(seen).toEqual(['branches/127.0.0.1 radius-1.1']);
  });
});

describe('a change while connections stand', () => {
  it('ends those whose gateway is no longer configured, and keeps the others', async () => {
    const gateways = [gateway('lyon', named('vpn1.example.net')), gateway('paris', named('vpn2'))];
    const running = await runRadsecRelay({ relay: { gateways } });
    const { relay, config, authority, options } = running;
    const lyon = await running.connect(over11);
    const { cert, key } = options(authority.issue({ name: 'vpn2', names: ['vpn2'] }));
    const paris = await running.connect({ ...over11, cert, key });
    await until(() => relay.status().radsec?.connections.size === 2, 'two gateways are connected');

    relay.reload({ ...config, gateways: gateways.slice(1) });
    await lyon.closed();

    expect(await countedFor(running, paris)).toBe('paris');
  });

  it('brings a renewed certificate to new connections, and leaves the old ones alone', async () => {
    const running = await runRadsecRelay();
    const { relay, config, authority } = running;
    const before = await running.connect(over11);
    const renewed = authority.issue({ name: 'renewed', names: ['127.0.0.1'] });
    writeFileSync(config.radsec?.certificateFile ?? '', renewed.certificate);
    writeFileSync(config.radsec?.keyFile ?? '', renewed.key);

    relay.reload(config);

    const subject = async () =>
      (await running.connect(over11)).socket.getPeerCertificate().subject.CN;
    await until(
      async () => (await subject()) === 'renewed',
      'the relay shows its renewed certificate',
    );
    expect(await countedFor(running, before)).toBe('asa');
  });

  it('keeps the certificate in use when the new files are not usable, and says so', async () => {
    const running = await runRadsecRelay();
    const { relay, config } = running;
    writeFileSync(
      config.radsec?.keyFile ?? '',
      makeRadsecFiles(temporaryFolder()).authority.certificate,
    );

    relay.reload(config);

    expect(relay.status().radsec?.trouble).toContain('radsec.keyFile: expects a PEM file');
    expect(running.lines).toContainEqual(
      expect.objectContaining({ event: 'radsec-certificate-refused' }),
    );
    expect(await countedFor(running, await running.connect(over11))).toBe('asa');
  });

  it('shuts the TLS port when the settings switch the relay off, and opens it again', async () => {
    const running = await runRadsecRelay();
    const { relay, config } = running;
    const client = await running.connect(over11);

    relay.reload({ ...config, isEnabled: false });
    await client.closed();
    await expect(running.connect(over11)).rejects.toThrow(/ECONNREFUSED/);
    relay.reload({ ...config, isEnabled: true });
    await until(() => relay.status().radsec?.isOpen === true, 'TLS is open');

    expect(await countedFor(running, await running.connect(over11))).toBe('asa');
  });
});

describe('the end of the relay', () => {
  it('answers what is being written, then closes connections', async () => {
    const running = await runRadsecRelay();
    const { relay } = running;
    const client = await running.connect(over11);
    const packets = Array.from({ length: 100 }, (_, i) =>
      packet11(4, i, [attribute(40, [0, 0, 0, 1]), attribute(44, `session-${i}`)]),
    );
    client.send(...packets);
    await until(() => relay.counts().received > 0, 'a packet has come');

    await relay.stop();
    await client.closed();

    const { outcomes, inFlight } = relay.counts();
    expect(inFlight).toBe(0);
    expect(client.answers).toHaveLength(outcomes.acknowledged ?? 0);
    expect(relay.status().journal.durablePosition).toBe(outcomes.acknowledged);
  });

  it('is at its start when its port is taken, and it says where', async () => {
    const { relay } = await runRadsecRelay();
    const { port = 0 } = relay.status().radsec?.addresses[0] ?? {};

    await expect(
      runRadsecRelay({ radsec: { listen: [{ address: '127.0.0.1', port }] } }),
    ).rejects.toMatchObject({
      code: 'RELAY_PORT_UNUSABLE',
      message: expect.stringContaining(`TCP 127.0.0.1:${port} cannot be bound (EADDRINUSE)`),
    });
  });
});
