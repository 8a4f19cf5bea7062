// Every kind of row that names a person, written by the functions that write it, and the trail of
// who did what: after the erasure the name is in no table, the words that were written about the
// person are gone, and the references of the trail lead nowhere.

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { makeErasureBook } from '../../../lambdas/aws/dynamodb/erasure-book.ts';
import { makePersonalRows } from '../../../lambdas/aws/dynamodb/personal-rows.ts';
import { makeQueryStore } from '../../../lambdas/aws/dynamodb/query-store.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { makeControl } from '../../../lambdas/control/control.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { makeTableTriage } from '../../../lambdas/wiring/table-triage.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';
import { violations } from '../../support/openapi.ts';

const now = morning + 10 * hourMs;
const name = 'alice-secret-name';
let cloud: TestCloud;
let control: ReturnType<typeof makeControl>;

beforeEach(async () => {
  cloud = await startTestCloud(now);
  const { client } = cloud.dynamo;
  const { profiles: profilesTable, control: controlTable } = cloud.tables;
  control = makeControl({
    access: { kind: 'open' },
    now: () => now,
    log: makeLog({ service: 'control', now: () => now, write: () => undefined }),
    triage: makeTableTriage({ client, profilesTable, controlTable, now: () => now }),
    erasure: {
      book: makeErasureBook({ client, tableName: controlTable, now: () => now }),
      rows: makePersonalRows({ client, tableName: profilesTable }),
      deadLetters: { listDeadLetters: async () => ({ entries: [] }) },
      domains: async () => ({ netbios: {} }),
    },
  } as unknown as Parameters<typeof makeControl>[0]);
});
afterEach(() => cloud.stop());

