// Term "organisation": how unusual the ordinary sessions of this organisation are, beside those
// of a standard one. It makes one scale of the shown scores of all organisations: with it 50 is
// where the false alerts meet the budget of a normal sensitivity, whoever is asked.
// Formula: -clip(-1.5, .37 (q + 1.2), 1.5), q = q0 + (q1 - q0) clip(0, (w - 90) / 150, 1). q1 is
// the score that a fifth of the users' weeks lies above, w how many weeks were counted: of few of
// them it is not said. q0 = -1.2 + 2.2 (1 - d) is what to expect of an organisation of whose
// sessions the share d tells a device, as far as its user is known: where none does, nothing speaks
// for people on a new line, and they are told of twice as often, in small organisations as well.
// Source: Freeman et al., NDSS 2016 (a threshold a site, set by its own false alerts); q0 fits nine
// worlds of drawn parameters within .4. Blind spots: what is wrong in most weeks of most users is
// ordinary: it raises what an alert needs; one account with more sessions than all the others
// decides d.

import type { PopulationCounts } from '../../population/population.ts';
import { expectedScore, ordinaryScore, shiftFor, standardScore } from '../../population/weeks.ts';
import { type Feature, features } from '../../profile/learned.ts';
import { type Evidence, lowers, rounded } from '../context/term.ts';

/** How far the organisation's own scores may move a score, nats. */
export const organisationReach = 1.5;

/** Of so many users' weeks nothing is said, and after so many more all of it. */
const weeksUnsaid = 90;
const weeksToSay = 150;
/**
 * Sessions' worth of belief that all of an organisation's sessions tell a device: of a handful of
 * people nothing is said.
 */
const devicePrior = 1000;

type Counts = Pick<PopulationCounts, 'weeks' | 'asked'>;

const weeksOf = ({ weeks }: Counts): number => weeks.reduce((sum, count) => sum + count, 0);

/** The share of sessions that tell a device, among those of users who are known. */
function deviceShareOf({ asked }: Counts): number {
  const of = (feature: Feature): number => asked[features.indexOf(feature)] ?? 0;
  const told = of('device') + of('adapter') + devicePrior;
  return Math.min(1, told / (of('gateway') + devicePrior));
}

/** Where the ordinary scores lie, nats: as far as it is known, else as it is to be expected. */
function ordinaryOf(counts: Counts, deviceShare: number): number {
  const expected = expectedScore(deviceShare);
  const known = Math.min(1, Math.max(0, (weeksOf(counts) - weeksUnsaid) / weeksToSay));
  if (known === 0) return expected;
  return expected + known * (ordinaryScore(counts.weeks, expected) - expected);
}

const within = (shift: number): number =>
  Math.min(organisationReach, Math.max(-organisationReach, shift));

/** By how much the organisation's scores lie above a standard one's, nats, within the reach. */
export const shiftOf = (counts: Counts): number =>
  within(shiftFor(ordinaryOf(counts, deviceShareOf(counts))));

export function organisationTerm(counts: Counts): Evidence {
  const deviceShare = deviceShareOf(counts);
  const ordinary = ordinaryOf(counts, deviceShare);
  const weight = -within(shiftFor(ordinary));
  const userWeeks = weeksOf(counts);
  const few = userWeeks <= weeksUnsaid;
  return {
    term: 'organisation',
    aspect: 'organisation',
    weight,
    numbers: () => ({
      ordinaryScore: rounded(ordinary),
      standardScore: rounded(standardScore),
      userWeeks: rounded(userWeeks),
      deviceShare: rounded(deviceShare),
    }),
    inputs: () => ({ ordinaryScore: ordinary, userWeeks }),
    text: () => {
      if (few) {
        const some = deviceShare < 0.5 ? 'Few' : 'Not all';
        return `${some} sessions of this organisation tell a device: more is unusual${lowers}`;
      }
      return weight > 0
        ? 'Ordinary sessions of this organisation score less than those of a standard one'
        : `Ordinary sessions of this organisation score more than those of a standard one${lowers}`;
    },
  };
}

/** A score without what the organisation's other sessions make of it, nats. */
export const withoutOrganisation = (
  score: number,
  evidence: readonly Pick<Evidence, 'term' | 'weight'>[],
): number => score - (evidence.find(({ term }) => term === 'organisation')?.weight ?? 0);
