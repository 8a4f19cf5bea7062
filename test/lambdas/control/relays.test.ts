// The life of a relay as people and the relay see it, over a real DynamoDB API: token, enrolment,
// settings, rotation, health, revocation; and that no secret leaves in any answer or log line.

import { QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { parseEnrolToken } from '../../../wire/enrol-token.ts';
import { fingerprintOf } from '../../../wire/key-fingerprint.ts';
import { openEnrolled, openRelayConfig, openSecrets } from '../../../wire/relay-control.ts';
import { type PublicJwk, publicJwkOf } from '../../../wire/signature.ts';
import {
  type Asked,
  type ControlAnswer,
  configRequest,
  enrol,
  enrolment,
  healthRequest,
  keyIdOf,
  makeRelayKeys,
  makeTestControl,
  type RelayKeys,
  rotateKeys,
  type TestControl,
} from '../../support/control-in-test.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';

const start = Date.UTC(2026, 10, 23, 9);
const minuteMs = 60_000;

let dynamo: TestDynamo;
let tables: { profiles: string; control: string };
let control: TestControl;
let now: number;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

beforeEach(async () => {
  now = start;
  tables = { profiles: 'none', control: await dynamo.createTable() };
  control = makeTestControl({ dynamo, tables, now });
});

function setNow(time: number): void {
  now = time;
  control.setNow(time);
}

const newToken = async (name: string): Promise<string> =>
  (await control.ask('POST /v1/relays', { json: { name } })).body.token;
const enrolAsk = (asked: Asked, from = control) => from.ask('POST /v1/relay/enrol', asked);
const config = (keys: RelayKeys, known?: number) =>
  control.ask('GET /v1/relay/config', configRequest(keys, now, known));
const theRelay = async () => (await control.ask('GET /v1/relays')).body.items[0];
const revoke = (id: string) => control.ask('DELETE /v1/relays/{id}', { params: { id } });

const lyon = { name: 'asa-lyon', addresses: ['10.0.0.1'], vendor: 'cisco-asa' };
const lyonSecret = 'the-secret-of-lyon-1';
function putSettings(change: object = {}, version = 0): Promise<ControlAnswer> {
  const json = {
    enabled: true,
    gateways: [{ ...lyon, secret: lyonSecret }],
    domains: { netbios: {} },
    ...change,
  };
  return control.ask('PUT /v1/settings', { json, headers: { 'if-match': `"${version}"` } });
}

describe('a token', () => {
  it('comes with the command to paste, which does not hold it', async () => {
    const { status, body } = await control.ask('POST /v1/relays', { json: { name: 'relay-1' } });

    expect(status).toBe(201);
    expect(body.command).toBe('npm run relay -- enrol --url https://api.example');
    expect(body.validUntil).toBe('2026-11-23T09:15:00.000Z');
    expect(fingerprintOf(parseEnrolToken(body.token)?.cloudKeyId ?? '')).toEqual(body.cloudKey);
    expect(await theRelay()).toMatchObject({ relayId: 'relay-1', state: 'waiting', keys: [] });
  });

  it('is stored nowhere: neither table, nor secrets, nor log hold its private half', async () => {
    const token = await newToken('relay-1');
    const [, , scalar = ''] = token.split('.');
    const { Items } = await dynamo.client.send(new ScanCommand({ TableName: tables.control }));

    const kept = JSON.stringify([Items, [...control.stored.values()]]);
    expect(kept).not.toContain(scalar);
    expect(control.left.filter((text) => text.includes(scalar))).toHaveLength(1);
  });

  it.each(['Relay', 'a b', '-relay', '', 'a'.repeat(64), 7, undefined])(
    'is not made for the name %j',
    async (name) => {
      const { body } = await control.ask('POST /v1/relays', { json: { name } });
      expect(body).toMatchObject({ code: 'malformed', errors: [{ pointer: '/name' }] });
    },
  );

  it('is not made for a relay that is enrolled', async () => {
    await enrol(control, 'relay-1', makeRelayKeys(), now);

    const { body } = await control.ask('POST /v1/relays', { json: { name: 'relay-1' } });

    expect(body.code).toBe('relay-exists');
  });

  it('lets in whoever uses it first, of eight relays at once, and nobody else ever', async () => {
    const token = await newToken('relay-1');
    const others = Array.from({ length: 8 }, () => control.another());
    const keys = others.map(() => makeRelayKeys());

    const answers = await Promise.all(
      others.map((one, i) => enrolAsk(enrolment(token, keys[i] as RelayKeys, now), one)),
    );

    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    for (const { status, body } of answers.filter((one) => one.status !== 200)) {
      expect([status, body.code]).toEqual([401, 'token-invalid']);
      expect(body.detail).toMatch(/^spent/);
    }
    expect((await theRelay()).keys).toHaveLength(1);
  });

  it('answers the same relay again, because an answer can be lost', async () => {
    const token = await newToken('relay-1');
    const keys = makeRelayKeys();

    const first = await enrolAsk(enrolment(token, keys, now));
    const again = await enrolAsk(enrolment(token, keys, now));

    const cloudKeyId = parseEnrolToken(token)?.cloudKeyId ?? '';
    expect(openEnrolled(first.text, cloudKeyId)).toMatchObject({ relayId: 'relay-1' });
    expect(openEnrolled(again.text, cloudKeyId)).toEqual(openEnrolled(first.text, cloudKeyId));
  });

  it('runs out after a quarter of an hour', async () => {
    const token = await newToken('relay-1');
    setNow(start + 15 * minuteMs);

    const { body } = await enrolAsk(enrolment(token, makeRelayKeys(), now));

    expect(body.detail).toMatch(/^expired/);
    expect((await theRelay()).state).toBe('expired');
  });

  it('ends when a newer one is made for the same relay', async () => {
    const old = await newToken('relay-1');
    const token = await newToken('relay-1');

    expect((await enrolAsk(enrolment(old, makeRelayKeys(), now))).body.detail).toMatch(/^unknown/);
    expect((await enrolAsk(enrolment(token, makeRelayKeys(), now))).status).toBe(200);
  });

  it('cannot be used by who has seen an enrolment go by', async () => {
    const token = await newToken('relay-1');
    const asked = enrolment(token, makeRelayKeys(), now);
    const thief = makeRelayKeys();
    const seen = JSON.parse(asked.body ?? '');
    const own = JSON.parse(enrolment(token, thief, now).body ?? '');

    const body = JSON.stringify({ ...own, proof: seen.proof });
    const forged = { ...enrolment(token, thief, now), body };
    expect((await enrolAsk(forged)).body.code).toBe('seal-invalid');
    expect((await enrolAsk({ ...asked, body: JSON.stringify(own) })).body.code).toBe(
      'seal-invalid',
    );
    expect((await enrolAsk(asked)).status).toBe(200);
  });

  it('needs its proof over exactly the keys that are sent', async () => {
    const token = await newToken('relay-1');
    const other = await newToken('relay-2');
    const mixed = token.split('.');
    mixed[2] = other.split('.')[2] ?? '';

    const { body } = await enrolAsk(enrolment(mixed.join('.'), makeRelayKeys(), now));

    expect(body.detail).toMatch(/^unproven/);
  });

  it('lets in a relay under FIPS rules', async () => {
    const keys = makeRelayKeys(true);
    const cloudKey = await enrol(control, 'relay-1', keys, now);

    await putSettings();
    const document = openRelayConfig((await config(keys)).text, cloudKey);

    expect((await theRelay()).keys[0].algorithm).toBe('ecdsa-p256-sha256');
    expect(document?.secrets.suite).toBe('dhkem-p256-hkdf-sha256/hkdf-sha256/aes-256-gcm');
    expect(document && openSecrets(keys.agreement, document, document.secrets)).toHaveLength(1);
  });
});

describe('the settings on their way', () => {
  const keys = makeRelayKeys();
  let cloudKey: PublicJwk;

  beforeEach(async () => {
    cloudKey = await enrol(control, 'relay-1', keys, now);
  });

  it('reach a relay signed, with secrets that only it can open', async () => {
    await putSettings();
    const other = makeRelayKeys();
    await enrol(control, 'relay-2', other, now);

    const { text } = await config(keys);
    const document = openRelayConfig(text, cloudKey);

    expect(document).toMatchObject({
      relayId: 'relay-1',
      settingsVersion: 1,
      isEnabled: true,
      gateways: [lyon],
    });
    if (!document) throw new Error('the document must open');
    const expected = [{ gateway: 'asa-lyon', secret: lyonSecret }];
    expect(openSecrets(keys.agreement, document, document.secrets)).toEqual(expected);
    expect(openSecrets(other.agreement, document, document.secrets)).toBeUndefined();
  });

  it('are the answer to the request that was made, by its nonce', async () => {
    const asked = configRequest(keys, now);
    const { text } = await control.ask('GET /v1/relay/config', asked);
    const [, nonce] = /nonce="([^"]+)"/.exec(String(asked.headers?.['signature-input'])) ?? [];

    expect(openRelayConfig(text, cloudKey)?.nonce).toBe(nonce);
  });

  it('are not sent again while nothing changed', async () => {
    await putSettings();

    expect((await config(keys, 1)).status).toBe(304);
    await putSettings({ enabled: false, gateways: [lyon] }, 1);
    const document = openRelayConfig((await config(keys, 1)).text, cloudKey);
    expect(document).toMatchObject({ settingsVersion: 2, isEnabled: false });
  });

  it('are refused to a relay nobody can encrypt to', async () => {
    const bare = makeRelayKeys();
    await theStore().registerKey('relay-3', publicJwkOf(bare.signing));

    expect((await config(bare)).body.code).toBe('no-agreement-key');
    expect((await rotateKeys(control, bare, makeRelayKeys(), now)).body.code).toBe(
      'no-agreement-key',
    );
    const enrolled = makeRelayKeys();
    await revoke('relay-3');
    await enrol(control, 'relay-3', enrolled, now);
    expect((await config(enrolled)).status).toBe(200);
  });

  it.each([
    ['unsealed', () => ({})],
    ['of a stranger', () => configRequest(makeRelayKeys(), now)],
    ['five minutes old', () => configRequest(keys, now - 301_000)],
    ['sealed for another route', () => ({ headers: healthRequest(keys, now).headers ?? {} })],
  ])('are refused to a request that is %s', async (_, asked) => {
    const { status, body } = await control.ask('GET /v1/relay/config', asked());

    expect([status, body.code]).toEqual([401, 'seal-invalid']);
  });
});

