// What an analyst decides, over the real tables: kept with who and when, refused when the state is
// another, and felt by the next judgement.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { maliciousKeys } from '../../../domain/detect/triage.ts';
import { makePopulationStore } from '../../../lambdas/aws/dynamodb/population-store.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { makeControl } from '../../../lambdas/control/control.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { makeTableTriage } from '../../../lambdas/wiring/table-triage.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { lyon } from '../../support/detections.ts';
import { eventOf, hourMs, morning } from '../../support/events.ts';
import { violations } from '../../support/openapi.ts';

const route = 'PATCH /v1/detections/{id}';
const read = 'GET /v1/detections/{id}';
const now = morning + 4 * hourMs;
const day = 24 * hourMs;
/** Odd are place, network and computer. */
const lyonReasons = ['place', 'network', 'device'].map((term) => ({
  term,
  weight: 1,
  text: 'New',
  numbers: {},
}));
let cloud: TestCloud;
let handle: ReturnType<typeof makeControl>;
let publish: jest.Mock;

beforeEach(async () => {
  cloud = await startTestCloud(now);
  publish = jest.fn(async () => undefined);
  const tables = { profilesTable: cloud.tables.profiles, controlTable: cloud.tables.control };
  handle = controlOver(tables);
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  await cloud.deliver([[eventOf({ address: '81.2.69.142' })]]);
  await makeUserStore(table).mergeDetection({
    ...lyon,
    userKey: 'alice',
    reasons: lyonReasons,
  });
});

afterEach(() => cloud.stop());

function controlOver(
  tables: { profilesTable: string; controlTable: string },
  groups?: string,
): typeof handle {
  const options = { client: cloud.dynamo.client, now: () => now, ...tables };
  return makeControl({
    access: groups ? { kind: 'token', groupsClaim: 'groups' } : { kind: 'open' },
    now: () => now,
    log: makeLog({ service: 'control', now: () => now, write: () => undefined }),
    triage: makeTableTriage({ ...options, publish }),
  } as unknown as Parameters<typeof makeControl>[0]);
}

