// The users of a replay: what is packed away comes back as it was.

import { processEvents } from '../../../domain/process/process-events.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import { MemoryUsers } from '../../../local/replay/memory-users.ts';
import {
  addresses,
  hash,
  hourMs,
  locate,
  morning,
  sessionEvents,
  settings,
} from '../../support/events.ts';
import { makeMemoryStore } from '../../support/memory-store.ts';

const names = ['ann', 'bob', 'cem', 'dora'];

/** Forty days of four people, two addresses, an open session each. */
async function lived(openMax: number): Promise<MemoryUsers> {
  const users = new MemoryUsers({ openMax });
  const { gateways } = makeMemoryStore();
  for (let day = 0; day < 40; day += 1) {
    for (const [at, user] of names.entries()) {
      const events = sessionEvents({
        user,
        gateway: 'asa-lyon',
        sessionId: `s${day}`,
        address: addresses[(day + at) % 2] ?? '',
        device: 'LT-1',
        at: morning + (day * 24 + at) * hourMs,
        minutes: 90,
        interims: 1,
      });
      const done = await processEvents({ users, gateways, locate, settings, hash }, events);
      expect(done.flatMap(({ error }) => error ?? [])).toEqual([]);
    }
  }
  return users;
}

it('keeps of packed users what it keeps of others', async () => {
  const [open, packed] = [await lived(100), await lived(1)];

  expect([open.size, packed.size]).toEqual([4, 4]);
  expect([packed.has('ann'), packed.has('eve')]).toEqual([true, false]);
  for (const user of names) {
    const [one, other] = [await open.load(user), await packed.load(user)];
    expect(one.sessions.length).toBeGreaterThan(7);
    expect(other.sessions).toEqual(one.sessions);
    if (!one.profile || !other.profile) throw new Error(`${user} has no profile`);
    expect(packProfile(other.profile)).toEqual(packProfile(one.profile));
  }
});
