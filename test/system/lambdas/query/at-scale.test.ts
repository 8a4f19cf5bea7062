// What the pages say of many is true: counts, lists, search and timeline over 5,000 users, 3,000
// detections and a user of 2,000 sessions, against what was written.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fillLarge, heavyName, nameOf } from '../../../../bench/api/large-rows.ts';
import { makeTableQuery } from '../../../../lambdas/wiring/table-handlers.ts';
import { readContract } from '../../../../local/contract.ts';
import { type LocalDynamo, localTables, startLocalDynamo } from '../../../../local/dynamo.ts';
import { morning } from '../../../support/events.ts';

const sizes = { users: 5_000, detections: 3_000, heavySessions: [2_000] };
const folder = mkdtempSync(join(tmpdir(), 'wherefrom-at-scale-'));
let dynamo: LocalDynamo;
const logged: string[] = [];
let query: ReturnType<typeof makeTableQuery>;

beforeAll(async () => {
  dynamo = await startLocalDynamo({ path: join(folder, 'tables') });
  const options = {
    client: dynamo.client,
    profilesTable: localTables.profiles,
    controlTable: localTables.control,
    now: () => morning,
    writeLog: (line: string) => void logged.push(line),
  };
  await fillLarge(options, sizes);
  const access = { kind: 'open' } as const;
  const places = { placesTable: localTables.places };
  query = makeTableQuery({ ...options, ...places, access, contract: readContract });
}, 60_000);
afterAll(async () => {
  await dynamo.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Json = ReturnType<typeof JSON.parse>;

async function get(
  routeKey: string,
  queryStringParameters: Record<string, string>,
  pathParameters: Record<string, string> = {},
): Promise<Json> {
  const event = { routeKey, rawPath: routeKey, headers: {}, requestContext: {} };
  const asked = { ...event, queryStringParameters, pathParameters };
  const { statusCode, body } = await query(asked as unknown as APIGatewayProxyEventV2);
  expect([routeKey, statusCode, logged]).toEqual([routeKey, 200, []]);
  return JSON.parse(body ?? '');
}

/** All items of a list, page after page. */
async function all(routeKey: string, asked: Record<string, string>): Promise<Json[]> {
  const items: Json[] = [];
  let cursor: string | undefined;
  do {
    const page = { ...asked, limit: '100', ...(cursor ? { cursor } : {}) };
    const { items: some, next } = await get(routeKey, page);
    items.push(...some);
    cursor = next;
  } while (cursor);
  return items;
}

it('counts every detection of the time, and lists as many of a filter as it counts', async () => {
  const counts = await get('GET /v1/detections/facets', { from: 'P30D' });
  expect([counts.total, counts.isComplete]).toEqual([3_000, true]);
  const highs = { from: 'P30D', status: 'new,in-progress', severity: 'high' };
  const [counted, listed] = await Promise.all([
    get('GET /v1/detections/facets', highs),
    all('GET /v1/detections', { ...highs, asn: 'AS64502', sort: 'severity' }),
  ]);
  // A third of all is high; the third that is decided is of medium severity.
  expect([counted.total, counted.isComplete]).toEqual([1_000, true]);
  expect(new Set(listed.map(({ id }) => id)).size).toBe(10);
  expect(listed.every(({ severity, status }) => severity === 'high' && status === 'new')).toBe(
    true,
  );
});

it('lists every user, and finds each by a part of the name', async () => {
  const users = await all('GET /v1/users', { search: 'firstname' });
  expect(new Set(users.map(({ user }) => user)).size).toBe(5_000);
  for (const at of [0, 2_345, 4_999]) {
    const { groups } = await get('GET /v1/search', { q: nameOf(at).slice(9, 28) });
    expect(groups.map(({ items }: Json) => items[0].key)).toEqual([nameOf(at)]);
  }
});

it('draws all 2,000 sessions of 180 days', async () => {
  const user = { user: heavyName(2_000) };
  const whole = await get('GET /v1/users/{user}/timeline', { from: 'P180D' }, user);
  expect([whole.sessions, whole.isComplete]).toEqual([2_000, true]);
  const days = whole.days.map(({ date }: Json) => Date.parse(date));
  expect(new Set(days).size).toBeGreaterThanOrEqual(179);
});

it('sums up what was counted whole, and says of users that it was not', async () => {
  const summary = await get('GET /v1/summary', {});
  expect(summary).toMatchObject({
    users: 1_000,
    isUsersComplete: false,
    detections: { low: 1_000, medium: 1_000, high: 1_000 },
    isDetectionsComplete: true,
    detectionsNew: 2_000,
  });
});
