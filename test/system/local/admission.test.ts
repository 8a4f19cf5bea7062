// The ingest edge over real HTTP, as a stranger or a broken proxy meets it: what is forged, cut,
// oversized, bombed, expired or of a wrong key gets its status and leaves nothing in the queue;
// what is replayed gets 202 and changes nothing.

import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { type Batch, encodeBatch, formatBatchId } from '../../../wire/batch.ts';
import { sealRequest } from '../../../wire/seal.ts';
import { publicJwkOf, sealKeyOf } from '../../../wire/signature.ts';
import { tempDir } from '../../local/temp-dir.ts';
import { asaBatch } from '../../support/batches.ts';
import { brotliBomb } from '../../support/brotli-bomb.ts';
import { locationOf } from '../../support/events.ts';

const path = tempDir();
const relayKey = generateKeyPairSync('ed25519').privateKey;
const fipsKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const revokedKey = generateKeyPairSync('ed25519').privateKey;
const otherRelayKey = generateKeyPairSync('ed25519').privateKey;
const unknownClientKey = generateKeyPairSync('ed25519').privateKey;
let cloud: LocalCloud;
let isHeld = true;
let located = 0;

beforeAll(async () => {
  mkdirSync(path('cloud'), { recursive: true });
  cloud = await startLocalCloud({
    folder: path('cloud'),
    apiPort: 0,
    writeLog: () => undefined,
    locate: (address) => {
      located += 1;
      return locationOf(address);
    },
    delivery: { backoff: { startMs: 5, maxMs: 5 }, chaos: { dies: () => isHeld } },
  });
  const { control } = cloud;
  await control.registerKey('relay-1', publicJwkOf(revokedKey));
  await control.revokeKey('relay-1', sealKeyOf(revokedKey).keyId);
  await control.registerKey('relay-1', publicJwkOf(relayKey));
  await control.registerKey('relay-1', publicJwkOf(fipsKey));
  await control.registerKey('relay-2', publicJwkOf(otherRelayKey));
});
afterAll(() => cloud.stop());

type Change = {
  readonly key?: KeyObject;
  readonly batch?: Batch;
  /** Sealed as it is. */
  readonly body?: string;
  readonly batchId?: string;
  readonly agedSeconds?: number;
  readonly sealedPath?: string;
  readonly sealedHost?: string;
  readonly path?: string;
  readonly method?: string;
  /** Set, or taken away by undefined, after everything was sealed. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent instead of the sealed body. */
  readonly sent?: string;
};

function sealed(change: Change) {
  const batch = change.batch ?? asaBatch(3);
  const body = change.body ?? encodeBatch(batch);
  const headers = sealRequest({
    authority: change.sealedHost ?? new URL(cloud.url).host,
    path: change.sealedPath ?? '/v1/batches',
    createdSeconds: Math.floor(Date.now() / 1000) - (change.agedSeconds ?? 0),
    nonce: randomBytes(16).toString('base64url'),
    key: sealKeyOf(change.key ?? relayKey),
    body,
    batchId: change.batchId ?? formatBatchId(batch),
  });
  return { headers, body };
}

/** Sends the request as it is on a socket; fetch would mend some of what is wrong on purpose. */
function send(change: Change = {}): Promise<{ status: number; code: string }> {
  const { headers, body } = sealed(change);
  const { hostname, port } = new URL(cloud.url);
  const wanted = Object.entries({ ...headers, ...change.headers }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        method: change.method ?? 'POST',
        path: change.path ?? '/v1/batches',
        headers: Object.fromEntries(wanted),
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          const { code = '' } = JSON.parse(text || '{}') as { code?: string };
          resolve({ status: response.statusCode ?? 0, code });
        });
      },
    );
    request.on('error', reject);
    request.end(change.sent ?? body);
  });
}

const loose = (change: object): string => encodeBatch({ ...asaBatch(3), ...change } as Batch);
const half = (text: string): string => text.slice(0, text.length >> 1);

