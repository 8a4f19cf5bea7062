// Trips and standing exceptions over the real tables: who may state one, what the judge makes of
// it, what the audit keeps, and that an erasure takes it away.

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { readAudit } from '../../../lambdas/aws/dynamodb/audit-book.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { type Asked, makeTestControl, type TestControl } from '../../support/control-in-test.ts';
import { eventOf, hourMs, morning } from '../../support/events.ts';
import { dayMs, london, ordinaryDays, tokyo } from '../../support/life.ts';

const now = morning + hourMs;
const route = '/v1/users/{user}/expected';
const params = { user: 'alice' };
const until = new Date(now + 7 * dayMs).toISOString();
const trip = { kind: 'country', value: 'JP', until, reason: 'a fair in Tokyo' };

let cloud: TestCloud;
let control: TestControl;

beforeEach(async () => {
  cloud = await startTestCloud(now);
  control = makeTestControl({ dynamo: cloud.dynamo, tables: cloud.tables, now });
});

afterEach(() => cloud.stop());

const seen = () => cloud.deliver([[eventOf({ address: london, device: 'LT-0412', at: morning })]]);
const state = (json: object, more: Asked = {}) =>
  control.ask(`POST ${route}`, { params, json, ...more });
const listed = async () => (await control.ask(`GET ${route}`, { params })).body.items;

it('keeps a trip from the judge’s alerts, and is reported once it is taken back', async () => {
  await cloud.deliver([ordinaryDays(35)]);
  const { status, body } = await state(trip);
  expect([status, body.state]).toEqual([201, 'current']);

  const from = (sessionId: string, at: number) =>
    cloud.deliver([[eventOf({ address: tokyo, device: 'LT-0412', sessionId, at })]]);
  await from('first', now - 60_000);
  const found = async () => (await cloud.get('GET /v1/detections')).body.items;
  expect(await found()).toEqual([]);

  const id: string = body.id;
  const gone = await control.ask(`DELETE ${route}/{id}`, { params: { ...params, id } });
  expect(gone.status).toBe(204);
  expect(await listed()).toEqual([]);
  expect((await control.ask(`DELETE ${route}/{id}`, { params: { ...params, id } })).status).toBe(
    404,
  );
});

it('takes what people write and shows it as they know it', async () => {
  await seen();
  const statements = [
    ['country', 'JP', 'JP'],
    ['network', 'as3320', 'AS3320'],
    ['address', '192.0.2.7', '192.0.2.7'],
    ['address', '2001:DB8:0:1::9', '2001:db8:0:1::/64'],
    ['device', 'host:LT-0900', 'host:LT-0900'],
    ['place', 'JP/Tokyo/Tokyo', 'JP/Tokyo/Tokyo'],
  ] as const;
  for (const [kind, value, shown] of statements) {
    const { status, body } = await state({ ...trip, kind, value });
    expect([status, body.kind, body.value, body.reason]).toEqual([201, kind, shown, trip.reason]);
  }
  const coming = new Date(now + dayMs).toISOString();
  expect((await state({ ...trip, from: coming })).body.state).toBe('coming');
  expect(await listed()).toHaveLength(statements.length + 1);

  control.setNow(now + 30 * dayMs);
  expect((await listed()).map((one: { state: string }) => one.state)).toContain('past');
});

it.each([
  [{ ...trip, value: 'Japan' }, 'two capital letters'],
  [{ ...trip, kind: 'network', value: 'Telekom' }, 'AS number'],
  [{ ...trip, kind: 'address', value: '300.1.1.1' }, 'an IP address'],
  [{ ...trip, kind: 'person', value: 'bob' }, 'country, place, network, address or device'],
  [{ ...trip, reason: '  ' }, 'expects why'],
  [{ ...trip, until: 'tomorrow' }, 'expects a time'],
  [{ ...trip, until: new Date(now - 1).toISOString() }, 'in the future'],
  [{ ...trip, from: until }, 'later than from'],
  [{ ...trip, until: new Date(now + 367 * dayMs).toISOString() }, '366 days'],
])('refuses %j and says why', async (json, said) => {
  await seen();
  const { status, text } = await state(json);
  expect(status).toBe(422);
  expect(text).toContain(said);
  expect(await listed()).toEqual([]);
});

it('is bounded, for known users, and for those who may', async () => {
  expect((await state(trip)).status).toBe(404);
  await seen();
  const answers = [];
  for (let at = 0; at < 17; at += 1) answers.push((await state(trip)).status);
  expect(answers).toEqual([...Array.from({ length: 16 }, () => 201), 409]);

  const closed = makeTestControl({
    dynamo: cloud.dynamo,
    tables: cloud.tables,
    now,
    isOpen: false,
  });
  const ask = (groups: string) => closed.ask(`POST ${route}`, { params, json: trip, groups });
  expect((await ask('[guests]')).status).toBe(403);
});

it('is in the audit without the user’s name or the reason, and gone after an erasure', async () => {
  await seen();
  await state(trip);
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.control, now: () => now };
  const rows = (await readAudit(table, '2026-11')).filter(({ action }) =>
    action.startsWith('expected'),
  );
  expect(rows).toMatchObject([{ action: 'expected-added', outcome: 'done' }]);
  expect(JSON.stringify(rows)).not.toMatch(/alice|fair/);

  await control.ask('DELETE /v1/users/{user}', { params });
  const { Items: items = [] } = await cloud.dynamo.client.send(
    new ScanCommand({ TableName: cloud.tables.profiles }),
  );
  expect(JSON.stringify(items)).not.toMatch(/alice|fair/);
});
