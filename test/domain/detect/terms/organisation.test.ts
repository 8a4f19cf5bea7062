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
import { noWeeks, weekBins } from '../../../../domain/population/weeks.ts';
import { recomputed } from '../../../support/recompute.ts';

const weeks = fc.array(fc.double({ min: 0, max: 4000, noNaN: true }), {
  minLength: weekBins,
  maxLength: weekBins,
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
    fc.property(weeks, (counts) => {
      const { weight, inputs } = organisationTerm({ weeks: counts });
      expect(Math.abs(weight)).toBeLessThanOrEqual(organisationReach);
      expect(recomputed('organisation', 'organisation', inputs())).toBeCloseTo(weight, 6);
    }),
  );
  expect(organisationTerm({ weeks: noWeeks }).weight).toBeCloseTo(0, 4);
});

it('lowers scores where ordinary ones are high, raises them where they are low', () => {
  const at = (bin: number) =>
    organisationTerm({ weeks: noWeeks.map((_, one) => (one === bin ? 1000 : 0)) });
  expect(at(weekBins - 8).weight).toBeLessThan(-1);
  expect(at(weekBins - 8).text()).toMatch(/score more than .* \(lowers the score\)$/);
  expect(at(0).weight).toBeGreaterThan(0.5);
  expect(at(0).text()).toMatch(/score less than/);
});

it('makes 50 the threshold of a normal sensitivity, whatever the organisation', () => {
  const nats = fc.double({ min: 0.6, max: 12, noNaN: true });
  fc.assert(
    fc.property(weeks, nats, nats, (counts, device, hour) => {
      const evidence = [
        reason('device', device),
        reason('hour', hour),
        organisationTerm({ weeks: counts }),
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
  const quiet = organisationTerm({ weeks: noWeeks.map((_, bin) => (bin === 0 ? 1000 : 0)) });
  expect(quiet.weight).toBeGreaterThan(0.5);
  expect(judged([reason('network', 3), quiet]).severity).toBe('low');
  expect(judged([reason('network', 3), reason('hour', 1), quiet]).severity).toBe('medium');
});

it('stands behind every ground, however much it weighs: the first speaks for an alert', () => {
  const of = (bin: number, evidence: readonly Evidence[]): readonly string[] => {
    const counts = noWeeks.map((_, at) => (at === bin ? 4000 : 0));
    const alone = {
      evidence: [organisationTerm({ weeks: counts }), ...evidence],
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
