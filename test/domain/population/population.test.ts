// What the organisation as a whole usually does: sums that any order of invocations gives alike.

import {
  addCounts,
  countsOf,
  emptyCounts,
  mergeUses,
  type PopulationCounts,
  periodMs,
  periodOf,
  populationRate,
  useOf,
} from '../../../domain/population/population.ts';
import { levelOfOne, weightAt } from '../../../domain/profile/known-values.ts';
import { hourMs, morning } from '../../support/events.ts';

const session = (isNewPlace: boolean): PopulationCounts =>
  countsOf({
    time: morning,
    answers: { place: isNewPlace ? 1 : 0 },
    weight: 1,
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
    const parts = [session(true), session(false), session(false)];
    const forward = parts.reduce(addCounts, emptyCounts);
    const backward = [...parts].reverse().reduce(addCounts, emptyCounts);

    expect(forward).toEqual(backward);
    expect(forward.sessions).toBe(3);
  });

  it('tells how often its people are somewhere new, leaning on what was expected', () => {
    const counts = [session(true), ...Array.from({ length: 9 }, () => session(false))].reduce(
      addCounts,
      emptyCounts,
    );

    expect(populationRate(counts, 'place', 0.02, 0)).toBeCloseTo(0.1);
    expect(populationRate(counts, 'place', 0.02, 1e9)).toBeCloseTo(0.02);
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
