// What is judged does not depend on how many events come at once: an organisation with thieves, a
// burst, restarts, lost Stops, interims and shared lines, in portions of any size, gives the same
// scores, detections and profiles as event by event.

import fc from 'fast-check';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { makeMemoryGateways } from '../../../local/replay/memory-gateways.ts';
import { addresses, eventOf, hourMs, minuteMs, morning } from '../../support/events.ts';
import { dayMs, london, makeOrganization, tokyo } from '../../support/life.ts';
import { runs } from '../../support/property-runs.ts';

const users = ['ann', 'bob', 'cem', 'dora', 'eli'];

/** Session of somebody: start, length, interims, whether its Stop was lost, and where. */
const session = fc.record({
  user: fc.constantFrom(...users),
  day: fc.integer({ min: 0, max: 40 }),
  minute: fc.integer({ min: 0, max: 600 }),
  minutes: fc.integer({ min: 1, max: 300 }),
  interims: fc.integer({ min: 0, max: 4 }),
  hasStop: fc.boolean(),
  address: fc.constantFrom(...addresses, london, tokyo),
  device: fc.constantFrom('LT-1', 'KALI', undefined),
  gateway: fc.constantFrom('asa-london', 'apm-paris'),
  /** Of its Stop; 0: none is told. */
  megabytes: fc.constantFrom<number>(0, 0, 50, 90_000),
});
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never;

function eventsOf(one: Session, index: number): readonly AccountingEvent[] {
  const { user, address, device, gateway, interims, megabytes } = one;
  const from = morning - 42 * dayMs + one.day * dayMs + one.minute * minuteMs;
  const about = { user, address, gateway, sessionId: `s-${index}`, ...(device ? { device } : {}) };
  const partMs = (one.minutes * minuteMs) / (interims + 1);
  return [
    eventOf({ ...about, at: from }),
    ...Array.from({ length: interims }, (_, at) => {
      const seconds = Math.round((partMs * (at + 1)) / 1000);
      return eventOf({ ...about, kind: 'interim', at: from + seconds * 1000, seconds });
    }),
    ...(one.hasStop
      ? [
          eventOf({
            ...about,
            kind: 'stop',
            at: from + one.minutes * minuteMs,
            seconds: one.minutes * 60,
            ...(megabytes > 0 ? { octetsOut: `${megabytes}000000` } : {}),
          }),
        ]
      : []),
  ];
}

const restartOf = (day: number): AccountingEvent => ({
  ...eventOf({ gateway: 'asa-london', at: morning - 42 * dayMs + day * dayMs + 5 * hourMs }),
  kind: 'gateway-on',
});

/** A month of everybody at home, so that what differs means something. */
const usual: readonly Session[] = users.flatMap((user, place) =>
  Array.from({ length: 36 }, (_, day) => ({
    user,
    day,
    minute: 30 + place * 7 + ((day * 13) % 40),
    minutes: 120,
    interims: place % 2 === 0 ? 3 : 0,
    hasStop: true,
    address: addresses[place % 2] ?? london,
    device: 'LT-1',
    gateway: 'asa-london',
    megabytes: 40 + ((day * 7) % 30),
  })),
);

const rowsOf = (rows: ReadonlyMap<string, { readonly session: unknown }> = new Map()) =>
  [...rows]
    .map(([key, { session }]) => [key, session])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

async function outcomeOf(events: readonly AccountingEvent[], sizes: readonly number[]) {
  const organization = makeOrganization({ types: { [tokyo]: 'hosting' } });
  const scores: string[] = [];
  const ports = {
    ...organization.ports,
    gateways: makeMemoryGateways(),
    isInOrder: true,
    onJudgement: ({
      userKey,
      session,
      judgement,
    }: Parameters<NonNullable<typeof organization.ports.onJudgement>>[0]) => {
      scores.push(`${userKey} ${session.sessionId} ${judgement.score} ${judgement.threshold}`);
    },
  };
  for (let from = 0, turn = 0; from < events.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const done = await processEvents(ports, events.slice(from, from + size));
    for (const { error } of done) if (error !== undefined) throw error;
    from += size;
  }
  return {
    scores: scores.sort(),
    detections: [...organization.store.detections.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    learned: users.map((user) => organization.store.profileOf(user)?.learned),
    traffic: users.map((user) => organization.store.profileOf(user)?.traffic),
    sessions: users.map((user) => rowsOf(organization.store.sessions.get(user))),
  };
}

const days = fc.array(session, { minLength: 8, maxLength: 30 });
const portions = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 });

it('gives the same in portions of any size, in whatever order the events come', async () => {
  const restarts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 4 });
  const late = fc.integer({ min: 0, max: 30 });
  await fc.assert(
    fc.asyncProperty(days, portions, restarts, late, async (odd, sizes, on, lateMinutes) => {
      const all = [...[...usual, ...odd].flatMap(eventsOf), ...on.map(restartOf)];
      // Some come late: the order of arrival is not that of time.
      const arrival = ({ time, eventId }: AccountingEvent): number =>
        time + (eventId.charCodeAt(3) % 5 === 0 ? lateMinutes * minuteMs : 0);
      const events = all.sort(
        (a, b) => arrival(a) - arrival(b) || (a.eventId < b.eventId ? -1 : 1),
      );
      expect(await outcomeOf(events, sizes)).toEqual(await outcomeOf(events, [1]));
    }),
    { numRuns: runs(24), endOnFailure: true },
  );
});

it('gives the same for events of a call in any order, where the order of time counts', async () => {
  const events = usual.slice(0, 60).flatMap(eventsOf);
  const turned = [...events.slice(40), ...events.slice(0, 40)];
  const played = async (some: readonly AccountingEvent[]) => {
    const { ports, store } = makeOrganization();
    await processEvents(ports, some);
    return users.map((user) => store.profileOf(user));
  };
  expect(await played(turned)).toEqual(await played(events));
});
