// Counts by the hour of events: what a judge sees is what was before the hour, in any order of
// adding, within 45 days.

import fc from 'fast-check';
import { countsOf, type PopulationCounts } from '../../../domain/population/population.ts';
import {
  type CountsView,
  countsStepMs,
  StepCounts,
} from '../../../domain/population/step-counts.ts';
import { hourMs, morning } from '../../support/events.ts';

const dayMs = 24 * hourMs;
const at = (time: number, weight = 1 / 3): PopulationCounts =>
  countsOf({
    time,
    answers: { place: 0.3, network: 1 },
    weight,
    isFirstInPeriod: true,
    times: 1,
  });

it('shows what was before the hour, of 45 days, and how many days it spans', () => {
  const steps = new StepCounts();
  for (const days of [0, 10, 44, 46]) steps.add(at(morning - days * dayMs));

  expect(steps.at(morning).counts.sessions).toBe(2);
  expect(steps.at(morning + countsStepMs).counts.sessions).toBe(3);
  expect(steps.at(morning + countsStepMs - 1).counts.sessions).toBe(2);
  expect(steps.at(morning).days).toBe(44);
  expect(new StepCounts().at(morning)).toMatchObject({ users: 0, days: 1 });
});

it('sums to the last digit alike, in any order, in one part or in two', () => {
  const sessions = fc.array(
    fc.record({
      hours: fc.integer({ min: -1_300, max: 200 }),
      weight: fc.double({ min: 0.05, max: 1, noNaN: true }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(sessions, fc.nat(), fc.integer({ min: -200, max: 200 }), (some, cut, asked) => {
      const counts = some.map(({ hours, weight }) => at(morning + hours * hourMs, weight));
      const one = new StepCounts();
      const views: [CountsView, CountsView][] = [];
      for (const each of counts) {
        one.add(each);
        const view = one.at(morning + asked * hourMs);
        views.push([view, structuredClone(view)]);
      }
      const base = new StepCounts();
      const turned = counts.toReversed();
      const middle = cut % (turned.length + 1);
      for (const each of turned.slice(0, middle)) base.add(each);
      const two = new StepCounts(base);
      for (const each of turned.slice(middle)) two.add(each);

      expect(two.at(morning + asked * hourMs)).toEqual(one.at(morning + asked * hourMs));
      // What was shown before stays as it was.
      for (const [seen, then] of views) expect(seen).toEqual(then);
    }),
  );
});

it('keeps the last of more hours than it has room for, whole days of them', () => {
  const steps = new StepCounts();
  const hours = 5_000;
  for (let hour = 0; hour < hours; hour += 1) steps.add(at(morning + hour * hourMs));

  const { counts, days } = steps.at(morning + hours * hourMs);
  expect(counts.sessions).toBe(45 * 24);
  expect(days).toBe(45);
  expect(steps.at(morning + 100 * hourMs).counts.sessions).toBe(0);
  expect(steps.of(Math.floor(morning / countsStepMs))).toBeUndefined();
});
