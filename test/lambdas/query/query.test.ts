import fc from 'fast-check';
import { controlRoutes } from '../../../lambdas/control/control.ts';
import { queryRoutes } from '../../../lambdas/query/query.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';
import { contractRoutes } from '../../support/openapi.ts';
import { runs } from '../../support/property-runs.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
const now = morning + 4 * hourMs;

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud(now);
  const home = sessionEvents({ address: london, minutes: 120, interims: 3, device: 'lt-0412' });
  const thief = eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs });
  const days = Array.from({ length: 30 }, (_, index) =>
    sessionEvents({ user: 'bob', address: london, minutes: 5, at: morning - index * 7 * hourMs }),
  );
  await cloud.deliver([[...home, thief], days.flat()]);
  await cloud.deliver([[eventOf({ user: 'carol', address: london, at: now - minuteMs })]]);
});

afterAll(() => cloud.stop());

describe('the query API', () => {
  it('has exactly the read routes of the contract', () => {
    const reads = contractRoutes.filter((route) => route.startsWith('GET '));
    const served = [...Object.keys(queryRoutes), ...Object.keys(controlRoutes)];
    expect(served.filter((route) => route.startsWith('GET ')).sort()).toEqual([...reads].sort());
  });

  it('shows a profile with its places, addresses, devices and activities', async () => {
    const answer = await cloud.get('GET /v1/users/{user}', { params: { user: 'ALICE' } });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ user: 'alice', sessions: 2 });
    expect(answer.body.places.map((p: { city: string }) => p.city).sort()).toEqual([
      'London',
      'Tokyo',
    ]);
    const activity = answer.body.activities.find(
      (a: { sessionId: string }) => a.sessionId === 's1',
    );
    expect(activity).toMatchObject({
      state: 'ended',
      startedAt: '2026-11-23T08:00:00.000Z',
      endedAt: '2026-11-23T10:00:00.000Z',
      clientAddress: london,
      location: { city: 'London', country: 'GB', radiusKm: 200 },
    });
    expect(answer.body.detections).toHaveLength(1);
    expect(answer.body.attribution.join()).toContain('db-ip.com');
  });

  it('shows an open session until its gateway restarts', async () => {
    const open = async () => {
      const answer = await cloud.get('GET /v1/users/{user}', { params: { user: 'carol' } });
      return answer.body.openSessions.length;
    };
    expect(await open()).toBe(1);

    await cloud.deliver([[eventOf({ kind: 'gateway-on', form: 'none', user: '', at: now })]]);

    expect(await open()).toBe(0);
  });

  it('pages through activities without gap or repeat', async () => {
    const route = 'GET /v1/users/{user}/activities';
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await cloud.get(route, {
        params: { user: 'bob' },
        query: { limit: '7', from: '2026-11-01T00:00:00Z', ...(cursor ? { cursor } : {}) },
      });
      seen.push(...answer.body.items.map((item: { startedAt: string }) => item.startedAt));
      cursor = answer.body.next;
    } while (cursor);
    expect(seen).toHaveLength(30);
    expect([...new Set(seen)].sort().reverse()).toEqual(seen);
  });

  it('refuses a cursor of another user, a changed one and a made-up one', async () => {
    const route = 'GET /v1/users/{user}/activities';
    const first = await cloud.get(route, { params: { user: 'bob' }, query: { limit: '2' } });
    const cursor: string = first.body.next;
    const flipped = `${cursor.slice(0, -2)}${cursor.at(-2) === 'A' ? 'B' : 'A'}${cursor.at(-1)}`;

    for (const [user, attempt] of [
      ['alice', cursor],
      ['bob', flipped],
      ['bob', 'bm9wZQ'],
    ] as const) {
      const answer = await cloud.get(route, { params: { user }, query: { cursor: attempt } });
      expect(answer.body.code).toBe('invalid-cursor');
    }
  });

  it('lists users by prefix and detections by time, with reasons', async () => {
    const users = await cloud.get('GET /v1/users', { query: { search: 'AL' } });
    expect(users.body.items).toEqual([{ user: 'alice', kind: 'person' }]);

    const list = await cloud.get('GET /v1/detections', { query: { from: 'P1D' } });
    expect(list.body.items).toHaveLength(1);
    const [{ id }] = list.body.items;
    const one = await cloud.get('GET /v1/detections/{id}', { params: { id } });
    const travel = one.body.reasons.find(({ term }: { term: string }) => term === 'travel');
    expect(travel.text).toContain('London, GB');

    const none = await cloud.get('GET /v1/detections', { query: { severity: 'high' } });
    expect(none.body.items).toEqual([]);
  });

  it('tells who else came from a place and who used a device', async () => {
    const cell = await cloud.get('GET /v1/locations/{cell}/users', {
      params: { cell: '51.5_-0.5' },
    });
    expect(cell.body.items.map((item: { user: string }) => item.user)).toEqual([
      'alice',
      'bob',
      'carol',
    ]);

    const device = 'host:lt-0412';
    const found = await cloud.get('GET /v1/devices/{device}', { params: { device } });
    expect(found.body.locations.map((l: { city: string }) => l.city)).toEqual(['London']);
    const listed = await cloud.get('GET /v1/devices', { query: { search: 'host:' } });
    expect(listed.body.items.map((item: { key: string }) => item.key)).toEqual([device]);
    const named = await cloud.get('GET /v1/devices', { query: { search: 'LT-04' } });
    expect(named.body.items).toEqual(listed.body.items);
  });

  it('sums up the organisation', async () => {
    const answer = await cloud.get('GET /v1/summary');
    expect(answer.body).toMatchObject({
      users: 3,
      detections: { low: 1, medium: 0, high: 0 },
      detectionsNew: 1,
      live: { isComplete: true },
    });
    const places = answer.body.live.places.map(
      ({ label, users }: { label: string; users: number }) => [label, users],
    );
    expect(places).toEqual([
      ['London, GB', 3],
      ['Tokyo, JP', 1],
    ]);
    const profile = await cloud.get('GET /v1/users/{user}', { params: { user: 'bob' } });
    expect(profile.body.learning).toMatchObject({ isOver: false, sessionsNeeded: 5 });
  });

  it('answers whatever it is asked with a documented status and a valid body', async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(
        '',
        'alice',
        'CORP\\alice',
        'host/pc',
        '__proto__',
        'P9D',
        '-1',
        '25',
        '1e9',
        'a#b',
        'csv',
        'ocsf',
        'low,high',
        'resolved',
        '\0',
      ),
    );
    const request = fc.record({
      route: fc.constantFrom(...Object.keys(queryRoutes)),
      param: text,
      query: fc.dictionary(
        fc.constantFrom(
          'limit',
          'cursor',
          'from',
          'to',
          'search',
          'severity',
          'status',
          'format',
          'x',
        ),
        text,
        { maxKeys: 4, noNullPrototype: true },
      ),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ route, param, query }) => {
        const params = { user: param, id: param, device: param, cell: param };
        const answer = await cloud.get(route, { params, query });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: runs(300) },
    );
  });
});
