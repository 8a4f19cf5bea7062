// Who came from an address or network, and the search, over tables: every part of every name is
// found, first, last and numbers are those of the sessions, repeats change nothing, and an erased
// user is nowhere.

import { paginateScan } from '@aws-sdk/client-dynamodb';
import { makePersonalRows } from '../../../lambdas/aws/dynamodb/personal-rows.ts';
import { readSearchMeta } from '../../../lambdas/aws/dynamodb/search-rows.ts';
import { compactNames, forgetNames } from '../../../lambdas/aws/dynamodb/search-store.ts';
import type { Item } from '../../../lambdas/aws/dynamodb/user-rows.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, morning, sessionEvents } from '../../support/events.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
const dayMs = 24 * hourMs;

let cloud: TestCloud;
let now = morning;

beforeEach(async () => {
  now = morning;
  cloud = await startTestCloud(morning);
});
afterEach(() => cloud.stop());

function turnTo(time: number): void {
  now = time;
  cloud.setNow(time);
}

const table = () => ({
  client: cloud.dynamo.client,
  tableName: cloud.tables.profiles,
  now: () => now,
});

async function rows(): Promise<Item[]> {
  const items: Item[] = [];
  const pages = paginateScan({ client: cloud.dynamo.client }, { TableName: cloud.tables.profiles });
  for await (const page of pages) items.push(...(page.Items ?? []));
  return items;
}

/** Rows that hold the text, in their packed parts as well. */
const rowsWith = async (text: string): Promise<string[]> =>
  (await rows())
    .filter((item) => {
      const packed = Object.values(item).flatMap(({ B }) => (B ? [Buffer.from(B).toString()] : []));
      return JSON.stringify(item).includes(text) || packed.some((part) => part.includes(text));
    })
    .map((item) => `${item['pk']?.S} ${item['sk']?.S}`);

const address = async (value: string, query: Record<string, string> = {}) =>
  (await cloud.get('GET /v1/addresses/{address}', { params: { address: value }, query })).body;

const found = async (q: string) => {
  const { body } = await cloud.get('GET /v1/search', { query: { q } });
  const groups: { kind: string; items: { key: string }[] }[] = body.groups;
  return Object.fromEntries(groups.map(({ kind, items }) => [kind, items.map(({ key }) => key)]));
};

/** A session that begins at a time, delivered as it ends. */
async function connect(user: string, from: string, at: number, device?: string): Promise<void> {
  turnTo(at + hourMs);
  const named = { user, address: from, sessionId: `${user}-${at}`, ...(device ? { device } : {}) };
  await cloud.deliver([
    [
      eventOf({ ...named, kind: 'start', at }),
      eventOf({ ...named, kind: 'stop', at: at + hourMs, seconds: 3600 }),
    ],
  ]);
}

it('says who came from an address and a network, since when and how often', async () => {
  await connect('alice', london, morning);
  await connect('bob', london, morning + 2 * dayMs);
  await connect('alice', london, morning + 5 * dayMs);
  await connect('alice', london, morning + 5 * dayMs + 3 * hourMs);
  await connect('carol', tokyo, morning + 6 * dayMs);

  const body = await address(london);

  expect(body).toMatchObject({
    address: london,
    users: 2,
    isUsersComplete: true,
    sessions: 4,
    isSessionsComplete: true,
    firstSeen: new Date(morning).toISOString(),
    order: 'last-seen',
  });
  expect(body.items.map((item: { user: string }) => item.user)).toEqual(['alice', 'bob']);
  expect(body.items[0]).toMatchObject({ sessions: 3 });
  expect(body.lastSeen).toBe(new Date(morning + 5 * dayMs + 3 * hourMs).toISOString());
  const { asn } = body.network;
  const network = await cloud.get('GET /v1/networks/{asn}', { params: { asn: `AS${asn}` } });
  expect(network.body).toMatchObject({ users: 2, sessions: 4, network: body.network });
  expect(
    (await cloud.get('GET /v1/addresses/{address}', { params: { address: '9.9.9.9' } })).status,
  ).toBe(404);
});

