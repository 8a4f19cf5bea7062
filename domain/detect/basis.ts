// What a detection's score was computed from, as of its judgement: of each reason its formula's
// inputs (docs/detection.md), and what decided whether it alerts. Kept with the detection, so that
// every number can be recomputed later, when profile and organisation have moved on. Of a judgement
// that was made again it is what that was made of (judge-again.ts). Pure.

import type { UnixMs } from '../accounting-event.ts';
import type { Basis } from '../detection.ts';
import type { KeptJudgement, Standing } from '../kept-judgement.ts';
import type { PopulationView } from '../population/population.ts';
import type { Decided, Gate, Judgement } from './judgement.ts';
import type { Score } from './score.ts';

/** Digits that are kept: enough for a weight to three decimals, a score to its whole. */
const digits = 10;

/** The basis of a judgement, for its detection. */
export function basisOf(judgement: Judgement, { context }: Pick<Score, 'context'>): Basis {
  const { population, observation } = context;
  return basisWith(judgement, standingOf(judgement.gate, population), observation.time);
}

/** The basis of a judgement made again; absent where it was kept without what it rests on. */
export function basisAgain(
  { standing, time }: Pick<KeptJudgement, 'standing' | 'time'>,
  judgement: Decided,
): { readonly basis?: Basis } {
  return standing ? { basis: basisWith(judgement, standing, time) } : {};
}

/** What the gate and the organisation's counts go by, in the digits that are kept. */
export function standingOf(gate: Gate, population: PopulationView): Standing {
  return {
    daysSinceFirst: kept(gate.daysSinceFirst),
    sessionsInMonth: gate.sessionsInMonth,
    organisation: {
      users: population.users,
      days: kept(population.days),
      sessions: population.counts.sessions,
    },
  };
}

function basisWith({ score, threshold, evidence }: Decided, standing: Standing, at: UnixMs): Basis {
  return {
    at,
    nats: kept(score),
    threshold: kept(threshold),
    ...standing,
    terms: evidence.map(({ term, aspect, weight, inputs }) => ({
      term,
      aspect,
      weight: kept(weight),
      inputs: Object.fromEntries(Object.entries(inputs()).map(([name, one]) => [name, kept(one)])),
    })),
  };
}

const kept = (value: number): number => Number(value.toPrecision(digits));
