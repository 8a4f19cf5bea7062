// The score from which on an alert is raised: a fixed one for the budget of alerts, moved by how
// far the organisation's own scores lie from those of a standard one (population/weeks.ts). Pure.

import type { PopulationView } from '../population/population.ts';
import { scoreShift } from '../population/weeks.ts';
import type { DetectionSettings } from '../settings.ts';

/** Scores that a budget of alerts per 1,000 users per day corresponds to: tuning worlds' means. */
const fallback: readonly (readonly [alerts: number, score: number])[] = [
  [1, 4.6],
  [2, 3.6],
  [5, 2.6],
  [10, 1.6],
];
/** How far the organisation's own scores may move the threshold, nats. */
export const thresholdReach = 1.5;

const budgets = { low: 2, normal: 5, high: 10 } as const;

/** Alerts a day per 1,000 users that the settings ask for. */
export const budgetOf = ({
  alertsPerThousandPerDay,
  sensitivity = 'normal',
}: DetectionSettings): number => alertsPerThousandPerDay ?? budgets[sensitivity];

/** The score from which on an alert is raised, nats. */
export function thresholdOf(population: PopulationView, settings: DetectionSettings): number {
  const shift = scoreShift(population.counts.weeks);
  const own = Math.min(thresholdReach, Math.max(-thresholdReach, shift));
  return standardThreshold(budgetOf(settings)) + own;
}

/**
 * The threshold of a standard organisation for a budget, nats: between the table's points by the
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
