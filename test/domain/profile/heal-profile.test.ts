// A profile that one event of the future has poisoned heals with the next event.

import { processEvents } from '../../../domain/process/process-events.ts';
import {
  eventOf,
  hash,
  hourMs,
  locate,
  morning,
  sessionEvents,
  settings,
} from '../../support/events.ts';
import { type MemoryStore, makeMemoryStore } from '../../support/memory-store.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
const future = Date.parse('2100-01-01T00:00:00Z');
const dayMs = 24 * hourMs;

const portsOf = (store: MemoryStore, now: number | undefined) => ({
  users: store.users,
  gateways: store.gateways,
  locate,
  settings,
  hash,
  ...(now === undefined ? {} : { now: () => now }),
});

/** Forty days at home in London. */
async function home(store: MemoryStore): Promise<void> {
  for (let day = 40; day >= 1; day -= 1) {
    const at = morning - day * dayMs;
    const events = sessionEvents({ address: london, minutes: 480, at, sessionId: `home-${day}` });
    await processEvents(portsOf(store, undefined), events);
  }
}

const thief = [
  eventOf({ address: london, sessionId: 'today', at: morning }),
  eventOf({ address: tokyo, sessionId: 'thief', at: morning + hourMs }),
];

it('finds what it would have found, and shows when the person was last seen', async () => {
  const store = makeMemoryStore();
  await home(store);
  const calm = structuredClone(store.profileOf('alice'));
  const poison = eventOf({ address: tokyo, sessionId: 'poison', at: future });
  await processEvents(portsOf(store, undefined), [poison]);
  expect(store.profileOf('alice')?.lastSeen).toBe(future);

  await processEvents(portsOf(store, morning + hourMs), thief);

  const healed = store.profileOf('alice');
  expect(healed).toMatchObject({
    firstSeen: calm?.firstSeen,
    lastSeen: morning + hourMs,
    sessions: 42,
  });
  expect(healed?.places.get('GB/London/London')).toMatchObject({ count: 41, lastSeen: morning });
  expect(healed?.places.get('JP/Tokyo/Tokyo')).toMatchObject({
    count: 1,
    firstSeen: morning + hourMs,
    lastSeen: morning + hourMs,
  });
  expect(healed?.days.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(25);
  const found = [...store.detections.values()].filter(
    ({ clientAddress }) => clientAddress === tokyo,
  );
  expect(found.map(({ severity }) => severity)).toContain('high');
});

it('leaves a profile alone whose times can be', async () => {
  const [watched, plain] = [makeMemoryStore(), makeMemoryStore()];
  for (const [store, now] of [
    [watched, morning + hourMs],
    [plain, undefined],
  ] as const) {
    await home(store);
    await processEvents(portsOf(store, now), thief);
  }

  expect(watched.profileOf('alice')).toEqual(plain.profileOf('alice'));
});
