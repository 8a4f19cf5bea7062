// The ingest edge with real keys, a real table (dynalite) and the real SDK against a loopback SQS.
// What must never happen: something unverified in the queue, or a 202 for what it does not hold.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { makeSqsQueue } from '../../../lambdas/aws/sqs/sqs-queue.ts';
import { type AdmitHandler, keyCacheMs, makeAdmit } from '../../../lambdas/ingest/admit.ts';
import type { ControlStore } from '../../../lambdas/shared/control-ports.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { type Batch, decodeBatch, encodeBatch, formatBatchId } from '../../../wire/batch.ts';
import { sealRequest } from '../../../wire/seal.ts';
import { publicJwkOf, sealKeyOf } from '../../../wire/signature.ts';
import { asaBatch, testTimeMs } from '../../support/batches.ts';
import { brotliBomb } from '../../support/brotli-bomb.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';
import { type SqsEndpoint, startSqsEndpoint } from '../../support/sqs-endpoint.ts';

const authority = 'abc123.execute-api.eu-central-1.amazonaws.com';
const path = '/v1/batches';
const relayKey = generateKeyPairSync('ed25519').privateKey;
const fipsKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const otherRelayKey = generateKeyPairSync('ed25519').privateKey;
const unknownClientKey = generateKeyPairSync('ed25519').privateKey;

let dynamo: TestDynamo;
let sqs: SqsEndpoint;
let control: ControlStore;
let admit: AdmitHandler;
let now: number;
let lines: string[];
let keyReads: number;

beforeAll(async () => {
  [dynamo, sqs] = await Promise.all([startTestDynamo(), startSqsEndpoint()]);
});
afterAll(() => Promise.all([dynamo.stop(), sqs.stop()]));

beforeEach(async () => {
  now = testTimeMs;
  lines = [];
  keyReads = 0;
  sqs.mood = 'well';
  sqs.sent.length = 0;
  const tableName = await dynamo.createTable();
  control = makeControlStore({ client: dynamo.client, tableName, now: () => now });
  await control.registerKey('relay-1', publicJwkOf(relayKey));
  await control.registerKey('relay-1', publicJwkOf(fipsKey));
  await control.registerKey('relay-2', publicJwkOf(otherRelayKey));
  admit = admitOver(control);
});

function admitOver(store: Pick<ControlStore, 'activeKey' | 'claimBatch'>): AdmitHandler {
  return makeAdmit({
    keys: {
      activeKey: (keyId) => {
        keyReads += 1;
        return store.activeKey(keyId);
      },
    },
    batches: store,
    queue: makeSqsQueue({ queueUrl: sqs.queueUrl, local: sqs }),
    allowedAuthorities: [authority],
    now: () => now,
    log: makeLog({ service: 'admit', now: () => now, write: (line) => lines.push(line) }),
  });
}

type Change = {
  readonly key?: KeyObject;
  readonly batch?: Batch;
  /** Sealed as it is. */
  readonly body?: string;
  readonly batchId?: string;
  readonly createdSeconds?: number;
  readonly sealedFor?: { readonly authority?: string; readonly path?: string };
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Changes the event after everything was sealed. */
  readonly event?: Partial<APIGatewayProxyEventV2>;
};

/** The event of a well sealed request, with one thing changed. */
function requestWith(change: Change = {}): APIGatewayProxyEventV2 {
  const batch = change.batch ?? asaBatch(3);
  const body = change.body ?? encodeBatch(batch);
  const sealed = sealRequest({
    authority,
    path,
    ...change.sealedFor,
    body,
    batchId: change.batchId ?? formatBatchId(batch),
    createdSeconds: change.createdSeconds ?? testTimeMs / 1000,
    nonce: 'AAECAwQFBgcICQoLDA0ODw',
    key: sealKeyOf(change.key ?? relayKey),
  });
  return {
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { host: authority, ...sealed, ...change.headers },
    requestContext: requestContext('POST', authority),
    body,
    isBase64Encoded: false,
    ...change.event,
  };
}

