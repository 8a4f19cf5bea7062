// A judgement as the profile keeps it for a day: what it was made of beside the user's other
// sessions, and which of those it rests on. With it the judgement can be made again when a record
// shows that they were otherwise, and nothing that was learned since changes it (decision 0028).

import type { UnixMs } from './accounting-event.ts';
import type { Basis, Severity } from './detection.ts';

/** Names a session of the user, as its row is named. */
type SessionKey = { readonly rowStart: UnixMs; readonly identity: string };

/** Evidence as it is kept: its sentence stands in the detection, if there is one. */
export type KeptEvidence = {
  readonly term: string;
  /** What exactly was found: `new-country`. */
  readonly aspect: string;
  /** Nats. */
  readonly weight: number;
  /** What the weight was computed from; absent: not known of it any more. */
  readonly inputs?: Readonly<Record<string, number>>;
};

/**
 * What the last sessions of a user moved one way: of so many that told it the median and the median
 * absolute deviation of their octets an hour, in steps (`profile/traffic.ts`).
 */
export type UsualWay = {
  readonly sessions: number;
  readonly middle: number;
  readonly spread: number;
};

/** What they moved; a way of which too little is known is absent. */
export type UsualTraffic = { readonly up?: UsualWay; readonly down?: UsualWay };

/** What of a judgement does not depend on the user's other sessions, as of its time. */
export type Alone<Found = KeptEvidence> = {
  /** All but the device. */
  readonly evidence: readonly Found[];
  /** As it counts where the user was at no far place at once. */
  readonly device?: Found;
  /** How familiar the block of addresses is, and block or place, 0 to 1. */
  readonly near: number;
  /** Faded weight of the sessions in that block. */
  readonly nearWeight: number;
  readonly usual: number;
  /** Faded weight of the sessions learned, and their number. */
  readonly weight: number;
  readonly sessions: number;
  /** How often the user's sessions overlap. */
  readonly overlapRate: {
    readonly rate: number;
    readonly asked: number;
    readonly fresh: number;
    readonly organisationRate: number;
  };
  /** It comes by mobile access (`detect/context/moves.ts`): a second session is less of a sign. */
  readonly isMobile?: true;
  /** What is usual of the user's traffic; absent: too little is known. */
  readonly traffic?: UsualTraffic;
  /** What an analyst called benign: terms that it explains, and which values. */
  readonly benign?: { readonly terms: readonly string[]; readonly kinds: readonly string[] };
  /** What was expected: terms that it explains, and the values with their ends, as they read. */
  readonly expected?: { readonly terms: readonly string[]; readonly values: readonly string[] };
};

/** What decides beside the score. */
export type Ground = {
  readonly threshold: number;
  /** The learning gate is shut. */
  readonly isLearning: boolean;
  /** Only because the user connects seldom: known for long enough. */
  readonly isSeldom?: true;
};

/** What a detection's basis says of the user and the organisation (`detect/basis.ts`). */
export type Standing = Pick<Basis, 'daysSinceFirst' | 'sessionsInMonth' | 'organisation'>;

/** Parts of a nat, of a share, and of a rate that are kept: the packed form has no finer ones. */
export const keptScale = 10_000;
export const keptRateScale = 100_000_000;
/** Parts of what a weight was computed from; of rates, whose logarithm counts, finer ones. */
export const coarseInputScale = (name: string): number =>
  name.endsWith('Rate') ? 1_000_000 : 10_000;
/** As they are kept now: a computer is familiar after a tenth of a session, so that parts count. */
export const inputScale = (name: string): number =>
  name === 'deviceWeight' ? 100_000 : coarseInputScale(name);
export const standingScale = 1000;

/** As finely as it is kept. */
export const keptValue = (value: number): number => Math.round(value * keptScale) / keptScale;

/** As finely as rates are kept. */
export const keptRate = (rate: number): number => Math.round(rate * keptRateScale) / keptRateScale;

/** What is more is as good as that: the packed form holds no greater numbers. */
const keptInputMost = 1e9;

/** As finely as what a weight was computed from is kept. */
export const keptInput = (value: number, name = ''): number =>
  Math.round(Math.min(keptInputMost, value) * inputScale(name)) / inputScale(name);

/** As finely as what a basis says beside the weights is kept. */
export function keptStanding({ organisation, ...gate }: Standing): Standing {
  const kept = (value: number): number => Math.round(value * standingScale) / standingScale;
  return {
    daysSinceFirst: kept(gate.daysSinceFirst),
    sessionsInMonth: kept(gate.sessionsInMonth),
    organisation: {
      users: kept(organisation.users),
      days: kept(organisation.days),
      sessions: kept(organisation.sessions),
    },
  };
}

/** What a session taught, of what was learned of its user (`detect/relearn.ts`). */
export type Taught = {
  /** 0: nothing, while it stands in an open detection. */
  readonly weight: number;
  /** The questions of novelty that it answered, and how new its neighbourhood was. */
  readonly answers: Readonly<Record<string, number>>;
  readonly moved?: number;
  /** A trip begins with it as far as it is believed (`detect/terms/trip.ts`). */
  readonly isTrip?: true;
};

export type KeptJudgement = SessionKey & {
  /** The client address judged; absent: the gateway sent none. */
  readonly address?: string;
  /** It was judged once more there, when its device was first named. */
  readonly isAgain?: true;
  /** It was the first of its session. */
  readonly isFirst?: true;
  /** When the session was first seen there. */
  readonly time: UnixMs;
  readonly alone: Alone;
  readonly ground: Ground;
  /** What its basis says beside the weights; absent: kept before that was. */
  readonly standing?: Standing;
  /** Absent: it was learned apart, with its detection, or not at all. */
  readonly taught?: Taught;
  readonly isImported?: true;
  readonly isLate?: true;
  /** What was said last. */
  readonly said: {
    /** The score, nats. */
    readonly score: number;
    /** Absent: no alert. */
    readonly severity?: Severity;
    /** Terms by which other sessions spoke for or against it. */
    readonly terms: readonly string[];
    /** The detection that it is or was part of. */
    readonly detection?: string;
    /** It would call for none but for values of that detection, which nobody had classified. */
    readonly isJoined?: true;
    /** Sessions that these reasons speak of. */
    readonly about: readonly SessionKey[];
  };
  /** Sessions without Stop of which later records may show whether they were open then. */
  readonly open: readonly SessionKey[];
};
