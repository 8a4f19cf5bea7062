// What cannot be true of an event is left out at the border and flagged; the rest is kept as it is.

import fc from 'fast-check';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { boundEvent } from '../../domain/event-bounds.ts';
import { eventTimeMin, sessionSecondsMax } from '../../domain/limits.ts';
import { anyCharacter } from '../support/any-character.ts';
import { eventOf, hash, hourMs, minuteMs, morning } from '../support/events.ts';
import { runs } from '../support/property-runs.ts';

const endOfTime = 253_402_300_799_999;
/** Times at, around and far beyond every bound. */
const times = fc.oneof(
  fc.constantFrom(0, 1, eventTimeMin - 1, eventTimeMin, endOfTime),
  fc.constantFrom(Date.parse('2999-01-01'), Date.parse('2100-01-01'), Date.parse('2036-11-29')),
  fc.integer({ min: -10 * minuteMs, max: 10 * minuteMs }).map((off) => morning + off),
  fc.integer({ min: -200 * 24 * hourMs, max: 400 * 24 * hourMs }).map((off) => morning + off),
);
/** Acct-Session-Time as gateways get it wrong, and right. */
const seconds = fc.oneof(
  fc.constantFrom(0, 1, 600, 10 ** 9, 0xffff_ffff, sessionSecondsMax, sessionSecondsMax + 1),
  fc.integer({ min: 4_294_967_000, max: 4_294_967_295 }),
  fc.integer({ min: 0, max: 90_000 }),
);
const names = fc.oneof(
  fc.constantFrom('alice', 'CORP\\alice', '\ud800', 'a\udfffb', '\u0000', '😀', 'x'.repeat(254)),
  fc.string({ unit: anyCharacter, maxLength: 1024 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
const events: fc.Arbitrary<AccountingEvent> = fc
  .record({
    kind: fc.constantFrom('start', 'interim', 'stop', 'gateway-on', 'gateway-off'),
    at: times,
    receivedTime: times,
    seconds: fc.option(seconds, { nil: undefined }),
    user: names,
    isImported: fc.boolean(),
  })
  .map(({ at, receivedTime, seconds: some, isImported, ...rest }) => ({
    ...eventOf({ ...rest, at, ...(some === undefined ? {} : { seconds: some }) }),
    receivedTime,
    flags: isImported ? ['imported'] : [],
  }));

const bound = (event: AccountingEvent, receivedAt = morning) => boundEvent(event, receivedAt, hash);

describe('the border', () => {
  it(`lets no time pass that cannot be, whatever is sent (${runs(2000)} events)`, () => {
    fc.assert(
      fc.property(events, (event) => {
        const { time, receivedTime, session } = bound(event);

        for (const one of [time, receivedTime]) {
          expect(one).toBeGreaterThanOrEqual(eventTimeMin);
          expect(one).toBeLessThanOrEqual(morning + 5 * minuteMs);
        }
        expect(session.seconds ?? 0).toBeLessThanOrEqual(sessionSecondsMax);
        expect(time - (session.seconds ?? 0) * 1000).toBeGreaterThanOrEqual(eventTimeMin);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('flags what it changed, and changes nothing else', () => {
    fc.assert(
      fc.property(events, (event) => {
        const bounded = bound(event);
        const isTimed = bounded.time === event.time && bounded.receivedTime === event.receivedTime;

        expect(bounded.flags.includes('clock-suspect')).toBe(!isTimed);
        if (!bounded.flags.includes('invalid-attributes')) {
          expect({ ...bounded, time: 0, receivedTime: 0, flags: [] }).toEqual({
            ...event,
            time: 0,
            receivedTime: 0,
            flags: [],
          });
        }
        expect(bounded.claimedTime).toBe(event.claimedTime);
        expect([bounded.eventId, bounded.kind]).toEqual([event.eventId, event.kind]);
      }),
      { numRuns: runs(1000) },
    );
  });

  it('says the same of a redelivery and of a redrive hours later', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 100 * hourMs }), (event, laterMs) => {
        const bounded = bound(event);

        expect(bound(event)).toEqual(bounded);
        expect(bound(bounded, morning + laterMs)).toBe(bounded);
      }),
    );
  });

  it('keeps names apart that it has to cut', () => {
    const [a, b] = ['a', 'b'].map((end) => bound(eventOf({ user: `${'x'.repeat(400)}${end}` })));

    expect(a?.user.account).toHaveLength(253);
    expect(a?.user.account).not.toBe(b?.user.account);
    expect(a?.flags).toEqual(['invalid-attributes']);
  });

  it('keeps an event of history at its own time, up to a zone behind its file', () => {
    const old = eventOf({ at: morning - 900 * 24 * hourMs, flags: ['imported'] });
    const zoned = { ...old, time: old.receivedTime + 14 * hourMs };
    const beyond = { ...old, time: old.receivedTime + 16 * hourMs };

    expect(bound(old)).toBe(old);
    expect(bound(zoned)).toBe(zoned);
    expect(bound(beyond).time).toBe(old.receivedTime);
  });

  it('asks nothing of arrival where nobody knows it', () => {
    const event = eventOf({ at: Date.parse('2036-01-01') });

    expect(bound(event, Number.POSITIVE_INFINITY)).toBe(event);
  });
});
