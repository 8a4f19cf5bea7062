// What stood under a key of before adds up with what stands under today's to what one key would
// have counted, and adds up once.

import fc from 'fast-check';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { emptyPopulation } from '../../../domain/population/population.ts';
import { foldUser } from '../../../domain/process/fold-user.ts';
import { withHeld } from '../../../domain/profile/held.ts';
import { hasJoined, joinProfiles } from '../../../domain/profile/join-profiles.ts';
import { emptyProfile, type Profile } from '../../../domain/profile/profile.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../../domain/profile/profile-unpack.ts';
import { eventOf, hash, hourMs, locate, morning } from '../../support/events.ts';
import { runs } from '../../support/property-runs.ts';

const key = 'alice@ex.com';
const former = 'alice@ex.com\0';
const addresses = ['81.2.69.142', '126.0.0.1'];

async function profileOf(userKey: string, events: readonly AccountingEvent[]): Promise<Profile> {
  const places = await locate(addresses);
  const ordered = [...events].sort((a, b) => a.time - b.time);
  const { profile } = foldUser(
    { userKey, kind: 'person' },
    { version: 0, sessions: [] },
    ordered.map((event) => ({ event, location: places.get(event.clientAddress ?? '') })),
    { population: emptyPopulation, settings: {}, hash },
  );
  return profile ?? emptyProfile(userKey, 'person');
}

/** Facts: everything that is counted. */
const factsOf = ({ firstSeen, lastSeen, sessions, hours, days, ...rest }: Profile): unknown => ({
  counted: [firstSeen, lastSeen, sessions, hours, days],
  maps: [rest.places, rest.addresses, rest.networks, rest.devices, rest.gateways].map((map) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
});

const session = fc.record({
  isFormer: fc.boolean(),
  at: fc.nat(60 * 24).map((hour) => morning + hour * hourMs),
  address: fc.constantFrom(...addresses),
  device: fc.constantFrom('lt-1', 'lt-2'),
  gateway: fc.constantFrom('asa-lyon', 'rras-1'),
});

it('adds up to what one key would have counted, in memory and as it is stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 12 }), async (list) => {
      const events = list.map(({ isFormer, ...options }, index) => ({
        isFormer,
        event: eventOf({ ...options, user: key, sessionId: `s${index}` }),
      }));
      const of = (isFormer: boolean): AccountingEvent[] =>
        events.filter((one) => one.isFormer === isFormer).map(({ event }) => event);
      const own = await profileOf(key, of(false));
      const before = await profileOf(former, of(true));
      fc.pre(before.sessions > 0);
      const whole = await profileOf(
        key,
        events.map(({ event }) => event),
      );

      const joined = joinProfiles(own, before, hash);

      expect(factsOf(joined)).toEqual(factsOf(whole));
      expect(joined.spellings).toEqual(whole.spellings);
      const stored = unpackProfile(key, packProfile(joined));
      expect(hasJoined(stored, former, hash)).toBe(true);
      expect(joinProfiles(stored, before, hash)).toBe(stored);
      // What is learned depends on the order of sessions: of what, not how much. What one key's
      // sessions make an alert of, and hold back, two halves of them may find usual.
      const placesOf = ({ learned }: Profile): string[] =>
        withHeld(learned)
          .places.map((place) => place.key)
          .sort();
      expect(placesOf(joined)).toEqual(placesOf(whole));
      expect(joined.learned.places.every(({ level }) => Number.isFinite(level))).toBe(true);
    }),
    { numRuns: runs(150) },
  );
});

it('keeps what the last sessions of both moved', () => {
  const sample = (minute: number) => ({ minute, quarters: 2, up: 40, down: 90 });
  const of = (userKey: string, minutes: readonly number[]): Profile => ({
    ...emptyProfile(userKey, 'person'),
    traffic: minutes.map(sample),
  });
  const joined = joinProfiles(of(key, [900, 500]), of(former, [700, 100]), hash);

  expect(joined.traffic).toEqual([900, 700, 500, 100].map(sample));
  const { traffic: _, ...none } = of(former, []);
  const { traffic: __, ...neither } = of(key, []);
  expect(joinProfiles(neither, none, hash)).not.toHaveProperty('traffic');
});