function requestContext(
  method: string,
  domainName: string,
): APIGatewayProxyEventV2['requestContext'] {
  return {
    accountId: '000000000000',
    apiId: 'abc123',
    domainName,
    domainPrefix: 'abc123',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'request',
    routeKey: `POST ${path}`,
    stage: '$default',
    time: '20/Nov/2026:08:00:00 +0000',
    timeEpoch: testTimeMs,
  };
}

/** Counters of all log lines written since the test began. */
function countedOutcomes(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines.map((text) => JSON.parse(text))) {
    for (const { Name } of line._aws?.CloudWatchMetrics[0].Metrics ?? []) {
      counts[Name] = (counts[Name] ?? 0) + line[Name];
    }
  }
  return counts;
}

describe('admit', () => {
  it('queues a good batch with the proof of where it came from, and answers 202', async () => {
    const request = requestWith();

    const answer = await admit(request);

    expect(answer.statusCode).toBe(202);
    expect(JSON.parse(answer.body ?? '')).toEqual({ batchId: 'relay-1.7.42', isRepeat: false });
    expect(sqs.sent).toHaveLength(1);
    const { MessageBody: body = '', MessageAttributes: attributes = {} } = sqs.sent[0] ?? {};
    expect(decodeBatch(body)).toEqual({ ok: true, batch: asaBatch(3) });
    const values = Object.entries(attributes).map(([name, value]) => [name, value.StringValue]);
    expect(Object.fromEntries(values)).toEqual({
      relayId: 'relay-1',
      batchId: 'relay-1.7.42',
      keyId: sealKeyOf(relayKey).keyId,
      digest: request.headers['content-digest'],
      signature: request.headers['signature']?.slice('wherefrom=:'.length, -1),
      signatureInput: request.headers['signature-input'],
      authority,
      receivedAt: String(testTimeMs),
    });
    expect(countedOutcomes()).toEqual({ admitted: 1 });
  });

  it('takes a body that API Gateway handed over in base64', async () => {
    const request = requestWith();
    const body = Buffer.from(request.body ?? '').toString('base64');

    const answer = await admit({ ...request, body, isBase64Encoded: true });

    expect(answer.statusCode).toBe(202);
    expect(sqs.sent[0]?.MessageBody).toBe(request.body);
  });

  it('takes a batch of the most it may hold, sealed for FIPS', async () => {
    const answer = await admit(requestWith({ key: fipsKey, batch: asaBatch(500) }));

    expect(answer.statusCode).toBe(202);
  });

  it('takes the port of a loopback endpoint from the Host header', async () => {
    const local = '127.0.0.1:8080';
    const atLocal = makeAdmit({
      keys: control,
      batches: control,
      queue: makeSqsQueue({ queueUrl: sqs.queueUrl, local: sqs }),
      allowedAuthorities: [local],
      now: () => now,
      log: makeLog({ service: 'admit', now: () => now, write: () => {} }),
    });
    const request = requestWith({ sealedFor: { authority: local }, headers: { host: local } });

    const answer = await atLocal({
      ...request,
      requestContext: requestContext('POST', '127.0.0.1'),
    });

    expect(answer.statusCode).toBe(202);
  });

  it('answers a retry with 202 again, in whatever new seal it comes', async () => {
    await admit(requestWith());
    now += 2_000;

    const retry = await admit(requestWith({ createdSeconds: now / 1000, key: fipsKey }));
    const replay = await admit(requestWith());

    expect([retry.statusCode, replay.statusCode]).toEqual([202, 202]);
    expect(JSON.parse(retry.body ?? '')).toEqual({ batchId: 'relay-1.7.42', isRepeat: true });
    expect(new Set(sqs.sent.map((message) => message.MessageBody)).size).toBe(1);
  });

  it('refuses other content under a known id, and keeps it out of the queue', async () => {
    await admit(requestWith());

    const answer = await admit(requestWith({ batch: asaBatch(2) }));

    expect(answer.statusCode).toBe(409);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      code: 'batch-conflict',
      detail: expect.stringContaining('new epoch'),
    });
    expect(sqs.sent).toHaveLength(1);
    expect(countedOutcomes()).toEqual({ admitted: 1, conflict: 1 });
  });
});

