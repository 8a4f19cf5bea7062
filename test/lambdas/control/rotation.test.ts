// Keys of a relay that follow each other, and whoever holds one of them only: over a real DynamoDB
// API. A stolen signing key brings in no other pair, and every attempt is on record.

import { generateKeyPairSync } from 'node:crypto';
import { readAudit } from '../../../lambdas/aws/dynamodb/audit-book.ts';
import { openKeysRotated, openRelayConfig, openSecrets } from '../../../wire/relay-control.ts';
import type { PublicJwk } from '../../../wire/signature.ts';
import {
  configRequest,
  enrol,
  keyIdOf,
  makeRelayKeys,
  makeTestControl,
  possessionOf,
  type RelayKeys,
  rotateKeys,
  rotation,
  type TestControl,
} from '../../support/control-in-test.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';

const start = Date.UTC(2026, 10, 23, 9);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const route = 'POST /v1/relay/keys';
const lyonSecret = 'the-secret-of-lyon-1';

let dynamo: TestDynamo;
let tables: { profiles: string; control: string };
let control: TestControl;
let now: number;
let keys: RelayKeys;
let next: RelayKeys;
let cloudKey: PublicJwk;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

beforeEach(async () => {
  now = start;
  tables = { profiles: 'none', control: await dynamo.createTable() };
  control = makeTestControl({ dynamo, tables, now });
  keys = makeRelayKeys();
  next = makeRelayKeys();
  cloudKey = await enrol(control, 'relay-1', keys, now);
});

function setNow(time: number): void {
  now = time;
  control.setNow(time);
}

const config = (one: RelayKeys) => control.ask('GET /v1/relay/config', configRequest(one, now));
const rotate = (from: RelayKeys, to: RelayKeys) => rotateKeys(control, from, to, now);
const theRelay = async () => (await control.ask('GET /v1/relays')).body.items[0];
async function putSecret(): Promise<void> {
  const gateways = [{ name: 'asa-lyon', addresses: ['10.0.0.1'], secret: lyonSecret }];
  const json = { enabled: true, gateways, domains: { netbios: {} } };
  const answer = await control.ask('PUT /v1/settings', { json, headers: { 'if-match': '"0"' } });
  expect(answer.status).toBe(200);
}
async function audited(): Promise<string[]> {
  const table = { client: dynamo.client, tableName: tables.control, now: () => now };
  const rows = await readAudit(table, '2026-11');
  return rows
    .filter(({ action }) => action === 'relay-keys-rotated')
    .map(({ actor, subject, outcome }) => `${actor}, ${subject}, ${outcome}`);
}

describe('a rotation', () => {
  it('lets both pairs work for a day, and then the new one alone', async () => {
    const { text } = await rotate(keys, next);

    expect(openKeysRotated(text, cloudKey)).toEqual({
      version: 1,
      relayId: 'relay-1',
      keyId: keyIdOf(next),
      previousKeyId: keyIdOf(keys),
      previousUntil: start + dayMs,
    });
    expect([(await config(keys)).status, (await config(next)).status]).toEqual([200, 200]);
    setNow(start + dayMs);
    expect((await config(keys)).body.code).toBe('relay-revoked');
    expect((await config(next)).status).toBe(200);
    expect((await theRelay()).keys).toHaveLength(1);
  });

  it('encrypts to the pair that asks', async () => {
    await putSecret();
    await rotate(keys, next);

    const document = openRelayConfig((await config(next)).text, cloudKey);

    expect(document && openSecrets(next.agreement, document, document.secrets)).toHaveLength(1);
    expect(document && openSecrets(keys.agreement, document, document.secrets)).toBeUndefined();
  });

  it('works under FIPS rules, where both keys are P-256', async () => {
    const [old, young] = [makeRelayKeys(true), makeRelayKeys(true)];
    await enrol(control, 'relay-2', old, now);

    expect((await rotate(old, young)).status).toBe(200);
  });

  it('gets the same answer again, also a minute later', async () => {
    const first = openKeysRotated((await rotate(keys, next)).text, cloudKey);
    setNow(start + minuteMs);

    expect(openKeysRotated((await rotate(keys, next)).text, cloudKey)).toEqual(first);
  });

  it('goes on from the newest pair only, and then ends the oldest', async () => {
    await rotate(keys, next);
    const third = makeRelayKeys();

    expect((await rotate(keys, third)).body.code).toBe('key-refused');
    expect((await rotate(next, third)).status).toBe(200);
    const statuses = [];
    for (const one of [keys, next, third]) statuses.push((await config(one)).status);
    expect(statuses).toEqual([401, 200, 200]);
  });

  it('never goes back to a pair that is running out', async () => {
    await rotate(keys, next);

    expect((await rotate(next, keys)).body.code).toBe('key-refused');
    expect((await config(next)).status).toBe(200);
  });

  it("needs the new key's own word, and no other relay's key", async () => {
    const other = makeRelayKeys();
    await enrol(control, 'relay-2', other, now);

    expect((await rotate(keys, other)).body.code).toBe('key-refused');
    const asked = rotation(keys, next, now);
    const forged = { ...JSON.parse(asked.body ?? ''), proof: 'A'.repeat(86) };
    expect((await control.ask(route, { ...asked, body: JSON.stringify(forged) })).status).toBe(401);
  });

  it('is on record and published, as the enrolment was', async () => {
    await rotate(keys, next);

    const [of, to] = [keyIdOf(keys), keyIdOf(next)];
    expect(await audited()).toEqual([`relay key ${of}, relay-1, done`]);
    const id = expect.stringMatching(/^[\w-]{22}$/);
    expect(control.published).toEqual([
      { id, change: 'enrolled', relayId: 'relay-1', keyId: of, time: start },
      { id, change: 'rotated', relayId: 'relay-1', keyId: to, previousKeyId: of, time: start },
    ]);
    await rotate(keys, next);
    expect(control.published.at(-1)?.id).toBe(control.published.at(-2)?.id);
  });
});