describe('revoking', () => {
  const keys = makeRelayKeys();

  it('shuts the relay out at once and lists the secrets it knew', async () => {
    await enrol(control, 'relay-1', keys, now);
    await putSettings();
    await config(keys);
    await putSettings({ gateways: [{ ...lyon, secret: 'the-secret-of-lyon-2' }] }, 1);
    await config(keys);

    const { body } = await revoke('relay-1');

    expect(body.revokedKeys).toEqual([keyIdOf(keys)]);
    expect(body.secretsKnown).toHaveLength(2);
    expect(body.advice).toContain('asa-lyon');
    expect(body.effectiveBy).toBe('2026-11-23T09:01:00.000Z');
    expect((await config(keys)).body.code).toBe('relay-revoked');
    expect(await theStore().activeKey(keyIdOf(keys))).toBeUndefined();
    expect(await theRelay()).toMatchObject({ state: 'revoked', isHealthy: true });
  });

  it('tells nobody but who holds the key', async () => {
    await enrol(control, 'relay-1', keys, now);
    await revoke('relay-1');
    const { headers = {} } = configRequest(keys, now);
    const signature = `wherefrom=:${Buffer.alloc(64).toString('base64')}:`;

    const forged = { headers: { ...headers, signature } };

    expect((await control.ask('GET /v1/relay/config', forged)).body.code).toBe('seal-invalid');
  });

  it('also withdraws a token that was not used yet', async () => {
    const token = await newToken('relay-1');
    await revoke('relay-1');

    expect((await enrolAsk(enrolment(token, keys, now))).body.detail).toMatch(/^unknown/);
  });

  it('may be repeated, and knows no relay that never was', async () => {
    await enrol(control, 'relay-1', keys, now);
    await revoke('relay-1');

    expect((await revoke('relay-1')).body).toMatchObject({ revokedKeys: [] });
    expect((await revoke('relay-9')).status).toBe(404);
  });

  it('can be made good with a new token and new keys, never with the old ones', async () => {
    await enrol(control, 'relay-1', keys, now);
    await revoke('relay-1');
    const token = await newToken('relay-1');

    expect((await enrolAsk(enrolment(token, keys, now))).body.code).toBe('key-refused');
    const fresh = makeRelayKeys();
    expect((await enrolAsk(enrolment(token, fresh, now))).status).toBe(200);
    expect((await config(fresh)).status).toBe(200);
    expect(await theRelay()).toMatchObject({ state: 'enrolled' });
    const next = makeRelayKeys();
    expect((await rotateKeys(control, fresh, next, now)).status).toBe(200);
  });

  it('leaves no key behind, however many the relay brings in the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const name = `relay-${round}`;
      const own = makeRelayKeys();
      await enrol(control, name, own, now);
      const token = await control.ask('POST /v1/relays', { json: { name: `late-${round}` } });
      const rotations = Array.from({ length: 3 }, () => makeRelayKeys()).map((next) =>
        rotateKeys(control.another(), own, next, now),
      );
      const late = enrolAsk(enrolment(token.body.token, makeRelayKeys(), now), control.another());

      await Promise.all([...rotations, late, revoke(name), revoke(`late-${round}`)]);

      expect(await theStore().relayKeys(name)).toEqual([]);
      expect(await theStore().relayKeys(`late-${round}`)).toEqual([]);
    }
  });
});

