// Cases over the real tables: detections that belong together, in whatever order they were stored;
// ids that redirect, splits that last, owners and comments that nobody loses, files for tickets and
// security products, and nothing left of a user who is erased.

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Detection } from '../../../domain/detection.ts';
import { makePersonalRows } from '../../../lambdas/aws/dynamodb/personal-rows.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { makeControl } from '../../../lambdas/control/control.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { makeTableTriage } from '../../../lambdas/wiring/table-triage.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { lyon } from '../../support/detections.ts';
import { hourMs, minuteMs, morning } from '../../support/events.ts';
import { ocsfViolations } from '../../support/ocsf.ts';
import { violations } from '../../support/openapi.ts';

const now = morning + 4 * hourMs;
const hostile = 'eve|<b>[x](http://evil.example)\n# www.evil.example';
/** Decisions come one after the other. */
let ticks = 0;
let cloud: TestCloud;
let control: ReturnType<typeof makeControl>;
let tables: { client: TestCloud['dynamo']['client']; tableName: string; now: () => number };

beforeEach(async () => {
  cloud = await startTestCloud(now);
  const { client } = cloud.dynamo;
  const { profiles: profilesTable, control: controlTable } = cloud.tables;
  tables = { client, tableName: profilesTable, now: () => now };
  control = makeControl({
    access: { kind: 'open' },
    now: () => now + ticks++,
    log: makeLog({ service: 'control', now: () => now, write: () => undefined }),
    triage: makeTableTriage({ client, profilesTable, controlTable, now: () => now }),
  } as unknown as Parameters<typeof makeControl>[0]);
});
afterEach(() => cloud.stop());

/** A detection of a user at a minute of the morning. */
function found(user: string, minute: number, parts: Partial<Detection> = {}): Detection {
  const { device: _, ...base } = lyon;
  const firstSeen = morning + minute * minuteMs;
  const stamp = new Date(firstSeen).toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    ...base,
    id: `${stamp}-${user.replace(/\W/g, '').padEnd(16, '0').slice(0, 16)}`,
    userKey: user,
    firstSeen,
    lastSeen: firstSeen,
    clientAddress: '181.15.27.153',
    network: { asn: 7303, organization: 'Telecom Argentina', type: 'access' },
    ...parts,
  };
}

const store = async (detections: readonly Detection[]) => {
  const users = makeUserStore(tables);
  for (const one of detections) await users.mergeDetection(one);
};

async function ask(routeKey: string, id: string, body: unknown, tag?: string) {
  const answer = await control({
    routeKey,
    rawPath: routeKey,
    headers: { 'content-type': 'application/json', ...(tag ? { 'if-match': tag } : {}) },
    pathParameters: { case: id },
    requestContext: {},
    body: JSON.stringify(body),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2);
  const text = answer.body ?? '';
  const answered = { status: answer.statusCode ?? 0, headers: answer.headers ?? {}, text };
  expect(violations(routeKey, answered)).toEqual([]);
  return { status: answer.statusCode, body: JSON.parse(text) };
}

const list = async (query: Record<string, string> = {}) =>
  (await cloud.get('GET /v1/cases', { query })).body;
const get = (id: string) => cloud.get('GET /v1/cases/{case}', { params: { case: id } });
const patch = 'PATCH /v1/cases/{case}';
const comment = 'POST /v1/cases/{case}/comments';
const thread = async (id: string) => {
  const { body } = await cloud.get('GET /v1/cases/{case}/comments', { params: { case: id } });
  return (body.items as { text: string }[]).map(({ text }) => text);
};

const ann = found('ann', 0);
const bob = found('bob', 25);
const eve = found(hostile, 40);
const far = found('zoe', 30, {
  clientAddress: '198.51.100.9',
  place: { key: 'DE/Berlin/Berlin', label: 'Berlin, DE', lat: 52, lon: 13, radiusKm: 9 },
});

it('lists what belongs together in words, whatever the order', async () => {
  await store([eve, far, ann, bob]);
  const { items, total } = await list();
  expect([total, items[0]]).toMatchObject([
    1,
    {
      title: '3 accounts from 181.15.27.153 within 40 minutes',
      kind: 'address',
      asn: 7303,
      users: 3,
      detections: [ann.id, bob.id, eve.id],
      status: 'new',
      severity: 'medium',
    },
  ]);
  const whole = await get(items[0].id);
  expect(whole.body.items.map((one: { etag: string }) => typeof one.etag)).toEqual(
    Array(3).fill('string'),
  );
  expect((await list({ detection: bob.id })).items[0].id).toBe(items[0].id);
  expect((await list({ detection: far.id })).items).toEqual([]);
  expect((await list({ status: 'resolved' })).items).toEqual([]);
  expect((await list({ from: 'P300D', to: 'P200D' })).items).toEqual([]);
});

it('has the alerts that fold into a burst in the case of the burst', async () => {
  const burst = found('ann', 0, {
    id: ann.id.replace(/.{16}$/, 'burstburstburst0'),
    kind: 'connection-burst',
    users: ['ann', 'bob', 'zoe'],
    detections: [ann.id, bob.id, far.id],
    burstKey: 'n:7303',
  });
  await store([far, bob, ann, burst]);
  const { items } = await list();
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    kind: 'burst',
    title: '3 accounts from AS7303 within 30 minutes',
    users: 3,
    detections: [ann.id, burst.id, bob.id, far.id].sort(),
  });
});

