// What the organisation as a whole usually does: sums that any order of invocations gives alike.

import {
  addCounts,
  countsOf,
  emptyCounts,
  emptyPopulation,
  mergeUses,
  type PopulationCounts,
  periodMs,
  periodOf,
  populationRate,
  scoreAtBudget,
  useOf,
} from '../../../domain/population/population.ts';
import { levelOfOne, weightAt } from '../../../domain/profile/known-values.ts';
import { hourMs, morning } from '../../support/events.ts';

const session = (score: number, isNewPlace: boolean): PopulationCounts =>
  countsOf({
    time: morning,
    answers: { place: isNewPlace ? 1 : 0 },
    weight: 1,
    score,
    isFirstInPeriod: false,
    times: 1,
  });

const sighter = (user: string, hours: number) => ({
  user,
  first: morning + hours * hourMs,
  last: morning + hours * hourMs,
  isOdd: false,
});

describe('the population', () => {
  it('counts alike in whatever order sessions are added', () => {
    const parts = [session(1, true), session(-3, false), session(7, false)];
    const forward = parts.reduce(addCounts, emptyCounts);
    const backward = [...parts].reverse().reduce(addCounts, emptyCounts);

    expect(forward).toEqual(backward);
    expect(forward.sessions).toBe(3);
  });

  it('tells how often its people are somewhere new, leaning on what was expected', () => {
    const counts = [session(0, true), ...Array.from({ length: 9 }, () => session(0, false))].reduce(
      addCounts,
      emptyCounts,
    );

    expect(populationRate(counts, 'place', 0.02, 0)).toBeCloseTo(0.1);
    expect(populationRate(counts, 'place', 0.02, 1e9)).toBeCloseTo(0.02);
  });

  it('puts the threshold where the alert budget is used up, once it has seen enough', () => {
    const sessions = Array.from({ length: 2_000 }, (_, index) => session(index % 10, false));
    const counts = sessions.reduce(addCounts, emptyCounts);
    const view = { ...emptyPopulation, counts, users: 1_000, days: 20 };

    const strict = scoreAtBudget(view, 1);
    const generous = scoreAtBudget(view, 50);

    expect(strict).toBeGreaterThan(generous ?? Number.POSITIVE_INFINITY);
    expect(scoreAtBudget({ ...view, counts: session(9, false) }, 5)).toBeUndefined();
  });

  it('counts a person seen twice at a network once', () => {
    const alice = useOf('n:2856', sighter('alice', 0));
    const again = mergeUses(alice, useOf('n:2856', sighter('alice', 5)));
    const both = mergeUses(again, useOf('n:2856', sighter('bob', 1)));

    expect(again.people).toBe(1);
    expect(both.people).toBe(2);
  });

  it('has periods of thirty days, and levels that weigh one at their own time', () => {
    expect(periodOf(morning + periodMs) - periodOf(morning)).toBe(1);
    expect(weightAt(levelOfOne(morning), morning)).toBeCloseTo(1, 2);
  });
});
