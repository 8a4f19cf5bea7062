// The score from which on an alert is raised: a fixed one for the budget of alerts. Pure.

import type { DetectionSettings } from '../settings.ts';

/** Scores that a budget of alerts per 1,000 users per day corresponds to: tuning worlds' means. */
const fallback: readonly (readonly [alerts: number, score: number])[] = [
  [1, 4.6],
  [2, 3.6],
  [5, 2.6],
  [10, 1.6],
];
const budgets = { low: 2, normal: 5, high: 10 } as const;

/** Alerts a day per 1,000 users that the settings ask for. */
export const budgetOf = ({
  alertsPerThousandPerDay,
  sensitivity = 'normal',
}: DetectionSettings): number => alertsPerThousandPerDay ?? budgets[sensitivity];

/**
 * The score from which on an alert is raised, nats: where the organisation's own ordinary scores
 * lie is part of the score (terms/organisation.ts).
 */
export const thresholdOf = (settings: DetectionSettings): number =>
  standardThreshold(budgetOf(settings));

/**
 * The threshold for a budget, nats: between the table's points by the
 * logarithm of the budget, beyond them by the nearest slope.
 */
export function standardThreshold(budget: number): number {
  const x = Math.log(Math.max(0.05, budget));
  const upper = fallback.findIndex(([alerts]) => Math.log(alerts) >= x);
  const at = upper < 0 ? fallback.length - 1 : Math.max(1, upper);
  const [[alertsA, scoreA], [alertsB, scoreB]] = [fallback[at - 1], fallback[at]] as [
    readonly [number, number],
    readonly [number, number],
  ];
  const share = (x - Math.log(alertsA)) / (Math.log(alertsB) - Math.log(alertsA));
  return scoreA + share * (scoreB - scoreA);
}