it('redirects an id of before, and keeps what was decided under it', async () => {
  await store([ann, bob]);
  const before = (await list()).items[0];
  await ask(patch, before.id, { owner: 'me' }, before.decisionTag);
  await ask(comment, before.id, { text: 'looks alike' });
  // Twenty hours earlier, and heard of late.
  await store([found('old', -20 * 60)]);
  const after = (await list()).items[0];
  expect(after.id).not.toBe(before.id);
  expect(after).toMatchObject({ users: 3, owner: 'local' });
  const moved = await get(before.id);
  expect([moved.status, moved.headers['location']]).toEqual([308, `/v1/cases/${after.id}`]);
  expect(await thread(after.id)).toEqual(['looks alike']);
  expect(await thread(before.id)).toEqual(['looks alike']);
  await ask(comment, after.id, { text: 'one more' });
  expect(await thread(after.id)).toEqual(['looks alike', 'one more']);
  expect((await get('20200101T00Z-AbCdEfGh')).status).toBe(404);
  expect((await get('no case')).status).toBe(404);
});

it('splits off what does not belong, for good, until it is taken back', async () => {
  await store([ann, bob, eve]);
  const one = (await list()).items[0];
  const foreign = await ask(patch, one.id, { split: [far.id] }, one.decisionTag);
  const everything = await ask(patch, one.id, { split: one.detections }, one.decisionTag);
  expect([foreign.status, everything.status]).toEqual([422, 422]);
  const split = await ask(patch, one.id, { split: [bob.id] }, one.decisionTag);
  expect(split.body.detections).toEqual([ann.id, eve.id]);
  await store([found('joe', 26), { ...bob, score: 90 }]);
  const cases = (await list()).items as { id: string; kind: string; detections: string[] }[];
  const apart = cases.find(({ kind }) => kind === 'split');
  expect(cases.map(({ detections }) => detections.length).sort()).toEqual([1, 3]);
  expect(apart?.detections).toEqual([bob.id]);
  const whole = await get(apart?.id ?? '');
  expect(whole.body).toMatchObject({ splitFrom: one.id, splitBy: 'local' });
  const back = await ask(patch, apart?.id ?? '', { split: [] }, whole.body.decisionTag);
  expect(back.status).toBe(200);
  expect((await list()).items.map((c: { users: number }) => c.users)).toEqual([4]);
  expect((await get(apart?.id ?? '')).status).toBe(308);
});

it('lets nobody overwrite what somebody else decided meanwhile', async () => {
  await store([ann, bob]);
  const { id, decisionTag } = (await list()).items[0];
  expect((await ask(patch, id, { owner: 'me' })).status).toBe(428);
  const answers = await Promise.all(
    ['x', 'y', 'z'].map((owner) => ask(patch, id, { owner }, decisionTag)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  expect((await ask(patch, id, {}, '*')).status).toBe(422);
  const stale = await ask(patch, id, { owner: null }, decisionTag);
  expect(stale.status).toBe(412);
  const taken = await ask(patch, id, { owner: null }, (await get(id)).body.decisionTag);
  expect(taken.body.owner).toBeUndefined();
  const { body } = await cloud.get('GET /v1/audit');
  expect(body.items.filter((row: { subject: string }) => row.subject === id).length >= 2).toBe(
    true,
  );
});

it('is written to a ticket without markup of others, and to OCSF', async () => {
  await store([ann, bob, eve]);
  const { id } = (await list()).items[0];
  const file = (format: string) =>
    cloud.get('GET /v1/exports/cases/{case}', { params: { case: id }, query: { format } });
  const page = await file('markdown');
  expect(page.text).toContain('# 3 accounts from 181.15.27.153 within 40 minutes');
  expect(page.text).not.toMatch(/<b>|\n# www|\]\(http|[^\\]:\/\//);
  const incident = JSON.parse((await file('ocsf')).text);
  expect(incident).toMatchObject({ class_uid: 2005, type_uid: 200_502, severity_id: 3 });
  expect(incident.finding_info_list).toHaveLength(3);
  expect(
    incident.finding_info_list.flatMap((one: unknown) => ocsfViolations('finding_info', one)),
  ).toEqual([]);
  expect(ocsfViolations('metadata', incident.metadata)).toEqual([]);
  expect((await file('csv')).status).toBe(400);
});

it('leaves no word about a user who is erased', async () => {
  await store([ann, bob]);
  const { id } = (await list()).items[0];
  await ask(comment, id, { text: 'ann again' });
  await store([found('old', -20 * 60)]);
  await makePersonalRows(tables).deleteUser('ann');
  const { Items: items = [] } = await tables.client.send(
    new ScanCommand({ TableName: tables.tableName }),
  );
  expect(items.filter((item) => `${item['pk']?.S}`.startsWith('COMMENTS#'))).toEqual([]);
  const kept = items.filter((item) => `${item['pk']?.S}`.startsWith('CASES#'));
  expect(kept).toHaveLength(1);
  expect(kept.every((item) => Number(item['expiresAt']?.N) * 1000 > now)).toBe(true);
  expect(JSON.stringify(kept)).not.toContain('"ann"');
});
