// The score of one sighting: the sum of its evidence, in nats. 0 is as likely the user as an
// intruder who knew nothing; each 0.7 doubles the odds. Pure: everything known is in the arguments.
// It decides nothing: judgement.ts does.

import type { PopulationView } from '../population/population.ts';
import { type Answers, type Learned, learn } from '../profile/learned.ts';
import { type Observation, observationOf } from '../session/observation.ts';
import type { KnownSession } from '../session/outlook.ts';
import type { Presence } from '../session/presence.ts';
import type { Session } from '../session/session.ts';
import { familiarityOf, isAnonymous, isRoaming } from './context/familiarity.ts';
import type { History } from './context/history.ts';
import { movedIn } from './context/moves.ts';
import { PersonalRates } from './context/rates.ts';
import type { Evidence, Term, TermContext, TermName } from './context/term.ts';
import { burstTerm } from './terms/burst.ts';
import { coldStartTerm } from './terms/cold-start.ts';
import { colleaguesTerm } from './terms/colleagues.ts';
import { deviceTerm } from './terms/device.ts';
import { feedbackTerm, marksOn } from './terms/feedback.ts';
import { gatewayTerm } from './terms/gateway.ts';
import { handoverTerm } from './terms/handover.ts';
import { hourTerm } from './terms/hour.ts';
import { networkTerm } from './terms/network.ts';
import { networkTypeTerm } from './terms/network-type.ts';
import { noAddressTerm } from './terms/no-address.ts';
import { overlappingPresence, overlapTerm } from './terms/overlap.ts';
import { placeTerm } from './terms/place.ts';
import { prefixTerm } from './terms/prefix.ts';
import { sharedEgressTerm } from './terms/shared-egress.ts';
import { travelTerm, worstJourney } from './terms/travel-term.ts';
import { tripFloor, tripTerm } from './terms/trip.ts';

/** Sessions a user must have before what is new to them is counted: at first everything is. */
const sessionsBeforeNovelty = 2;

/** What a score is computed from. */
export type ScoreInput = {
  readonly session: Session;
  /** Absent: the gateway sent no client address; only device, hour and gateway are judged then. */
  readonly presence?: Presence | undefined;
  /** The user's sessions around this one; the judged one may be among them. */
  readonly others: readonly KnownSession[];
  /** Learned before this session. */
  readonly learned: Learned;
  /** The profile's facts before this session. */
  readonly history: History;
  readonly population: PopulationView;
  /** The user's hash in the population. */
  readonly user: string;
};

export type Score = {
  /** Nats. */
  readonly score: number;
  /** The score from the user's own history, before burst and feedback. */
  readonly personal: number;
  readonly evidence: readonly Evidence[];
  readonly observation: Observation;
  readonly answers: Answers;
  /** The user has been seen often enough for novelty to mean something. */
  readonly isSettled: boolean;
  readonly context: TermContext;
};

const locationTerms: readonly Term[] = [placeTerm, networkTerm, prefixTerm, networkTypeTerm];
const otherTerms: readonly Term[] = [
  colleaguesTerm,
  deviceTerm,
  gatewayTerm,
  hourTerm,
  travelTerm,
  overlapTerm,
  noAddressTerm,
];
const aboutLocation: ReadonlySet<TermName> = new Set([
  'place',
  'network',
  'prefix',
  'network-type',
]);
/** Evidence that does not depend on the user's own history. */
const impersonal: ReadonlySet<TermName> = new Set(['travel', 'burst', 'network-type']);