describe('health', () => {
  const keys = makeRelayKeys();
  const wrong = { code: 'wrong-secret', since: start, gateway: 'asa-lyon', detail: '3 packets' };
  const report = (change = {}) =>
    control.ask('POST /v1/relay/health', healthRequest(keys, now, change));

  beforeEach(() => enrol(control, 'relay-1', keys, now));

  it('shows how a relay does, and answers the version of the settings', async () => {
    await putSettings();

    expect((await report()).body).toEqual({ settingsVersion: 1 });
    expect(await theRelay()).toMatchObject({
      lastContact: '2026-11-23T09:00:00.000Z',
      health: {
        software: { version: '0.1.0', isFips: false },
        gateways: [{ name: 'asa-lyon', lastPacket: '2026-11-23T08:59:59.000Z' }],
      },
      conditions: [],
      isHealthy: true,
    });
  });

  it('tells once when a trouble begins, and once when it is over', async () => {
    await report({ conditions: [wrong] });
    setNow(start + minuteMs);
    await report({ conditions: [wrong] });
    expect(await theRelay()).toMatchObject({
      isHealthy: false,
      conditions: [{ gateway: 'asa-lyon' }],
    });
    setNow(start + 2 * minuteMs);
    await report();

    const trouble = { trouble: 'wrong-secret', relayId: 'relay-1', gateway: 'asa-lyon' };
    expect(control.told).toEqual([
      { ...trouble, state: 'began', time: start, detail: '3 packets' },
      { ...trouble, state: 'recovered', time: start + 2 * minuteMs },
    ]);
  });

  it('is missed when no report came for a quarter of an hour', async () => {
    await report();
    setNow(start + 16 * minuteMs);

    expect(await theRelay()).toMatchObject({ conditions: [{ code: 'relay-silent' }] });
  });

  it('is not turned back by a report that comes late', async () => {
    await report({ conditions: [wrong] });
    const { headers, body } = healthRequest(keys, now, { time: start - 1 });

    await control.ask('POST /v1/relay/health', { headers: headers ?? {}, body: body ?? '' });

    expect((await theRelay()).conditions).toHaveLength(1);
  });

  it.each([
    ['of no form', { time: 'now' }, 422, 'malformed'],
    ['of a newer version', { version: 2 }, 501, 'unsupported-version'],
    ['of too much', { extra: 'x'.repeat(70_000) }, 413, 'too-large'],
  ])('is refused when it is %s', async (_, change, status, code) => {
    const answer = await report(change as object);

    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('the key of the cloud', () => {
  it('is one, however many instances make it at the same time', async () => {
    const others = Array.from({ length: 6 }, () => control.another());

    const lists = await Promise.all(others.map((one) => one.ask('GET /v1/relays')));

    expect(new Set(lists.map(({ body }) => body.cloudKey.words)).size).toBe(1);
  });
});

it('leaves an audit row of every change, with who, when and how it ended', async () => {
  await putSettings();
  await enrol(control, 'relay-1', makeRelayKeys(), now);
  await revoke('relay-1');

  const { Items = [] } = await dynamo.client.send(
    new QueryCommand({
      TableName: tables.control,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'AUDIT#2026-11' } },
    }),
  );

  const rows = Items.map((row) => `${row['action']?.S} ${row['subject']?.S} ${row['outcome']?.S}`);
  expect(rows.sort()).toEqual([
    'relay-enrolled relay-1 done',
    'relay-revoked relay-1 done',
    'relay-token-made relay-1 done',
    'settings-changed settings version 1 done',
  ]);
  expect(new Set(Items.map((row) => row['actor']?.S?.split(' ')[0]))).toEqual(
    new Set(['local', 'token']),
  );
});

it('lets no gateway secret and no private key out, in any answer or log line', async () => {
  const keys = makeRelayKeys();
  const secrets = ['the-secret-of-lyon-1', 'the-secret-of-lyon-2', 'short'];
  await putSettings({ gateways: [{ ...lyon, secret: secrets[0], nextSecret: secrets[1] }] });
  await putSettings({ gateways: [{ ...lyon, secret: secrets[2] }] }, 1);
  await putSettings({ gateways: [{ ...lyon, secret: secrets[0] }] }, 7);
  await enrol(control, 'relay-1', keys, now);
  await config(keys);
  await rotateKeys(control, keys, makeRelayKeys(), now);
  await control.ask('POST /v1/relay/health', healthRequest(keys, now));
  await control.ask('GET /v1/settings');
  await control.ask('GET /v1/relays');
  await revoke('relay-1');
  control.another();

  const left = control.left.join('\n');
  const pems = [...control.stored.values()].filter((value) => value.includes('PRIVATE KEY'));
  expect(pems).toHaveLength(1);
  for (const secret of [...secrets.slice(0, 2), 'PRIVATE KEY', ...pems]) {
    expect(left).not.toContain(secret);
    expect(left).not.toContain(Buffer.from(secret).toString('base64url'));
  }
});

const theStore = () =>
  makeControlStore({ client: dynamo.client, tableName: tables.control, now: () => now });
