// Last words: what is packed is what comes out, each session is found where its reader looks, and
// no order of arrival, repeat or second writer makes another last word.

import fc from 'fast-check';
import { packWords, shardsOf, unpackWords, wordRows } from '../../../domain/process/word-pack.ts';
import {
  type HeardWord,
  isWordWanted,
  type LastWord,
  laterWord,
  withLastWord,
  wordKeyOf,
} from '../../../domain/session/last-word.ts';
import { mergeSessions } from '../../../domain/session/merge-session.ts';
import { sessionOf } from '../../../domain/session/session-of.ts';
import { sessionState, trafficOf } from '../../../domain/session/session-state.ts';
import { eventOf, hash, hourMs, minuteMs, morning } from '../../support/events.ts';
import { runs } from '../../support/property-runs.ts';

const octets = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const anyWord: fc.Arbitrary<LastWord> = fc.record(
  {
    time: fc.integer({ min: morning, max: morning + 20 * 60_000 }),
    seconds: fc.nat({ max: 400 * 86_400 }),
    address: fc.nat({ max: 0xffff }),
    octetsIn: octets,
    octetsOut: octets,
  },
  { requiredKeys: ['time'] },
);
const anyHeard: fc.Arbitrary<HeardWord> = fc.record({
  key: fc.nat().map((salt) => hash(String(salt)).slice(0, 8)),
  word: anyWord,
});

it('come out as they were packed', () => {
  fc.assert(
    fc.property(fc.array(anyHeard), (heard) => {
      expect(unpackWords(packWords(heard))).toEqual(heard);
    }),
  );
});

it('take some 25 octets each', () => {
  const heard = Array.from({ length: 40 }, (_, at): HeardWord => {
    const word = { time: morning + at * 1000, seconds: 20_000 + at, address: at };
    const traffic = { octetsIn: `${90_000_000 + at}`, octetsOut: `${1_900_000_000 + at}` };
    return { key: hash(String(at)).slice(0, 8), word: { ...word, ...traffic } };
  });

  expect(packWords(heard).length / 40).toBeLessThanOrEqual(25.5);
});

it('refuse bytes of another form', () => {
  expect(() => unpackWords(Uint8Array.of(9, 0))).toThrow(RangeError);
  expect(() => unpackWords(Uint8Array.of(1, 5, 15, 1))).toThrow(RangeError);
});

it('lie in a shard that their reader looks at, in a row for each 16 at the most', () => {
  fc.assert(
    fc.property(fc.array(anyHeard, { maxLength: 700 }), (heard) => {
      const rows = wordRows(heard);
      const found = new Map(
        rows.flatMap(({ shard, words }) => words.map(({ key, word }) => [key, { shard, word }])),
      );
      for (const { key } of heard) {
        expect(shardsOf(key)).toContain(found.get(key)?.shard);
        const all = heard.filter((one) => one.key === key);
        const latest = all.reduce<LastWord | undefined>((a, b) => laterWord(a, b.word), undefined);
        expect(found.get(key)?.word).toEqual(latest);
      }
      expect(rows.length).toBeLessThanOrEqual(Math.max(1, found.size / 16));
    }),
    { numRuns: runs(40) },
  );
});

it('are joined in any order, however often', () => {
  fc.assert(
    fc.property(anyWord, anyWord, anyWord, (a, b, c) => {
      expect(laterWord(a, b)).toEqual(laterWord(b, a));
      expect(laterWord(laterWord(a, b), c)).toEqual(laterWord(a, laterWord(b, c)));
      expect(laterWord(a, a)).toEqual(a);
    }),
  );
});

describe('a session with its last word', () => {
  const start = sessionOf(eventOf({}), hash('alice').slice(0, 12), undefined);
  const interimAt = (minute: number) =>
    sessionOf(
      eventOf({ kind: 'interim', at: morning + minute * minuteMs, seconds: minute * 60 }),
      start.identity,
      undefined,
    );
  const open = mergeSessions(start, interimAt(5));
  const wordAt = (minute: number): LastWord => ({
    time: morning + minute * minuteMs,
    seconds: minute * 60,
    octetsIn: `${minute}000`,
  });

  it('was last seen then, with its counters', () => {
    const heard = withLastWord(open, wordAt(25));

    expect(heard).toMatchObject({ lastSeen: morning + 25 * minuteMs });
    expect(trafficOf(heard)).toEqual({ octetsIn: '25000' });
    expect(sessionState(heard, morning + 40 * minuteMs, undefined)).toEqual({ state: 'open' });
    expect(sessionState(heard, morning + 41 * minuteMs, undefined)).toEqual({
      state: 'silent',
      endedAt: morning + 25 * minuteMs,
    });
  });

  it('is silent three periods after the interim of its row, when there was no later one', () => {
    const state = sessionState(withLastWord(open, undefined), morning + 21 * minuteMs, undefined);

    expect(state).toEqual({ state: 'silent', endedAt: morning + 5 * minuteMs });
  });

  it('is not looked for again, and hears nothing of what another of its id says', () => {
    const heard = withLastWord(open, wordAt(25));

    expect(isWordWanted(heard)).toBe(false);
    const next = withLastWord({ ...open, nextStart: morning + 10 * minuteMs }, wordAt(25));
    expect(next.lastSeen).toBe(morning + 5 * minuteMs);
  });

  it('is the same whoever closes it, in any order, and goes on with the next span', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100 }), fc.nat({ max: 100 }), (a, b) => {
        const [one, two] = [withLastWord(open, wordAt(6 + a)), withLastWord(open, wordAt(6 + b))];
        const merged = mergeSessions(one, two);
        expect(merged).toEqual(mergeSessions(two, one));
        expect(merged.lastSeen).toBe(Math.max(one.lastSeen, two.lastSeen));
        const later = interimAt(6 + 4 * 60);
        expect(mergeSessions(merged, later).lastSeen).toBe(morning + 6 * minuteMs + 4 * hourMs);
      }),
    );
  });

  it('has a name that says nothing of it', () => {
    expect(wordKeyOf(hash, open)).toMatch(/^[\w-]{8}$/);
  });
});