describe('a hostile or broken request', () => {
  const good = requestWith();
  const longBody = 'A'.repeat(256 * 1024 + 4);
  const otherBody = encodeBatch(asaBatch(2));
  const noEvents = encodeBatch({ ...asaBatch(3), events: [] });
  const loose = (change: object): string => encodeBatch({ ...asaBatch(3), ...change } as Batch);
  const sealOf = (change: Change) => requestWith(change).headers;

  it.each<[string, number, string, Change]>([
    ['from a key nobody registered', 401, 'unknown-key', { key: unknownClientKey }],
    [
      'signed by a stranger in the name of a known key',
      401,
      'bad-signature',
      { headers: { signature: sealOf({ key: unknownClientKey })['signature'] } },
    ],
    [
      'with the batch id of another relay',
      401,
      'wrong-relay',
      { batch: asaBatch(3, { relayId: 'relay-2' }) },
    ],
    ["signed by another relay's key", 401, 'wrong-relay', { key: otherRelayKey }],
    [
      'whose algorithm was changed',
      401,
      'wrong-algorithm',
      {
        headers: {
          'signature-input': good.headers['signature-input']?.replace(
            '"ed25519"',
            '"ecdsa-p256-sha256"',
          ),
        },
      },
    ],
    ['whose body was exchanged', 401, 'wrong-digest', { event: { body: otherBody } }],
    ['whose body was cut', 401, 'wrong-digest', { event: { body: good.body?.slice(0, -4) ?? '' } }],
    ['without a body', 401, 'wrong-digest', { event: { body: '' } }],
    [
      'whose body and digest were exchanged',
      401,
      'bad-signature',
      {
        headers: { 'content-digest': sealOf({ batch: asaBatch(2) })['content-digest'] },
        event: { body: otherBody },
      },
    ],
    ['sealed 301 s ago', 401, 'outside-window', { createdSeconds: testTimeMs / 1000 - 301 }],
    ['sealed 301 s ahead', 401, 'outside-window', { createdSeconds: testTimeMs / 1000 + 301 }],
    [
      'sealed for another host',
      401,
      'bad-signature',
      { sealedFor: { authority: 'other.example.com' } },
    ],
    [
      'that came in on a host not ours',
      401,
      'wrong-authority',
      {
        sealedFor: { authority: 'evil.example.com' },
        headers: { host: 'evil.example.com' },
        event: { requestContext: requestContext('POST', 'evil.example.com') },
      },
    ],
    [
      'that names our host but came in on another',
      401,
      'wrong-authority',
      { event: { requestContext: requestContext('POST', 'evil.example.com') } },
    ],
    ['sealed for another path', 401, 'bad-signature', { sealedFor: { path: '/v1/relay/config' } }],
    ['with a query', 401, 'malformed-seal', { event: { rawQueryString: 'relay=relay-1' } }],
    [
      'of another method',
      401,
      'wrong-method',
      { event: { requestContext: requestContext('PUT', authority) } },
    ],
    ['without a signature', 401, 'missing-header', { headers: { signature: undefined } }],
    ['without a digest', 401, 'missing-header', { headers: { 'content-digest': undefined } }],
    [
      'with two signatures joined',
      401,
      'malformed-seal',
      { headers: { signature: `${good.headers['signature']},${good.headers['signature']}` } },
    ],
    [
      'with two batch ids joined',
      401,
      'malformed-seal',
      { headers: { 'wherefrom-batch': 'relay-1.7.42,relay-1.7.43' } },
    ],
    [
      'of another content type',
      401,
      'wrong-content-type',
      { headers: { 'content-type': 'text/html' } },
    ],
    ['over 256 KiB', 413, 'too-large', { body: longBody }],
    [
      'over 256 KiB in base64',
      413,
      'too-large',
      {
        body: longBody,
        event: { body: Buffer.from(longBody).toString('base64'), isBase64Encoded: true },
      },
    ],
    ['that is a bomb', 413, 'too-large', { body: brotliBomb }],
    ['of 501 events', 413, 'too-large', { batch: asaBatch(501) }],
    ['that is no base64', 422, 'malformed', { body: 'no base64!' }],
    ['that is raw JSON', 422, 'malformed', { body: JSON.stringify(asaBatch(3)) }],
    [
      'compressed by another method',
      422,
      'malformed',
      { body: 'H4sIAAAAAAAAA6tWqgUAhVpcXQIAAAA=' },
    ],
    ['whose positions do not add up', 422, 'malformed', { body: noEvents }],
    ['with an event that is none', 422, 'malformed', { body: loose({ events: [1, 2, 3] }) }],
    ['that names another batch inside', 422, 'malformed', { batchId: 'relay-1.7.43' }],
    [
      'that names another relay inside',
      422,
      'malformed',
      { body: encodeBatch(asaBatch(3, { relayId: 'relay-2' })), batchId: 'relay-1.7.42' },
    ],
    [
      'of a version that is not understood yet',
      501,
      'unsupported-version',
      { body: loose({ version: 2 }) },
    ],
  ])('%s is refused with %i (%s), nothing is queued', async (_, status, reason, change) => {
    const answer = await admit(requestWith(change));

    expect(answer.statusCode).toBe(status);
    expect(answer.headers?.['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      detail: expect.any(String),
      status,
      code: status === 401 ? 'seal-invalid' : reason,
    });
    if (status === 401) expect(JSON.parse(answer.body ?? '').detail).toMatch(`${reason}: `);
    expect(sqs.sent).toEqual([]);
    expect(Object.values(countedOutcomes())).toEqual([1]);
    expect(await control.claimBatch('relay-1.7.42', 'unclaimed')).toBe('new');
  });

  it('is not quoted in the log', async () => {
    await admit(requestWith({ headers: { 'wherefrom-batch': 'alice@example.com' } }));
    await admit(requestWith({ body: loose({ events: [{ user: 'alice' }], lastPosition: 1 }) }));

    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).not.toContain('alice');
  });
});

