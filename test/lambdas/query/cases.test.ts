// Cases over the real tables: detections that belong together, in whatever order they were stored;
// ids that redirect, splits that last, owners and comments that nobody loses, files for tickets and
// security products, and nothing left of a user who is erased.

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Detection } from '../../../domain/detection.ts';
import { putEnding } from '../../../lambdas/aws/dynamodb/detection-rows.ts';
import { makePersonalRows } from '../../../lambdas/aws/dynamodb/personal-rows.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { makeControl } from '../../../lambdas/control/control.ts';
import { type CaseStore, casesIn } from '../../../lambdas/query/case-reads.ts';
import { foundPart } from '../../../lambdas/shared/detection-row.ts';
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

it('reads the threads of merged cases as one, page by page, each comment once', async () => {
  const there = { clientAddress: '198.51.100.9', reasons: [] };
  const [zed, yan] = [found('zed', 10, there), found('yan', 20, there)];
  const own = [ann, bob].map((row) => ({ ...row, reasons: [] }));
  await store([...own, zed, yan]);
  const two = (await list()).items as { id: string }[];
  for (const text of ['1', '2', '3']) {
    for (const { id } of two) await ask(comment, id, { text });
  }
  const ids = [ann, bob, zed, yan].map(({ id }) => id);
  const burst = { kind: 'connection-burst', users: ['ann', 'bob', 'zed', 'yan'] } as const;
  await store([
    found('ann', 0, { ...burst, id: ann.id.replace(/.{16}$/, 'b'.repeat(16)), detections: ids }),
  ]);
  const { items } = await list();
  expect(two.length).toBe(2);
  expect(items).toHaveLength(1);
  const read: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: '2', ...(cursor ? { cursor } : {}) };
    const params = { case: items[0].id };
    const { body } = await cloud.get('GET /v1/cases/{case}/comments', { params, query });
    read.push(...body.items.map((one: { text: string }) => one.text));
    cursor = body.next;
  } while (cursor !== undefined);
  expect(read).toEqual(['1', '1', '2', '2', '3', '3']);
});

it('says where an order to end a session stands, as the queue does', async () => {
  await store([ann, bob]);
  const order = { detection: ann.id, orderId: `${now.toString(36).padStart(10, '0')}x`, steps: [] };
  await putEnding(tables, order);
  const whole = await get((await list()).items[0].id);
  const queue = await cloud.get('GET /v1/detections', {});
  const endings = (items: { id: string; sessionEnd?: unknown; etag: string }[]) =>
    Object.fromEntries(items.map(({ id, sessionEnd, etag }) => [id, { sessionEnd, etag }]));
  expect(endings(whole.body.items)).toEqual(endings(queue.body.items));
  expect(endings(whole.body.items)[ann.id]?.sessionEnd).toBeDefined();
});

it('names the place that is shared, whoever of the case came first', async () => {
  const place = { key: 'DE/Berlin/Berlin', label: 'Berlin, DE', lat: 52, lon: 13, radiusKm: 9 };
  const reasons = [{ term: 'place', weight: 2, text: 'new', numbers: {} }] as Detection['reasons'];
  const berlin = (user: string, minute: number, clientAddress: string) =>
    found(user, minute, { place, reasons, clientAddress });
  // The first shares an address with one of them, and was elsewhere.
  const first = { reasons: [], clientAddress: '198.51.100.1' };
  await store([
    found('ann', 0, first),
    berlin('bob', 5, '198.51.100.1'),
    berlin('cid', 6, '198.51.100.2'),
    berlin('dan', 7, '198.51.100.3'),
  ]);
  expect((await list()).items).toMatchObject([
    {
      kind: 'place',
      place: { label: 'Berlin, DE' },
      title: '4 accounts from Berlin, DE within 7 minutes',
    },
  ]);
});

it('makes a case of a device, and none of a program that many have', async () => {
  const reasons = [{ term: 'device', weight: 2, text: 'new', numbers: {} }] as const;
  const withDevice = (user: string, minute: number, device: NonNullable<Detection['device']>) =>
    found(user, minute, { clientAddress: `198.51.100.${minute}`, reasons, device });
  const program = { key: 'client:MSRASV5.20', kind: 'client' } as const;
  const laptop = { key: 'host:lt-0412', kind: 'host', name: 'lt-0412' } as const;
  await store([
    withDevice('ann', 1, program),
    withDevice('bob', 2, program),
    withDevice('cid', 3, laptop),
    withDevice('dan', 4, laptop),
  ]);
  const { items } = await list();
  expect(items).toMatchObject([{ kind: 'device', users: 2, device: { name: 'lt-0412' } }]);
  const ofProgram = { device: program.key };
  const same = await cloud.get('GET /v1/detections', { query: ofProgram });
  expect(same.body.items.map(({ user }: { user: string }) => user)).toEqual(['bob', 'ann']);
});

it('goes on where a page ended, whatever came before it meanwhile', async () => {
  const pairs = [1, 2, 3].flatMap((n) =>
    ['a', 'b'].map((one, at) =>
      found(`${one}${n}`, n * 10 + at, { clientAddress: `198.51.100.${n}`, reasons: [] }),
    ),
  );
  await store(pairs);
  const first = await list({ limit: '1' });
  await store(
    ['x', 'y'].map((one, at) =>
      found(one, 60 + at, { clientAddress: '198.51.100.9', reasons: [] }),
    ),
  );
  const second = await list({ limit: '2', cursor: first.next });
  const users = ({ detections }: { detections: string[] }) =>
    detections.map((id) => id.slice(17, 19));
  expect([...first.items, ...second.items].map(users)).toEqual([
    ['a3', 'b3'],
    ['a2', 'b2'],
    ['a1', 'b1'],
  ]);
});

it('says that it did not see all, also where it found none', async () => {
  const row = { id: ann.id, decision: undefined, ...foundPart(ann) };
  const later = { ...row, firstSeen: now + 3 * 24 * hourMs };
  const crowded: CaseStore = {
    detectionRows: async (_, __, { limit }) => ({ items: Array(limit).fill(later), last: 'more' }),
    caseRecords: async () => [],
  };
  const empty: CaseStore = { ...crowded, detectionRows: async () => ({ items: [] }) };
  const range = { from: morning, to: now };
  expect(await casesIn(crowded, range)).toEqual({ cases: [], isComplete: false });
  expect(await casesIn(empty, range)).toEqual({ cases: [], isComplete: true });
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
