// A row of every kind that is of a person (test/support/stored-kinds.ts), written by the functions
// that write it, beside the events that are published and the trail of who did what. After the
// erasure the name is in no table, no answer and no event, whatever comes later; the references of
// the trail lead nowhere.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { userMarkOf } from '../../../domain/session/open-session.ts';
import { addComment } from '../../../lambdas/aws/dynamodb/comment-rows.ts';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { makeOrderBook } from '../../../lambdas/aws/dynamodb/order-book.ts';
import { makeQueryStore } from '../../../lambdas/aws/dynamodb/query-store.ts';
import { putTriage } from '../../../lambdas/aws/dynamodb/triage-store.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import type { makeControl } from '../../../lambdas/control/control.ts';
import { controlRoutes } from '../../../lambdas/control/control.ts';
import { orderLifetimeMs } from '../../../lambdas/control/session-ends.ts';
import { healthLimitsOf } from '../../../lambdas/shared/relay-health.ts';
import { makeTableControl } from '../../../lambdas/wiring/table-control.ts';
import { makeTableSweep } from '../../../lambdas/wiring/table-sweep.ts';
import { makeEventFile } from '../../../local/event-file.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hash, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';
import { contractRoutes, violations } from '../../support/openapi.ts';
import { type StoredKind, storedOfUser, storedPartitions } from '../../support/stored-kinds.ts';
import { kindOf, readAllRows, type StoredRow } from '../../support/stored-rows.ts';

const start = morning + 10 * hourMs;
/** With a mark: those whom it looks like, and who look like it, have rows of their own. */
const name = 'ålice-secret-name';
const plainName = 'alice-secret-name';
const tokyo = '126.0.0.1';
const tokyoCell = '35.5_139.5';

let now: number;
let cloud: TestCloud;
let control: ReturnType<typeof makeControl>;
let sweep: ReturnType<typeof makeTableSweep>;
let folder: string;
let events: ReturnType<typeof makeEventFile>;

beforeEach(async () => {
  now = start;
  cloud = await startTestCloud(start);
  folder = mkdtempSync(join(tmpdir(), 'wherefrom-erasure-'));
  events = makeEventFile(join(folder, 'events.ndjson'));
  cloud.setBus(events.send);
  const options = {
    client: cloud.dynamo.client,
    profilesTable: cloud.tables.profiles,
    controlTable: cloud.tables.control,
    now: () => now,
    writeLog: () => undefined,
    publish: async () => undefined,
    limits: healthLimitsOf({ gapMinutes: 90, silentMinutes: 15 }),
  };
  control = makeTableControl({
    ...options,
    access: { kind: 'open' },
    bus: { send: events.send },
    publishKeys: async () => undefined,
    allowedAuthorities: [],
    scheme: 'https',
    secrets: {} as Parameters<typeof makeTableControl>[0]['secrets'],
  });
  sweep = makeTableSweep(options);
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cloud.stop();
});

const later = (ms: number): void => {
  now += ms;
  cloud.setNow(now);
};

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

async function allRows(): Promise<StoredRow[]> {
  const { client } = cloud.dynamo;
  const { profiles, control: controlTable } = cloud.tables;
  return [...(await readAllRows(client, profiles)), ...(await readAllRows(client, controlTable))];
}

/** Kinds of the rows that have a text anywhere: partitions, and letters of the user's own. */
async function kindsWith(text: string): Promise<string[]> {
  const rows = (await allRows()).filter((row) => row.text.includes(text));
  const own = rows.filter(({ pk }) => pk === `USER#${name}`).map(({ sk }) => sk.slice(0, 2));
  return [...new Set([...rows.map(kindOf), ...own])].sort();
}

const audit = async (query: Record<string, string> = {}) =>
  (await cloud.get('GET /v1/audit', { query })).body.items as Record<string, string>[];

/** Two days of two users, and of an account that looks like the one. */
async function connect(): Promise<void> {
  const far = { address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs };
  await cloud.deliver([
    [
      ...sessionEvents({ user: name, address: '81.2.69.142', minutes: 120, device: 'lt-0412' }),
      eventOf({ user: name, ...far, device: 'mac-1' }),
      ...sessionEvents({ user: 'bob', address: '81.2.69.142', minutes: 120 }),
      eventOf({ user: 'bob', ...far, sessionId: 's3' }),
    ],
  ]);
  const alike = { user: plainName, address: tokyo, at: morning + 60 * minuteMs };
  await cloud.deliver([[eventOf({ ...alike, sessionId: 's4' })]]);
  // Written anew, so that parts of the indexes stand beside what was added since.
  later(7 * hourMs);
  await sweep();
  const more = { user: name, sessionId: 's5', at: now - hourMs };
  await cloud.deliver([[eventOf({ ...more, address: '86.208.1.1', device: 'tab-7' })]]);
}

