// What reasons say: every count of a text is among the numbers of its reason, no count is of fewer
// than it counts, and nothing is said that a reader of the profile cannot check.

import fc from 'fast-check';
import { reasonOf } from '../../../domain/detect/context/term.ts';
import type { SessionJudgement } from '../../../domain/detect/judgement.ts';
import type { Reason } from '../../../domain/detection.ts';
import type { NetworkType } from '../../../domain/location.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { addresses, eventOf, hourMs, morning } from '../../support/events.ts';
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
        }
      },
    ),
    { numRuns: runs(60) },
  );
});

it('say what a reader finds in the profile', async () => {
  const visit = { address: '126.0.0.1', device: 'kali', user: 'alice', hours: -3 };
  const { reasons, profile } = await reasonsOf(12, [visit], 'access');
  const textOf = (name: string) => reasons.find(({ term }) => term === name)?.text;

  expect(profile.sessions).toBe(13);
  expect(textOf('place')).toBe('First time in JP; 12 of 12 earlier sessions came from GB');
  expect(textOf('device')).toBe('First time with device kali; 1 other in 12 earlier sessions');
  expect(textOf('hour')).toBe(
    'Began at 2026-11-23T05:00Z; none of 12 earlier sessions began within two hours of that ' +
      'time of day',
  );
});
