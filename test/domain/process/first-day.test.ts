// Many new users in one call, over the port of the table in memory: how often it is asked, that who
// is known is read as ever, and that a row which cannot be written costs nobody but its user.

import type { UserStore } from '../../../domain/process/ports.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { eventOf, hash, locate, settings } from '../../support/events.ts';
import { type MemoryStore, makeMemoryStore } from '../../support/memory-store.ts';

const address = '81.2.69.142';
const start = (user: string, sessionId = `of-${user}`) => eventOf({ user, sessionId, address });
const newcomers = Array.from({ length: 325 }, (_, at) => `new-${String(at).padStart(3, '0')}`);

let store: MemoryStore;
let asked: { loads: string[]; probes: number; puts: number };
beforeEach(() => {
  store = makeMemoryStore();
  asked = { loads: [], probes: 0, puts: 0 };
});

function run(events: readonly ReturnType<typeof start>[], more: Partial<UserStore> = {}) {
  const { load, putIndexRows } = store.users;
  const users: UserStore = {
    ...store.users,
    load: (userKey, ...rest) => {
      asked.loads.push(userKey);
      return load(userKey, ...rest);
    },
    withoutProfile: async (userKeys) => {
      asked.probes += 1;
      return new Set(userKeys.filter((userKey) => !store.profiles.has(userKey)));
    },
    putIndexRows: (rows) => {
      asked.puts += 1;
      return putIndexRows(rows);
    },
    ...more,
  };
  return processEvents(
    {
      users,
      gateways: store.gateways,
      locate,
      settings,
      hash,
    },
    events,
  );
}

it('asks for a hundred at once when most are new, and writes their rows together', async () => {
  const done = await run(newcomers.map((user) => start(user)));

  expect(done.map(({ outcome }) => outcome)).toEqual(newcomers.map(() => 'folded'));
  expect(asked).toMatchObject({ probes: 3, puts: 13 });
  expect(asked.loads).toHaveLength(25);
  expect(store.profiles.size).toBe(325);
  const listed = [...store.indexRows.values()].filter(({ type }) => type === 'directory');
  expect(listed).toHaveLength(325);
});

it('reads those who are known, among new ones and alone', async () => {
  const known = newcomers.filter((_, at) => at % 5 === 0);
  await run(known.map((user) => start(user)));
  asked = { loads: [], probes: 0, puts: 0 };

  const done = await run(newcomers.map((user) => start(user, `again-${user}`)));

  expect(done.every(({ outcome }) => outcome === 'folded')).toBe(true);
  for (const user of known) {
    expect(asked.loads).toContain(user);
    expect(store.profileOf(user)?.sessions).toBe(2);
  }
  asked = { loads: [], probes: 0, puts: 0 };
  await run(newcomers.map((user) => start(user, `third-${user}`)));
  expect(asked).toMatchObject({ probes: 0 });
  expect(asked.loads).toHaveLength(325);
});

it('reads each by itself when it cannot be asked', async () => {
  const refused = async () => {
    throw new Error('the table is busy');
  };
  const done = await run(
    newcomers.map((user) => start(user)),
    { withoutProfile: refused },
  );

  expect(done.every(({ outcome }) => outcome === 'folded')).toBe(true);
  expect(asked.loads).toHaveLength(325);
});

it('brings back only the user whose row cannot be written, and completes it then', async () => {
  const { putIndexRows } = store.users;
  const broken: Partial<UserStore> = {
    putIndexRows: (rows) => {
      const isHit = rows.some(({ userKey }) => userKey === 'new-007');
      return isHit ? Promise.reject(new Error('no')) : putIndexRows(rows);
    },
  };
  const events = newcomers.map((user) => start(user));

  const done = await run(events, broken);
  const back = done.filter(({ outcome }) => outcome === 'retried');
  expect(back.map(({ event }) => event.user.account)).toEqual(['new-007']);

  const again = await run(back.map(({ event }) => event));
  expect(again.map(({ outcome }) => outcome)).toEqual(['duplicate']);
  const listed = [...store.indexRows.values()].filter(({ type }) => type === 'directory');
  expect(listed).toHaveLength(325);
});
