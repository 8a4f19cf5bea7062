// The control table against a real dynalite: conditions, races and expiry as DynamoDB applies them.

import { generateKeyPairSync } from 'node:crypto';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { makeControlStore } from '../../../../lambdas/aws/dynamodb/control-store.ts';
import type { ControlStore } from '../../../../lambdas/shared/control-ports.ts';
import { publicJwkOf, thumbprint } from '../../../../wire/signature.ts';
import { asaEvent, testTimeMs } from '../../../support/batches.ts';
import { startTestDynamo, type TestDynamo } from '../../../support/dynalite.ts';

const dayMs = 24 * 3600 * 1000;

let dynamo: TestDynamo;
let tableName: string;
let now: number;
let store: ControlStore;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

beforeEach(async () => {
  now = testTimeMs;
  tableName = await dynamo.createTable();
  store = makeControlStore({ client: dynamo.client, tableName, now: () => now });
});

/** A store over the same table whose process ends before its n-th write. */
function storeThatDiesAtWrite(n: number): ControlStore {
  let writes = 0;
  const client = new Proxy(dynamo.client, {
    get: (target, name) => {
      if (name !== 'send') return Reflect.get(target, name);
      return (command: Parameters<typeof target.send>[0]) => {
        if (/^(Put|Update|Delete)/.test(command.constructor.name)) writes += 1;
        return writes < n ? target.send(command) : Promise.reject(new Error('crashed'));
      };
    },
  });
  return makeControlStore({ client, tableName, now: () => now });
}

function newKey() {
  const jwk = publicJwkOf(generateKeyPairSync('ed25519').privateKey);
  return { jwk, keyId: thumbprint(jwk) };
}

describe('relay keys', () => {
  it('finds a registered key by its thumbprint', async () => {
    const { jwk, keyId } = newKey();

    expect(await store.registerKey('relay-1', jwk)).toBe('registered');

    expect(await store.activeKey(keyId)).toEqual({
      keyId,
      relayId: 'relay-1',
      jwk,
      registeredAt: testTimeMs,
    });
    expect(await store.activeKey(newKey().keyId)).toBeUndefined();
  });

  it('lets a relay have two keys while it changes them, and no third', async () => {
    const [first, second, third] = [newKey(), newKey(), newKey()];

    expect(await store.registerKey('relay-1', first.jwk)).toBe('registered');
    expect(await store.registerKey('relay-1', second.jwk)).toBe('registered');
    expect(await store.registerKey('relay-1', third.jwk)).toBe('too-many');
    expect(await store.activeKey(third.keyId)).toBeUndefined();

    expect(await store.revokeKey('relay-1', first.keyId)).toBe('revoked');
    expect(await store.registerKey('relay-1', third.jwk)).toBe('registered');
    expect((await store.relayKeys('relay-1')).map((key) => key.keyId)).toEqual([
      second.keyId,
      third.keyId,
    ]);
  });

  it('keeps at most two when five are registered at the same moment', async () => {
    const keys = Array.from({ length: 5 }, newKey);

    const results = await Promise.all(keys.map(({ jwk }) => store.registerKey('relay-1', jwk)));

    expect(results.filter((result) => result === 'registered')).toHaveLength(2);
    expect(await store.relayKeys('relay-1')).toHaveLength(2);
  });

  it('takes a repeated registration for the same one', async () => {
    const { jwk } = newKey();

    await store.registerKey('relay-1', jwk);

    expect(await store.registerKey('relay-1', jwk)).toBe('registered');
    expect(await store.relayKeys('relay-1')).toHaveLength(1);
  });

  it('gives a key to one relay only', async () => {
    const { jwk, keyId } = newKey();
    await store.registerKey('relay-1', jwk);

    expect(await store.registerKey('relay-2', jwk)).toBe('taken');
    expect(await store.revokeKey('relay-2', keyId)).toBe('unknown');
    expect((await store.activeKey(keyId))?.relayId).toBe('relay-1');
  });

  it('never opens again what was revoked', async () => {
    const { jwk, keyId } = newKey();
    await store.registerKey('relay-1', jwk);
    await store.revokeKey('relay-1', keyId);

    expect(await store.activeKey(keyId)).toBeUndefined();
    expect(await store.registerKey('relay-1', jwk)).toBe('revoked');
    expect(await store.revokeKey('relay-1', keyId)).toBe('revoked');
    expect(await store.relayKeys('relay-1')).toEqual([]);
  });

  it('open nothing after a half registration, which can be completed', async () => {
    const { jwk, keyId } = newKey();
    const crashing = storeThatDiesAtWrite(2);

    await expect(crashing.registerKey('relay-1', jwk)).rejects.toThrow('crashed');

    expect(await store.activeKey(keyId)).toBeUndefined();
    expect(await store.registerKey('relay-1', jwk)).toBe('registered');
    expect(await store.relayKeys('relay-1')).toHaveLength(1);
  });

  it('open nothing from the first write of a revocation on', async () => {
    const { jwk, keyId } = newKey();
    await store.registerKey('relay-1', jwk);
    const crashing = storeThatDiesAtWrite(2);

    await expect(crashing.revokeKey('relay-1', keyId)).rejects.toThrow('crashed');

    expect(await store.activeKey(keyId)).toBeUndefined();
    expect(await store.relayKeys('relay-1')).toEqual([]);
    expect(await store.revokeKey('relay-1', keyId)).toBe('revoked');
  });

  it('lists every relay once', async () => {
    await store.registerKey('relay-2', newKey().jwk);
    await store.registerKey('relay-1', newKey().jwk);
    await store.registerKey('relay-1', newKey().jwk);

    expect(await store.relayIds()).toEqual(['relay-1', 'relay-2']);
  });
});

