// What was expected quiets what it names, while it lasts, and nothing else.

import fc from 'fast-check';
import type { Evidence, TermContext, TermName } from '../../../../domain/detect/context/term.ts';
import { expectedOf, expectedTerm } from '../../../../domain/detect/terms/expected.ts';
import { benignOf, benignTerm } from '../../../../domain/detect/terms/feedback.ts';
import type { Detection } from '../../../../domain/detection.ts';
import type { NetworkType } from '../../../../domain/location.ts';
import { emptyPopulation } from '../../../../domain/population/population.ts';
import { type Expectation, withExpectations } from '../../../../domain/profile/expected.ts';
import { joinLearned } from '../../../../domain/profile/held.ts';
import { type ExpectedMark, emptyLearned } from '../../../../domain/profile/learned.ts';
import { emptyProfile } from '../../../../domain/profile/profile.ts';
import { packProfile } from '../../../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../../../domain/profile/profile-unpack.ts';
import { observationOf } from '../../../../domain/session/observation.ts';
import { eventOf, hourMs, locationOf, morning } from '../../../support/events.ts';
import { dayMs, london, makeOrganization, ordinaryDays, tokyo } from '../../../support/life.ts';
import { runs } from '../../../support/property-runs.ts';
import { weighedTerms } from '../../../support/term-ids.ts';

const trip: Expectation = {
  id: 'trip',
  kind: 'country',
  key: 'JP',
  from: morning - dayMs,
  until: morning + 7 * dayMs,
  reason: 'a fair in Tokyo',
  by: 'analyst-1',
  at: morning - dayMs,
};

type Drawn = {
  readonly kind: ExpectedMark['kind'];
  readonly isOwn: boolean;
  readonly fromDays: number;
  readonly days: number;
};

/**
 * Five weeks in London, something expected, then a session from Tokyo. Gateways here name devices
 * only where one is given.
 */
async function inTokyo(
  expected: Partial<Expectation>,
  options: {
    readonly device?: string;
    readonly type?: NetworkType;
    readonly isAtOnce?: boolean;
  } = {},
): Promise<readonly Detection[]> {
  const { device, type, isAtOnce = false } = options;
  const organization = makeOrganization(type ? { types: { [tokyo]: type } } : {});
  const on = (name?: string) => (device === undefined || !name ? {} : { device: name });
  const usual = on('LT-0412');
  await organization.play(ordinaryDays(35, usual));
  const { users, profiles } = organization.store;
  const profile = organization.store.profileOf('alice');
  if (!profile) throw new Error('alice has no profile');
  const list = [{ ...trip, ...expected }];
  const { version } = profiles.get('alice') ?? { version: 0 };
  await users.putProfile(withExpectations(profile, list, morning), version);
  if (isAtOnce) {
    await organization.play([
      eventOf({ address: london, ...usual, sessionId: 'home', at: morning + hourMs / 2 }),
    ]);
  }
  await organization.play([
    eventOf({ address: tokyo, ...on(device), sessionId: 'tokyo', at: morning + hourMs }),
  ]);
  return [...organization.store.detections.values()];
}

const raising = (detections: readonly Detection[]): readonly string[] =>
  detections.flatMap(({ reasons }) =>
    reasons.filter(({ weight }) => weight > 0).map(({ term }) => term),
  );

describe('an expected trip', () => {
  it('is not reported from an access network there', async () => {
    expect((await inTokyo({ key: 'FR' })).length).toBe(1);
    expect(await inTokyo({})).toEqual([]);
  });

  it.each([
    ['before it begins', { from: morning + 2 * dayMs }, {}],
    ['on another computer', {}, { device: 'KALI' }],
    ['from servers', {}, { type: 'hosting' as const }],
    ['through a VPN', {}, { type: 'vpn' as const }],
    ['beside a session at home', {}, { isAtOnce: true }],
  ])('is reported %s', async (_, expected, options) => {
    expect((await inTokyo(expected, options)).length).toBe(1);
  });

  it('says until when it was expected, in the reader’s time', async () => {
    const [detection] = await inTokyo({}, { device: 'KALI' });
    const said = detection?.reasons.find(({ term }) => term === 'expected');

    expect(said?.text).toBe('Expected of this user: JP until 2026-11-30T08:00Z (lowers the score)');
    expect(raising(detection ? [detection] : [])).toContain('device');
  });
});

