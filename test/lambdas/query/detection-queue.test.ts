// The queue over the real tables: rows of at most 300 octets that follow detections and decisions,
// lists and counts that equal a full count of what was stored, and changes of many at once.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import type { Detection } from '../../../domain/detection.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { makeControl } from '../../../lambdas/control/control.ts';
import { newOrderId } from '../../../lambdas/control/session-ends.ts';
import {
  decidedPart,
  foundPart,
  packDecided,
  packFound,
  unpackDecided,
  unpackFound,
} from '../../../lambdas/shared/detection-row.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { packEnding } from '../../../lambdas/shared/row-ending.ts';
import { makeTableTriage } from '../../../lambdas/wiring/table-triage.ts';
import { anyDetection } from '../../support/any-detection.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { lyon } from '../../support/detections.ts';
import { hourMs, morning } from '../../support/events.ts';
import { violations } from '../../support/openapi.ts';
import { runs } from '../../support/property-runs.ts';

const now = morning + 4 * hourMs;
const day = 24 * hourMs;
let cloud: TestCloud;
let control: ReturnType<typeof makeControl>;

beforeAll(async () => {
  cloud = await startTestCloud(now);
  const { profiles: profilesTable, control: controlTable } = cloud.tables;
  const options = { client: cloud.dynamo.client, profilesTable, controlTable, now: () => now };
  control = makeControl({
    access: { kind: 'open' },
    now: () => now,
    log: makeLog({ service: 'control', now: () => now, write: () => undefined }),
    triage: makeTableTriage(options),
  } as unknown as Parameters<typeof makeControl>[0]);
  const users = makeUserStore({
    client: cloud.dynamo.client,
    tableName: profilesTable,
    now: () => now,
  });
  for (const one of stored) await users.mergeDetection(one);
});

afterAll(() => cloud.stop());

const severities = ['low', 'medium', 'high'] as const;
const countries = ['FR', 'DE', 'AR'];

/** Sixty detections of thirty days, of twenty users. */
const stored: readonly Detection[] = Array.from({ length: 60 }, (_, at) => {
  const firstSeen = now - (at % 30) * day - at * 1000;
  const stamp = new Date(firstSeen).toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    ...lyon,
    id: `${stamp}-${`${at}`.padStart(16, 'q')}`,
    userKey: at % 7 === 0 ? `tail, of a name ${at % 20}` : `user${at % 20}@contoso.com`,
    severity: severities[at % 3] ?? 'low',
    score: (at * 37) % 101,
    firstSeen,
    lastSeen: firstSeen + hourMs,
    gatewayId: `asa-${at % 4}`,
    clientAddress: `203.0.113.${at % 9}`,
    place: { key: `${countries[at % 3]}/Region/City ${at % 5}`, label: `City ${at % 5}` },
    network: { asn: 64_500 + (at % 6), organization: `Carrier ${at % 6}`, type: 'access' },
  };
});

type Item = { id: string; etag: string; user: string; severity: string; score: number };

async function list(query: Record<string, string>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const paged = { ...query, limit: '7', ...(cursor ? { cursor } : {}) };
    const { body } = await cloud.get('GET /v1/detections', { query: paged });
    items.push(...body.items);
    cursor = body.next;
  } while (cursor);
  return items;
}

