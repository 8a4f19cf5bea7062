// Facts do not depend on the order or the number of deliveries.

import fc from 'fast-check';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import {
  addresses,
  hash,
  hourMs,
  locate,
  morning,
  sessionEvents,
  settings,
} from '../../support/events.ts';
import { type MemoryStore, makeMemoryStore } from '../../support/memory-store.ts';
import { runs } from '../../support/property-runs.ts';

/** A day of sessions: starts of equal ids are hours apart, as the contract requires. */
const day = fc
  .array(
    fc.record({
      hour: fc.integer({ min: 0, max: 20 }),
      minutes: fc.integer({ min: 1, max: 170 }),
      interims: fc.integer({ min: 0, max: 3 }),
      user: fc.constantFrom('alice', 'Alice', 'bob'),
      sessionId: fc.constantFrom('a', 'b'),
      gateway: fc.constantFrom('asa-lyon', 'rras-1'),
      address: fc.constantFrom(...addresses),
      device: fc.constantFrom('LT-1', 'LT-2'),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((sessions) =>
    sessions.flatMap((session, index) =>
      sessionEvents({ ...session, at: morning + (session.hour * 8 + index) * 3 * hourMs }),
    ),
  );

/** Deliveries of the same events: shuffled, some twice, cut into invocations anywhere. */
const deliveries = (events: readonly AccountingEvent[]) =>
  fc
    .record({
      again: fc.subarray([...events]),
      cuts: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 }),
    })
    .chain(({ again, cuts }) =>
      fc
        .shuffledSubarray([...events, ...again], { minLength: events.length + again.length })
        .map((shuffled) => cutUp(shuffled, cuts)),
    );

function cutUp<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0, turn = 0; at < items.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(items.slice(at, at + size));
    at += size;
  }
  return parts;
}

async function run(invocations: readonly (readonly AccountingEvent[])[]): Promise<MemoryStore> {
  const store = makeMemoryStore();
  const ports = { users: store.users, gateways: store.gateways, locate, settings, hash };
  for (const events of invocations) {
    const done = await processEvents(ports, events);
    expect(done).toHaveLength(events.length);
    expect(done.filter((entry) => entry.outcome === 'retried')).toEqual([]);
  }
  return store;
}

/** The facts of a profile, without the learned part and the bookkeeping. */
function factsOf(profile: Profile | undefined) {
  if (!profile) return undefined;
  const {
    recent: _recent,
    pending: _pending,
    detections: _detections,
    learned: _learned,
    ...facts
  } = profile;
  const byKey = <T>(map: ReadonlyMap<string, T>) => Object.fromEntries([...map].sort());
  return {
    ...facts,
    places: byKey(facts.places),
    addresses: byKey(facts.addresses),
    networks: byKey(facts.networks),
    devices: byKey(facts.devices),
    gateways: byKey(facts.gateways),
  };
}

function sessionFacts(store: MemoryStore, user: string) {
  const rows = [...(store.sessions.get(user)?.values() ?? [])].map((row) => row.session);
  return rows
    .map(({ rowStart: _rowStart, ...facts }) => facts)
    .sort((a, b) => a.startedAt - b.startedAt || (a.identity < b.identity ? -1 : 1));
}

describe('facts of a profile', () => {
  it('are the same whatever the order, the repeats and the invocations', async () => {
    const scenario = day.chain((events) => fc.tuple(fc.constant(events), deliveries(events)));
    await fc.assert(
      fc.asyncProperty(scenario, async ([events, invocations]) => {
        const calm = await run([events]);
        const rough = await run(invocations);

        for (const user of ['alice', 'bob']) {
          expect(factsOf(rough.profileOf(user))).toEqual(factsOf(calm.profileOf(user)));
          expect(sessionFacts(rough, user)).toEqual(sessionFacts(calm, user));
        }
      }),
      { numRuns: runs(150) },
    );
  });
});