describe('keys', () => {
  it('are read once a minute, not once a batch', async () => {
    for (let sequence = 1; sequence <= 3; sequence += 1) {
      const answer = await admit(requestWith({ batch: asaBatch(3, { sequence }) }));
      expect(answer.statusCode).toBe(202);
    }
    expect(keyReads).toBe(1);
  });

  it('open nothing a minute after they were revoked', async () => {
    await admit(requestWith());
    await control.revokeKey('relay-1', sealKeyOf(relayKey).keyId);

    now += keyCacheMs;
    const answer = await admit(requestWith({ createdSeconds: now / 1000 }));

    expect(answer.statusCode).toBe(401);
    expect(sqs.sent).toHaveLength(1);
  });

  it('work at once when they are registered after a first refusal', async () => {
    expect((await admit(requestWith({ key: unknownClientKey }))).statusCode).toBe(401);
    await control.revokeKey('relay-1', sealKeyOf(fipsKey).keyId);
    await control.registerKey('relay-1', publicJwkOf(unknownClientKey));

    expect((await admit(requestWith({ key: unknownClientKey }))).statusCode).toBe(202);
  });
});

describe('when a part of the cloud fails', () => {
  it.each(['lying', 'failing'] as const)(
    'a %s queue leads to 503, and the retry is queued',
    async (mood) => {
      sqs.mood = mood;
      const failed = await admit(requestWith());
      sqs.mood = 'well';
      sqs.sent.length = 0;

      const retried = await admit(requestWith());

      expect(failed.statusCode).toBe(503);
      expect(failed.headers?.['retry-after']).toBe('5');
      expect(retried.statusCode).toBe(202);
      expect(sqs.sent).toHaveLength(1);
      expect(countedOutcomes()).toEqual({ unavailable: 1, admitted: 1 });
    },
  );

  it.each(['activeKey', 'claimBatch'] as const)(
    'a table that fails at %s leads to 503',
    async (method) => {
      const broken = {
        activeKey: (keyId: string) => control.activeKey(keyId),
        claimBatch: (id: string, digest: string) => control.claimBatch(id, digest),
        [method]: () => Promise.reject(new Error('throttled')),
      };

      const answer = await admitOver(broken)(requestWith());

      expect(answer.statusCode).toBe(503);
      expect(sqs.sent).toEqual([]);
      expect(countedOutcomes()).toEqual({ unavailable: 1 });
    },
  );
});
