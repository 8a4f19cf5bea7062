// The score of one sighting: the sum of its evidence as combination.ts weighs it, in nats. 0 is as
// likely the user as an intruder who knew nothing; each 0.7 doubles the odds. Pure: everything
// known is in the arguments. It decides nothing: judgement.ts does.

import type { Alone } from '../kept-judgement.ts';
import type { PopulationView } from '../population/population.ts';
import { type Answers, type Learned, learn } from '../profile/learned.ts';
import { usualTraffic } from '../profile/traffic.ts';
import type { Building } from '../session/merge-values.ts';
import { type Observation, observationOf } from '../session/observation.ts';
import type { KnownSession } from '../session/outlook.ts';
import type { Presence } from '../session/presence.ts';
import type { Session } from '../session/session.ts';
import { isNoteworthy, type Scored, scoreBeside } from './beside.ts';
import { weighed } from './combination.ts';
import { familiarityOf, isAnonymous, isRoaming } from './context/familiarity.ts';
import type { History } from './context/history.ts';
import { comesByMobile, movedIn } from './context/moves.ts';
import { PersonalRates } from './context/rates.ts';
import { type Evidence, natsOf, type Term, type TermContext } from './context/term.ts';
import { leftOf, ofLocation, sumLeft } from './left.ts';
import { overlapAnswer } from './overlap-answer.ts';
import { burstTerm } from './terms/burst.ts';
import { colleaguesTerm } from './terms/colleagues.ts';
import { deviceTerm } from './terms/device.ts';
import { expectedOf } from './terms/expected.ts';
import { benignOf, maliciousTerm, marksOn } from './terms/feedback.ts';
import { gatewayTerm } from './terms/gateway.ts';
import { hourTerm } from './terms/hour.ts';
import { networkTerm } from './terms/network.ts';
import { networkTypeTerm } from './terms/network-type.ts';
import { noAddressTerm } from './terms/no-address.ts';
import { organisationTerm } from './terms/organisation.ts';
import { placeTerm } from './terms/place.ts';
import { prefixTerm } from './terms/prefix.ts';
import { sharedEgressTerm } from './terms/shared-egress.ts';
import { onTrip, tripFloor, tripTerm } from './terms/trip.ts';

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

export type Score = Scored & {
  /** What of it does not depend on the user's other sessions. */
  readonly alone: Alone<Evidence>;
  readonly observation: Observation;
  readonly answers: Answers;
  /** The user has been seen often enough for novelty to mean something. */
  readonly isSettled: boolean;
  readonly context: TermContext;
};

/** Of where an address is: what they say is lowered by trips, shared egress and handovers. */
const locationTerms: readonly Term[] = [placeTerm, networkTerm, prefixTerm, networkTypeTerm];
/** Of all else that a session shows by itself; what its other sessions show is beside.ts. */
const otherTerms: readonly Term[] = [colleaguesTerm, gatewayTerm, hourTerm, noAddressTerm];

/** Scores a session at one of its addresses. */
export function scoreSession(input: ScoreInput): Score {
  const context = contextOf(input);
  const { observation } = context;
  const alone = aloneOf(context);
  const { presence, others } = input;
  const { score, evidence } = scoreBeside({ alone, observation, presence, others });
  return {
    score,
    evidence,
    alone,
    observation,
    answers: context.familiarity.answers,
    isSettled: context.familiarity.weight >= sessionsBeforeNovelty,
    context,
  };
}

/** What a session shows by itself. */
function aloneOf(context: TermContext): Alone<Evidence> {
  const { familiarity, rates, history } = context;
  const evidence: Evidence[] = [];
  const add = (found: Evidence | undefined): void => {
    if (found && isNoteworthy(found)) evidence.push(found);
  };
  for (const term of locationTerms) add(weighed(term(context)));
  const floor = tripFloor(context.learned, context.observation.time);
  if (floor > 0) {
    const lifted = { ...context, rates: context.rates.liftedTo(floor) };
    const without = natsOf(evidence);
    const withTrip = locationTerms.reduce(
      (total, term) => total + (weighed(term(lifted))?.weight ?? 0),
      0,
    );
    add(tripTerm(context, withTrip, without));
  }
  add(
    sharedEgressTerm(
      context,
      sumLeft(evidence, leftOf(evidence), (term) => ofLocation.has(term)),
    ),
  );
  for (const term of otherTerms) add(weighed(term(context)));
  add(weighed(burstTerm(context)));
  add(organisationTerm(context.population.counts));
  const malicious = maliciousTerm(context);
  add(malicious);
  const device = weighed(deviceTerm(context));
  const benign = malicious ? undefined : benignOf(context);
  const expected = expectedOf(context);
  const { network } = context.observation;
  const moves = () => network && rates.moves(network.asn);
  const traffic = usualTraffic(history.traffic, context.session.startedAt);
  const alone: Building<Alone<Evidence>> = {
    evidence,
    near: familiarity.near.k,
    nearWeight: familiarity.near.weight,
    usual: Math.max(familiarity.place.k, familiarity.near.k),
    weight: familiarity.weight,
    sessions: history.sessions,
    overlapRate: rates.of('overlap'),
  };
  if (device) alone.device = device;
  if (comesByMobile(context.observation, familiarity, moves)) alone.isMobile = true;
  if (traffic) alone.traffic = traffic;
  if (benign) alone.benign = benign;
  if (expected) alone.expected = expected;
  return alone;
}

function contextOf(input: ScoreInput): TermContext {
  const { session, presence, others, learned, history, population, user } = input;
  const observation = observationAt(session, presence);
  const overlap = overlapAnswer(session, others, learned);
  const familiarity = familiarityOf(observation, learned, overlap);
  const rates = new PersonalRates(learned, population, observation.time);
  const context: Building<TermContext> = {
    observation,
    familiarity,
    learned,
    history,
    population,
    user,
    session,
    others,
    rates,
  };
  if (presence) context.presence = presence;
  return context;
}

/** What a session shows at one of its addresses. */
export function observationAt(session: Session, presence: Presence | undefined): Observation {
  return observationOf({
    time: presence?.from ?? session.startedAt,
    gatewayId: session.gatewayId,
    address: presence?.sighting.address,
    location: presence?.sighting.location,
    device: session.devices[0],
  });
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
  return isTripAt(scored, learning) ? onTrip(next, observation.time, weight) : next;
}

/** Whether a trip begins with the session, if it is believed: settled, and at a new place. */
export function isTripAt({ observation, context, isSettled }: Score, learning: Learning): boolean {
  const { familiarity: found } = context;
  return (
    isSettled &&
    learning.isLocation &&
    observation.located !== undefined &&
    !isRoaming(observation) &&
    !isAnonymous(observation) &&
    found.place.k < 0.5 &&
    found.near.k < 0.5
  );
}
