// A score in two steps: what is known of a session by itself (`Alone`, as of its time), and what
// the user's other sessions say beside it: overlap, travel, handover, and what follows from those.
// The second step is made again when a record shows that the other sessions were otherwise; the
// first one is kept (decision 0028). Pure.

import type { Alone, KeptJudgement } from '../kept-judgement.ts';
import type { Building } from '../session/merge-values.ts';
import type { Observation } from '../session/observation.ts';
import type { KnownSession } from '../session/outlook.ts';
import type { Presence } from '../session/presence.ts';
import type { SessionKey } from '../session/session.ts';
import { combined, weighed } from './combination.ts';
import { isRoaming } from './context/familiarity.ts';
import {
  type BesideContext,
  type Evidence,
  evidenceOf,
  natsOf,
  type TermName,
} from './context/term.ts';
import { impersonal, leftOf, ofLocation, ofOthers, sumLeft } from './left.ts';
import { coldStartShare, coldStartTerm } from './terms/cold-start.ts';
import { deviceBeside } from './terms/device.ts';
import { expectedTerm } from './terms/expected.ts';
import { benignTerm } from './terms/feedback.ts';
import { handoverTerm } from './terms/handover.ts';
import { overlapMost, overlapTerm } from './terms/overlap.ts';
import { trafficMost, trafficTerm } from './terms/traffic.ts';
import { travelMost, travelTerm, worstJourney } from './terms/travel-term.ts';

/** A session by itself, and the user's sessions around it. */
export type BesideInput = {
  readonly alone: Alone<Evidence>;
  readonly observation: Observation;
  /** Absent: the gateway sent no client address. */
  readonly presence?: Presence | undefined;
  /** The judged one may be among them. */
  readonly others: readonly KnownSession[];
};

export type Scored = {
  /** Nats. */
  readonly score: number;
  /** Heaviest first. */
  readonly evidence: readonly Evidence[];
};

/** What a handover takes off, as the others left it. */
const ofPlace: ReadonlySet<TermName> = new Set([...ofLocation, 'trip', 'shared-egress']);
/** Evidence that is found beside what the terms of the user's history found. */
const afterwards: ReadonlySet<TermName> = new Set(['burst', 'feedback']);
/** Evidence that other sessions decide, wholly or in part. */
export const besideTerms: ReadonlySet<string> = new Set([
  'travel',
  'overlap',
  'traffic',
  'handover',
]);

/** The score of a session beside the user's others. */
export function scoreBeside({ alone, observation, presence, others }: BesideInput): Scored {
  const journey = presence && worstJourney(presence, others, alone.usual);
  const context: Building<BesideContext> = { observation, others, alone };
  if (presence) context.presence = presence;
  if (journey) context.journey = journey;
  const isBefore = ({ term }: Evidence): boolean => !afterwards.has(term);
  const evidence: Evidence[] = alone.evidence.filter(isBefore);
  const add = (found: Evidence | undefined): void => {
    if (found && isNoteworthy(found)) evidence.push(found);
  };
  add(handoverTerm(context, natsOf(evidence.filter(({ term }) => ofPlace.has(term)))));
  add(deviceBeside(alone.device, journey));
  add(weighed(travelTerm(context)));
  add(weighed(overlapTerm(context)));
  add(weighed(trafficTerm(context)));
  add(coldStartTerm(alone, sumLeft(evidence, leftOf(evidence), isPersonal)));
  for (const found of alone.evidence) if (!isBefore(found)) add(found);
  const left = leftOf(evidence, coldStartShare(alone));
  add(expectedTerm(alone.expected, evidence, left));
  add(benignTerm(alone, evidence, left));
  return { score: natsOf(evidence), evidence: evidence.sort((a, b) => rankOf(b) - rankOf(a)) };
}

/** The heaviest first; the first speaks for an alert: what is no ground of one stands behind. */
const rankOf = ({ term, weight }: Evidence): number =>
  ofOthers.has(term) ? Math.min(0, weight) : weight;

/** What is less than this is not worth a line. */
export const isNoteworthy = ({ weight }: Evidence): boolean => Math.abs(weight) >= 0.005;

/**
 * The most that other sessions could make of a score, nats: what cannot become an alert by that is
 * not kept.
 */
export function mostBeside({ alone, observation, presence }: BesideInput): number {
  const travel = presence ? combined('travel', travelMost(presence, alone.usual)) : 0;
  const overlap = presence ? combined('overlap', overlapMost(alone, isRoaming(observation))) : 0;
  const traffic = presence && alone.traffic ? combined('traffic', trafficMost) : 0;
  const device = alone.device ? [alone.device] : [];
  const found = [...alone.evidence, ...device];
  // Only beside an impossible journey does a known device take nothing off.
  const isTold = travel > 0;
  const counted = found.filter(({ weight, term }) => !(isTold && term === 'device' && weight < 0));
  const early = counted.filter(({ term }) => !afterwards.has(term));
  const personal = sumLeft(early, leftOf(early), isPersonal) + overlap + traffic;
  return natsOf(counted) + travel + overlap + traffic - (1 - coldStartShare(alone)) * personal;
}

/** What was kept of a session by itself, as evidence. */
export function evidenceAlone({ evidence, device, ...rest }: KeptJudgement['alone']) {
  const found = device ? { device: evidenceOf(device) } : {};
  return { ...rest, evidence: evidence.map(evidenceOf), ...found };
}

/** The sessions that evidence speaks of. */
export function sessionsOf(evidence: readonly Evidence[]): readonly SessionKey[] {
  const found = evidence.flatMap(({ about }) => about ?? []);
  return found.filter(
    (one, at) =>
      found.findIndex((o) => o.identity === one.identity && o.rowStart === one.rowStart) === at,
  );
}

const isPersonal = (term: TermName): boolean => !impersonal.has(term);
