// What detection promises over whole lives: nothing grave before the gate, nothing lost or doubled
// by a crash, reasons that can be computed again from what is stored, profiles that stay small.

import fc from 'fast-check';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { mergeDetections } from '../../../domain/detect/alert.ts';
import type { Detection } from '../../../domain/detection.ts';
import { foldUser } from '../../../domain/process/fold-user.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import {
  addresses,
  eventOf,
  hash,
  hourMs,
  locationOf,
  minuteMs,
  morning,
  sessionEvents,
} from '../../support/events.ts';
import { dayMs, london, makeOrganization, ordinaryDays, tokyo } from '../../support/life.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { runs } from '../../support/property-runs.ts';

const types = { [tokyo]: 'hosting' } as const;
const thief = (options: Partial<Parameters<typeof eventOf>[0]> = {}): AccountingEvent =>
  eventOf({
    address: tokyo,
    device: 'KALI',
    sessionId: 'thief',
    at: morning + 50 * minuteMs,
    ...options,
  });

describe('before the learning gate', () => {
  const life = fc.record({
    days: fc.integer({ min: 0, max: 29 }),
    places: fc.array(fc.constantFrom(...addresses), { minLength: 1, maxLength: 6 }),
    devices: fc.array(fc.constantFrom('LT-1', 'KALI', undefined), { minLength: 1, maxLength: 4 }),
    isHosting: fc.boolean(),
    isStrict: fc.boolean(),
  });

  it('nothing is raised above Low, and nothing at all by the strict gate', async () => {
    await fc.assert(
      fc.asyncProperty(life, async ({ days, places, devices, isHosting, isStrict }) => {
        const organization = makeOrganization({
          types: isHosting ? types : {},
          detection: { strictGate: isStrict, sensitivity: 'high' },
        });
        await organization.play(ordinaryDays(days));
        const odd = places.map((address, at) => {
          const device = devices[at % devices.length];
          const options = { address, sessionId: `odd-${at}`, at: morning + at * 2 * hourMs };
          return eventOf({ ...options, ...(device === undefined ? {} : { device }) });
        });
        await organization.play(odd);

        for (const { severity, isLearning } of organization.store.detections.values()) {
          expect([severity, isLearning, isStrict]).toEqual(['low', true, false]);
        }
      }),
      { numRuns: runs(30) },
    );
  });

  it('is passed after 30 days and 5 connections: the same theft is Medium or High', async () => {
    const severityAfter = async (days: number) => {
      const organization = makeOrganization({ types });
      await organization.play(ordinaryDays(days));
      await organization.play([thief()]);
      return [...organization.store.detections.values()].map(({ severity }) => severity);
    };

    expect(await severityAfter(29)).toEqual(['low']);
    expect(['medium', 'high']).toContain((await severityAfter(31))[0]);
  });
});

describe('of a user who connects less than five times a month', () => {
  /** Known for 55 days, two connections in the last 30. */
  async function saidOf(odd: readonly AccountingEvent[], detection = {}, seldom = {}) {
    const organization = makeOrganization({ types, detection });
    await organization.play(
      [55, 48, 41, 34, 20, 9].flatMap((days) =>
        sessionEvents({
          address: london,
          device: 'LT-0412',
          minutes: 90,
          ...seldom,
          sessionId: `seldom-${days}`,
          at: morning - days * dayMs,
        }),
      ),
    );
    await organization.play(odd);
    const found = [...organization.store.detections.values()];
    return found.map(({ severity, isLearning }) => [severity, isLearning]);
  }

  it('hard evidence is as grave as of anybody', async () => {
    expect(['medium', 'high']).toContain((await saidOf([thief()]))[0]?.[0]);
    expect((await saidOf([thief()]))[0]?.[1]).toBe(false);
    // At a place of theirs at the same time, a world away, without a server between.
    const atOnce = [
      eventOf({ address: london, device: 'LT-0412', sessionId: 'home', at: morning }),
      thief({ address: '73.0.0.1', device: 'LT-0412' }),
    ];
    expect(['medium', 'high']).toContain((await saidOf(atOnce))[0]?.[0]);
  });

  it('what only history calls odd is not told, and nothing by the strict gate', async () => {
    expect(await saidOf([thief({ address: addresses[2] ?? '' })])).toEqual([]);
    expect(await saidOf([thief()], { strictGate: true })).toEqual([]);
  });
});

