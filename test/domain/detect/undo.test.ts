// A decision that is taken back is as if it had never been: whatever came before and since, the
// profile has learned and marked what that of a user has about whom nobody decided anything.

import fc from 'fast-check';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import {
  type Classification,
  type Decision,
  decided,
  redecided,
} from '../../../domain/detect/triage.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { eventOf, hourMs, morning } from '../../support/events.ts';
import { dayMs, makeOrganization, ordinaryDays, tokyo } from '../../support/life.ts';
import { runs } from '../../support/property-runs.ts';

const newYork = '216.160.83.56';
const london = '81.2.69.142';

/** One user without an organisation around: what is learned depends on nobody else. */
function makeUser() {
  const { store, play } = makeOrganization({ isAlone: true });
  const profile = (): Profile => {
    const found = store.profileOf('alice');
    if (!found) throw new Error('alice has no profile');
    return found;
  };
  return {
    store,
    profile,
    play,
    change: async (change: (profile: Profile) => Profile) => {
      const { version } = store.profiles.get('alice') ?? { version: 0 };
      await store.users.putProfile(change(profile()), version);
    },
  };
}

const session = fc.record({
  days: fc.integer({ min: 1, max: 70 }),
  address: fc.constantFrom(london, tokyo, newYork),
  device: fc.constantFrom('LT-0412', 'KALI', 'OTHER'),
});
const sessions = fc.array(session, { maxLength: 5 });

type Session = { readonly days: number; readonly address: string; readonly device: string };

const eventsOf = (list: readonly Session[], name: string): AccountingEvent[] =>
  list
    .map(({ days, ...rest }, at) =>
      eventOf({ ...rest, sessionId: `${name}-${at}`, at: morning + days * dayMs + at * hourMs }),
    )
    .sort((a, b) => a.time - b.time);

const classification = fc.constantFrom('benign' as const, 'malicious' as const);

it('leaves what would have been learned, whatever came before and since', async () => {
  await fc.assert(
    fc.asyncProperty(
      sessions,
      sessions,
      classification,
      classification,
      async (some, more, ...given) => {
        const user = makeUser();
        const other = makeUser();
        const first = [
          ...ordinaryDays(35),
          eventOf({ address: tokyo, device: 'KALI', sessionId: 'tokyo', at: morning + hourMs }),
        ];
        for (const one of [user, other]) await one.play(first);
        const [detection] = user.store.detections.values();
        if (!detection) throw new Error('a session from Tokyo raised no detection');
        const decisionOf = (which: 0 | 1, at: number): Decision => {
          const said: Classification = {
            classification: given[which],
            at,
            until: at + 120 * dayMs,
          };
          return { detection, given: said };
        };
        await user.change((profile) => decided(profile, decisionOf(0, morning + 2 * hourMs)));
        expect(user.profile().learned).not.toEqual(other.profile().learned);
        for (const one of [user, other]) await one.play(eventsOf(some, 'some'));
        // Another word about the same, perhaps the opposite; a repeat of it changes nothing.
        const second = decisionOf(1, morning + 71 * dayMs);
        await user.change((profile) => redecided(profile, [second]));
        const once = user.profile();
        await user.change((profile) => redecided(profile, [second]));
        expect(user.profile()).toEqual(once);
        for (const one of [user, other]) await one.play(eventsOf(more, 'more'));
        await user.change((profile) => redecided(profile, []));

        expect(user.profile().learned).toEqual(other.profile().learned);
        expect(user.profile().undecided).toBeUndefined();
      },
    ),
    { numRuns: runs(40) },
  );
});

it('is as the other decisions leave it, where one of two is taken back', async () => {
  const both = makeUser();
  const one = makeUser();
  for (const user of [both, one]) {
    await user.play([
      ...ordinaryDays(35),
      eventOf({ address: tokyo, device: 'KALI', sessionId: 'tokyo', at: morning + hourMs }),
      eventOf({ address: newYork, device: 'OTHER', sessionId: 'ny', at: morning + dayMs }),
    ]);
  }
  const [first, second] = [...both.store.detections.values()];
  if (!(first && second)) throw new Error('two sessions raised no two detections');
  const at = morning + 2 * dayMs;
  const wordOf = (classification: Classification['classification'], later = 0): Classification => ({
    classification,
    at: at + later,
    until: at + 90 * dayMs,
  });
  const malicious = { detection: second, given: wordOf('malicious', hourMs) };
  await both.change((profile) => decided(profile, { detection: first, given: wordOf('benign') }));
  await both.change((profile) => decided(profile, malicious));
  await both.change((profile) => redecided(profile, [malicious]));
  await one.change((profile) => decided(profile, malicious));

  expect(both.profile().learned).toEqual(one.profile().learned);
});

it('ends with the last decision: what was learned by then stays', async () => {
  const user = makeUser();
  await user.play([
    ...ordinaryDays(35),
    eventOf({ address: tokyo, device: 'KALI', sessionId: 'tokyo', at: morning + hourMs }),
  ]);
  const [detection] = user.store.detections.values();
  if (!detection) throw new Error('a session from Tokyo raised no detection');
  const given = { classification: 'benign' as const, at: morning, until: morning + 7 * dayMs };
  await user.change((profile) => decided(profile, { detection, given }));
  await user.play(eventsOf([{ days: 8, address: london, device: 'LT-0412' }], 'later'));

  const { undecided, learned } = user.profile();
  expect(undecided).toBeUndefined();
  await user.change((profile) => redecided(profile, []));
  expect(user.profile().learned).toEqual(learned);
});
