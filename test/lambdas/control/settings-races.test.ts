// Settings under attack: many changes at once, changes that die half-way, secrets that are lost.
// Whatever happens, the secrets that the settings name are there, or can be set again.

import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { makeSettingsBook } from '../../../lambdas/aws/dynamodb/settings-book.ts';
import { settingsTurnMs } from '../../../lambdas/control/ports.ts';
import { localTables, startLocalDynamo } from '../../../local/dynamo.ts';
import { makeSecretFiles } from '../../../local/secret-files.ts';
import { openRelayConfig, openSecrets } from '../../../wire/relay-control.ts';
import type { PublicJwk } from '../../../wire/signature.ts';
import { tempDir } from '../../local/temp-dir.ts';
import {
  configRequest,
  enrol,
  makeRelayKeys,
  makeTestControl,
  type TestControl,
} from '../../support/control-in-test.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';

const now = Date.UTC(2026, 10, 23, 9);
/** What a run of `control` may take. */
const runMs = 25_000;
const keys = makeRelayKeys();
const inTemp = tempDir();

let dynamo: TestDynamo;
let tables: { profiles: string; control: string };
let control: TestControl;
let cloudKey: PublicJwk;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

beforeEach(async () => {
  tables = { profiles: 'none', control: await dynamo.createTable() };
  control = makeTestControl({ dynamo, tables, now });
  cloudKey = await enrol(control, 'relay-1', keys, now);
});

const lyon = { name: 'asa-lyon', addresses: ['10.0.0.1'] };
const withLyon = (change: object = {}) => ({
  enabled: true,
  gateways: [{ ...lyon, ...change }],
  domains: { netbios: {} },
});
const put = (json: unknown, version: number, from = control) =>
  from.ask('PUT /v1/settings', { json, headers: { 'if-match': `"${version}"` } });

/** The secret of Lyon as a relay gets it, by a fresh instance of the function. */
async function secretAtRelay(): Promise<string | undefined> {
  const asked = configRequest(keys, now);
  const { text } = await control.another().ask('GET /v1/relay/config', asked);
  const document = openRelayConfig(text, cloudKey);
  return document && openSecrets(keys.agreement, document, document.secrets)?.[0]?.secret;
}

/**
 * Time for the pauses of changes, which passes only while all of them pause: none that works is too
 * slow for those that wait, however busy the machine is.
 */
function makeWaitingRoom() {
  const waiting: { readonly dueMs: number; readonly resume: () => void }[] = [];
  const together = 20;
  let [nowMs, working] = [0, 0];
  const turn = (): void => {
    if (working > 0) return;
    waiting.sort((one, other) => one.dueMs - other.dueMs);
    nowMs = waiting[0]?.dueMs ?? nowMs;
    const due = waiting.filter(({ dueMs }) => dueMs <= nowMs + together);
    working += waiting.splice(0, due.length).length;
    for (const { resume } of due) resume();
  };
  return {
    elapsedMs: () => nowMs,
    pause: (ms: number) =>
      new Promise<void>((resume) => {
        waiting.push({ dueMs: nowMs + ms, resume });
        working -= 1;
        turn();
      }),
    work: <T>(change: () => Promise<T>): Promise<T> => {
      working += 1;
      return change().finally(() => {
        working -= 1;
        turn();
      });
    },
  };
}

it('lets one of 200 changes at once through, and every later one, round after round', async () => {
  const local = await startLocalDynamo({ path: inTemp('dynamodb') });
  const store = makeSecretFiles(inTemp('secrets'), () => now);
  const room = makeWaitingRoom();
  const { pause } = room;
  control = makeTestControl({ dynamo: local, tables: localTables, now, store, pause });
  cloudKey = await enrol(control, 'relay-1', keys, now);
  const instances = Array.from({ length: 8 }, () => control.another());
  let version = 0;
  for (const round of [1, 2]) {
    const secretOf = (i: number): string => `the-secret-of-round-${round}-try-${i}`;
    const tries = Array.from({ length: 200 }, (_, i) =>
      room.work(() => put(withLyon({ secret: secretOf(i) }), version, instances[i % 8])),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);

    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(199);
    expect(await secretAtRelay()).toBe(secretOf(statuses.indexOf(200)));
    const read = await control.ask('GET /v1/settings');
    expect(read.headers['etag']).toBe(`"${version + 1}"`);
    expect((await put(read.body, version + 1)).status).toBe(200);
    version += 2;
  }
  await local.stop();
}, 120_000);