/** Rows that users are found by; what is said again after a crash brings its reference along. */
const rowsOf = ({ indexRows }: Pick<MemoryStore, 'indexRows'>): readonly string[] =>
  [...indexRows.values()].map((row) => JSON.stringify({ ...row, isReferenced: undefined })).sort();

it('loses and doubles no detection when it crashes between any two writes', async () => {
  const prepared = async () => {
    const organization = makeOrganization({ types });
    await organization.play(ordinaryDays(33));
    return organization;
  };
  const events = [
    ...sessionEvents({ address: london, minutes: 120, interims: 3, device: 'LT-0412' }),
    thief(),
  ];
  const calm = await prepared();
  const writesBefore = calm.store.writes;
  await processEvents(calm.ports, events);
  expect(calm.store.detections.size).toBe(1);
  expect(calm.store.writes - writesBefore).toBeGreaterThan(4);

  for (let crashAt = writesBefore + 1; crashAt <= calm.store.writes; crashAt += 1) {
    const { store, ports } = await prepared();
    store.failAtWrite = crashAt;
    await processEvents(ports, events);
    // What failed comes again, and the queue says that it does.
    await processEvents(ports, events, new Set(events));

    expect([...store.detections]).toEqual([...calm.store.detections]);
    expect([...new Set(rowsOf(store))]).toEqual([...new Set(rowsOf(calm.store))]);
    expect(store.profileOf('alice')).toEqual(calm.store.profileOf('alice'));
  }
});

it('raises the same detections whatever the order within a batch, and however often', async () => {
  const users = ['ann', 'bob', 'cem', 'dora'];
  const prepared = async () => {
    const organization = makeOrganization({ types });
    for (const user of users) await organization.play(ordinaryDays(31, { user }));
    return organization;
  };
  const events = users.flatMap((user, at) => [
    ...sessionEvents({ user, address: london, minutes: 120, device: 'LT-0412' }),
    thief({ user, at: morning + (50 + at * 7) * minuteMs }),
  ]);
  const calm = await prepared();
  await processEvents(calm.ports, events);
  expect(calm.store.detections.size).toBe(users.length + 1);

  const anyOrder = fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 });
  await fc.assert(
    fc.asyncProperty(anyOrder, async (shuffled) => {
      const { store, ports } = await prepared();
      await processEvents(ports, shuffled);

      expect([...store.detections].sort()).toEqual([...calm.store.detections].sort());
    }),
    { numRuns: 4 },
  );
});

it('merges repeats of a detection to the same, in any order and however often', async () => {
  const organization = makeOrganization({ types });
  await organization.play(ordinaryDays(33));
  await organization.play([thief()]);
  const [detection] = organization.store.detections.values();
  const variant = fc
    .record({
      score: fc.constantFrom(70, 90),
      weight: fc.constantFrom(1, 2),
      users: fc.subarray(['ann', 'bob', 'cem'], { minLength: 1 }),
      severity: fc.constantFrom('low' as const, 'high' as const),
      session: fc.constantFrom('1/a', '2/b', '3/c'),
      firstSeen: fc.integer({ min: 0, max: 9 }),
    })
    .map(
      ({ weight, session, ...rest }): Detection => ({
        ...(detection as Detection),
        ...rest,
        userKey: rest.users[0] ?? '',
        sessions: [session],
        reasons: [{ term: 'place', weight, text: 'x', numbers: {} }],
      }),
    );

  fc.assert(
    fc.property(fc.array(variant, { minLength: 1, maxLength: 5 }), fc.nat(), (list, turn) => {
      const merged = list.reduce(mergeDetections);
      const turned = [...list.slice(turn % list.length), ...list].reduce(mergeDetections);

      expect(turned).toEqual(merged);
    }),
  );
});