describe('batch ids', () => {
  it('tells a new batch, a retry and a conflict apart', async () => {
    expect(await store.claimBatch('relay-1.1.1', 'digest-a')).toBe('new');
    expect(await store.claimBatch('relay-1.1.1', 'digest-a')).toBe('same');
    expect(await store.claimBatch('relay-1.1.1', 'digest-b')).toBe('conflict');
    expect(await store.claimBatch('relay-1.1.2', 'digest-b')).toBe('new');
  });

  it('forgets an id after the queue must have forgotten its batch', async () => {
    await store.claimBatch('relay-1.1.1', 'digest-a');

    now += 14 * dayMs;
    expect(await store.claimBatch('relay-1.1.1', 'digest-b')).toBe('conflict');
    now += dayMs;
    expect(await store.claimBatch('relay-1.1.1', 'digest-b')).toBe('new');
  });

  it('lets one of many concurrent claims with different bodies win', async () => {
    const digests = ['a', 'b', 'c', 'd'];

    const claims = await Promise.all(digests.map((d) => store.claimBatch('relay-1.1.1', d)));

    expect(claims.filter((claim) => claim === 'new')).toHaveLength(1);
    expect(claims.filter((claim) => claim === 'conflict')).toHaveLength(3);
  });
});

describe('the ledger', () => {
  const batch = (sequence: number, firstPosition: number, lastPosition: number) => ({
    epoch: 3,
    sequence,
    firstPosition,
    lastPosition,
  });

  it('knows nothing of a relay it has not heard of', async () => {
    expect(await store.coverage('relay-1')).toBeUndefined();
  });

  it('shows a hole until the missing batch was processed', async () => {
    await store.recordCoverage('relay-1', [batch(1, 1, 500)]);
    await store.recordCoverage('relay-1', [batch(3, 1001, 1500)]);

    expect(await store.coverage('relay-1')).toMatchObject({
      coveredTo: 500,
      highest: 1500,
      holes: [{ first: 501, last: 1000, since: testTimeMs }],
    });

    await store.recordCoverage('relay-1', [batch(2, 501, 1000)]);

    expect(await store.coverage('relay-1')).toEqual({
      coveredTo: 1500,
      highest: 1500,
      holes: [],
      epoch: 3,
      sequence: 3,
      lastSeen: testTimeMs,
    });
  });

  it('loses no batch when many are recorded at once', async () => {
    const sequences = Array.from({ length: 8 }, (_, index) => index + 1);

    await Promise.all(
      sequences.map((n) => store.recordCoverage('relay-1', [batch(n, n * 10 - 9, n * 10)])),
    );

    expect(await store.coverage('relay-1')).toMatchObject({ coveredTo: 80, holes: [] });
  });
});

describe('settings', () => {
  it('are the defaults until someone writes them', async () => {
    expect(await store.settings()).toEqual({ settings: { domains: { netbios: {} } }, version: 0 });
  });

  it('are written only over the version that was read', async () => {
    const settings = {
      domains: { netbios: { CONTOSO: 'contoso.com' }, defaultDomain: 'contoso.com' },
    };

    expect(await store.putSettings(settings, 0)).toBe('written');
    expect(await store.putSettings(settings, 0)).toBe('conflict');
    expect(await store.settings()).toEqual({ settings, version: 1 });
    expect(await store.putSettings({ domains: { netbios: {} } }, 1)).toBe('written');
  });
});

