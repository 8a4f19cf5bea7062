// What reasons say: every count of a text is among the numbers of its reason, no count is of fewer
// than it counts, and nothing is said that a reader of the profile cannot check.

import fc from 'fast-check';
import { reasonOf } from '../../../domain/detect/context/term.ts';
import type { SessionJudgement } from '../../../domain/detect/judgement.ts';
import { learnScored, scoreSession } from '../../../domain/detect/score.ts';
import type { Reason } from '../../../domain/detection.ts';
import type { NetworkType } from '../../../domain/location.ts';
import { emptyPopulation, type PopulationView } from '../../../domain/population/population.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { countSession } from '../../../domain/profile/count-session.ts';
import { emptyLearned } from '../../../domain/profile/learned.ts';
import { emptyProfile, type Profile } from '../../../domain/profile/profile.ts';
import { presencesOf } from '../../../domain/session/presence.ts';
import { sessionOf } from '../../../domain/session/session-of.ts';
import { addresses, eventOf, hash, hourMs, locationOf, morning } from '../../support/events.ts';
import { makeOrganization, ordinaryDays } from '../../support/life.ts';
import { runs } from '../../support/property-runs.ts';

const kinds: readonly NetworkType[] = ['access', 'mobile', 'hosting', 'satellite', 'vpn'];