async function patch(body: unknown, ifMatch?: string, id = lyon.id, groups?: string) {
  const event = {
    routeKey: route,
    rawPath: `/v1/detections/${id}`,
    headers: { 'content-type': 'application/json', ...(ifMatch ? { 'if-match': ifMatch } : {}) },
    pathParameters: { id },
    requestContext: { authorizer: { jwt: { claims: { sub: 'eve', groups } } } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  const answer = await handle(event);
  const json = JSON.parse(answer.body ?? 'null');
  const headers = answer.headers ?? {};
  const answered = { status: answer.statusCode ?? 0, headers, text: answer.body ?? '' };
  expect(violations(route, answered)).toEqual([]);
  return { status: answer.statusCode, body: json, etag: String(answer.headers?.['etag']) };
}

const tagNow = async (): Promise<string> => {
  const answer = await cloud.get(read, { params: { id: lyon.id } });
  return String(answer.headers['etag']);
};
const marks = async () => {
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  return (await makeUserStore(table).load('alice', now)).profile?.learned.marks ?? [];
};

describe('a decision', () => {
  it('is kept with who, when and why, and seen in the next answer', async () => {
    const until = new Date(now + 30 * day).toISOString();
    const body = { classification: 'benign', note: 'At a fair in Lyon', benignUntil: until };
    const first = await patch(body, await tagNow());

    expect(first).toMatchObject({
      status: 200,
      body: {
        status: 'resolved',
        classification: 'benign',
        triage: { by: 'eve', note: 'At a fair in Lyon', benignUntil: until, history: [] },
      },
    });
    expect(first.etag).toBe(await tagNow());
    const second = await patch({ status: 'in-progress' }, first.etag);
    expect(second.body.triage).toMatchObject({
      status: 'in-progress',
      classification: 'benign',
      note: 'At a fair in Lyon',
      history: [{ status: 'resolved', by: 'eve' }],
    });
    expect(publish).toHaveBeenCalledTimes(2);
  });

  it('that was benign for a week stays so when only its note is corrected', async () => {
    const until = new Date(now + 7 * day).toISOString();
    const first = await patch({ classification: 'benign', benignUntil: until }, await tagNow());
    const noted = await patch({ classification: 'benign', note: 'A fair' }, first.etag);
    expect(noted.body.triage).toMatchObject({ benignUntil: until, note: 'A fair' });
    const longer = new Date(now + 30 * day).toISOString();
    const third = await patch({ benignUntil: longer }, noted.etag);
    expect(third.body.triage).toMatchObject({ benignUntil: longer, status: 'resolved' });
  });

  it('that is taken back leaves nothing learned or marked but what others marked', async () => {
    const controlTable = { client: cloud.dynamo.client, tableName: cloud.tables.control };
    const population = () => makePopulationStore({ ...controlTable, now: () => now });
    const learned = async () => {
      const table = {
        client: cloud.dynamo.client,
        tableName: cloud.tables.profiles,
        now: () => now,
      };
      return (await makeUserStore(table).load('alice', now)).profile?.learned;
    };
    const before = await learned();
    const [key = '', ...own] = maliciousKeys({ ...lyon, reasons: lyonReasons });
    await population().markMalicious([key], now + day, '20261123T080200Z-other0other0othe');
    const open = await patch({ status: 'in-progress' }, await tagNow());
    const said = await patch({ classification: 'malicious' }, open.etag);
    expect(await learned()).not.toEqual(before);
    const back = await patch({ classification: null }, said.etag);

    expect(back.body.status).toBe('in-progress');
    expect(await learned()).toEqual(before);
    const { malicious } = await population().view([key, ...own], now);
    expect([...malicious]).toEqual([[key, now + day]]);
  });

  it('that is taken back leaves an open question, unless the analyst closes it', async () => {
    const { etag } = await patch({ classification: 'benign' }, await tagNow());
    const back = await patch({ classification: null }, etag);
    expect(back.body).toMatchObject({ status: 'new', triage: { status: 'new' } });
    const again = await patch({ classification: 'malicious' }, back.etag);
    expect(again.body.status).toBe('in-progress');
    const closed = await patch({ classification: null, status: 'resolved' }, again.etag);
    expect(closed.body.status).toBe('resolved');
  });

  it('becomes part of what is learned of the person, and can be taken back', async () => {
    const { etag } = await patch({ classification: 'benign' }, await tagNow());
    const place = {
      kind: 'place',
      key: lyon.place.key,
      classification: 'benign',
      until: now + 90 * day,
    };
    expect(await marks()).toContainEqual(place);

    const after = await patch({ classification: null, note: null }, etag);

    expect(after.body.triage).not.toHaveProperty('classification');
    expect(await marks()).toEqual([]);
  });

  it('of malicious follows the address and the computer wherever they are used', async () => {
    await patch({ classification: 'malicious' }, await tagNow());

    expect((await marks()).map(({ classification }) => classification)).toContain('malicious');
    const control = { client: cloud.dynamo.client, tableName: cloud.tables.control };
    const keys = maliciousKeys({ ...lyon, reasons: lyonReasons });
    const view = await makePopulationStore({ ...control, now: () => now }).view(keys, now);
    expect([...view.malicious.keys()].sort()).toEqual([...keys].sort());
  });
});

describe('a decision is refused', () => {
  it('without the state it was made on, and on a state that is no more', async () => {
    const tag = await tagNow();
    expect((await patch({ status: 'resolved' })).status).toBe(428);
    expect((await patch({ status: 'resolved' }, tag)).status).toBe(200);
    expect((await patch({ status: 'new' }, tag)).status).toBe(412);
    expect((await patch({ status: 'new' }, '"other"')).status).toBe(412);
  });

  it('to the second of two analysts who decide at once, and the first one holds', async () => {
    const tag = await tagNow();
    const both = await Promise.all([
      patch({ classification: 'benign' }, tag),
      patch({ classification: 'malicious' }, tag),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const winner = both.find(({ status }) => status === 200)?.body.classification;
    expect(new Set((await marks()).map(({ classification }) => classification))).toEqual(
      new Set([winner]),
    );
  });

  it('to who is in no group, and for a detection that is not there', async () => {
    const tag = await tagNow();
    expect((await patch({}, tag, '20200101T000000Z-abcdefghijklmnop')).status).toBe(404);
    const tables = { profilesTable: cloud.tables.profiles, controlTable: cloud.tables.control };
    handle = controlOver(tables, 'x');
    expect((await patch({ status: 'resolved' }, tag, lyon.id, '[reader]')).status).toBe(403);
    expect((await patch({ status: 'resolved' }, tag, lyon.id, '[analyst]')).status).toBe(200);
  });

  it('when it makes no sense', async () => {
    const tag = await tagNow();
    const late = new Date(now + 400 * day).toISOString();
    const bodies = [
      { status: 'gone' },
      { classification: 'benign', benignUntil: late },
      { benignUntil: new Date(now + day).toISOString() },
      { note: 'x'.repeat(2001) },
      { severity: 'low' },
      [],
      '{',
    ];
    for (const body of bodies) expect([body, (await patch(body, tag)).status]).toEqual([body, 422]);
    expect(await tagNow()).toBe(tag);
  });

  it('never with a fault, whatever is sent', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('benign', 'new', null, '2026-12-01'));
    const body = fc.dictionary(
      fc.constantFrom('status', 'classification', 'note', 'benignUntil', '__proto__'),
      value,
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, fc.jsonValue()), async (sent) => {
        expect((await patch(sent, await tagNow())).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });
});
