// What the organisation's sessions count to, by the hour of the events: a judge of any time sees
// the 45 days before the hour that it lies in, whatever else is known by then. So the same events
// are judged alike however fast they come, in whatever portions, on any day. For stores of one
// process (local run, replay); the deployed cloud reads sums of 30-day periods that may lag. Pure.

import type { UnixMs } from '../accounting-event.ts';
import {
  addCounts,
  emptyCounts,
  type PopulationCounts,
  type PopulationView,
  periodOf,
  periodStart,
} from './population.ts';
import { addWeeks, noWeeks, type WeekCounts, weeksAt } from './weeks.ts';

/** Counts of this much time are seen together, and only when it is over. */
export const countsStepMs = 3600 * 1000;
const dayMs = 24 * 3600 * 1000;
/** As far as periods of 30 days, two read together, reach back in the mean. */
const windowSteps = (45 * dayMs) / countsStepMs;
/** Steps that are kept: whoever replays years keeps the last of them. */
const stepsMax = 4 * windowSteps;
/**
 * Steps of a day are summed together as well: a window adds 44 or 45 days and the hours at its ends
 * instead of 1,080 hours. Sums are exact, so that it is the same. A day lies in one period.
 */
const stepsPerBlock = dayMs / countsStepMs;
/** Sums that are kept: records of some hours lie beside each other. */
const sumsMax = 8;

export type CountsView = Pick<PopulationView, 'counts' | 'users' | 'days'>;

type Sum = {
  readonly counts: PopulationCounts;
  /** Users by period of 30 days, as far as the window reaches into it. */
  readonly users: ReadonlyMap<number, number>;
  /** Users' weeks by their greatest score, by the period whose beginning they weigh by. */
  readonly weeks: ReadonlyMap<number, WeekCounts>;
};

/** The step a time lies in. */
export const stepOf = (time: UnixMs): number => Math.floor(time / countsStepMs);

/** Counts that are being summed: hundreds of hours, without a copy for each. */
type OwnCounts = { -readonly [Name in keyof PopulationCounts]: PopulationCounts[Name] } & {
  readonly asked: number[];
  readonly fresh: number[];
  readonly weeks: number[];
};

const ownCounts = (counts: PopulationCounts): OwnCounts => ({
  ...counts,
  asked: counts.asked.slice(),
  fresh: counts.fresh.slice(),
  weeks: counts.weeks.slice(),
});

/** As `addCounts` does. */
function addInto(own: OwnCounts, more: PopulationCounts): void {
  own.users += more.users;
  own.sessions += more.sessions;
  own.since = Math.min(own.since, more.since);
  addEach(own.asked, more.asked);
  addEach(own.fresh, more.fresh);
  addEach(own.weeks, more.weeks);
}

function addEach(own: number[], more: readonly number[]): void {
  for (let at = 0; at < own.length; at += 1) own[at] = (own[at] ?? 0) + (more[at] ?? 0);
}

/** Whether who asks at the step `before` sees the step. */
const isWithin = (step: number, before: number): boolean =>
  step < before && step >= before - windowSteps;

/** The sum with more counts of a step: who has seen it before keeps it as it was. */
function withStep({ counts, users, weeks }: Sum, step: number, more: PopulationCounts): Sum {
  const period = periodOf(step * countsStepMs);
  return {
    counts: addCounts(counts, more),
    users: new Map(users).set(period, (users.get(period) ?? 0) + more.users),
    weeks: new Map(weeks).set(period, addWeeks(weeks.get(period) ?? noWeeks, more.weeks)),
  };
}

export class StepCounts {
  readonly #base: StepCounts | undefined;
  readonly #steps = new Map<number, PopulationCounts>();
  readonly #blocks = new Map<number, OwnCounts>();
  readonly #sums = new Map<number, Sum>();

  /** @param base counts that these come on top of; it does not change while they are used */
  constructor(base?: StepCounts) {
    this.#base = base;
  }

  /** Adds counts; their step is that of `since`. Any order gives the same. */
  add(counts: PopulationCounts): number {
    const step = stepOf(counts.since);
    const known = this.#steps.get(step);
    this.#steps.set(step, known ? addCounts(known, counts) : counts);
    const block = Math.floor(step / stepsPerBlock);
    const ofBlock = this.#blocks.get(block);
    if (ofBlock) addInto(ofBlock, counts);
    else this.#blocks.set(block, ownCounts(counts));
    // Sums are exact: what comes late is added to those that are kept.
    for (const [before, sum] of this.#sums) {
      if (isWithin(step, before)) this.#sums.set(before, withStep(sum, step, counts));
    }
    if (this.#steps.size > stepsMax) this.#forget(Math.min(...this.#blocks.keys()));
    return step;
  }

  #forget(block: number): void {
    const first = block * stepsPerBlock;
    for (let at = first; at < first + stepsPerBlock; at += 1) this.#steps.delete(at);
    this.#blocks.delete(block);
  }

  /** The counts of one step, as they were added. */
  of(step: number): PopulationCounts | undefined {
    return this.#steps.get(step);
  }

  /** What a judge of this time sees. */
  at(time: UnixMs): CountsView {
    const { counts, users, weeks } = this.#sumBefore(stepOf(time));
    const since = Math.min(counts.since, time);
    const faded = [...weeks]
      .sort(([a], [b]) => a - b)
      .map(([period, of]) => weeksAt(of, periodStart(period), time));
    return {
      counts: { ...counts, weeks: faded.reduce(addWeeks, noWeeks) },
      users: Math.max(0, ...users.values()),
      days: Math.max(1, (time - since) / dayMs),
    };
  }

  #sumBefore(step: number): Sum {
    const known = this.#sums.get(step);
    if (known) return known;
    const base = this.#base;
    const before = base === undefined ? undefined : base.#sumBefore(step);
    const counts = ownCounts(before?.counts ?? emptyCounts);
    const users = new Map(before?.users);
    const weeks = new Map([...(before?.weeks ?? [])].map(([period, of]) => [period, of.slice()]));
    for (const [at, more] of this.#partsBefore(step)) {
      addInto(counts, more);
      const period = periodOf(at * countsStepMs);
      users.set(period, (users.get(period) ?? 0) + more.users);
      const ofPeriod = weeks.get(period) ?? noWeeks.slice();
      addEach(ofPeriod, more.weeks);
      weeks.set(period, ofPeriod);
    }
    const sum = { counts, users, weeks };
    // The sums of a base that may grow are its own to keep.
    this.#sums.set(step, sum);
    if (this.#sums.size > sumsMax) this.#sums.delete(this.#sums.keys().next().value ?? step);
    return sum;
  }

  /** What the window before a step holds, by the first step of each part: days, and hours. */
  *#partsBefore(step: number): Iterable<readonly [at: number, counts: PopulationCounts]> {
    const from = step - windowSteps;
    for (let at = from; at < step; ) {
      const isWhole = at % stepsPerBlock === 0 && at + stepsPerBlock <= step;
      const counts = isWhole ? this.#blocks.get(at / stepsPerBlock) : this.#steps.get(at);
      if (counts) yield [at, counts];
      at += isWhole ? stepsPerBlock : 1;
    }
  }
}