async function ask(routeKey: string, params: Record<string, string>, body?: unknown, etag = '') {
  const answer = await control({
    routeKey,
    rawPath: routeKey,
    headers: { 'content-type': 'application/json', 'if-match': etag },
    pathParameters: params,
    requestContext: {},
    body: body === undefined ? undefined : JSON.stringify(body),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2);
  const text = answer.body ?? '';
  const answered = { status: answer.statusCode ?? 0, headers: answer.headers ?? {}, text };
  expect(violations(routeKey, answered)).toEqual([]);
  return { status: answer.statusCode, text };
}

/** Partitions of rows that hold a text anywhere, in both tables. */
async function partitionsWith(text: string): Promise<string[]> {
  const found = new Set<string>();
  for (const TableName of [cloud.tables.profiles, cloud.tables.control]) {
    const { Items: items = [] } = await cloud.dynamo.client.send(new ScanCommand({ TableName }));
    for (const item of items) {
      if (!JSON.stringify(item).includes(text)) continue;
      found.add(`${item['pk']?.S}`.replace(/#.*/, '#'));
    }
  }
  return [...found].sort();
}

const audit = async (query: Record<string, string> = {}) =>
  (await cloud.get('GET /v1/audit', { query })).body.items as Record<string, string>[];

async function prepare() {
  const far = { address: '126.0.0.1', sessionId: 's2', at: morning + 50 * minuteMs };
  await cloud.deliver([
    [
      ...sessionEvents({ user: name, address: '81.2.69.142', minutes: 120, device: 'lt-0412' }),
      eventOf({ user: name, ...far, device: 'mac-1' }),
      eventOf({ user: 'bob', ...far, sessionId: 's3' }),
    ],
  ]);
  const tables = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  const listed = await cloud.get('GET /v1/detections', { query: { user: name } });
  const own = listed.body.items[0] as { id: string; etag: string };
  const stored = await makeQueryStore(tables).detection(own.id);
  if (!stored) throw new Error('no detection');
  const burst = {
    ...stored,
    id: stored.id.replace(/.{16}$/, 'burstburstburst0'),
    kind: 'connection-burst' as const,
    users: [name, 'bob'].sort(),
    detections: [own.id],
  };
  await makeUserStore(tables).mergeDetection(burst);
  const route = {
    patch: 'PATCH /v1/detections/{id}',
    comment: 'POST /v1/detections/{id}/comments',
  };
  for (const id of [own.id, burst.id]) {
    const { headers } = await cloud.get('GET /v1/detections/{id}', { params: { id } });
    const change = { classification: 'malicious', note: `${name} did it`, owner: 'me' };
    const decided = await ask(route.patch, { id }, change, String(headers['etag']));
    const commented = await ask(route.comment, { id }, { text: `${name} again` });
    expect([decided.status, commented.status]).toEqual([200, 201]);
  }
  return { own: own.id, burst: burst.id };
}

it('leaves no row, no word about the person, and a trail that leads nowhere', async () => {
  const { own, burst } = await prepare();
  expect(await partitionsWith(name)).toEqual(
    expect.arrayContaining(['COMMENTS#', 'DETECTIONS#', 'PERSON#', 'QUEUE#', 'TRIAGE#', 'USER#']),
  );
  const before = await audit({ user: name });
  expect(before.map(({ action }) => action).sort()).toEqual([
    'detection-commented',
    'detection-commented',
    'detection-decided',
    'detection-decided',
  ]);

  const erased = await ask('DELETE /v1/users/{user}', { user: name });

  expect(erased.status).toBe(200);
  // The name of an erasure is kept encrypted until the sweep has been there.
  expect(await partitionsWith(name)).toEqual([]);
  expect(await audit({ user: name })).toEqual([]);
  const rows = await audit();
  const last = rows.find(({ action }) => action === 'user-erased');
  const rest = rows.filter((row) => row !== last);
  const { subject } = JSON.parse(erased.text) as { subject: string };
  expect(last).toMatchObject({ action: 'user-erased', about: subject, actor: 'local' });
  expect(rest.filter(({ about }) => about === subject)).toHaveLength(4);
  expect(rest.every(({ user }) => user === undefined)).toBe(true);
  const { status } = await cloud.get('GET /v1/detections/{id}', { params: { id: own } });
  const kept = await cloud.get('GET /v1/detections/{id}', { params: { id: burst } });
  expect([status, kept.status, kept.body.user]).toEqual([404, 200, 'bob']);
  expect(kept.body.triage.note).toBeUndefined();
  const csv = await cloud.get('GET /v1/exports/audit', { query: { format: 'csv' } });
  expect([csv.status, csv.text.includes(name)]).toEqual([200, false]);
});

it('gives every row of its own an expiry', async () => {
  await prepare();
  const { Items: items = [] } = await cloud.dynamo.client.send(
    new ScanCommand({ TableName: cloud.tables.profiles }),
  );
  const kinds = /^(QUEUE|COMMENTS|PERSON)#/;
  const rows = items.filter((item) => kinds.test(item['pk']?.S ?? ''));
  expect(rows.length).toBeGreaterThanOrEqual(5);
  expect(rows.filter((item) => Number(item['expiresAt']?.N) * 1000 <= now)).toEqual([]);
  expect(rows.filter((item) => !item['expiresAt'])).toEqual([]);
});

it('is shown to admins, filtered by who and what, page by page', async () => {
  await prepare();
  const refused = await cloud.get('GET /v1/audit', {
    headers: { authorization: 'Bearer local:responder:anna' },
  });
  expect(refused.status).toBe(403);
  const decided = await audit({ action: 'detection-decided', actor: 'local' });
  expect(decided).toHaveLength(2);
  expect(await audit({ actor: 'nobody' })).toEqual([]);
  const first = await cloud.get('GET /v1/audit', { query: { limit: '3' } });
  const query = { limit: '3', cursor: first.body.next };
  const second = await cloud.get('GET /v1/audit', { query });
  const all = [...first.body.items, ...second.body.items];
  expect(all).toEqual(await audit());
});
