// Users, devices and places by their detections, and what a detection shares with others, over the
// real tables: every name once in every order, counts that equal a count of the list of detections,
// and one reading of the rows of a range for all of it.

import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Device } from '../../../domain/accounting-event.ts';
import type { Detection } from '../../../domain/detection.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { lyon } from '../../support/detections.ts';
import { hourMs, morning, sessionEvents } from '../../support/events.ts';

const now = morning + 4 * hourMs;
const dayMs = 24 * hourMs;
const london = '81.2.69.142';
let cloud: TestCloud;

const people = Array.from({ length: 9 }, (_, at) => `person${at}`);
/** What its record took back; it counts nowhere. */
const withdrawn = { change: 'withdrawn', reason: 'Its record came.', at: now } as never;
/** Some people have none; the last one was withdrawn. */
const stored: readonly Detection[] = Array.from({ length: 17 }, (_, at) => {
  const firstSeen = now - (at % 4) * dayMs - at * 60_000;
  const stamp = new Date(firstSeen).toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    ...lyon,
    id: `${stamp}-${`${at}`.padStart(16, 'q')}`,
    userKey: people[Math.floor(at / 4)] ?? '',
    severity: at % 3 === 0 ? 'high' : 'low',
    score: 50 + at,
    firstSeen,
    lastSeen: firstSeen,
    sessions: [`${firstSeen}/a1b2c3d4e5f6`],
    clientAddress: `203.0.113.${at % 3}`,
    place: { key: placeOf(at), label: 'somewhere' },
    network: { asn: 64_500 + (at % 2), organization: 'Carrier', type: 'access' },
    device: deviceOf(at),
    ...(at === 16 ? { correction: withdrawn } : {}),
  };
});

function placeOf(at: number): string {
  return at % 2 === 0 ? 'GB/London/London' : 'FR/Auvergne/Lyon';
}

/** No detection is of it. */
const quiet: Device = { key: 'host:PC-9', kind: 'host', name: 'PC-9' };

/** Two of five are known by their program alone. */
function deviceOf(at: number): Device {
  return at % 5 < 2
    ? { key: `client:anyconnect ${at % 5}`, kind: 'client' }
    : { key: `host:PC-${at % 5}`, kind: 'host', name: `PC-${at % 5}` };
}

beforeAll(async () => {
  cloud = await startTestCloud(now);
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  await cloud.deliver([
    people.flatMap((user, at) =>
      sessionEvents({
        user,
        address: london,
        minutes: 20,
        sessionId: `s-${user}`,
        at: morning + at * 60_000,
      }).map((event) => ({ ...event, device: at === 8 ? quiet : deviceOf(at) })),
    ),
  ]);
  for (const one of stored) await makeUserStore(table).mergeDetection(one);
}, 30_000);

afterAll(() => cloud.stop());

type Row = Record<string, ReturnType<typeof JSON.parse>>;

/** All pages of a list, and what the first says of the whole. */
async function walk(route: string, query: Record<string, string>) {
  const items: Row[] = [];
  let first: Row | undefined;
  let cursor: string | undefined;
  do {
    const asked = { ...query, limit: '2', ...(cursor ? { cursor } : {}) };
    const { body } = await cloud.get(route, { query: asked });
    items.push(...body.items);
    first ??= body;
    cursor = body.next;
  } while (cursor);
  return { items, first };
}

/** How many detections the list has under a filter. */
async function listed(filter: Record<string, string>): Promise<number> {
  const query = { ...filter, from: 'P30D', sort: 'score' };
  return (await cloud.get('GET /v1/detections', { query })).body.total;
}