/** A burst of two, as the fold of the second leaves it: stored, and in profiles as pending. */
async function burstOf(id: string) {
  const tables = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  const users = makeUserStore(tables);
  const stored = await makeQueryStore(tables).detection(id);
  if (!stored) throw new Error('no detection');
  const burst = {
    ...stored,
    id: stored.id.replace(/.{16}$/, 'burstburstburst0'),
    kind: 'connection-burst' as const,
    userKey: 'bob',
    users: ['bob', name],
    detections: [id],
  };
  await users.mergeDetection(burst);
  for (const user of burst.users) {
    const { profile, version } = await users.load(user, 0);
    if (!profile) throw new Error('no profile');
    const pending = { ...profile.pending, detections: [...profile.pending.detections, burst] };
    await users.putProfile({ ...profile, pending }, version);
    const odd = { type: 'odd-user', key: 'n:17676', userKey: user, firstSeen: morning } as const;
    await users.putIndexRows([odd]);
  }
  return burst;
}

async function order(detection: string): Promise<void> {
  const book = makeOrderBook({
    client: cloud.dynamo.client,
    profilesTable: cloud.tables.profiles,
    controlTable: cloud.tables.control,
    now: () => now,
  });
  const row = { pk: { S: 'RELAYS' }, sk: { S: 'relay-1' } };
  await cloud.dynamo.client.send(
    new PutItemCommand({ TableName: cloud.tables.control, Item: row }),
  );
  const one = {
    orderId: 'order-1',
    gatewayId: 'asa-lyon',
    sessionId: 's2',
    account: name,
    form: 'rfc5176',
    alsoEnds: [],
    issuedAt: now,
    expiresAt: now + orderLifetimeMs,
  };
  const step = { state: 'requested', at: now, by: 'cloud' } as const;
  const rest = { userKey: name, relayId: 'relay-1', others: [], session: 's2', actor: 'local' };
  await book.putOrder({
    ...rest,
    orderId: 'order-1',
    order: one,
    reason: name,
    detection,
    steps: [step],
  });
  const waiting = { orders: [{ userKey: name, order: one, isHeard: false }] };
  await book.changeWaiting('relay-1', () => waiting);
}

/** @returns ids of the user's detection, of the burst, and of the account that looks like it */
async function prepare() {
  await connect();
  const idOf = async (user: string) =>
    (await cloud.get('GET /v1/detections', { query: { user } })).body.items[0].id as string;
  const own = await idOf(name);
  const alike = await idOf(plainName);
  const burst = await burstOf(own);
  for (const id of [own, burst.id]) {
    const { headers } = await cloud.get('GET /v1/detections/{id}', { params: { id } });
    const change = { classification: 'malicious', note: `${name} did it`, owner: 'me' };
    const decided = await ask('PATCH /v1/detections/{id}', { id }, change, `${headers['etag']}`);
    const text = { text: `${name} again` };
    const commented = await ask('POST /v1/detections/{id}/comments', { id }, text);
    expect([decided.status, commented.status]).toEqual([200, 201]);
  }
  const until = new Date(now + 24 * hourMs).toISOString();
  const trip = { kind: 'country', value: 'JP', until, reason: `${name} is away` };
  expect((await ask('POST /v1/users/{user}/expected', { user: name }, trip)).status).toBe(201);
  await order(own);
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.control, now: () => now };
  const event = eventOf({ user: name, sessionId: 's9' });
  const letter = { event, reason: 'fold-failed', relayId: 'relay-1', batchId: 'r.1.1' } as const;
  await makeControlStore(table).setAside(letter);
  return { own, burst: burst.id, alike };
}

/** The kinds, as `kindsWith` names them. */
const kinds: Readonly<Record<string, StoredKind>> = { ...storedPartitions, ...storedOfUser };

/** Routes whose answers are lists of everybody, or about what others share with the user. */
const parametersOf = (ids: { own: string; burst: string; alike: string }) => ({
  user: name,
  id: ids.own,
  device: 'host:lt-0412',
  cell: tokyoCell,
  address: tokyo,
  asn: 'AS17676',
});

/** What each route answers that reads; those that take a relay are of no user. */
async function answers(params: Record<string, string>): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const route of contractRoutes.filter((one) => one.startsWith('GET '))) {
    const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, one = '']) => one);
    if (names.some((one) => params[one] === undefined)) continue;
    if (controlRoutes[route] && !names.includes('user')) continue;
    const query = route.endsWith('/search')
      ? { q: 'secret' }
      : route.endsWith('/sensitivity')
        ? { alertsPerThousandPerDay: '0.05' }
        : {};
    const isControl = controlRoutes[route] !== undefined;
    const { text, status } = isControl
      ? await ask(route, params)
      : await cloud.get(route, { params, query });
    texts.set(route, status === 200 ? text : '');
  }
  return texts;
}

