// Open sessions in rows: what is packed comes out, an end stays an end in any order, and a row of
// somebody's longest names is still a row.

import fc from 'fast-check';
import { JoinedSessions } from '../../../domain/process/joined-sessions.ts';
import { packOpen, unpackOpen } from '../../../domain/process/open-pack.ts';
import { wordRows } from '../../../domain/process/word-pack.ts';
import { wordSpan } from '../../../domain/session/last-word.ts';
import type { IndexNews, OpenSession } from '../../../domain/session/open-session.ts';
import type { Session } from '../../../domain/session/session.ts';
import { addresses, hash, hourMs, locationOf, minuteMs, morning } from '../../support/events.ts';

const keyOf = (salt: number): string => hash(String(salt)).slice(0, 8);
const octets = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String);
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const time = fc.integer({ min: morning - 30 * 24 * hourMs, max: morning + hourMs });

const anyInterim = fc
  .record(
    {
      time,
      seconds: fc.nat({ max: 400 * 86_400 }),
      address: fc.nat({ max: 0xffff }),
      octetsIn: octets,
      octetsOut: octets,
    },
    { requiredKeys: ['time'] },
  )
  .map((interim) => ({ span: wordSpan(interim.time, ''), ...interim }));

const anySession: fc.Arbitrary<Session> = fc.record(
  {
    rowStart: time,
    identity: fc.constant(''),
    gatewayId: name,
    sessionId: fc.oneof(name, fc.constantFrom('', '1CFFC000', '0a7005ff')),
    startedAt: time,
    isStartSeen: fc.boolean(),
    lastSeen: time,
    firstInterim: time,
    lastInterim: anyInterim,
    assignedAddresses: fc.constant([]),
    sightings: fc.array(
      fc.record({
        address: fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::7', 'no address', ...addresses)),
        location: fc.constantFrom(
          ...addresses.map((address) => locationOf(address)),
          locationOf('192.0.2.1'),
          { kind: 'special', special: 'private' } as const,
        ),
        firstSeen: time,
      }),
      { maxLength: 8 },
    ),
    devices: fc.constant([]),
    marks: fc.constant([]),
    service: fc.record({ name, portType: fc.nat() }),
  },
  {
    requiredKeys: [
      'rowStart',
      'identity',
      'gatewayId',
      'sessionId',
      'startedAt',
      'isStartSeen',
      'lastSeen',
      'assignedAddresses',
      'sightings',
      'devices',
      'marks',
    ],
  },
);

const anyOpen: fc.Arbitrary<OpenSession> = fc.record({
  key: fc.nat({ max: 40 }).map(keyOf),
  userKey: fc.oneof(name, fc.constantFrom('alice@contoso.com', 'bob@contoso.com', '@', 'a@b@c')),
  session: anySession,
});
const anyNews: fc.Arbitrary<IndexNews> = fc.record({
  opened: fc.array(anyOpen, { maxLength: 12 }),
  ended: fc.array(fc.nat({ max: 40 }).map(keyOf), { maxLength: 12 }),
});

/** A session as gateways show it, of a user with a name of so many characters. */
function openOf(at: number, userCharacters = 20): OpenSession {
  const [address = ''] = addresses;
  const startedAt = morning + at * 1000;
  const user = `person.${at}`.padEnd(userCharacters - 12, '\u{1F600}');
  const sighting = { address, location: locationOf(address), firstSeen: startedAt };
  const session = { rowStart: startedAt, identity: '', gatewayId: 'asa-hq', startedAt };
  return {
    key: keyOf(at),
    userKey: `${user}@example.com`,
    session: {
      ...session,
      sessionId: `1CFF${String(at).padStart(4, '0')}`,
      isStartSeen: true,
      lastSeen: startedAt,
      assignedAddresses: [],
      sightings: [sighting],
      devices: [],
      marks: [],
      service: { name: 'vpn-hq-1', portType: 5 },
    },
  };
}

it('come out as they were packed', () => {
  fc.assert(
    fc.property(anyNews, (news) => {
      expect(unpackOpen(packOpen(news))).toEqual(news);
    }),
  );
});

it('take some 50 octets each, an end six', () => {
  const opened = Array.from({ length: 200 }, (_, at) => openOf(at));
  const one = packOpen({ opened, ended: [] }).length;
  const ended = opened.map(({ key }) => key);

  expect(one / 200).toBeLessThan(55);
  expect((packOpen({ opened, ended }).length - one) / 200).toBeLessThan(6.1);
});

it('refuse bytes of another form', () => {
  expect(() => unpackOpen(Uint8Array.of(9))).toThrow(RangeError);
  expect(() => unpackOpen(packOpen({ opened: [openOf(1)], ended: [] }).slice(0, -3))).toThrow();
});

it('fit into a row, whatever users call themselves', () => {
  const opened = Array.from({ length: 5_000 }, (_, at) => openOf(at, 253));
  const rows = wordRows([], { opened, ended: opened.map(({ key }) => key) });
  const sizes = rows.map(({ news }) => packOpen(news ?? { opened: [], ended: [] }).length);

  expect(Math.max(...sizes)).toBeLessThan(300 * 1024);
  expect(rows.flatMap(({ news }) => news?.opened ?? [])).toHaveLength(5_000);
  expect(rows.flatMap(({ news }) => news?.ended ?? [])).toHaveLength(5_000);
});

it('are open in any order of rows, repeats included, unless one says that they ended', () => {
  const rows = fc.array(anyNews, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rows, fc.nat(), (all, turn) => {
      const ended = new Set(all.flatMap((news) => news.ended));
      const opened = new Set(all.flatMap((news) => news.opened.map(({ key }) => key)));
      const at = turn % all.length;
      const turned = [...all.slice(at), ...all.slice(0, at), ...all.slice(0, 2)].reverse();
      for (const order of [all, turned]) {
        const index = new JoinedSessions(hash);
        for (const news of order) index.add({ time: morning, news, words: [] });
        const keys = index.sessions().map(({ key }) => key);

        expect(new Set(keys)).toEqual(new Set([...opened].filter((key) => !ended.has(key))));
      }
    }),
  );
});

it('keep an end until no call that began before it can still write', () => {
  const ended = [keyOf(1)];
  const index = new JoinedSessions(hash);
  index.add({ time: morning, news: { opened: [openOf(1)], ended }, words: [] });

  expect(index.compacted(morning, morning + 9 * minuteMs, () => undefined)).toMatchObject({
    opened: [],
    ended,
  });
  expect(index.compacted(morning, morning + 11 * minuteMs, () => undefined).ended).toEqual([]);
});
