// Who is connected: the list equals a full count over all session rows, whatever the order, the
// repeats and the cut of invocations, before and after the index is written anew; and an erased
// user is nowhere in it.

import { paginateScan } from '@aws-sdk/client-dynamodb';
import { unpackOpen } from '../../../domain/process/open-pack.ts';
import { sessionState } from '../../../domain/session/session-state.ts';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { makeErasureBook } from '../../../lambdas/aws/dynamodb/erasure-book.ts';
import { forgetOpen } from '../../../lambdas/aws/dynamodb/open-erasure.ts';
import { openNews, readMeta } from '../../../lambdas/aws/dynamodb/open-meta.ts';
import { makeOpenStore } from '../../../lambdas/aws/dynamodb/open-store.ts';
import { makePersonalRows } from '../../../lambdas/aws/dynamodb/personal-rows.ts';
import { decodeSession, type Item } from '../../../lambdas/aws/dynamodb/user-rows.ts';
import { makeWordStore } from '../../../lambdas/aws/dynamodb/word-store.ts';
import { placesOf } from '../../../lambdas/query/live.ts';
import { eraseUser, finishErasures } from '../../../lambdas/shared/erasures.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, locationOf, minuteMs, morning } from '../../support/events.ts';
import { openLife, randomOf } from '../../support/open-life.ts';

/** A cloud with its clock, and what tests look at beside the API. */
async function makeCloud(time: number) {
  const cloud = await startTestCloud(time);
  let now = time;
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  const control = { ...table, tableName: cloud.tables.control };
  const watermarks = (ids: readonly string[]) => makeControlStore(control).watermarks(ids);
  return {
    ...cloud,
    table,
    control,
    turnTo: (to: number) => {
      now = to;
      cloud.setNow(to);
    },
    compact: () => makeOpenStore(table).compact(watermarks),
    rows: () => rowsOf(cloud),
    /** Open sessions by every row there is. */
    count: async () => {
      const items = (await rowsOf(cloud)).filter((item) => item['sk']?.S?.startsWith('S#'));
      const rows = items.map((item) => ({
        user: (item['pk']?.S ?? '').slice('USER#'.length),
        session: decodeSession(item),
      }));
      const heard = await makeWordStore(table).heard(rows.map(({ session }) => session));
      const restarts = await watermarks([...new Set(heard.map((one) => one.gatewayId))]);
      return rows
        .flatMap(({ user }, at) => {
          const session = heard[at];
          if (!session || session.nextStart !== undefined) return [];
          const read = sessionState(session, now, restarts.get(session.gatewayId));
          if (read.state !== 'open') return [];
          const lastSeen = new Date(session.lastSeen).toISOString();
          return [`${user} ${session.rowStart}-${session.identity} ${lastSeen}`];
        })
        .sort();
    },
    /** Open sessions by the list, page for page. */
    list: async (query: Record<string, string> = {}) => {
      const items: ReturnType<typeof JSON.parse>[] = [];
      let cursor: string | undefined;
      let total: unknown;
      do {
        const { body, status } = await cloud.get('GET /v1/sessions/open', {
          query: { limit: '7', ...query, ...(cursor ? { cursor } : {}) },
        });
        expect(status).toBe(200);
        items.push(...body.items);
        total = body.total;
        expect(body.isTotalComplete).toBe(true);
        cursor = body.next;
      } while (cursor);
      expect(items).toHaveLength(Number(total));
      return items;
    },
  };
}

type Cloud = Awaited<ReturnType<typeof makeCloud>>;

async function rowsOf({ dynamo, tables }: TestCloud): Promise<Item[]> {
  const items: Item[] = [];
  const pages = paginateScan({ client: dynamo.client }, { TableName: tables.profiles });
  for await (const page of pages) items.push(...(page.Items ?? []));
  return items;
}

const named = (items: readonly ReturnType<typeof JSON.parse>[]): string[] =>
  items.map(({ user, id, lastSeen }) => `${user} ${id} ${lastSeen}`).sort();

describe('the list of open sessions', () => {
  it('is empty where nothing was ever said, and asking writes nothing', async () => {
    const cloud = await makeCloud(morning);

    expect(await cloud.list()).toEqual([]);
    expect((await cloud.get('GET /v1/summary')).body.live.isComplete).toBe(true);
    expect(await cloud.rows()).toEqual([]);
    await cloud.stop();
  });

  it('equals a full count of all rows at any time', async () => {
    const cloud = await makeCloud(morning);
    const random = randomOf(1);
    const arrivals = [...openLife({ users: 9, hours: 27, seed: 1 })];
    const written: unknown[] = [];
    let asked = 0;
    for (let next = morning + 3 * hourMs; arrivals.length > 0; next += 3.5 * hourMs) {
      const due = arrivals.findIndex(({ at }) => at > next);
      const part = arrivals.splice(0, due < 0 ? arrivals.length : due);
      while (part.length > 0) {
        const some = part.splice(0, 1 + Math.floor(random() * 40));
        cloud.turnTo(some.at(-1)?.at ?? next);
        await cloud.deliverAt(
          some.at(-1)?.at ?? next,
          some.map(({ event }) => event),
        );
      }
      cloud.turnTo(next);

      expect(named(await cloud.list())).toEqual(await cloud.count());

      asked += 1;
      written.push(await cloud.compact());
      cloud.turnTo(next + minuteMs);
      expect(named(await cloud.list())).toEqual(await cloud.count());
    }
    await cloud.stop();
    expect(asked).toBeGreaterThan(7);
    expect(written.filter((count) => typeof count === 'number').length).toBeGreaterThan(2);
  }, 240_000);
});

