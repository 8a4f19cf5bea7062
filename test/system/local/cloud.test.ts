// The embedded cloud as a whole: a sealed batch goes in over HTTP, profiles come out over HTTP.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../../local/cloud.ts';
import { type Batch, encodeBatch, formatBatchId } from '../../../wire/batch.ts';
import { sealRequest } from '../../../wire/seal.ts';
import { publicJwkOf, sealKeyOf } from '../../../wire/signature.ts';
import { tempDir } from '../../local/temp-dir.ts';
import { asaBatch, asaEvent } from '../../support/batches.ts';
import { until } from '../../support/until.ts';

const path = tempDir();
const { privateKey } = generateKeyPairSync('ed25519');
const key = sealKeyOf(privateKey);
const logLines: string[] = [];
const located: string[] = [];
const open: LocalCloud[] = [];

async function start(name: string, options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  mkdirSync(path(name), { recursive: true });
  const cloud = await startLocalCloud({
    folder: path(name),
    apiPort: 0,
    writeLog: (line) => logLines.push(line),
    locate: (address) => {
      located.push(address);
      return {
        kind: 'located',
        country: 'PT',
        city: 'Lisbon',
        lat: 38.7,
        lon: -9.1,
        radiusKm: 20,
        confidence: 'city',
        network: { asn: 64_500, organization: 'Example Net', type: 'access' },
      };
    },
    ...options,
  });
  open.push(cloud);
  await cloud.control.registerKey('relay-1', publicJwkOf(privateKey));
  return cloud;
}

afterAll(async () => {
  for (const cloud of open) await cloud.stop();
});

function ship(cloud: LocalCloud, batch: Batch, authority = new URL(cloud.url).host) {
  const body = encodeBatch(batch);
  const headers = sealRequest({
    authority,
    path: '/v1/batches',
    createdSeconds: Math.floor(Date.now() / 1000),
    nonce: randomBytes(16).toString('base64url'),
    key,
    body,
    batchId: formatBatchId(batch),
  });
  return fetch(`${cloud.url}/v1/batches`, { method: 'POST', headers, body });
}

async function users(cloud: LocalCloud): Promise<string[]> {
  const answer = await fetch(`${cloud.url}/v1/users?limit=100`);
  const { items } = (await answer.json()) as { items: { user: string }[] };
  return items.map((item) => item.user);
}

describe('the local cloud', () => {
  it('turns a sealed batch into located profiles that the API tells', async () => {
    const cloud = await start('whole');

    const answer = await ship(cloud, asaBatch(8));
    await cloud.idle();

    expect(answer.status).toBe(202);
    const found = await users(cloud);
    expect(found.length).toBeGreaterThan(3);
    const profile = await fetch(`${cloud.url}/v1/users/${encodeURIComponent(found[0] ?? '')}`);
    expect(await profile.text()).toContain('Lisbon');
    expect(new Set(located).size).toBeGreaterThan(3);
  });

  it('finds a computer account whose name holds a slash, encoded twice', async () => {
    const cloud = await start('machine');
    const user = {
      raw: 'host/pc17.corp.example',
      account: 'pc17',
      domain: 'corp.example',
      form: 'machine',
    } as const;
    await ship(cloud, asaBatch(1, { events: [{ ...asaEvent(0), user }] }));
    await cloud.idle();

    const [found = ''] = await users(cloud);
    expect(found).toBe('host/pc17.corp.example');
    const twice = encodeURIComponent(encodeURIComponent(found));
    const profile = await fetch(`${cloud.url}/v1/users/${twice}`);

    expect(await profile.json()).toMatchObject({ user: found });
  });

  it('refuses a seal that was made for another address', async () => {
    const cloud = await start('authority');

    const answer = await ship(cloud, asaBatch(8), 'api.example.com');

    expect(answer.status).toBe(401);
    expect(await users(cloud)).toEqual([]);
  });

  it('processes after a restart what was admitted before it', async () => {
    const first = await start('restart', { delivery: { chaos: { dies: () => true } } });
    expect((await ship(first, asaBatch(8))).status).toBe(202);
    await first.stop();

    const second = await start('restart');
    await second.idle();

    expect((await users(second)).length).toBeGreaterThan(3);
  });

  it('brings batches back while the location data fails, and loses none', async () => {
    let locate: LocalCloudOptions['locate'] = () => {
      throw new Error('no data');
    };
    const cloud = await start('broken', {
      delivery: { backoff: { startMs: 20, maxMs: 20 } },
      locate: (address) => locate(address),
    });
    expect((await ship(cloud, asaBatch(8))).status).toBe(202);
    const isBack = (line: string): boolean => line.includes('messages come back');
    await until(() => logLines.some(isBack), 'the batch comes back');
    expect(await users(cloud)).toEqual([]);

    const network = { asn: 0, organization: '', type: 'unknown' } as const;
    locate = () => ({ kind: 'unknown', network });
    await cloud.idle();

    expect((await users(cloud)).length).toBeGreaterThan(3);
    expect(cloud.queue.counts()).toEqual({ visible: 0, inFlight: 0, dead: 0 });
  });

  it('writes no person and no client address into its log', () => {
    const text = logLines.join('\n');

    expect(logLines.length).toBeGreaterThan(0);
    for (const address of located) expect(text).not.toContain(address);
    expect(text).not.toMatch(/person\d+/);
  });

  it('gives back what it opened when the port is taken', async () => {
    const cloud = await start('first');

    const second = start('second', { apiPort: cloud.port });
    await expect(second).rejects.toMatchObject({ code: 'PORT_IN_USE' });

    const third = await start('second');
    expect(await users(third)).toEqual([]);
  });
});
