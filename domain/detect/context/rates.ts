// How often something is new to a user: what every "new" term compares with. A road warrior's new
// city is cheaper than a home worker's, and the rate is the number in the reason. A user with few
// sessions has the organisation's rate, an organisation hardly known the expectation below.

import type { UnixMs } from '../../accounting-event.ts';
import { type PopulationView, populationRate } from '../../population/population.ts';
import { type Feature, type Learned, noveltyAt } from '../../profile/learned.ts';
import { type MoveRate, moveRate } from './moves.ts';

/** What the organisation expects before it has data, and a user with few sessions. */
const expected: Readonly<Record<Feature, number>> = {
  country: 0.004,
  place: 0.02,
  network: 0.03,
  wide: 0.05,
  near: 0.1,
  device: 0.004,
  adapter: 0.02,
  gateway: 0.02,
  overlap: 0.02,
  hosting: 0.01,
};
/** Sessions' worth of belief in the organisation's rate, and in the expectation above. */
const personalPrior = 40;
const organisationPrior = 200;
/** No rate is taken for less. */
export const rateMin = 0.0005;
const rateMax = 0.5;

/** How often something is new to this user, with what the rate was computed from. */
export type NoveltyRate = {
  readonly rate: number;
  readonly asked: number;
  readonly fresh: number;
  readonly organisationRate: number;
};

/**
 * A user's rates: p = clip((fresh + 40 p0) / (asked + 40), 0.0005, 0.5), where p0 = (E + 200 pi) /
 * (M + 200) is the organisation's rate. Computed when asked for.
 */
export class PersonalRates {
  readonly #learned: Learned;
  readonly #population: PopulationView;
  readonly #time: UnixMs;
  readonly #floor: number;
  #moves: MoveRate | undefined;
  readonly #known = new Map<Feature, NoveltyRate>();

  constructor(learned: Learned, population: PopulationView, time: UnixMs, floor = 0) {
    this.#learned = learned;
    this.#population = population;
    this.#time = time;
    this.#floor = floor;
  }

  of(feature: Feature): NoveltyRate {
    const known = this.#known.get(feature);
    if (known) return known;
    const { asked, fresh } = noveltyAt(this.#learned.novelty, feature, this.#time);
    const { counts } = this.#population;
    const prior = populationRate(counts, feature, expected[feature], organisationPrior);
    const raw = (fresh + personalPrior * prior) / (asked + personalPrior);
    const floor = liftable.has(feature) ? this.#floor : 0;
    const rate = Math.min(rateMax, Math.max(rateMin, floor, raw));
    const found = { rate, asked, fresh, organisationRate: prior };
    this.#known.set(feature, found);
    return found;
  }

  /** How often the neighbourhood of addresses is new on a network. */
  moves(asn: number): MoveRate {
    const habit = this.of('near').rate;
    const asked = { asn, time: this.#time, habit };
    this.#moves ??= moveRate(this.#learned, this.#population, asked);
    return this.#moves;
  }

  /** The same with new countries, places and networks at least this likely. */
  liftedTo(floor: number): PersonalRates {
    return new PersonalRates(this.#learned, this.#population, this.#time, floor);
  }
}

const liftable: ReadonlySet<Feature> = new Set(['country', 'place', 'network']);
