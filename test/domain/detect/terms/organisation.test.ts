// The term of where an organisation's ordinary scores lie: bounded, no ground by itself, and with
// it a shown score of 50 is the threshold of a normal sensitivity in every organisation.

import fc from 'fast-check';
import { type BesideInput, scoreBeside } from '../../../../domain/detect/beside.ts';
import type { Evidence } from '../../../../domain/detect/context/term.ts';
import { natsOf } from '../../../../domain/detect/context/term.ts';
import { groundOf, judgementOn } from '../../../../domain/detect/judgement.ts';
import {
  organisationReach,
  organisationTerm,
  withoutOrganisation,
} from '../../../../domain/detect/terms/organisation.ts';
import { thresholdOf } from '../../../../domain/detect/threshold.ts';
import { emptyCounts } from '../../../../domain/population/population.ts';
import { noWeeks, weekBins } from '../../../../domain/population/weeks.ts';
import { type Feature, features } from '../../../../domain/profile/learned.ts';
import { recomputed } from '../../../support/recompute.ts';

const weeks = fc.array(fc.double({ min: 0, max: 4000, noNaN: true }), {
  minLength: weekBins,
  maxLength: weekBins,
});
const { asked: noSessions } = emptyCounts;
/** Sessions of known users, of which some tell a device. */
const told = (sessions: number, withDevice: number): readonly number[] => {
  const counts: Partial<Record<Feature, number>> = { gateway: sessions, device: withDevice };
  return features.map((feature) => counts[feature] ?? 0);
};
const sessions = fc.record({
  all: fc.double({ min: 0, max: 1e6, noNaN: true }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});
const reason = (term: Evidence['term'], weight: number): Evidence => ({
  term,
  aspect: term,
  weight,
  numbers: () => ({}),
  inputs: () => ({}),
  text: () => '',
});
const open = groundOf({ daysSinceFirst: 60, sessionsInMonth: 20 }, thresholdOf({}));
const judged = (evidence: readonly Evidence[]) =>
  judgementOn({ score: natsOf(evidence), evidence }, open, {});

it('is bounded, follows from its inputs, and is nothing of an organisation not known yet', () => {
  fc.assert(
    fc.property(weeks, sessions, (counts, { all, share }) => {
      const { weight, inputs } = organisationTerm({ weeks: counts, asked: told(all, all * share) });
      expect(Math.abs(weight)).toBeLessThanOrEqual(organisationReach);
      expect(recomputed('organisation', 'organisation', inputs())).toBeCloseTo(weight, 6);
    }),
  );
  expect(organisationTerm(emptyCounts).weight).toBeCloseTo(0, 4);
});

it('lowers scores where ordinary ones are high, raises them where they are low', () => {
  const at = (bin: number) =>
    organisationTerm({
      weeks: noWeeks.map((_, one) => (one === bin ? 1000 : 0)),
      asked: noSessions,
    });
  expect(at(weekBins - 8).weight).toBeLessThan(-1);
  expect(at(weekBins - 8).text()).toMatch(/score more than .* \(lowers the score\)$/);
  expect(at(0).weight).toBeGreaterThan(0.5);
  expect(at(0).text()).toMatch(/score less than/);
});

it('expects higher scores where few sessions tell a device, of however few people', () => {
  const of = (all: number, withDevice: number, people = 0) =>
    organisationTerm({
      weeks: noWeeks.map((_, bin) => (bin === 5 ? people : 0)),
      asked: told(all, withDevice),
    });
  expect(of(9000, 9000).weight).toBeCloseTo(0, 6);
  expect(of(9000, 0).weight).toBeLessThan(-0.7);
  expect(of(9000, 0).text()).toBe(
    'Few sessions of this organisation tell a device: more is unusual (lowers the score)',
  );
  // Of a handful of people nothing is said.
  expect(of(100, 0).weight).toBeGreaterThan(-0.1);
  // What the organisation's own weeks say outweighs what was to be expected of it.
  expect(of(9000, 0, 5000).weight).toBeGreaterThan(-0.1);
  fc.assert(
    fc.property(sessions, fc.double({ min: 0, max: 1, noNaN: true }), ({ all, share }, less) => {
      const some = of(all, all * share * less).weight;
      expect(some).toBeLessThanOrEqual(of(all, all * share).weight + 1e-9);
      expect(some).toBeGreaterThan(-1);
    }),
  );
});

it('makes 50 the threshold of a normal sensitivity, whatever the organisation', () => {
  const nats = fc.double({ min: 0.6, max: 12, noNaN: true });
  fc.assert(
    fc.property(weeks, nats, nats, (counts, device, hour) => {
      const evidence = [
        reason('device', device),
        reason('hour', hour),
        organisationTerm({ weeks: counts, asked: noSessions }),
      ];
      const { shown, severity, score } = judged(evidence);
      expect(severity !== undefined).toBe(shown >= 50);
      // High needs its nats with and without what the organisation adds.
      const least = Math.min(score, withoutOrganisation(score, evidence));
      expect(severity === 'high').toBe(least >= thresholdOf({}) + 4);
    }),
  );
});

it('is no ground of an alert', () => {
  const weeksThere = noWeeks.map((_, bin) => (bin === 0 ? 1000 : 0));
  const quiet = organisationTerm({ weeks: weeksThere, asked: noSessions });
  expect(quiet.weight).toBeGreaterThan(0.5);
  expect(judged([reason('network', 3), quiet]).severity).toBe('low');
  expect(judged([reason('network', 3), reason('hour', 1), quiet]).severity).toBe('medium');
});

it('stands behind every ground, however much it weighs: the first speaks for an alert', () => {
  const of = (bin: number, evidence: readonly Evidence[]): readonly string[] => {
    const counts = noWeeks.map((_, at) => (at === bin ? 4000 : 0));
    const alone = {
      evidence: [organisationTerm({ weeks: counts, asked: noSessions }), ...evidence],
      near: 1,
      nearWeight: 9,
      usual: 0,
      weight: 9,
      sessions: 40,
      overlapRate: { rate: 0.1, organisationRate: 0.1, asked: 40, fresh: 4 },
    };
    const input = { alone, observation: {}, presence: undefined, others: [] };
    return scoreBeside(input as unknown as BesideInput).evidence.map(({ term }) => term);
  };
  const found = [reason('hour', 0.2), reason('device', 0.9), reason('gateway', -0.3)];
  expect(of(0, found)).toEqual(['device', 'hour', 'organisation', 'gateway']);
  expect(of(weekBins - 8, found)).toEqual(['device', 'hour', 'gateway', 'organisation']);
});