it('writes an address and a network once a day and user, and nothing more', async () => {
  await connect('alice', london, morning);
  // What the first fold left pending is written again before the next.
  await connect('alice', london, morning + 1.5 * hourMs);
  const written: string[] = [];
  cloud.dynamo.client.middlewareStack.add(
    (next) => (args) => {
      const text = JSON.stringify(args.input);
      written.push(...(text.match(/(?:ADDRESS|NETWORK|SEARCH)(?=#|")/g) ?? []));
      return next(args);
    },
    { step: 'initialize' },
  );

  await connect('alice', london, morning + 3 * hourMs);
  expect(written).toEqual([]);
  await connect('alice', london, morning + dayMs);
  expect(written.sort()).toEqual(['ADDRESS', 'NETWORK']);
});

it('pages through who came from an address', async () => {
  const users = Array.from({ length: 7 }, (_, at) => `user${at}`);
  for (const [at, user] of users.entries()) await connect(user, london, morning + at * dayMs);

  const listed: string[] = [];
  let cursor: string | undefined;
  do {
    const body = await address(london, { limit: '3', ...(cursor ? { cursor } : {}) });
    listed.push(...body.items.map(({ user }: { user: string }) => user));
    cursor = body.next;
  } while (cursor);

  expect(listed).toEqual([...users].reverse());
});

it.each(['before', 'after'])(
  'finds any part of a name, %s the names are written anew',
  async (when) => {
    await connect('😀 maria.weber', london, morning, 'LT-0109');
    await connect('jonas', tokyo, morning + hourMs);
    if (when === 'after') {
      turnTo(now + 2 * dayMs);
      expect(await compactNames(table())).toBeGreaterThan(4);
      expect((await rowsWith('NEW#')).length).toBe(0);
    }
    turnTo(now + 60_000);

    expect((await found('weber'))['user']).toEqual(['😀 maria.weber']);
    expect((await found('😀'))['user']).toEqual(['😀 maria.weber']);
    expect((await found('CONTOSO\\jonas'))['user']).toContain('jonas');
    expect((await found('0109'))['device']).toEqual(['host:LT-0109']);
    expect((await found('81.2.'))['address']).toEqual([london]);
    expect((await found('81.2.64.0/18'))['address']).toEqual([london]);
    expect((await found(london))['address']).toEqual([london]);
    expect((await found('okyo'))['place']).toHaveLength(1);
    const { network } = await address(london);
    expect((await found(`AS${network.asn}`))['network']).toEqual([`${network.asn}`]);
    expect((await found(network.organization.slice(1, 5)))['network']).toContain(`${network.asn}`);
    expect(await found('nobody-of-this-name')).toEqual({});
  },
);

it('leaves nothing of an erased user, in parts that do not count any more neither', async () => {
  const work = (user: string) =>
    sessionEvents({ user, address: london, minutes: 60, device: `lt-${user}` });
  await cloud.deliver([work('alice')]);
  turnTo(now + 2 * dayMs);
  await compactNames(table());
  await cloud.deliver([work('bob')]);
  turnTo(now + 2 * dayMs);
  await compactNames(table());
  expect((await rowsWith('alice')).filter((key) => key.startsWith('SEARCH#'))).toHaveLength(2);
  expect((await found('alice'))['user']).toEqual(['alice']);

  await makePersonalRows(table()).deleteUser('alice');

  expect(await rowsWith('alice')).toEqual([]);
  turnTo(now + 60_000);
  expect(await found('alice')).toEqual({});
  expect((await found('bob'))['user']).toEqual(['bob']);
});

it('refuses parts of names that were read before an erasure', async () => {
  await connect('alice', london, morning);
  await connect('bob', london, morning + hourMs);
  turnTo(now + 2 * dayMs);
  const { client } = cloud.dynamo;
  let isErased = false;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const isPart = JSON.stringify(args.input).includes('SEARCH#b.0');
      if (isPart && 'Item' in args.input && !isErased) {
        isErased = true;
        await forgetNames(table(), ({ key }) => key === 'alice');
      }
      return result;
    },
    { step: 'initialize' },
  );

  expect(await compactNames(table())).toBeUndefined();

  expect(isErased).toBe(true);
  turnTo(now + 60_000);
  expect(await found('alice')).toMatchObject({});
  expect((await readSearchMeta(table())).meta.generation).toBe(0);
  await forgetNames(table(), ({ key }) => key === 'alice');
  expect((await rowsWith('alice')).filter((key) => key.startsWith('SEARCH'))).toEqual([]);
});
