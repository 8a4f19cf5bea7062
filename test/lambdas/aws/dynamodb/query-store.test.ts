// The lists of the query store: whatever a user, a computer or a place is called, its row is in
// every list that it belongs to, in the order of DynamoDB, page by page. The text of a key may
// begin with a blank, lie beyond U+FFFF or be longer than a key may be.

import fc from 'fast-check';
import { makeQueryStore } from '../../../../lambdas/aws/dynamodb/query-store.ts';
import { makeUserStore } from '../../../../lambdas/aws/dynamodb/user-store.ts';
import type { Page, PageRequest, QueryStore } from '../../../../lambdas/query/ports.ts';
import { anyCharacter } from '../../../support/any-character.ts';
import { startTestDynamo, type TestDynamo } from '../../../support/dynalite.ts';
import { morning } from '../../../support/events.ts';

let dynamo: TestDynamo;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

type Stores = {
  readonly query: QueryStore;
  readonly users: ReturnType<typeof makeUserStore>;
};

async function freshStores(): Promise<Stores> {
  const tableName = await dynamo.createTable();
  const options = { client: dynamo.client, tableName, now: () => morning };
  return { query: makeQueryStore(options), users: makeUserStore(options) };
}

/** Names that each break a bound somebody might think of. */
const names = [
  ' begins with a blank',
  '\tbegins with a tab',
  '\u0001begins with a control character',
  '!',
  '"quoted"',
  '#hash',
  '\\backslash',
  '~tilde',
  'contoso\\alice',
  'alice@contoso.com',
  'élise',
  '\u{fb01}ligature',
  '\u{fffd}replacement',
  '\u{ffff}last of the first plane',
  '\u{10000}first beyond it',
  '\u{1f600}',
  '\u{10ffff}last of all',
  `${'\u{10ffff}'.repeat(300)} long beyond a key`,
  `${'\\'.repeat(600)} escapes are cut`,
  `${'\\'.repeat(601)} escapes are cut`,
  'x'.repeat(5_000),
  `${'x'.repeat(5_000)}y`,
];

/** Every item of a list, asked for in small pages. */
async function all<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await list({ limit: 3, ...(after === undefined ? {} : { after }) });
    items.push(...page.items);
    after = page.last;
  } while (after !== undefined);
  return items;
}

const sorted = (texts: readonly string[]): string[] => [...texts].sort();

/** As DynamoDB orders them: by the octets of UTF-8. */
const inOrder = (texts: readonly string[]): string[] =>
  [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

it('lists every user, and those whose name begins so', async () => {
  const { query, users } = await freshStores();
  for (const userKey of names) {
    await users.putIndexRows([{ type: 'directory', userKey, kind: 'person' }]);
  }

  const listed = (await all((page) => query.users('', page))).map(({ user }) => user);

  expect(sorted(listed)).toEqual(sorted(names));
  for (const name of names) {
    const found = await all((page) => query.users(name, page));

    expect(found.map(({ user }) => user)).toContain(name);
  }
  expect((await all((page) => query.users('\u{10000}', page))).map(({ user }) => user)).toEqual([
    '\u{10000}first beyond it',
  ]);
});

it('finds any user among any others, in order, by any beginning of the name', async () => {
  const name = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 40 });
  const cases = fc.uniqueArray(name, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(cases, fc.nat({ max: 3 }), async (userKeys, length) => {
      const { query, users } = await freshStores();
      await Promise.all(
        userKeys.map((userKey) =>
          users.putIndexRows([{ type: 'directory', userKey, kind: 'person' }]),
        ),
      );
      const prefix = [...(userKeys[0] ?? '')].slice(0, length).join('');

      const found = (await all((page) => query.users(prefix, page))).map(({ user }) => user);

      expect(sorted(found)).toEqual(sorted(userKeys.filter((one) => one.startsWith(prefix))));
      const plain = found.filter((one) => !/[\\#]/.test(one));
      expect(plain).toEqual(inOrder(plain));
    }),
    { numRuns: 12 },
  );
});

it('lists every computer, and every user of one and of a place', async () => {
  const { query, users } = await freshStores();
  const seen = { firstSeen: morning };
  const keys = names.map((name) => name.slice(0, 300));
  for (const key of keys) {
    const device = { key, kind: 'host' } as const;
    await users.putIndexRows([{ type: 'device-user', userKey: 'alice', device, ...seen }]);
  }
  const shared = { key: 'host:shared', kind: 'host' } as const;
  for (const userKey of names) {
    await users.putIndexRows([{ type: 'device-user', userKey, device: shared, ...seen }]);
    const at = { cell: '51.5_-0.5', place: 'GB/London/London' };
    await users.putIndexRows([{ type: 'place-user', userKey, ...at, ...seen }]);
  }

  const devices = (await all((page) => query.devices('', page))).map(({ key }) => key);
  const atPlace = await all((page) => query.cellUsers('51.5_-0.5', page));

  expect(sorted(devices)).toEqual(sorted([...new Set(keys), 'host:shared']));
  expect(sorted((await query.deviceUsers('host:shared')).map(({ user }) => user))).toEqual(
    sorted(names),
  );
  expect(sorted(atPlace.map(({ user }) => user))).toEqual(sorted(names));
});

it('keeps names apart that begin alike for longer than a key may be', async () => {
  const { query, users } = await freshStores();
  const alike = ['', 'y', '\\', '\\~', '#'].map((end) => `${'x'.repeat(3_000)}${end}`);
  for (const userKey of alike) {
    await users.putIndexRows([{ type: 'directory', userKey, kind: 'person' }]);
  }

  const listed = (await all((page) => query.users('', page))).map(({ user }) => user);

  expect(sorted(listed)).toEqual(sorted(alike));
});

it('answers with nothing where no key can be, however long the question is', async () => {
  const { query } = await freshStores();
  const long = 'y'.repeat(9_000);

  expect(await query.users(long, { limit: 1 })).toEqual({ items: [] });
  expect(await query.devices(long, { limit: 1 })).toEqual({ items: [] });
  expect(await query.deviceUsers(long)).toEqual([]);
  expect(await query.profile(long)).toBeUndefined();
  expect(await query.sessions(long, morning, morning + 1, { limit: 1 })).toEqual({ items: [] });
  expect(await query.userDetections(long, { limit: 1 })).toEqual({ items: [] });
});
