// Measures every method on one world: recall at the budgets, at the rates of the rules, and without
// each term of a score that explains itself.

import { standardThreshold } from '../../domain/detect/threshold.ts';
import {
  areaUnderCurve,
  falseAlertRate,
  type Outcome,
  outcomeAt,
  type Scores,
  type Truth,
  thresholdFor,
} from './metrics.ts';
import type { Played } from './play.ts';

export const budgets = [1, 2, 5, 10] as const;

/** One method on one seed. */
export type Line = {
  readonly name: string;
  readonly isRule: boolean;
  readonly auc: number;
  /** At each budget; for a rule once, at its own rate. */
  readonly at: readonly Outcome[];
  /** Recall at the rates of the rules, by their names. */
  readonly atRuleRates: ReadonlyMap<string, number>;
  /** Share of sessions that got a score. */
  readonly scored: number;
  /** Recall at 1, 5 and 10 when a term's weight is taken out of every score, by term. */
  readonly without: ReadonlyMap<string, readonly number[]>;
  /** At the scores where the product has its budgets; empty for other methods. */
  readonly atOwnScores: readonly Outcome[];
  /** Sessions with a Medium or High alert before the learning gate. */
  readonly graveWhileLearning: number;
};

export const ablationBudgets = [1, 5, 10] as const;

/** Measures all methods on one world. */
export function measure(truth: Truth, played: readonly Played[]): Line[] {
  const rates = new Map(
    played
      .filter(({ isRule }) => isRule)
      .map(({ name, scores }) => [name, falseAlertRate(truth, scores, 1)] as const),
  );
  return played.map(({ name, isRule, scores }) => {
    const at = isRule
      ? [outcomeAt(truth, scores, 1)]
      : budgets.map((budget) => outcomeAt(truth, scores, thresholdFor(truth, scores, budget)));
    const atRuleRates = new Map<string, number>();
    for (const [rule, rate] of isRule ? [] : rates) {
      atRuleRates.set(rule, recall(outcomeAt(truth, scores, thresholdFor(truth, scores, rate))));
    }
    const judged = truth.benignUids.filter((uid) => (scores[uid]?.first ?? -Infinity) > -Infinity);
    const scored = judged.length / truth.benignUids.length;
    const without = isRule ? new Map<string, number[]>() : ablate(truth, scores);
    // Only the product explains itself, and only its scores are of one scale in all worlds.
    const ownBudgets = without.size > 0 ? budgets : [];
    return {
      name,
      isRule,
      auc: areaUnderCurve(truth, scores),
      at,
      atRuleRates,
      scored,
      without,
      atOwnScores: ownBudgets.map((budget) => outcomeAt(truth, scores, standardThreshold(budget))),
      graveWhileLearning: scores.filter(
        (score) => score?.alert?.isLearning && score.alert.severity !== 'low',
      ).length,
    };
  });
}

/** What remains without one term. The model has still learned with it: a lower bound of its use. */
function ablate(truth: Truth, scores: Scores): ReadonlyMap<string, readonly number[]> {
  const evidence = scores.flatMap((score) => score?.verdict?.evidence ?? []);
  const terms = [...new Set(evidence.map(({ term }) => term))].sort();
  return new Map(
    terms.map((term) => {
      const rest = scores.map((score) => {
        const weights = score?.verdict?.evidence.filter((one) => one.term === term) ?? [];
        const weight = weights.reduce((sum, one) => sum + one.weight, 0);
        return score && { first: score.first - weight, best: score.best - weight };
      });
      const recalls = ablationBudgets.map((budget) =>
        recall(outcomeAt(truth, rest, thresholdFor(truth, rest, budget))),
      );
      return [term, recalls] as const;
    }),
  );
}

/** Share of campaigns found. */
export const recall = ({ all }: Outcome): number => all.found / Math.max(1, all.campaigns);
