// Location data from S3, through the real SDK: used when it is sound and newer, never otherwise.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { buildCompact } from '../../../../geo/build/build-compact.ts';
import type { Locator } from '../../../../geo/locator.ts';
import { openNewestLocator } from '../../../../geo/newest-locator.ts';
import { makeReadObject } from '../../../../lambdas/aws/location/geo-update.ts';
import { makeSmallWorld, type SmallWorld } from '../../../geo/fixture.ts';
import { type LoopbackService, startLoopbackService } from '../../../support/loopback-service.ts';

describe('location data from S3', () => {
  let world: SmallWorld;
  let file: Buffer;
  let sha256: string;
  let service: LoopbackService;
  let client: S3Client;
  let folder: string;
  let objects: Map<string, Buffer>;

  beforeAll(() => {
    world = makeSmallWorld();
    const path = join(world.folder, 'update.bin');
    buildCompact(world.sources, path, () => undefined);
    file = readFileSync(path);
    sha256 = createHash('sha256').update(file).digest('hex');
  });
  afterAll(() => world.remove());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wherefrom-update-'));
    objects = new Map([
      ['/data/geo/latest.json', Buffer.from(JSON.stringify({ sha256 }))],
      [`/data/geo/${sha256}.bin`, file],
    ]);
    service = await startLoopbackService(({ path }) => {
      const body = objects.get(path.replace(/\?.*$/, ''));
      return body ? { body } : { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
    });
    client = new S3Client({ ...service.clientConfig, forcePathStyle: true });
  });
  afterEach(async () => {
    client.destroy();
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const deployedOf = (dataDate: string): Locator => ({
    locate: () => ({ kind: 'special', special: 'private' }),
    explain: () => undefined,
    attribution: 'deployed',
    dataDate,
  });
  const open = async (deployed: Locator) => {
    const failures: unknown[] = [];
    const deps = { read: makeReadObject(client, 'data'), folder, timeoutMs: 5_000 };
    const locator = await openNewestLocator(deps, deployed, (error) => failures.push(error));
    return { locator, failures };
  };
  const old = deployedOf('2026-01-01');

  it('answers from the newer file', async () => {
    const { locator, failures } = await open(old);

    expect(failures).toEqual([]);
    expect(locator.dataDate).toBe('2026-06-05');
    expect(locator.locate('20.0.1.2')).toMatchObject({ city: 'Berlin' });
  });

  it('fetches the file once per environment', async () => {
    await open(old);
    await open(old);

    expect(service.requests.map(({ path }) => path.replace(/\?.*$/, ''))).toEqual([
      '/data/geo/latest.json',
      `/data/geo/${sha256}.bin`,
      '/data/geo/latest.json',
    ]);
    expect(readdirSync(folder)).toEqual([`${sha256}.bin`]);
  });

  it('keeps the deployed data when that is newer', async () => {
    const deployed = deployedOf('2026-12-01');

    expect((await open(deployed)).locator).toBe(deployed);
  });

  it.each([
    ['there is no update', () => objects.clear()],
    ['the file is missing', () => objects.delete(`/data/geo/${sha256}.bin`)],
    [
      'the pointer is endless',
      () => objects.set('/data/geo/latest.json', Buffer.alloc(1_001, ' ')),
    ],
    ['the pointer is no JSON', () => objects.set('/data/geo/latest.json', Buffer.from('x'))],
    [
      'the pointer leads elsewhere',
      () =>
        objects.set('/data/geo/latest.json', Buffer.from(JSON.stringify({ sha256: '../../etc' }))),
    ],
    [
      'the file has another hash',
      () => objects.set(`/data/geo/${sha256}.bin`, Buffer.concat([file, Buffer.from([0])])),
    ],
  ])('keeps the deployed data, and says why, when %s', async (_, spoil) => {
    spoil();

    const { locator, failures } = await open(old);

    expect(locator).toBe(old);
    expect(failures).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.bin'))).toEqual([]);
  });

  it('keeps the deployed data when the named file is no location file', async () => {
    const foreign = Buffer.from('something else');
    const foreignSha = createHash('sha256').update(foreign).digest('hex');
    objects.set('/data/geo/latest.json', Buffer.from(JSON.stringify({ sha256: foreignSha })));
    objects.set(`/data/geo/${foreignSha}.bin`, foreign);

    const { locator, failures } = await open(old);

    expect(locator).toBe(old);
    expect(String(failures[0])).toContain('is no compact location file');
  });
});