it('gives reasons that the stored profile gives again, number by number', async () => {
  const organization = makeOrganization({ types });
  await organization.play(ordinaryDays(40));
  await organization.play([eventOf({ address: london, device: 'LT-0412', sessionId: 'now' })]);
  const stored = organization.store.profileOf('alice') as Profile;
  const { sessions } = await organization.store.users.load('alice', morning);
  const population = await organization.population.view([], thief().time);
  const plan = foldUser(
    { userKey: 'alice', kind: 'person' },
    { profile: stored, version: 1, sessions },
    [{ event: thief(), location: locationOf(tokyo, 'hosting') }],
    { population, settings: {}, hash },
  );
  await organization.play([thief()]);
  const [detection] = organization.store.detections.values();

  expect(detection?.reasons.length).toBeGreaterThan(4);
  expect(plan.profile?.pending.detections).toEqual([detection]);
  const numbersOf = (name: string) => detection?.reasons.find(({ term }) => term === name)?.numbers;
  // And by hand, from the stored counters alone.
  expect(numbersOf('hour')?.['sessions']).toBe(stored.hours.reduce((sum, count) => sum + count));
  expect(numbersOf('device')?.['deviceWeight']).toBe(0);
  const sum = detection?.reasons.reduce((total, { weight }) => total + weight, 0) ?? 0;
  expect(detection?.score).toBe(Math.round(100 / (1 + Math.exp(-(sum - 2.6) / 2))));
});

describe('the size of a packed profile', () => {
  /** Weeks of one person: home, telephone and travel, packed after every day. */
  it('stays below 8 KB for somebody on another machine somewhere else every time', async () => {
    const organization = makeOrganization();
    let largest = 0;
    for (let at = 0; at < 260; at += 1) {
      const options = {
        address: `20.${at % 200}.${at % 7}.9`,
        device: `a-rather-long-host-name-of-a-computer-${at}`,
        gateway: `gateway-with-a-long-name-${at % 12}`,
        user: 'alice',
        sessionId: `s-${at}`,
        at: morning + at * dayMs,
      };
      await organization.play(sessionEvents({ ...options, minutes: 60 }));
      const profile = organization.store.profileOf('alice');
      if (profile) largest = Math.max(largest, packProfile(profile).length);
    }

    expect(largest).toBeGreaterThan(1024);
    expect(largest).toBeLessThan(8 * 1024);
  });

  it('fits one write unit for somebody with a home, a telephone and a trip', async () => {
    const organization = makeOrganization({ types: { '86.208.1.1': 'mobile' } });
    await organization.play(ordinaryDays(40));
    const trip = { address: addresses[1] ?? '', device: 'LT-0412', at: morning };
    await organization.play(sessionEvents({ ...trip, minutes: 60, sessionId: 'trip' }));
    const phone = { address: '86.208.1.1', device: 'PHONE', at: morning + dayMs };
    await organization.play(sessionEvents({ ...phone, minutes: 60, sessionId: 'phone' }));

    const home = { address: london, device: 'LT-0412', at: morning + 2 * dayMs };
    await organization.play(sessionEvents({ ...home, minutes: 60, sessionId: 'home' }));

    const profile = organization.store.profileOf('alice') as Profile;
    expect(profile.sessions).toBe(43);
    expect(packProfile(profile).length).toBeLessThan(1024);
  });
});

it('scores every session, also one without an address', async () => {
  const organization = makeOrganization();
  const scored: string[] = [];
  const ports = {
    ...organization.ports,
    onJudgement: ({ session }: { readonly session: { readonly sessionId: string } }) =>
      scored.push(session.sessionId),
  };
  await processEvents(ports, [
    eventOf({ sessionId: 'nowhere' }),
    eventOf({ sessionId: 'unplaced', address: '203.0.113.9', at: morning + hourMs }),
    eventOf({ sessionId: 'late', kind: 'stop', seconds: 60, at: morning + 5 * hourMs }),
  ]);

  expect(scored.sort()).toEqual(['late', 'nowhere', 'unplaced']);
});