describe('counts of open sessions', () => {
  it('equal the list that the other filters leave, and come with the first page', async () => {
    const cloud = await makeCloud(morning);
    const events = Array.from({ length: 12 }, (_, at) =>
      eventOf({
        user: `user-${at % 5}`,
        sessionId: `s-${at}`,
        gateway: at % 3 === 0 ? 'asa' : 'apm',
        address: at % 2 === 0 ? '81.2.69.142' : '2.125.160.216',
        at: morning + at,
      }),
    );
    await cloud.deliverAt(morning + minuteMs, events);
    cloud.turnTo(morning + minuteMs);
    type Facet = { values: { value: string; count: number }[] };
    const ask = async (query: Record<string, string>) =>
      (await cloud.get('GET /v1/sessions/open', { query })).body;
    const all = await ask({ limit: '5' });
    const some = await ask({ gateway: 'asa', limit: '5' });
    const sum = ({ values }: Facet): number => values.reduce((more, { count }) => more + count, 0);

    expect(all.counts.gateway.values).toEqual([
      { value: 'apm', count: 8 },
      { value: 'asa', count: 4 },
    ]);
    expect(some.counts.gateway).toEqual(all.counts.gateway);
    expect([sum(all.counts.country), sum(some.counts.country)]).toEqual([12, 4]);
    expect([sum(all.counts.asn), some.total]).toEqual([12, 4]);
    const here = await cloud.list({ gateway: 'asa' });
    const users = new Set(here.map(({ user, location }) => `${user} ${location.key}`)).size;
    const counted = some.counts.places as { users: number }[];
    expect(counted.reduce((more, one) => more + one.users, 0)).toBe(users);
    const next = await ask({ limit: '5', cursor: all.next });
    expect([next.items.length, next.counts]).toEqual([5, undefined]);
    await cloud.stop();
  }, 60_000);
});

it('lists the places with the most users, and counts the others', () => {
  const visits = Array.from({ length: 120 }, (_, at) => ({
    user: `user-${at}`,
    location: { ...locationOf('81.2.69.142'), city: `City ${at % 60}` },
  }));
  const { places, otherPlaces } = placesOf(visits);
  expect([places.length, otherPlaces]).toEqual([50, 10]);
});

describe('a user who is erased', () => {
  it('is in no row of the index, before and after the second look', async () => {
    const cloud = await makeCloud(morning);
    const start = (user: string, at: number) =>
      eventOf({ user, sessionId: `${user}-${at}`, address: '81.2.69.142', at });
    await cloud.deliverAt(morning, [start('alice', morning), start('bob', morning)]);
    cloud.turnTo(morning + 7 * hourMs);
    expect(await cloud.compact()).toBe(2);
    const later = morning + 7 * hourMs;
    await cloud.deliverAt(later, [start('alice', later), start('bob', later)]);
    cloud.turnTo(later + 7 * hourMs);
    expect(await cloud.compact()).toBe(4);
    const last = later + 7 * hourMs;
    await cloud.deliverAt(last, [start('alice', last), start('bob', last)]);
    expect(await namesIn(cloud)).toEqual(new Set(['alice', 'bob']));
    const erasing = {
      book: makeErasureBook(cloud.control),
      rows: makePersonalRows(cloud.table),
      forgetSessions: (users: ReadonlyMap<string, number>) => forgetOpen(cloud.table, users),
      deadLetters: {
        listDeadLetters: async () => ({ entries: [] }),
        removeDeadLetter: async () => undefined,
      },
      domains: async () => ({ netbios: {} }),
    };

    await eraseUser(erasing, 'alice', 'admin-1');

    expect(await namesIn(cloud)).toEqual(new Set(['bob']));
    cloud.turnTo(last + minuteMs);
    expect((await cloud.list()).map(({ user }) => user)).toEqual(['bob', 'bob', 'bob']);
    // Who comes back is there again, and the second look leaves them.
    await cloud.deliverAt(last + minuteMs, [start('alice', last + minuteMs)]);
    cloud.turnTo(last + 10 * minuteMs);
    await finishErasures(erasing, last + 10 * minuteMs, () => false);
    expect((await cloud.list({ user: 'ali' })).map(({ user }) => user)).toEqual(['alice']);
    await cloud.stop();
  }, 60_000);

  /** Users whose names somebody could read in rows of the index, with all keys that are kept. */
  async function namesIn(cloud: Cloud): Promise<Set<string>> {
    const { meta } = await readMeta(cloud.table);
    const found = new Set<string>();
    for (const item of await cloud.rows()) {
      const part = item['sessions']?.B;
      const sealed = item['opened']?.B;
      const bytes = part ?? (sealed && openNews(meta, sealed));
      for (const { userKey } of bytes ? unpackOpen(bytes).opened : []) found.add(userKey);
    }
    return found;
  }
});
