// What a detection's score was computed from, as of its judgement: of each reason its formula's
// inputs (docs/detection.md), and what decided whether it alerts. Kept with the detection, so that
// every number can be recomputed later, when profile and organisation have moved on. Pure.

import type { Basis } from '../detection.ts';
import type { Judgement } from './judgement.ts';
import type { Score } from './score.ts';

/** Digits that are kept: enough for a weight to three decimals, a score to its whole. */
const digits = 10;

/** The basis of a judgement, for its detection. */
export function basisOf(judgement: Judgement, scored: Score): Basis {
  const { score, threshold, gate, evidence } = judgement;
  const { population, observation } = scored.context;
  return {
    at: observation.time,
    nats: kept(score),
    threshold: kept(threshold),
    daysSinceFirst: kept(gate.daysSinceFirst),
    sessionsInMonth: gate.sessionsInMonth,
    organisation: {
      users: population.users,
      days: kept(population.days),
      sessions: population.counts.sessions,
    },
    terms: evidence.map(({ term, aspect, weight, inputs }) => ({
      term,
      aspect,
      weight: kept(weight),
      inputs: Object.fromEntries(Object.entries(inputs()).map(([name, one]) => [name, kept(one)])),
    })),
  };
}

const kept = (value: number): number => Number(value.toPrecision(digits));