describe('what was expected', () => {
  const observation = observationOf({
    time: morning,
    gatewayId: 'asa-lyon',
    address: tokyo,
    location: locationOf(tokyo),
    device: { kind: 'host', key: 'host:LT-0412', name: 'LT-0412' },
  });
  const own: Readonly<Record<ExpectedMark['kind'], string>> = {
    country: 'JP',
    place: observation.place ?? '',
    network: `${observation.network?.asn}`,
    prefix: observation.prefix?.key ?? '',
    device: 'host:LT-0412',
  };
  const kinds = Object.keys(own) as ExpectedMark['kind'][];
  const marks = fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      isOwn: fc.boolean(),
      fromDays: fc.integer({ min: -3, max: 3 }),
      days: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 6 },
  );
  const markOf = ({ kind, isOwn, fromDays, days }: Drawn): ExpectedMark => {
    const from = morning + fromDays * dayMs;
    return { kind, key: isOwn ? own[kind] : 'another', from, until: from + days * dayMs };
  };
  const terms = weighedTerms as readonly TermName[];
  const explainable = ['place', 'network', 'prefix', 'network-type', 'device', 'colleagues'];
  const never = terms.filter((term) => !explainable.includes(term));
  const evidence = fc
    .array(fc.tuple(fc.constantFrom(...terms), fc.integer({ min: -300, max: 600 })), {
      maxLength: 9,
    })
    .map((list) =>
      list.map(
        ([term, hundredths]): Evidence => ({
          term,
          aspect: term,
          weight: hundredths / 100,
          numbers: () => ({}),
          inputs: () => ({}),
          text: () => term,
        }),
      ),
    );
  const contextWith = (expected: readonly ExpectedMark[]): TermContext =>
    ({
      observation,
      learned: {
        ...emptyLearned,
        expected,
        marks: [
          { kind: 'network', key: own.network, classification: 'benign', until: morning + dayMs },
        ],
      },
      population: emptyPopulation,
    }) as unknown as TermContext;

  /** Nothing was taken off before. */
  const left = ({ weight }: Evidence): number => Math.max(0, weight);

  it('takes off what the named values explain, never what stands beside them', () => {
    fc.assert(
      fc.property(marks, evidence, (drawn, found) => {
        const context = contextWith(drawn.map(markOf));
        const expected = expectedOf(context);
        const lowered = expectedTerm(expected, found, left);
        const after = [...found, ...(lowered ? [lowered] : [])];
        const benign = benignOf(context);
        const said = { ...(benign && { benign }), ...(expected && { expected }) };
        const word = benignTerm(said, after, left);
        const total = [...after, ...(word ? [word] : [])].reduce(
          (sum, { weight }) => sum + weight,
          0,
        );
        const holds = drawn
          .map(markOf)
          .filter(
            ({ kind, key, from, until }) => key === own[kind] && from <= morning && morning < until,
          );
        const isDevice = holds.some(({ kind }) => kind === 'device');
        const least = found.reduce(
          (sum, { term, weight }) =>
            weight < 0 || never.includes(term) || (term === 'device' && !isDevice)
              ? sum + weight
              : sum,
          0,
        );
        const before = found.reduce((sum, { weight }) => sum + weight, 0);

        expect(lowered?.weight ?? 0).toBeLessThanOrEqual(0);
        expect(total).toBeGreaterThanOrEqual(Math.min(before, Math.max(0, least)) - 1e-9);
        if (holds.length === 0) expect(lowered).toBeUndefined();
      }),
      { numRuns: runs(500) },
    );
  });

  it('outlives storing, joining and forgetting', () => {
    fc.assert(
      fc.property(marks, (drawn) => {
        const expected = drawn.map(markOf);
        const profile = {
          ...emptyProfile('alice', 'person'),
          learned: { ...emptyLearned, ...(expected.length > 0 && { expected }) },
        };
        const again = unpackProfile('alice', packProfile(profile)).learned;
        const joined = joinLearned(again, again).expected ?? [];
        const names = (list: readonly ExpectedMark[]) =>
          [
            ...new Set(
              list.map((mark) => JSON.stringify([mark.kind, mark.key, mark.from, mark.until])),
            ),
          ].sort();

        expect(again.expected ?? []).toEqual(expected);
        expect(names(joined)).toEqual(names(expected));
      }),
      { numRuns: runs(200) },
    );
  });
});
