// One session stays one session, whatever its records say of its seconds, in whatever order they
// come, over one relay or two whose clocks differ by seconds.

import fc from 'fast-check';
import type { AccountingEvent, EventKind } from '../../../domain/accounting-event.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { sessionState } from '../../../domain/session/session-state.ts';
import { eventOf, hash, locate, minuteMs, morning, settings } from '../../support/events.ts';
import { makeMemoryStore } from '../../support/memory-store.ts';
import { runs } from '../../support/property-runs.ts';

/** What gateways send as Acct-Session-Time after so many minutes. */
const lies: readonly ((minutes: number) => number | undefined)[] = [
  (minutes) => minutes * 60,
  () => 0,
  () => 600,
  (minutes) => minutes * 180,
  () => undefined,
  (minutes) => minutes * 20,
  (minutes) => Math.max(0, minutes * 60 - 1800),
];

type Sent = { readonly event: AccountingEvent; readonly session: number };

const sessions = fc.array(
  fc.record({
    gap: fc.integer({ min: 1, max: 300 }),
    minutes: fc.integer({ min: 1, max: 170 }),
    interims: fc.integer({ min: 0, max: 3 }),
    lie: fc.integer({ min: 0, max: lies.length - 1 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** All sessions use one id again; begins in minutes since morning. */
function recordsOf(
  list: readonly { gap: number; minutes: number; interims: number; lie: number }[],
) {
  const sent: Sent[] = [];
  const begins: number[] = [];
  let at = 0;
  for (const [session, { gap, minutes, interims, lie }] of list.entries()) {
    at += gap;
    begins.push(at);
    const add = (kind: EventKind, minute: number): void => {
      const seconds = kind === 'start' ? undefined : lies[lie]?.(minute);
      const event = eventOf({
        kind,
        sessionId: 'again',
        address: '81.2.69.142',
        device: 'LT-1',
        at: morning + (at + minute) * minuteMs,
        ...(seconds === undefined ? {} : { seconds }),
      });
      const eventId = hash(JSON.stringify([kind, session, minute]));
      sent.push({ event: { ...event, eventId }, session });
    };
    add('start', 0);
    for (let n = 1; n <= interims; n += 1)
      add('interim', Math.floor((n * minutes) / (interims + 1)));
    add('stop', minutes);
    at += minutes;
  }
  return { sent, begins };
}

/** The same record by another relay, whose clock is three seconds ahead. */
const again = ({ event, session }: Sent): Sent => {
  const time = event.time + 3000;
  return { event: { ...event, time, receivedTime: time }, session };
};

const scenario = fc.tuple(sessions, fc.boolean()).chain(([list, isTwice]) => {
  const { sent, begins } = recordsOf(list);
  const all = isTwice ? [...sent, ...sent.map(again)] : sent;
  const order = fc.shuffledSubarray(all, { minLength: all.length });
  return fc.tuple(fc.constant({ list, begins }), order, fc.integer({ min: 1, max: 6 }));
});

it(`makes as many sessions as there were, with their ends (${runs(300)} scenarios)`, async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ([{ list, begins }, order, size]) => {
      const store = makeMemoryStore();
      const ports = { users: store.users, gateways: store.gateways, locate, settings, hash };
      for (let from = 0; from < order.length; from += size) {
        const events = order.slice(from, from + size).map(({ event }) => event);
        await processEvents(ports, events);
      }

      const rows = [...(store.sessions.get('alice')?.values() ?? [])].map((row) => row.session);
      rows.sort((a, b) => a.startedAt - b.startedAt);
      const inMinutes = (time: number) => (time - morning) / minuteMs;
      expect(rows.map((row) => inMinutes(row.startedAt))).toEqual(begins);
      expect(rows.map((row) => row.isStartSeen)).toEqual(begins.map(() => true));
      const stops = begins.map((begin, at) => begin + (list[at]?.minutes ?? 0));
      expect(rows.map((row) => inMinutes(row.stoppedAt ?? 0))).toEqual(stops);
      expect(rows.map((row) => sessionState(row, order.length, undefined).state)).toEqual(
        begins.map(() => 'ended'),
      );
      const profile = store.profileOf('alice');
      expect(profile?.sessions).toBe(begins.length);
      expect(profile?.addresses.get('81.2.69.142')).toMatchObject({
        count: begins.length,
        firstSeen: rows[0]?.startedAt,
        lastSeen: rows.at(-1)?.startedAt,
      });
    }),
    { numRuns: runs(300) },
  );
});

type Told = readonly [kind: EventKind, minute: number, seconds?: number];

/** Orders that once lost a Stop, or made a session of interims; the second relay is 3 s ahead. */
const lateByClocks: readonly (readonly [string, readonly Told[], readonly number[]])[] = [
  [
    'a Start of a second relay before that of the first',
    [
      ['start', 0],
      ['start', 10.05],
      ['interim', 10, 0],
      ['stop', 11, 60],
      ['start', 10],
    ],
    [0, 10],
  ],
  [
    'interims with the Start, behind a session whose Stop comes last',
    [
      ['stop', 16.05, 600],
      ['start', 1.05],
      ['interim', 15.05, 600],
      ['interim', 15, 600],
      ['start', 15.05],
      ['stop', 2, 60],
      ['start', 1],
      ['start', 15],
      ['stop', 16, 600],
    ],
    [1, 15],
  ],
];

it.each(lateByClocks)('keeps sessions whole: %s', async (_, records, begins) => {
  const store = makeMemoryStore();
  const ports = { users: store.users, gateways: store.gateways, locate, settings, hash };
  for (const [kind, minute, seconds] of records) {
    const at = morning + Math.round(minute * 60) * 1000;
    const told = seconds === undefined ? {} : { seconds };
    const event = eventOf({ kind, sessionId: 'again', address: '81.2.69.142', at, ...told });
    const eventId = hash(JSON.stringify([kind, Math.round(minute), seconds]));
    await processEvents(ports, [{ ...event, eventId }]);
  }

  const rows = [...(store.sessions.get('alice')?.values() ?? [])].map((row) => row.session);
  rows.sort((a, b) => a.startedAt - b.startedAt);
  expect(rows.map(({ startedAt }) => (startedAt - morning) / minuteMs)).toEqual(begins);
  expect(rows.at(-1)?.stoppedAt).toBe(morning + ((begins.at(-1) ?? 0) + 1) * minuteMs);
});

it('folds a session of decades ago beside one of today', async () => {
  const store = makeMemoryStore();
  const ports = { users: store.users, gateways: store.gateways, locate, settings, hash };
  const address = '81.2.69.142';
  const old = eventOf({ sessionId: 'old', address, device: 'LT-1', at: Date.parse('2000-01-01') });

  await processEvents(ports, [eventOf({ address, device: 'LT-1' })]);
  const [done] = await processEvents(ports, [old]);

  expect(done).toMatchObject({ outcome: 'folded' });
  expect(store.profileOf('alice')?.sessions).toBe(2);
});
