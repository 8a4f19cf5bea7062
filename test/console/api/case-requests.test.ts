// What the pages of cases ask is what the API takes: the console's own requests, sent through its
// own code to the functions over real tables. Each answer is held against the contract.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { CaseAnswer, CasePage, Comment, Page } from '../../../console/api/types.ts';
import type { Detection } from '../../../domain/detection.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { makeControl } from '../../../lambdas/control/control.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { makeTableTriage } from '../../../lambdas/wiring/table-triage.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { lyon } from '../../support/detections.ts';
import { hourMs, minuteMs, morning } from '../../support/events.ts';
import { violations } from '../../support/openapi.ts';
import { makePageFetch } from '../../support/page-fetch.ts';

const { fetch, addEventListener, sessionStorage } = globalThis;
const before = { fetch, addEventListener, sessionStorage };
let cloud: TestCloud;
let api: typeof import('../../../console/api/paths.ts') &
  typeof import('../../../console/api/send.ts') &
  typeof import('../../../console/api/decide.ts') &
  typeof import('../../../console/api/files.ts') &
  typeof import('../../../console/api/change-case.ts');

beforeAll(async () => {
  let now = morning + 4 * hourMs;
  cloud = await startTestCloud(now);
  const { client } = cloud.dynamo;
  const { profiles: profilesTable, control: controlTable } = cloud.tables;
  const control = makeControl({
    access: { kind: 'open' },
    now: () => now++,
    log: makeLog({ service: 'control', now: () => now, write: () => undefined }),
    triage: makeTableTriage({ client, profilesTable, controlTable, now: () => now }),
  } as unknown as Parameters<typeof makeControl>[0]);
  const users = makeUserStore({ client, tableName: profilesTable, now: () => now });
  for (const one of ['ann', 'bob', 'eve'].map(found)) await users.mergeDetection(one);
  globalThis.fetch = makePageFetch(async ({ routeKey, params, query, headers, body }) => {
    if (routeKey.startsWith('GET')) return cloud.get(routeKey, { params, query, headers });
    const event = { routeKey, rawPath: routeKey, headers, pathParameters: params, body };
    const rest = { requestContext: {}, isBase64Encoded: false };
    const answer = await control({ ...event, ...rest } as unknown as APIGatewayProxyEventV2);
    const { statusCode: status = 0, headers: sent = {}, body: text = '' } = answer;
    expect(violations(routeKey, { status, headers: sent, text })).toEqual([]);
    return { status, headers: sent, text };
  }) as typeof globalThis.fetch;
  globalThis.addEventListener = () => undefined;
  globalThis.sessionStorage = { getItem: () => null } as unknown as Storage;
  api = {
    ...(await import('../../../console/api/paths.ts')),
    ...(await import('../../../console/api/send.ts')),
    ...(await import('../../../console/api/decide.ts')),
    ...(await import('../../../console/api/files.ts')),
    ...(await import('../../../console/api/change-case.ts')),
  };
});
afterAll(async () => {
  Object.assign(globalThis, before);
  await cloud.stop();
});

/** Detections from one address, some minutes apart. */
function found(user: string, at: number): Detection {
  const firstSeen = morning + at * 5 * minuteMs;
  const stamp = new Date(firstSeen).toISOString().replace(/[-:]|\.\d+/g, '');
  const times = { firstSeen, lastSeen: firstSeen };
  return { ...lyon, id: `${stamp}-${user.padEnd(16, '0')}`, userKey: user, ...times };
}

async function get<T>(path: string): Promise<T> {
  const response = await globalThis.fetch(path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}

/** The one case with so many detections, as the list of the page asks for it. */
async function caseOf(count: number): Promise<CaseAnswer> {
  const status = ['new', 'in-progress'];
  const asked = { from: 'P30D', status, sort: 'severity', limit: '50' };
  const { items } = await get<CasePage>(api.apiPaths.cases(asked));
  const one = items.find(({ detections }) => detections.length === count);
  return get<CaseAnswer>(api.apiPaths.case(one?.id ?? 'none'));
}

it('finds a case by its list and by a detection', async () => {
  const whole = await caseOf(3);
  const [first] = whole.items;
  const asked = api.apiPaths.cases({ detection: first?.id ?? '' });
  expect((await get<CasePage>(asked)).items.map(({ id }) => id)).toEqual([whole.id]);
});

it('makes one decision for all of it, and takes it back', async () => {
  const { items } = await caseOf(3);
  const seen = items.map(({ id, etag }) => ({ id, etag }));
  const change = { classification: 'malicious', status: 'in-progress' } as const;
  const done = await api.decide([{ change, items: seen }], items);
  expect(done).toMatchObject({ changed: 3, overtaken: 0, failed: 0 });
  expect((await caseOf(3)).classification).toBe('malicious');
  // The tags that the page held are of before.
  expect(await api.decide([{ change, items: seen }], items)).toMatchObject({
    changed: 0,
    overtaken: 3,
  });
  expect(await api.decide(done.undo, [])).toMatchObject({ changed: 3 });
  expect((await caseOf(3)).classification).toBeUndefined();
});

it('is taken and given back, once for each state that was shown', async () => {
  const shown = await caseOf(3);
  const taken = await api.changeCase(shown, { owner: 'me' });
  expect(taken).toMatchObject({ data: { owner: 'local' } });
  expect(await api.changeCase(shown, { owner: null })).toMatchObject({ problem: { status: 412 } });
  const back = await api.changeCase(await caseOf(3), { owner: null });
  expect('data' in back && back.data.owner).toBeUndefined();
});

it('is split, commented, put together again, and leads on from where it was', async () => {
  const shown = await caseOf(3);
  const chosen = shown.items.slice(0, 1).map(({ id }) => id);
  const split = await api.changeCase(shown, { split: chosen });
  expect(split).toMatchObject({ data: { detections: shown.detections.slice(1) } });
  const apart = await caseOf(1);
  expect(apart).toMatchObject({ kind: 'split', detections: chosen });
  const path = api.apiPaths.caseComments(apart.id, {});
  const said = await api.send<Comment>({ method: 'POST', path, body: { text: 'not theirs' } });
  expect(said).toMatchObject({ data: { text: 'not theirs' } });
  await api.changeCase(await caseOf(1), { split: [] });
  const again = await get<CaseAnswer>(api.apiPaths.case(apart.id));
  expect(again.detections).toEqual(shown.detections);
  const thread = api.apiPaths.caseComments(again.id, { limit: '50' });
  expect((await get<Page<Comment>>(thread)).items.map(({ text }) => text)).toEqual(['not theirs']);
});

it('goes along as the files that the page offers', async () => {
  const { id } = await caseOf(3);
  for (const [format] of api.caseFiles) {
    const { texts, isCut } = await api.collect(api.apiPaths.case(id), format);
    expect([format, texts.length, isCut]).toEqual([format, 1, false]);
    expect(texts[0]).toContain('3 accounts from');
  }
});