const visits = fc.array(
  fc.record({
    address: fc.constantFrom(...addresses),
    device: fc.constantFrom(undefined, 'LT-0412', 'kali'),
    gateway: fc.constantFrom('asa-lyon', 'rras-oslo'),
    user: fc.constantFrom('alice', 'bob'),
    hours: fc.integer({ min: 0, max: 60 }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The reasons that the visits were given, after so many ordinary days of alice. */
async function reasonsOf(days: number, list: readonly unknown[], type: NetworkType) {
  const types = Object.fromEntries(addresses.slice(1).map((address) => [address, type]));
  const organization = makeOrganization({ types });
  await organization.play(ordinaryDays(days));
  const reasons: Reason[] = [];
  const onJudgement = ({ judgement }: SessionJudgement): void => {
    reasons.push(...judgement.evidence.map(reasonOf));
  };
  for (const [at, visit] of list.entries()) {
    const { hours, ...rest } = visit as { hours: number };
    const event = eventOf({ ...rest, sessionId: `v${at}`, at: morning + hours * hourMs });
    await processEvents({ ...organization.ports, onJudgement }, [event]);
  }
  return { reasons, profile: organization.store.profileOf('alice') as Profile };
}

type Shown = typeof shown extends fc.Arbitrary<infer T> ? T : never;

/** The evidence of a session that moved east, of a user who was seen so; some lists are cut. */
function reasonsFor({ dropped, colleagues, lives, east, hours }: Shown) {
  let learned = emptyLearned;
  let history = emptyProfile('alice', 'person');
  const population: PopulationView = {
    ...emptyPopulation,
    users: colleagues,
    use: (key) =>
      key.startsWith('c:') && colleagues > 0
        ? { key, sighters: [], latest: [], people: Math.ceil(colleagues / 2) }
        : undefined,
  };
  const scoreOf = (
    life: Omit<Shown['lives'][number], 'days' | 'trust'>,
    at: number,
    km: number,
  ) => {
    const { address, device, type } = life;
    const event = eventOf({ address, ...(device ? { device } : {}), sessionId: `s${at}`, at });
    const location = locationOf(address, type);
    const isSame = location.kind !== 'located' || km === 0;
    const east = (lon: number) => ({ lon: lon + km / 70, city: 'London East' });
    const moved = isSame ? location : { ...location, ...east(location.lon) };
    const session = sessionOf(event, hash('alice'), moved);
    const [presence] = presencesOf(session);
    const known = { others: [], learned, history, population, user: 'alice' };
    return { session, scored: scoreSession({ session, presence, ...known }) };
  };
  const whole = { isSession: true, isLocation: true, isDevice: true };
  for (const life of [...lives].sort((a, b) => b.days - a.days)) {
    const at = morning + (life.hours - 24 * life.days) * hourMs;
    const { session, scored } = scoreOf(life, at, 0);
    learned = learnScored(learned, scored, whole, life.trust);
    history = countSession(history, session, undefined, options).profile;
  }
  const cut = Object.fromEntries(dropped.map((name) => [name, new Map()]));
  history = { ...history, ...cut };
  const last = lives[0] as Shown['lives'][number];
  const { scored } = scoreOf(last, morning + hours * hourMs, east);
  return scored.evidence.map(reasonOf);
}

const options = { spelling: 'alice', foldSize: 3, countedAs: undefined, sessions: () => [] };

it('state no number that is not theirs, and no part greater than its whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0, 1, 12),
      visits,
      fc.constantFrom(...kinds),
      async (days, list, type) => {
        const { reasons } = await reasonsOf(days, list, type);

        for (const { text, numbers } of reasons) {
          const known = new Set(Object.values(numbers));
          for (const [, part, whole] of text.matchAll(/\b(\d+|none) of (\d+) /g)) {
            const count = part === 'none' ? 0 : Number(part);
            expect(count).toBeLessThanOrEqual(Number(whole));
            expect(Number(whole)).toBeGreaterThan(0);
            expect([...known]).toEqual(expect.arrayContaining([count, Number(whole)]));
          }
          expect(text).not.toMatch(/\b1 in \d|connections|\bperson\b|%/);
          expect(text).not.toMatch(misleading);
        }
      },
    ),
    { numRuns: runs(60) },
  );
});

/** Counts of nothing, shares of nobody, an hour that is hidden, one of several. */
const misleading =
  /\b0 (min|km|km\/h|days?|sessions?|users?)\b|\bof 0\b|\b1 (users|sessions|others|other users)\b/;

const keptLists = ['places', 'addresses', 'networks', 'devices', 'gateways'] as const;

/** What of the profile is not listed any more, and what the session shows. */
const shown = fc.record({
  dropped: fc.subarray([...keptLists]),
  colleagues: fc.nat({ max: 40 }),
  lives: fc.array(
    fc.record({
      address: fc.constantFrom(...addresses),
      device: fc.constantFrom(undefined, 'LT-0412', 'kali'),
      type: fc.constantFrom(...kinds),
      days: fc.integer({ min: 1, max: 90 }),
      hours: fc.integer({ min: 0, max: 23 }),
      trust: fc.double({ min: 0.05, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 24, size: 'max' },
  ),
  east: fc.integer({ min: 0, max: 500 }),
  hours: fc.integer({ min: 0, max: 167 }),
});

const against = /\b(none|first|new|never|rare|hardly|no)\b|not the one/i;

it('call nothing unknown that lowers the score, and say of each whether it does', () => {
  fc.assert(
    fc.property(shown, (given) => {
      for (const { term, weight, text } of reasonsFor(given)) {
        expect(text).not.toMatch(misleading);
        const isFor = text.endsWith(' (lowers the score)');
        expect({ term, text, weight, isFor }).toEqual({ term, text, weight, isFor: weight < 0 });
        if (isFor) expect(text).not.toMatch(against);
      }
    }),
    { numRuns: runs(2000) },
  );
});

const home = { address: '81.2.69.142', device: 'LT-0412', type: 'access', hours: 8 } as const;
const weeks = Array.from({ length: 20 }, (_, at) => ({ ...home, days: at + 1, trust: 1 }));
const textOf = (reasons: readonly Reason[], name: string): string | undefined =>
  reasons.find(({ term }) => term === name)?.text;

it('name the place that makes one beyond it familiar', () => {
  const given = { dropped: [], colleagues: 0, lives: weeks, east: 140, hours: 8 };

  expect(textOf(reasonsFor(given), 'place')).toBe(
    'London East, GB is 138 km from London, GB, where 20 of 20 earlier sessions came from: ' +
      'by address it may be the same place (lowers the score)',
  );
});

it('let a device that is known speak for a VPN that is not', () => {
  const vpn = { ...home, address: '73.0.0.1', type: 'vpn', days: 0, trust: 1 } as const;
  const given = { dropped: [], colleagues: 0, lives: [vpn, ...weeks], east: 0, hours: 8 };

  expect(textOf(reasonsFor(given), 'network-type')).toBe(
    'Comes from a commercial VPN, with a device this user often has: a personal VPN is likely ' +
      '(lowers the score)',
  );
});

it('say what a reader finds in the profile', async () => {
  const visit = { address: '126.0.0.1', device: 'kali', user: 'alice', hours: -3 };
  const { reasons, profile } = await reasonsOf(12, [visit], 'access');

  expect(profile.sessions).toBe(13);
  expect(textOf(reasons, 'place')).toBe('First time in JP; 12 of 12 earlier sessions came from GB');
  expect(textOf(reasons, 'device')).toBe(
    'First time with device kali; 1 other in 12 earlier sessions',
  );
  expect(textOf(reasons, 'hour')).toBe(
    'Began at 2026-11-23T05:00Z; none of 12 earlier sessions began within two hours of that ' +
      'time of day',
  );
});