describe('watermarks', () => {
  it('only rise', async () => {
    await store.raiseWatermark('asa-hq', 200);
    await store.raiseWatermark('asa-hq', 100);
    await store.raiseWatermark('branch/192.0.2.7', 50);

    expect(await store.watermarks(['asa-hq', 'branch/192.0.2.7', 'quiet', 'asa-hq'])).toEqual(
      new Map([
        ['asa-hq', [{ time: 200 }]],
        ['branch/192.0.2.7', [{ time: 50 }]],
      ]),
    );
  });

  it('are kept for each service of a gateway', async () => {
    await store.raiseWatermark('box', 100, { name: 'vpn', portType: 5 });
    await store.raiseWatermark('box', 200, { name: 'portal', portType: 15 });
    await store.raiseWatermark('box', 150, { name: 'vpn', portType: 5 });

    const [restarts] = (await store.watermarks(['box'])).values();
    expect(restarts).toEqual([
      { time: 200, service: { name: 'portal', portType: 15 } },
      { time: 150, service: { name: 'vpn', portType: 5 } },
    ]);
  });

  it('of the future are not kept, and one of before does not stand', async () => {
    const future = Date.parse('2999-01-01');
    const Key = { pk: { S: 'GATEWAY#old' }, sk: { S: 'GATEWAY' } };
    const item = { ...Key, watermark: { N: `${future}` } };
    await dynamo.client.send(new PutItemCommand({ TableName: tableName, Item: item }));

    expect(await store.watermarks(['old'])).toEqual(new Map());
    await store.raiseWatermark('old', 100);
    await store.raiseWatermark('old', future);
    expect(await store.watermarks(['old'])).toEqual(new Map([['old', [{ time: 100 }]]]));
  });

  it('can be asked for more gateways than one request may name', async () => {
    const ids = Array.from({ length: 230 }, (_, index) => `gateway-${index}`);
    await store.raiseWatermark('gateway-229', 7);

    expect(await store.watermarks(ids)).toEqual(new Map([['gateway-229', [{ time: 7 }]]]));
    expect(await store.watermarks([])).toEqual(new Map());
  });
});

describe('events set aside', () => {
  const entry = (index: number) => ({
    event: asaEvent(index),
    reason: 'fold-failed',
    relayId: 'relay-1',
    batchId: 'relay-1.1.1',
  });

  it('are kept once, listed by page and removed', async () => {
    for (const index of [2, 0, 1, 1]) await store.setAside(entry(index));

    const first = await store.listDeadLetters(2);
    const rest = await store.listDeadLetters(2, first.next);
    const events = [...first.entries, ...rest.entries].map((stored) => stored.event);
    expect(events).toEqual([0, 1, 2].map(asaEvent).sort((a, b) => a.receivedTime - b.receivedTime));

    for (const stored of first.entries) await store.removeDeadLetter(stored.id);
    expect((await store.listDeadLetters(10)).entries).toHaveLength(1);
  });

  it('are not listed after 90 days', async () => {
    await store.setAside(entry(0));

    now += 90 * dayMs;

    expect((await store.listDeadLetters(10)).entries).toEqual([]);
  });
});

describe('the control table', () => {
  it('gives every instance the same cursor key', async () => {
    const other = makeControlStore({ client: dynamo.client, tableName, now: () => now });

    const keys = await Promise.all([store.cursorKey(), other.cursorKey(), store.cursorKey()]);

    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[\w-]{43}$/);
  });

  it('writes rows with a TTL in seconds and of one write unit in the usual case', async () => {
    await store.registerKey('relay-1', newKey().jwk);
    await store.claimBatch('relay-1.1.1', `sha-256=:${'A'.repeat(43)}=:`);
    await store.recordCoverage('relay-1', [
      { epoch: 1, sequence: 1, firstPosition: 1, lastPosition: 500 },
    ]);

    const { Items: items = [] } = await dynamo.client.send(
      new ScanCommand({ TableName: tableName }),
    );

    for (const item of items) expect(JSON.stringify(item).length).toBeLessThan(1024);
    const batchItem = items.find((item) => item['pk']?.S === 'BATCH#relay-1.1.1');
    expect(batchItem?.['expiresAt']?.N).toBe(String(testTimeMs / 1000 + 15 * 86_400));
  });

  it('rejects when the table is not there', async () => {
    const gone = makeControlStore({ client: dynamo.client, tableName: 'no-such', now: () => now });

    await expect(gone.activeKey('x')).rejects.toThrow();
    await expect(gone.claimBatch('relay-1.1.1', 'd')).rejects.toThrow();
  });
});