describe('a stolen signing key', () => {
  const thief = makeRelayKeys();
  const guesses = [
    ['none', () => undefined],
    ['one of its own', () => thief.agreement],
    ['the new one', () => next.agreement],
    ['a fresh one', () => generateKeyPairSync('x25519').privateKey],
  ] as const;

  it.each(guesses)('with %s for the agreement key brings in no pair', async (_, guess) => {
    await putSecret();
    const possession = { expiresAt: now + minuteMs, mac: 'A'.repeat(43) };
    const agreement = guess();

    const { status, body } = agreement
      ? await rotateKeys(control, keys, next, now, agreement)
      : await control.ask(route, rotation(keys, next, now, { possession }));

    expect([status, body.code]).toEqual([409, 'key-refused']);
    expect(body.detail).toMatch(/^unproven/);
    expect((await config(next)).status).toBe(401);
    expect((await theRelay()).keys).toHaveLength(1);
    setNow(start + 2 * dayMs);
    expect((await config(keys)).status).toBe(200);
  });

  it('is on record and published, once an hour', async () => {
    for (let i = 0; i < 5; i += 1) await rotateKeys(control, keys, next, now, thief.agreement);
    const first = await audited();
    setNow(start + hourMs);
    await rotateKeys(control, keys, thief, now, thief.agreement);

    const line = `relay key ${keyIdOf(keys)}, relay-1: unproven, refused`;
    expect(first).toEqual([line]);
    expect(await audited()).toEqual([line, line]);
    const refused = control.published.filter(({ change }) => change === 'rotation-refused');
    expect(refused.map(({ reason, relayId, time }) => [reason, relayId, time])).toEqual([
      ['unproven', 'relay-1', start],
      ['unproven', 'relay-1', start + hourMs],
    ]);
  });

  it('gains nothing from an answer that was made for another pair, or long ago', async () => {
    const challenge = await control.ask(route, rotation(keys, next, now));
    const possession = possessionOf(challenge.text, keys.agreement, next);

    const other = await control.ask(route, rotation(keys, thief, now, { possession }));
    const later = { ...possession, expiresAt: now + dayMs };
    const stretched = await control.ask(route, rotation(keys, next, now, { possession: later }));
    setNow(start + 6 * minuteMs);
    const old = await control.ask(route, rotation(keys, next, now, { possession }));

    expect([other, stretched, old].map(({ body }) => body.detail.split(':')[0])).toEqual([
      'unproven',
      'unproven',
      'expired',
    ]);
    expect((await theRelay()).keys).toHaveLength(1);
  });
});

describe('a relay of before', () => {
  const asBefore = (from: RelayKeys, to: RelayKeys) =>
    control.ask(route, rotation(from, to, now, { version: 1 }));

  it('keeps its keys and is told that it must be upgraded to change them', async () => {
    const { status, body } = await asBefore(keys, next);

    expect([status, body.code]).toEqual([409, 'upgrade-needed']);
    expect(body.detail).toContain('upgrade this relay');
    setNow(start + 30 * dayMs);
    expect((await config(keys)).status).toBe(200);
    expect(await audited()).toEqual([
      `relay key ${keyIdOf(keys)}, relay-1: upgrade-needed, refused`,
    ]);
  });

  it('is answered again about a change that was made before', async () => {
    const done = openKeysRotated((await rotate(keys, next)).text, cloudKey);

    expect(openKeysRotated((await asBefore(keys, next)).text, cloudKey)).toEqual(done);
    const mixed = { signing: next.signing, agreement: makeRelayKeys().agreement };
    expect((await asBefore(keys, mixed)).body.code).toBe('upgrade-needed');
    expect((await asBefore(keys, makeRelayKeys())).body.code).toBe('upgrade-needed');
  });
});