it('keeps the secrets in use, however many changes fail after they wrote theirs', async () => {
  await put(withLyon({ secret: 'the-secret-in-use-now' }), 0);
  const send = dynamo.client.send.bind(dynamo.client);
  const client = {
    send: (command: PutItemCommand, ...rest: []) =>
      command instanceof PutItemCommand && command.input.Item?.['pk']?.S === 'SETTINGS'
        ? Promise.reject(new ConditionalCheckFailedException({ $metadata: {}, message: '' }))
        : send(command, ...rest),
  } as unknown as TestDynamo['client'];
  const losing = makeTestControl({ dynamo: { client }, tables, now, secrets: control.stored });

  for (let i = 0; i < 60; i += 1) {
    const { status } = await put(withLyon({ secret: `a-secret-that-lost-${i}` }), 1, losing);
    expect(status).toBe(412);
  }

  expect(await secretAtRelay()).toBe('the-secret-in-use-now');
  const again = await put(withLyon({ secret: 'the-secret-after-that' }), 1, control.another());
  expect(again.status).toBe(200);
  expect(await secretAtRelay()).toBe('the-secret-after-that');
});

it('waits for a change that never ends as long as a run may take, and no longer', async () => {
  const table = { client: dynamo.client, tableName: tables.control, now: () => now };
  expect(await makeSettingsBook(table).takeTurn()).toBeDefined();
  expect(await makeSettingsBook(table).takeTurn()).toBeUndefined();

  const { pause, work, elapsedMs } = makeWaitingRoom();
  const patient = makeTestControl({ dynamo, tables, now, secrets: control.stored, pause });
  const refused = await work(() => put(withLyon(), 0, patient));
  expect(refused.body.code).toBe('unavailable');
  expect(elapsedMs()).toBeGreaterThan(1_000);
  expect(elapsedMs()).toBeLessThan(runMs - 5_000);
  expect(refused.headers['retry-after']).toBe(String(settingsTurnMs / 1000));

  control.setNow(now + settingsTurnMs + 1_000);
  expect((await put(withLyon(), 0)).status).toBe(200);
}, 60_000);

describe('secrets that are lost', () => {
  beforeEach(async () => {
    await put(withLyon({ secret: 'the-secret-of-lyon-1', nextSecret: 'the-secret-of-lyon-2' }), 0);
    for (const key of control.stored.keys()) {
      if (key.startsWith('gateway-secrets')) control.stored.delete(key);
    }
    control = control.another();
  });

  it('leave relays with what they have, and nothing with a fault of ours', async () => {
    const { status, body } = await control.ask('GET /v1/relay/config', configRequest(keys, now));

    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(body.detail).toContain('set them again');
    expect(control.left.join('\n')).toContain('GATEWAY_SECRETS_LOST');
  });

  it('are named by a change that cannot keep them', async () => {
    const { body: shown } = await control.ask('GET /v1/settings');

    const { status, body } = await put(shown, 1);

    expect(status).toBe(422);
    const pointers = body.errors.map((one: { pointer: string }) => one.pointer);
    expect(pointers).toEqual(['/gateways/0/secret', '/gateways/0/nextSecret']);
    expect(body.errors[0].detail).toContain('lost');
  });

  it('are made good by a change that brings them', async () => {
    const sent = withLyon({ secret: 'the-secret-of-lyon-3', nextSecret: null });

    expect((await put(sent, 1)).status).toBe(200);

    expect(await secretAtRelay()).toBe('the-secret-of-lyon-3');
    const { body } = await control.ask('GET /v1/settings');
    expect((await put(body, 2)).status).toBe(200);
  });

  it('are made good by a change that needs none', async () => {
    expect((await put({ ...withLyon(), gateways: [] }, 1)).status).toBe(200);
    expect((await put(withLyon({ secret: 'the-secret-of-lyon-4' }), 2)).status).toBe(200);
    expect(await secretAtRelay()).toBe('the-secret-of-lyon-4');
  });
});
