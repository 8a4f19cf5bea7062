// What a term is: one printable reason for or against a detection, in nats. The score is their sum.
// A term looks at its context and finds evidence or nothing; what the gateway did not send is no
// evidence.

import type { UnixMs } from '../../accounting-event.ts';
import type { Reason } from '../../detection.ts';
import { type Alone, type KeptEvidence, keptInput, keptValue } from '../../kept-judgement.ts';
import type { PopulationView } from '../../population/population.ts';
import type { Learned } from '../../profile/learned.ts';
import type { Observation } from '../../session/observation.ts';
import type { KnownSession } from '../../session/outlook.ts';
import type { Presence } from '../../session/presence.ts';
import type { Session, SessionKey } from '../../session/session.ts';
import type { ObservationFamiliarity } from './familiarity.ts';
import type { History } from './history.ts';
import { keptText } from './kept-text.ts';
import type { NoveltyRate, PersonalRates } from './rates.ts';

/** What two presences of one user say together (`terms/travel.ts`). */
export type TravelFinding = {
  readonly reason: Reason;
  /** What the weight was computed from, unrounded. */
  readonly inputs: Readonly<Record<string, number>>;
  /** 0 to 1: how implausible the speed is. */
  readonly m: number;
  readonly isOverlapping: boolean;
  /** Nobody was at both: at once and far apart, or faster than an airliner. */
  readonly isImpossible: boolean;
};

/** The least plausible journey from another session, and what of its weight counts. */
export type Journey = {
  readonly finding: TravelFinding;
  readonly share: number;
  readonly from: SessionKey;
};

/** Everything a term may look at: as it was before the judged session. */
export type TermContext = {
  readonly observation: Observation;
  readonly familiarity: ObservationFamiliarity;
  readonly learned: Learned;
  readonly history: History;
  readonly population: PopulationView;
  /** The user's hash in the population. */
  readonly user: string;
  readonly session: Session;
  /** Absent: the gateway sent no client address. */
  readonly presence?: Presence;
  /** For what they show of gateways: what they say of the user is `BesideContext`'s. */
  readonly others: readonly KnownSession[];
  readonly rates: PersonalRates;
};

/** What the terms look at that speak of the user's other sessions (`detect/beside.ts`). */
export type BesideContext = Pick<TermContext, 'observation'> & {
  /** Absent: the gateway sent no client address. */
  readonly presence?: Presence;
  readonly others: readonly KnownSession[];
  /** Absent: no journey that says anything. */
  readonly journey?: Journey;
  readonly alone: Pick<
    Alone<unknown>,
    'near' | 'nearWeight' | 'overlapRate' | 'traffic' | 'isMobile'
  >;
};

export type TermName =
  | 'place'
  | 'network'
  | 'prefix'
  | 'network-type'
  | 'device'
  | 'gateway'
  | 'hour'
  | 'travel'
  | 'overlap'
  | 'traffic'
  | 'colleagues'
  | 'handover'
  | 'no-address'
  | 'burst'
  | 'shared-egress'
  | 'trip'
  | 'cold-start'
  | 'expected'
  | 'feedback'
  | 'organisation';

/** Evidence found by a term. Numbers and text are computed only when they are shown. */
export type Evidence = {
  readonly term: TermName;
  /** What exactly was found, for tables and tests: `new-country`. */
  readonly aspect: string;
  /** Nats; negative: in the user's favour. */
  readonly weight: number;
  /** What the term's own formula says, nats, of terms that the combination weighs. */
  readonly said?: number;
  readonly numbers: () => Readonly<Record<string, number>>;
  /** What the weight was computed from, unrounded, beside `numbers`: docs/detection.md has how. */
  readonly inputs: () => Readonly<Record<string, number>>;
  readonly text: () => string;
  /** The other session that it speaks of. */
  readonly about?: SessionKey;
};

export type Term = (context: TermContext) => Evidence | undefined;

/** What evidence adds up to, nats. */
export const natsOf = (evidence: readonly Evidence[]): number =>
  evidence.reduce((sum, { weight }) => sum + weight, 0);

/** Evidence as a detection keeps it. */
export function reasonOf(evidence: Evidence): Reason {
  const { term, weight, said } = evidence;
  const numbers = evidence.numbers();
  return {
    term,
    weight: rounded(weight),
    text: evidence.text(),
    numbers: said === undefined ? numbers : { ...numbers, formulaNats: rounded(said) },
  };
}

/** Evidence as a profile keeps it. */
export function keptEvidence({ term, aspect, weight, inputs }: Evidence): KeptEvidence {
  const kept: Record<string, number> = {};
  const all = inputs();
  for (const name in all) {
    const value = keptInput(all[name] ?? 0, name);
    // What is absent reads as 0.
    if (value !== 0) kept[name] = value;
  }
  return { term, aspect, weight: keptValue(weight), inputs: kept };
}

/** Evidence as it was kept: brief, without the numbers of its sentence. */
export const evidenceOf = ({ aspect, term, weight, inputs = {} }: KeptEvidence): Evidence => ({
  term: term as TermName,
  aspect,
  weight,
  numbers: () => ({}),
  inputs: () => inputs,
  text: () => keptText(term, aspect),
});

/** Three decimals: what texts and stored numbers show. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** What the text of evidence in the user's favour ends with: it never calls them unknown. */
export const lowers = ' (lowers the score)';

/**
 * A time inside a reason's text: ISO 8601 to the minute, UTC. Pages show it in the reader's zone.
 */
export const timeText = (time: UnixMs): string => `${new Date(time).toISOString().slice(0, 16)}Z`;

/** The numbers a rate was computed from, named for a reason. */
export function rateNumbers(rate: NoveltyRate): Readonly<Record<string, number>> {
  return {
    rate: rounded4(rate.rate),
    asked: rounded(rate.asked),
    fresh: rounded(rate.fresh),
    organisationRate: rounded4(rate.organisationRate),
  };
}

/** What a rate was computed from, unrounded; names begin with `name` where there are several. */
export function rateInputs(rate: NoveltyRate, name?: string): Readonly<Record<string, number>> {
  const { asked, fresh, organisationRate } = rate;
  if (name === undefined) return { asked, fresh, organisationRate };
  return {
    [`${name}Asked`]: asked,
    [`${name}Fresh`]: fresh,
    [`${name}OrganisationRate`]: organisationRate,
  };
}

/** `less than a minute`, `12 min`. */
export function minutesText(minutes: number): string {
  return minutes < 0.5 ? 'less than a minute' : `${Math.round(minutes)} min`;
}

const rounded4 = (value: number): number => Math.round(value * 10_000) / 10_000;
