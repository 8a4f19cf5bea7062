// How the terms are added up: more evidence against a user never counts for less, whatever is taken
// off, and no term says more than its shape's end.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type BesideInput, mostBeside, scoreBeside } from '../../../domain/detect/beside.ts';
import { combined, type ShapedTerm, shapes } from '../../../domain/detect/combination.ts';
import { type Evidence, evidenceOf, type TermName } from '../../../domain/detect/context/term.ts';
import type { Alone } from '../../../domain/kept-judgement.ts';
import { observationOf } from '../../../domain/session/observation.ts';
import { presencesOf } from '../../../domain/session/presence.ts';
import { sessionOf } from '../../../domain/session/session-of.ts';
import { eventOf, hash, locationOf, minuteMs, morning } from '../../support/events.ts';
import { london } from '../../support/life.ts';
import { runs } from '../../support/property-runs.ts';
import { weighedTerms } from '../../support/term-ids.ts';

const shaped = Object.keys(shapes) as ShapedTerm[];
const anyTerm = fc.constantFrom(...shaped);
const nats = fc.double({ min: -20, max: 20, noNaN: true });

describe('the shape of a term', () => {
  it('never falls: more evidence against never counts for less', () => {
    fc.assert(
      fc.property(anyTerm, nats, nats, (term, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(combined(term, less) <= combined(term, more) + 1e-12).toBe(true);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('is nothing where the term says nothing, and keeps the side it speaks for', () => {
    for (const term of shaped) expect(combined(term, 0)).toBe(0);
    fc.assert(
      fc.property(anyTerm, nats, (term, said) => {
        expect(combined(term, said) * said >= 0).toBe(true);
      }),
      { numRuns: runs(500) },
    );
  });

  it('is bounded by the ends of its table, whatever a formula says', () => {
    for (const term of shaped) {
      const counts = shapes[term].map(([, at]) => at);
      expect(combined(term, -1e9)).toBe(Math.min(...counts));
      expect(combined(term, 1e9)).toBe(Math.max(...counts));
      expect(Math.max(...counts)).toBeLessThan(15);
    }
  });

  it('is a broken line of rising points', () => {
    expect([...shaped].sort()).toEqual([...weighedTerms].sort());
    for (const term of shaped) {
      const points = shapes[term];
      for (const [at, [said]] of points.entries()) {
        expect(at === 0 || said > (points[at - 1]?.[0] ?? 0)).toBe(true);
        expect(combined(term, said)).toBeCloseTo(points[at]?.[1] ?? Number.NaN, 9);
      }
    }
  });

  it('leaves what is computed from others as it is', () => {
    const derived: readonly TermName[] = [
      'shared-egress',
      'trip',
      'cold-start',
      'handover',
      'expected',
    ];

    expect(derived.map((term) => combined(term, -1.25))).toEqual(derived.map(() => -1.25));
    expect(combined('feedback', 3)).toBe(3);
  });
});

it('the table is small', () => {
  const path = new URL('../../../domain/detect/combination.json', import.meta.url);

  expect(readFileSync(path).length).toBeLessThan(4096);
});

describe('the score as a whole', () => {
  const session = sessionOf(
    eventOf({ address: london, sessionId: 'back', at: morning }),
    hash('alice'),
    locationOf(london),
  );
  // Ended five minutes before, next door: a line that came back over another.
  const dropped = sessionOf(
    eventOf({
      address: '81.2.79.1',
      kind: 'stop',
      sessionId: 'dropped',
      at: morning - 5 * minuteMs,
    }),
    hash('alice'),
    locationOf(london),
  );
  const [presence] = presencesOf(session);
  const observation = observationOf({
    time: morning,
    gatewayId: 'asa-lyon',
    address: london,
    location: locationOf(london),
    device: undefined,
  });
  const someTerms = fc.subarray([...shaped, 'feedback' as const]);
  const drawn = fc.record({
    said: fc.dictionary(anyTerm, fc.double({ min: -4, max: 9, noNaN: true })),
    raised: anyTerm,
    by: fc.double({ min: 0, max: 6, noNaN: true }),
    egressShare: fc.constantFrom(1, 0.7, 0.45, 0.25),
    near: fc.double({ min: 0, max: 1, noNaN: true }),
    weight: fc.double({ min: 0, max: 6, noNaN: true }),
    expected: someTerms,
    benign: someTerms,
    isBack: fc.boolean(),
  });
  const ofLocation: ReadonlySet<string> = new Set(['place', 'network', 'prefix', 'network-type']);

  type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;
  function inputOf(one: Drawn, said: Readonly<Record<string, number>>): BesideInput {
    const { egressShare, near, weight, expected, benign, isBack } = one;
    const evidence: Evidence[] = Object.entries(said).map(([term, nats]) =>
      evidenceOf({ term, aspect: term, weight: combined(term as TermName, nats) }),
    );
    const location = evidence
      .filter((found) => ofLocation.has(found.term) && found.weight > 0)
      .reduce((sum, found) => sum + found.weight, 0);
    const shared = -(1 - egressShare) * location;
    evidence.push(evidenceOf({ term: 'shared-egress', aspect: 'shared-egress', weight: shared }));
    const rate = { rate: 0.01, asked: 40, fresh: 0, organisationRate: 0.01 };
    const alone: Alone<Evidence> = {
      evidence,
      near,
      nearWeight: 0,
      usual: 1,
      weight,
      sessions: 3,
      overlapRate: rate,
      ...(expected.length > 0 ? { expected: { terms: expected, values: ['x'] } } : {}),
      ...(benign.length > 0 ? { benign: { terms: benign, kinds: ['place'] } } : {}),
    };
    const others = isBack ? [dropped] : [];
    return { alone, observation, presence, others };
  }
  const scoreOf = (one: Drawn, said: Readonly<Record<string, number>>): number =>
    scoreBeside(inputOf(one, said)).score;

  it('never falls when one term says more, through all that takes off', () => {
    fc.assert(
      fc.property(drawn, (one) => {
        const { said, raised, by } = one;
        const more = { ...said, [raised]: (said[raised] ?? 0) + by };
        // What is less than .005 is no reason.
        expect(scoreOf(one, more) >= scoreOf(one, { [raised]: 0, ...said }) - 0.011).toBe(true);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('is never above what other sessions could make of it: else it would not be kept', () => {
    fc.assert(
      fc.property(drawn, (one) => {
        const input = inputOf(one, one.said);
        expect(scoreBeside(input).score <= mostBeside(input) + 0.011).toBe(true);
      }),
      { numRuns: runs(1000) },
    );
  });
});