async function ask(routeKey: string, body: unknown, id = '') {
  const answer = await control({
    routeKey,
    rawPath: routeKey,
    headers: { 'content-type': 'application/json' },
    pathParameters: { id },
    requestContext: {},
    body: JSON.stringify(body),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2);
  const text = answer.body ?? '';
  const answered = { status: answer.statusCode ?? 0, headers: answer.headers ?? {}, text };
  expect(violations(routeKey, answered)).toEqual([]);
  return { status: answer.statusCode, body: JSON.parse(text) };
}

/** Octets of an item as DynamoDB counts them (Developer Guide, item sizes and formats). */
function octetsOf(item: Record<string, { S?: string; N?: string }>): number {
  return Object.entries(item).reduce((sum, [name, { S, N }]) => {
    const digits = (N ?? '').replace('-', '').replace(/0+$/, '').length;
    return (
      sum +
      Buffer.byteLength(name) +
      (S === undefined ? Math.ceil(digits / 2) + 1 : Buffer.byteLength(S))
    );
  }, 0);
}

it('keeps rows of at most 300 octets that say again what they were made of', () => {
  const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 253 });
  fc.assert(
    fc.property(anyDetection, names, names, (base, user, owner) => {
      const detection = {
        ...base,
        userKey: user,
        gatewayId: user,
        clientAddress: '2001:db8:1111:2222:3333:4444:5555:6666',
        network: { asn: 4_294_967_295, organization: '', type: 'unknown' as const },
        isLearning: true,
        isImported: true as const,
        burstId: 'x',
      };
      const triage = {
        at: now,
        by: 'x',
        status: 'in-progress' as const,
        classification: 'malicious' as const,
        owner,
        version: 99,
        history: [],
      };
      const found = foundPart(detection);
      const decided = decidedPart(triage);
      expect(unpackFound(packFound(found))).toEqual(found);
      expect(unpackDecided(packDecided(decided))).toEqual(decided);
      const packed = packFound(found);
      const octets = octetsOf({
        pk: { S: 'QUEUE#202611' },
        sk: { S: lyon.id },
        u: { S: packed.user },
        g: { S: packed.gateway },
        d: { S: packed.rest },
        t: { S: packDecided(decided) },
        o: { S: packEnding({ orderId: newOrderId(now), steps: [] }) },
        v: { N: '99' },
        w: { N: '99' },
        expiresAt: { N: '1795420920' },
      });
      expect(octets <= 300).toBe(true);
    }),
    { numRuns: runs(200) },
  );
});

it.each<[string, Record<string, string>, (one: Detection) => boolean]>([
  ['no filter', {}, () => true],
  ['two severities', { severity: 'low,high' }, ({ severity }) => severity !== 'medium'],
  [
    'a country and a gateway',
    { country: 'fr', gateway: 'asa-1,asa-2' },
    (one) => one.place.key.startsWith('FR') && ['asa-1', 'asa-2'].includes(one.gatewayId),
  ],
  [
    'networks',
    { asn: 'AS64501,64503' },
    ({ network }) => [64_501, 64_503].includes(network?.asn ?? 0),
  ],
  [
    'a user with a comma',
    { user: 'tail%2C of a name 7' },
    ({ userKey }) => userKey === 'tail, of a name 7',
  ],
  [
    'an address',
    { address: '203.0.113.4' },
    ({ clientAddress }) => clientAddress === '203.0.113.4',
  ],
  ['a place', { place: 'DE/Region/City 1' }, ({ place }) => place.key === 'DE/Region/City 1'],
  ['a score', { scoreMin: '60' }, ({ score }) => score >= 60],
  ['nobody’s', { owner: 'none', status: 'new' }, () => true],
  [
    'a range',
    { from: 'P9D', to: 'P3D' },
    ({ firstSeen }) => firstSeen >= now - 9 * day && firstSeen < now - 3 * day,
  ],
])(
  'lists by %s what a full count finds, in every order, and counts the same',
  async (_, query, isMeant) => {
    const meant = stored.filter((one) => isMeant(one) && one.firstSeen >= now - 30 * day);
    const byTime = meant
      .map(({ id }) => id)
      .sort()
      .reverse();

    expect((await list(query)).map(({ id }) => id)).toEqual(byTime);
    for (const sort of ['severity', 'score', 'user', 'time']) {
      for (const order of ['asc', 'desc']) {
        const items = await list({ ...query, sort, order });
        expect(items.map(({ id }) => id).sort()).toEqual([...byTime].sort());
        const keys = items.map((item) =>
          sort === 'time' ? item.id : item[sort as 'score' | 'user'],
        );
        const up = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        if (sort !== 'severity') expect(keys).toEqual(order === 'asc' ? up : up.reverse());
      }
    }
    const { body } = await cloud.get('GET /v1/detections/facets', { query });
    expect([body.total, body.isComplete]).toEqual([meant.length, true]);
    const days = body.trend.reduce(
      (sum: number, { low, medium, high }: Record<'low' | 'medium' | 'high', number>) =>
        sum + low + medium + high,
      0,
    );
    expect(days).toBe(meant.length);
  },
);

