// Term "organisation": how unusual the ordinary sessions of this organisation are, beside those
// of a standard one. It makes one scale of the shown scores of all organisations: with it 50 is
// where the false alerts meet the budget of a normal sensitivity, whoever is asked.
// Formula: -clip(-1.5, shift, 1.5), shift as population/weeks.ts computes it from the score that
// a fifth of the users' weeks lies above; times clip(0, (w - 90) / 150, 1), w the users' weeks that
// were counted: of few of them nothing is said.
// Source: Freeman et al., NDSS 2016 (a threshold a site, set by its own false alerts). Blind spot:
// what is wrong in most weeks of most users is ordinary: it raises what an alert needs.

import type { PopulationCounts } from '../../population/population.ts';
import { ordinaryScore, scoreShift, standardScore } from '../../population/weeks.ts';
import { type Evidence, lowers, rounded } from '../context/term.ts';

/** How far the organisation's own scores may move a score, nats. */
export const organisationReach = 1.5;

/** Of so many users' weeks nothing is said, and after so many more all of it. */
const weeksUnsaid = 90;
const weeksToSay = 150;

const weeksOf = ({ weeks }: Pick<PopulationCounts, 'weeks'>): number =>
  weeks.reduce((sum, count) => sum + count, 0);

/** By how much the organisation's scores lie above a standard one's, nats, within the reach. */
export function shiftOf(counts: Pick<PopulationCounts, 'weeks'>): number {
  const shift = scoreShift(counts.weeks);
  const known = (weeksOf(counts) - weeksUnsaid) / weeksToSay;
  const within = Math.min(organisationReach, Math.max(-organisationReach, shift));
  return within * Math.min(1, Math.max(0, known));
}

export function organisationTerm(counts: Pick<PopulationCounts, 'weeks'>): Evidence {
  const weight = -shiftOf(counts);
  const ordinary = ordinaryScore(counts.weeks);
  const userWeeks = weeksOf(counts);
  return {
    term: 'organisation',
    aspect: 'organisation',
    weight,
    numbers: () => ({
      ordinaryScore: rounded(ordinary),
      standardScore: rounded(standardScore),
      userWeeks: rounded(userWeeks),
    }),
    inputs: () => ({ ordinaryScore: ordinary, userWeeks }),
    text: () =>
      weight > 0
        ? 'Ordinary sessions of this organisation score less than those of a standard one'
        : `Ordinary sessions of this organisation score more than those of a standard one${lowers}`,
  };
}

/** A score without what the organisation's other sessions make of it, nats. */
export const withoutOrganisation = (
  score: number,
  evidence: readonly Pick<Evidence, 'term' | 'weight'>[],
): number => score - (evidence.find(({ term }) => term === 'organisation')?.weight ?? 0);
