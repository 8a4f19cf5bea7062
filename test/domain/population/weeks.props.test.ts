// An organisation's ordinary score under attack: no one user moves it by more than is stated, what
// alerted is not counted, and whatever was counted wrongly is forgotten within weeks.

import fc from 'fast-check';
import { organisationReach, shiftOf } from '../../../domain/detect/terms/organisation.ts';
import {
  addCounts,
  emptyCounts,
  type PopulationCounts,
  periodOf,
  periodStart,
  viewOf,
} from '../../../domain/population/population.ts';
import {
  binOf,
  countWeek,
  noWeeks,
  scoreShift,
  shiftPerUserMax,
  weekBins,
  weekOf,
} from '../../../domain/population/weeks.ts';
import { hourMs, morning } from '../../support/events.ts';

const dayMs = 24 * hourMs;
const none = { use: () => undefined, malicious: new Map() };

/** An organisation's counts, told session by session. */
class Organisation {
  readonly #periods = new Map<number, PopulationCounts>();
  readonly #weeks = new Map<string, ReturnType<typeof countWeek>>();

  session(user: string, time: number, score: number): void {
    const period = periodOf(time);
    const known = this.#weeks.get(user)?.week;
    const counted = countWeek(known, { time, score }, periodStart(period));
    if (!counted) return;
    this.#weeks.set(user, counted);
    const added = { ...emptyCounts, weeks: counted.counts };
    this.#periods.set(period, addCounts(this.#periods.get(period) ?? emptyCounts, added));
  }

  /** As it counts: not at all of a small organisation. */
  shift(time: number): number {
    return shiftOf(viewOf(this.#periods, time, none).counts);
  }

  /** As it is found, however few the weeks are. */
  found(time: number): number {
    return scoreShift(viewOf(this.#periods, time, none).counts.weeks);
  }
}

const start = morning - 60 * dayMs;
/** Scores of ordinary people: mostly far below zero, some of travellers above. */
const ordinaryScore = (user: number, day: number): number =>
  -4 + (((user * 7919 + day * 104_729) % 1000) / 1000) ** 3 * 4;

function ordinary(users: number, days = 60): Organisation {
  const organisation = new Organisation();
  for (let day = 0; day < days; day += 1) {
    for (let user = 0; user < users; user += 1) {
      organisation.session(`u${user}`, start + day * dayMs, ordinaryScore(user, day));
    }
  }
  return organisation;
}

it('moves by less than stated for any one user, whatever they and the others do', () => {
  const times = fc.array(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 60 });
  const life = fc.record({ days: times, score: fc.double({ min: -20, max: 20, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(life, { maxLength: 60 }), life, (others, loud) => {
      const before = new Organisation();
      const after = new Organisation();
      const live = (one: Organisation, user: string, { days, score }: typeof loud): void => {
        for (const day of [...days].sort((a, b) => a - b)) {
          one.session(user, start + day * dayMs, score);
        }
      };
      for (const [at, other] of others.entries()) {
        live(before, `u${at}`, other);
        live(after, `u${at}`, other);
      }
      live(after, 'loud', loud);

      expect(Math.abs(after.shift(morning) - before.shift(morning))).toBeLessThan(shiftPerUserMax);
      expect(Math.abs(after.found(morning) - before.found(morning))).toBeLessThan(shiftPerUserMax);
    }),
    { numRuns: 200 },
  );
});

it.each([
  { people: 43, loud: 1, most: 0.05 },
  { people: 43, loud: 10, most: 0.35 },
  { people: 500, loud: 10, most: 0.05 },
])('$loud loud accounts of $people users raise it by at most $most nats', (one) => {
  const { people, loud, most } = one;
  const calm = ordinary(people);
  const attacked = ordinary(people);
  for (let day = 39; day < 60; day += 1) {
    for (let at = 0; at < loud; at += 1) {
      // A whole day of sessions counts once, and below the threshold as much as they like.
      for (let hour = 0; hour < 24; hour += 1) {
        attacked.session(`u${at}`, start + day * dayMs + hour * hourMs, 2.5);
      }
    }
  }
  const raised = attacked.found(morning) - calm.found(morning);

  expect(raised).toBeGreaterThan(0);
  expect(raised).toBeLessThan(most);
  // Whatever is left of it after three weeks without is not worth a tenth of a nat.
  for (let day = 60; day < 81; day += 1) {
    for (let user = 0; user < people; user += 1) {
      const time = start + day * dayMs;
      calm.session(`u${user}`, time, ordinaryScore(user, day));
      attacked.session(`u${user}`, time, ordinaryScore(user, day));
    }
  }
  const later = morning + 21 * dayMs;
  expect(Math.abs(attacked.found(later) - calm.found(later))).toBeLessThan(0.1);
});

it('stays within its reach, and is nothing where nothing is known', () => {
  expect(new Organisation().shift(morning)).toBeCloseTo(0, 3);
  for (const score of [-20, 20]) {
    const organisation = new Organisation();
    for (let user = 0; user < 2_000; user += 1) {
      for (let week = 0; week < 8; week += 1) {
        organisation.session(`u${user}`, start + week * 7 * dayMs, score);
      }
    }
    expect(Math.abs(organisation.shift(morning))).toBeLessThanOrEqual(organisationReach);
  }
});

it('counts the greatest score of a week, in whatever order its sessions come', () => {
  const week = fc.shuffledSubarray([-5, -1.2, 0.3, 0.4, 2.2], { minLength: 5 });
  fc.assert(
    fc.property(week, (scores) => {
      const period = periodOf(morning);
      let known: ReturnType<typeof countWeek>;
      let sum = noWeeks;
      for (const score of scores) {
        const counted = countWeek(known?.week, { time: morning, score }, periodStart(period));
        if (!counted) continue;
        known = counted;
        sum = sum.map((count, at) => count + (counted.counts[at] ?? 0));
      }
      const weight = 2 ** ((weekOf(morning) * 7 * dayMs - periodStart(period)) / (7 * dayMs));
      expect(sum).toHaveLength(weekBins);
      for (const [bin, count] of sum.entries()) {
        expect(count).toBeCloseTo(bin === binOf(2.2) ? weight : 0);
      }
    }),
  );
  expect(scoreShift(noWeeks)).toBeCloseTo(0, 4);
});