it.each<[string, number, () => Change]>([
  ['signed by a stranger', 401, () => ({ key: unknownClientKey })],
  ['signed with a revoked key', 401, () => ({ key: revokedKey })],
  ["signed with another relay's key", 401, () => ({ key: otherRelayKey })],
  ['in the name of another relay', 401, () => ({ batch: asaBatch(3, { relayId: 'relay-2' }) })],
  [
    'with the signature of another request',
    401,
    () => ({ headers: { signature: sealed({ batch: asaBatch(2) }).headers.signature } }),
  ],
  ['without a signature', 401, () => ({ headers: { signature: undefined } })],
  ['without a digest', 401, () => ({ headers: { 'content-digest': undefined } })],
  ['without a batch id', 401, () => ({ headers: { 'wherefrom-batch': undefined } })],
  ['with another batch id', 401, () => ({ headers: { 'wherefrom-batch': 'relay-1.9.9' } })],
  ['of another content type', 401, () => ({ headers: { 'content-type': 'text/html' } })],
  ['whose body was cut on the way', 401, () => ({ sent: half(encodeBatch(asaBatch(3))) })],
  ['whose body was exchanged', 401, () => ({ sent: encodeBatch(asaBatch(2)) })],
  ['whose body got lost', 401, () => ({ sent: '' })],
  ['sealed six minutes ago', 401, () => ({ agedSeconds: 360 })],
  ['sealed six minutes ahead', 401, () => ({ agedSeconds: -360 })],
  ['sealed for another host', 401, () => ({ sealedHost: 'api.example.com' })],
  ['sealed for another path', 401, () => ({ sealedPath: '/v1/relay/config' })],
  ['with a query', 401, () => ({ path: '/v1/batches?relay=relay-1' })],
  ['of another method', 405, () => ({ method: 'PUT' })],
  ['over 256 KiB', 413, () => ({ body: 'A'.repeat(256 * 1024 + 4) })],
  ['that is a bomb of 64 MiB', 413, () => ({ body: brotliBomb })],
  ['of 501 events', 413, () => ({ batch: asaBatch(501) })],
  ['cut before it was sealed', 422, () => ({ body: half(encodeBatch(asaBatch(3))) })],
  ['that is no base64', 422, () => ({ body: 'no base64!' })],
  ['that is plain JSON', 422, () => ({ body: JSON.stringify(asaBatch(3)) })],
  ['that names another batch inside', 422, () => ({ batchId: 'relay-1.7.43' })],
  ['whose positions do not add up', 422, () => ({ body: loose({ events: [] }) })],
  ['with events that are none', 422, () => ({ body: loose({ events: [1, 2, 3] }) })],
  ['of a version of tomorrow', 501, () => ({ body: loose({ version: 2 }) })],
])('a batch %s is answered %i, and the queue stays empty', async (_, status, change) => {
  const answer = await send(change());

  expect(answer.status).toBe(status);
  expect(answer.code).not.toBe('');
  expect(cloud.queue.counts()).toEqual({ visible: 0, inFlight: 0, dead: 0 });
});

it('takes a good batch under either algorithm, and other content under its id never', async () => {
  expect((await send()).status).toBe(202);
  expect((await send({ key: fipsKey })).status).toBe(202);

  const { visible, inFlight } = cloud.queue.counts();
  expect(visible + inFlight).toBe(2);
  expect(await send({ batch: asaBatch(2) })).toEqual({ status: 409, code: 'batch-conflict' });
  const after = cloud.queue.counts();
  expect(after.visible + after.inFlight).toBe(2);
});

it('answers a replay with 202 and changes nothing that anybody reads', async () => {
  isHeld = false;
  await cloud.idle();
  const read = async () => {
    const users = await (await fetch(`${cloud.url}/v1/users?limit=100`)).json();
    const names = (users as { items: { user: string }[] }).items.map(({ user }) => user);
    const profiles = names.map(async (user) =>
      (await fetch(`${cloud.url}/v1/users/${encodeURIComponent(user)}`)).json(),
    );
    return { users, profiles: await Promise.all(profiles) };
  };
  const before = await read();
  expect(before.profiles.length).toBeGreaterThan(1);

  const locatedBefore = located;
  for (let replay = 0; replay < 3; replay += 1) expect((await send()).status).toBe(202);
  await cloud.idle();

  expect(located).toBeGreaterThan(locatedBefore);
  expect(await read()).toEqual(before);
});