/** Scores a session at one of its addresses. */
export function scoreSession(input: ScoreInput): Score {
  const context = contextOf(input);
  const evidence: Evidence[] = [];
  const add = (found: Evidence | undefined): void => {
    if (found && Math.abs(found.weight) >= 0.005) evidence.push(found);
  };
  for (const term of locationTerms) add(term(context));
  const floor = tripFloor(context.learned, context.observation.time);
  if (floor > 0) {
    const lifted = { ...context, rates: context.rates.liftedTo(floor) };
    const without = sum(evidence);
    const withTrip = locationTerms.reduce((total, term) => total + (term(lifted)?.weight ?? 0), 0);
    add(tripTerm(context, withTrip, without));
  }
  add(
    sharedEgressTerm(
      context,
      positive(evidence, (term) => aboutLocation.has(term)),
    ),
  );
  add(handoverTerm(context, sum(evidence)));
  for (const term of otherTerms) add(term(context));
  add(
    coldStartTerm(
      context,
      positive(evidence, (term) => !impersonal.has(term)),
    ),
  );
  const personal = sum(evidence);
  add(burstTerm(context));
  add(feedbackTerm(context, evidence));
  return {
    score: sum(evidence),
    personal,
    evidence: evidence.sort((a, b) => b.weight - a.weight),
    observation: context.observation,
    answers: context.familiarity.answers,
    isSettled: context.familiarity.weight >= sessionsBeforeNovelty,
    context,
  };
}

function contextOf(input: ScoreInput): TermContext {
  const { session, presence, others, learned, history, population, user } = input;
  const observation = observationOf({
    time: presence?.from ?? session.startedAt,
    gatewayId: session.gatewayId,
    address: presence?.sighting.address,
    location: presence?.sighting.location,
    device: session.devices[0],
  });
  const overlap = presence ? (overlappingPresence(presence, others) ? 1 : 0) : undefined;
  const found = familiarityOf(observation, learned, overlap);
  const rates = new PersonalRates(learned, population, observation.time);
  const known = { observation, familiarity: found, learned, history, population, user, rates };
  const usual = Math.max(found.place.k, found.near.k);
  const journey = presence && worstJourney(presence, others, usual);
  return {
    ...known,
    session,
    ...(presence ? { presence } : {}),
    others,
    ...(journey ? { journey } : {}),
  };
}

const sum = (evidence: readonly Evidence[]): number =>
  evidence.reduce((total, { weight }) => total + weight, 0);

function positive(evidence: readonly Evidence[], counts: (term: TermName) => boolean): number {
  return evidence.reduce(
    (total, { term, weight }) => (weight > 0 && counts(term) ? total + weight : total),
    0,
  );
}

/**
 * The least weight a session is learned with: an attacker teaches little, a move is learnt in days.
 */
const learnedLeast = 0.05;
const doubtMidpoint = 4.5;
const doubtSlope = 1.2;

/** w = max(.05, 1 / (1 + exp(1.2 (S - 4.5)))). */
export function learningWeight(score: number): number {
  return Math.max(learnedLeast, 1 / (1 + Math.exp(doubtSlope * (score - doubtMidpoint))));
}

/** What of a scored session is new, and therefore learned: each thing counts once a session. */
export type Learning = {
  readonly isSession: boolean;
  readonly isLocation: boolean;
  readonly isDevice: boolean;
};

/** The state after learning what was scored, by default as far as the score lets it be trusted. */
export function learnScored(
  learned: Learned,
  scored: Score,
  learning: Learning,
  weight = learningWeight(scored.score),
): Learned {
  const { observation, context, isSettled } = scored;
  const { familiarity: found } = context;
  // What an analyst called malicious teaches nothing.
  if (marksOn(learned, observation, 'malicious').length > 0) return learned;
  const answers = isSettled ? scored.answers : {};
  const moved = movedIn(observation, found);
  const next = learn(learned, observation, weight, answers, learning, moved);
  const isNewPlace =
    isSettled &&
    learning.isLocation &&
    weight > 0.5 &&
    observation.located !== undefined &&
    !isRoaming(observation) &&
    !isAnonymous(observation) &&
    found.place.k < 0.5 &&
    found.near.k < 0.5;
  return isNewPlace ? { ...next, tripSince: observation.time } : next;
}