it('leaves nothing in any table, answer or event, and a trail that leads nowhere', async () => {
  const ids = await prepare();
  const written = await kindsWith(name);
  const expected = Object.keys(kinds).filter((kind) => kinds[kind]?.of === 'person');
  expect(expected.filter((kind) => !written.includes(kind))).toEqual([]);
  const unknown = written.filter((kind) => kinds[kind]?.of !== 'person');
  expect(unknown).toEqual([]);
  expect(readFileSync(join(folder, 'events.ndjson'), 'utf8')).toContain(name);
  const before = await answers(parametersOf(ids));
  const shown = Object.values(kinds).flatMap(({ route }) => route ?? []);
  expect(shown.filter((route) => !before.get(route))).toEqual([]);
  const actions = (await audit({ user: name })).map(({ action }) => action);
  expect(actions.sort()).toEqual(['detection-commented', 'detection-decided', 'expected-added']);

  const erased = await ask('DELETE /v1/users/{user}', { user: name });
  await events.forget([name]);

  expect(erased.status).toBe(200);
  const { subject } = JSON.parse(erased.text) as { subject: string };
  // The name of an erasure is kept encrypted until the sweep has been there.
  expect(await kindsWith(name)).toEqual([]);
  expect(await kindsWith(userMarkOf(hash, name))).toEqual([]);
  expect(await kindsWith(ids.own)).toEqual(['AUDIT#', 'MALICIOUS']);
  expect(await kindsWith(subject)).toEqual(['AUDIT#', 'ERASURES']);
  // Instances read the indexes of names and of open sessions anew within half a minute.
  later(minuteMs);
  const after = await answers(parametersOf(ids));
  expect([...after].filter(([, text]) => text.includes(name))).toEqual([]);
  expect(readFileSync(join(folder, 'events.ndjson'), 'utf8')).not.toContain(name);
  expect(await audit({ user: name })).toEqual([]);
  const trail = await audit();
  const last = trail.find(({ action }) => action === 'user-erased');
  const rest = trail.filter((row) => row !== last);
  expect(last).toMatchObject({ action: 'user-erased', about: subject, actor: 'local' });
  expect(rest.filter(({ about }) => about === subject)).toHaveLength(actions.length);
  const csv = await cloud.get('GET /v1/exports/audit', { query: { format: 'csv' } });
  expect([csv.status, csv.text.includes(name)]).toEqual([200, false]);
});

it('stays so when the others go on, the sweep runs and messages come again', async () => {
  const { own, burst, alike } = await prepare();
  await ask('DELETE /v1/users/{user}', { user: name });
  const stale = makeUserStore({
    client: cloud.dynamo.client,
    tableName: cloud.tables.profiles,
    now: () => now,
  });

  later(2 * minuteMs);
  for (const user of ['bob', plainName]) {
    await cloud.deliver([[eventOf({ user, address: tokyo, sessionId: 'on', at: now })]]);
  }
  await connectAgain();
  expect(await kindsWith(name)).toEqual([]);
  // A decision and a comment that were on their way.
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  const stored = await makeQueryStore(table).detection(burst);
  if (!stored) throw new Error('no burst');
  const gone = { ...stored, id: own, userKey: name, users: [name] };
  const change = { at: now, by: 'anna', status: 'resolved' as const, note: name };
  await putTriage(table, gone, { ...change, version: 1, history: [] });
  await addComment(table, gone, { id: 'c', at: now, by: 'anna', text: name });
  expect(await kindsWith(name)).toEqual(
    expect.arrayContaining(['COMMENTS#', 'QUEUE#', 'TRIAGE#', 'USER#']),
  );
  later(10 * minuteMs);
  await sweep();

  expect(await kindsWith(name)).toEqual([]);
  expect(await stale.load(name, 0)).toMatchObject({ version: 0, sessions: [] });
  const kept = await cloud.get('GET /v1/detections/{id}', { params: { id: burst } });
  expect([kept.status, kept.body.user, kept.body.users]).toEqual([200, 'bob', ['bob']]);
  expect(kept.body.triage.note).toBeUndefined();
  const look = await cloud.get('GET /v1/detections/{id}', { params: { id: alike } });
  expect([look.status, look.body.looksLike]).toEqual([200, undefined]);
});

/** What the queue still had of before. */
async function connectAgain(): Promise<void> {
  const far = { address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs };
  await cloud.deliver([[eventOf({ user: name, ...far, device: 'mac-1' })]], 2);
}

it('gives rows an expiry that have one, and shows the trail to admins, page by page', async () => {
  await prepare();
  const rows = await allRows();
  const isLasting = (row: StoredRow): boolean => {
    const own = storedOfUser[row.sk.slice(0, 2)];
    const kind = kindOf(row) === 'USER#' ? own : storedPartitions[kindOf(row)];
    const expiresAt = Number(row.item['expiresAt']?.N) * 1000;
    return kind?.goes === 'time' && !(expiresAt > now);
  };
  expect(rows.filter(isLasting).map(({ pk, sk }) => `${pk} ${sk}`)).toEqual([]);
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