it('counts a facet by what the other filters leave, with the names of networks', async () => {
  const { body } = await cloud.get('GET /v1/detections/facets', { query: { severity: 'high' } });

  const sum = (values: { count: number }[]) => values.reduce((all, { count }) => all + count, 0);
  expect(sum(body.facets.severity.values)).toBe(60);
  expect(sum(body.facets.country.values)).toBe(20);
  expect(body.facets.asn.values[0].label).toMatch(/^Carrier/);
});

it('takes one decision about many, a result for each, and lists what was decided', async () => {
  const items = await list({});
  const asked = items.slice(0, 30).map(({ id, etag }) => ({ id, etag }));
  const stale = { id: items[40]?.id ?? '', etag: '"stale"' };
  const gone = { id: '20261101T000000Z-qqqqqqqqqqqqqqqq', etag: '"x"' };
  const change = { classification: 'benign', owner: 'me' };
  const { body } = await ask('PATCH /v1/detections', { items: [...asked, stale, gone], change });

  expect(body.items.map(({ result }: { result: string }) => result)).toEqual([
    ...asked.map(() => 'changed'),
    'version-conflict',
    'not-found',
  ]);
  const counts = await cloud.get('GET /v1/detections/facets');
  expect(counts.body.classified).toMatchObject({ benign: 30, malicious: 0, benignShare: 1 });
  const mean =
    asked.reduce((sum, { id }) => {
      const one = stored.find((detection) => detection.id === id);
      return sum + now - (one?.firstSeen ?? 0);
    }, 0) / 30_000;
  expect(counts.body.classified.meanSeconds).toBe(Math.round(mean));
  const open = { query: { status: 'new,in-progress' } };
  const unresolved = await cloud.get('GET /v1/detections/facets', open);
  expect(unresolved.body).toMatchObject({ total: 30, classified: counts.body.classified });
  expect((await list({ owner: 'local' })).map(({ id }) => id)).toEqual(asked.map(({ id }) => id));
  expect((await list({ status: 'new' })).length).toBe(30);
  const summary = await cloud.get('GET /v1/summary');
  expect(summary.body).toMatchObject({ detectionsNew: 30, isDetectionsComplete: true });
  // The tags of the results are those of what stands now: the same change again is taken.
  const again = body.items.slice(0, 2).map((one: { id: string; detection: Item }) => ({
    id: one.id,
    etag: one.detection.etag,
  }));
  const back = await ask('PATCH /v1/detections', { items: again, change: { owner: null } });
  expect(back.body.items.map(({ result }: { result: string }) => result)).toEqual([
    'changed',
    'changed',
  ]);
});

it('keeps every word of a thread, in order', async () => {
  const [one] = await list({});
  const route = 'POST /v1/detections/{id}/comments';
  const texts = ['Called her', 'On a train to Lyon', '<b>ok</b>'];
  for (const text of texts) {
    expect((await ask(route, { text }, one?.id)).status).toBe(201);
  }
  expect((await ask(route, { text: '  ' }, one?.id)).status).toBe(422);
  const { body } = await cloud.get('GET /v1/detections/{id}/comments', {
    params: { id: one?.id ?? '' },
  });
  expect(body.items.map(({ text }: { text: string }) => text).sort()).toEqual([...texts].sort());
});

it('says who is signed in, and what the role may do', async () => {
  const { body } = await cloud.get('GET /v1/me', {
    headers: { authorization: 'Bearer local:analyst:anna' },
  });

  expect(body).toMatchObject({ id: 'anna', role: 'analyst' });
  expect(body.actions).toContainEqual({
    action: 'end-sessions',
    isAllowed: false,
    needs: 'responder',
  });
});