describe.each([
  ['users', 'GET /v1/users', 'user', 'user', 'name'],
  ['devices', 'GET /v1/devices', 'key', 'device', 'key'],
  ['places', 'GET /v1/places', 'place', 'place', 'name'],
] as const)('%s', (_, route, key, filter, byName) => {
  it('stand once in every order, the other way round as well', async () => {
    const { items } = await walk(route, {});
    const names = items.map((row) => row[key]);
    const turned = await walk(route, { sort: byName, order: 'desc' });

    expect(names.length).toBeGreaterThan(0);
    expect(names).toEqual([...new Set(names)].sort());
    expect(turned.items.map((row) => row[key])).toEqual(names.toReversed());
    for (const order of ['desc', 'asc']) {
      const { items: found, first } = await walk(route, { sort: 'detections', order });
      const counts = found.map(({ detections }) => detections);
      expect(found.map((row) => row[key]).sort()).toEqual(names);
      expect([first?.['total'], first?.['isTotalComplete']]).toEqual([names.length, true]);
      expect(counts).toEqual([...counts].sort((a, b) => (order === 'desc' ? b - a : a - b)));
    }
  });

  it('have as many detections as the list has of each', async () => {
    const { items, first } = await walk(route, { sort: 'detections' });

    expect(first?.['isDetectionsComplete']).toBe(true);
    expect(items[0]?.['detections']).toBeGreaterThan(0);
    for (const row of items) {
      expect(row['detections']).toBe(await listed({ [filter]: row[key], from: 'P30D' }));
      expect(row['unresolved']).toBe(row['detections']);
    }
  });

  it('are refused an order that there is not', async () => {
    const answers = [{ sort: 'colour' }, { sort: 'detections', order: 'up' }].map((query) =>
      cloud.get(route, { query }),
    );

    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([400, 400]);
  });
});

it('tells of a place who was there, how often, first and last', async () => {
  const { body } = await cloud.get('GET /v1/places', { query: { search: 'LOND', sort: 'today' } });

  expect(body.items).toHaveLength(1);
  expect(body.items[0]).toMatchObject({
    place: 'GB/London/London',
    label: 'London, GB',
    users: people.length,
    isUsersComplete: true,
    usersToday: people.length,
    // Of five profiles that are looked into.
    sessions: 5,
    isSessionsComplete: false,
    firstSeen: new Date(morning).toISOString(),
  });
  const { items } = (
    await cloud.get('GET /v1/locations/{cell}/users', { params: { cell: body.items[0].cell } })
  ).body;
  expect(items.map(({ sessions }: Row) => sessions)).toEqual(people.map(() => 1));
});

describe('what a detection shares with others', () => {
  const own = stored[4]!;

  it.each([
    ['a host', own],
    ['a program', stored[5]!],
  ])('is what the list has under each filter, without itself: %s', async (_, own) => {
    const { body } = await cloud.get('GET /v1/detections/{id}/related', {
      params: { id: own.id },
    });
    const filters = {
      address: { address: own.clientAddress ?? '' },
      network: { asn: `${own.network?.asn}` },
      device: { device: own.device?.key ?? '' },
    };

    expect(body.isComplete).toBe(true);
    for (const [name, filter] of Object.entries(filters)) {
      expect(body[name].total).toBe((await listed(filter)) - 1);
      const ids = body[name].items.map(({ id }: Row) => id);
      const { body: list } = await cloud.get('GET /v1/detections', {
        query: { ...filter, from: 'P180D', sort: 'severity', limit: '100' },
      });
      const others = list.items.map(({ id }: Row) => id).filter((id: string) => id !== own.id);
      expect(ids).toEqual(others.slice(0, 15));
    }
    const { body: cases } = await cloud.get('GET /v1/cases', { query: { detection: own.id } });
    expect(body.case?.id).toBe(cases.items[0]?.id);
    expect(body.case?.title).toBe(cases.items[0]?.title);
  });

  it('costs one reading of the rows', async () => {
    const { client } = cloud.dynamo;
    const send = jest.spyOn(client, 'send');
    await cloud.get('GET /v1/detections/{id}/related', { params: { id: own.id } });
    const read = send.mock.calls.flatMap(([command]) =>
      command instanceof QueryCommand
        ? (command.input.ExpressionAttributeValues?.[':pk']?.S ?? [])
        : [],
    );
    send.mockRestore();

    const months = read.filter((pk) => pk.startsWith('QUEUE#'));
    expect(months.length).toBeGreaterThan(0);
    expect(new Set(months).size).toBe(months.length);
  });

  it('is refused of what there is not', async () => {
    const ask = (id: string) => cloud.get('GET /v1/detections/{id}/related', { params: { id } });

    expect((await ask('nothing')).status).toBe(404);
    expect((await ask('20261123T080200Z-AbCdEfGhIjKlMnOz')).status).toBe(404);
  });
});
