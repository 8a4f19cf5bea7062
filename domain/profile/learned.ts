// What is learned of one user: which places, networks, prefixes, devices and gateways are usual,
// and how often each was new. Suspicious sessions count little, so that an attacker teaches little.
// Learned state is reproducible for the same order of sessions, alike for stragglers of minutes,
// and may drift for later ones; facts (profile.ts) do not depend on it.

import type { UnixMs } from '../accounting-event.ts';
import type { Severity } from '../detection.ts';
import type { KeptJudgement } from '../kept-judgement.ts';
import {
  learnedDevicesMax,
  learnedGatewaysMax,
  learnedNetworksMax,
  learnedPlacesMax,
  learnedPrefixesMax,
} from '../limits.ts';
import type { NetworkType, PlaceKey } from '../location.ts';
import type { Building } from '../session/merge-values.ts';
import type { Observation } from '../session/observation.ts';
import type { DoubtedDay } from './doubts.ts';
import {
  addWeight,
  type Known,
  type Level,
  none,
  noveltyHalfLifeMs,
  strengthen,
  weightAt,
} from './known-values.ts';

/**
 * Questions of novelty, each asked only where it makes sense (see
 * `detect/context/familiarity.ts`).
 */
export const features = [
  'country',
  'place',
  'network',
  'wide',
  'near',
  'device',
  'adapter',
  'gateway',
  'overlap',
  'hosting',
] as const;
export type Feature = (typeof features)[number];

/** How often a question was asked and how often the answer was "new", as levels. */
export type Novelty = { readonly asked: Level; readonly fresh: Level };

export type KnownPlace = Known & {
  readonly lat: number;
  readonly lon: number;
  readonly radiusKm: number;
};
export type KnownNetwork = Known & {
  readonly type: NetworkType;
  /** How often the user's neighbourhood of addresses (IPv4 /24, IPv6 /48) was new there. */
  readonly moves: Novelty;
};

/** What of a user's week the organisation has counted: the bin of its greatest score. */
export type CountedWeek = { readonly week: number; readonly bin: number };

/** An analyst's classification of one value of one user. */
export type FeedbackMark = {
  readonly kind: 'place' | 'network' | 'prefix' | 'device';
  readonly key: string;
  readonly classification: 'benign' | 'malicious';
  readonly until: UnixMs;
};

/**
 * What somebody said beforehand that this user would show for a while: a country or place, a
 * network (AS number), an address, a device (`detect/terms/expected.ts`).
 */
export type ExpectedMark = {
  readonly kind: FeedbackMark['kind'] | 'country';
  readonly key: string;
  readonly from: UnixMs;
  readonly until: UnixMs;
};

/** A detection that nobody has classified, and what its sessions would have taught. */
export type Held = {
  readonly id: string;
  readonly place: PlaceKey;
  readonly severity: Severity;
  /** Start of its first session. */
  readonly since: UnixMs;
  /** Sessions folded into it. */
  readonly sessions: number;
  /** How far its first session was trusted, .05 to 1: so much is learned of it. */
  readonly trust: number;
  /** What its sessions would teach if they were believed. */
  readonly learned: Learned;
};

export type Learned = {
  /** All sessions learned, by weight. */
  readonly sessions: Level;
  readonly places: readonly KnownPlace[];
  readonly networks: readonly KnownNetwork[];
  readonly prefixes: readonly Known[];
  readonly devices: readonly Known[];
  readonly gateways: readonly Known[];
  /** In the order of `features`. */
  readonly novelty: readonly Novelty[];
  /** When the user was last found at a new place that was believed. */
  readonly tripSince?: UnixMs;
  readonly marks: readonly FeedbackMark[];
  /** Said beforehand, by hand; learning and forgetting pass it by. Absent: nothing was. */
  readonly expected?: readonly ExpectedMark[];
  /** What the organisation has counted of the user's scores of this week. */
  readonly week?: CountedWeek;
  /** Sessions that are not the user's own to the learning gate. */
  readonly doubts: readonly DoubtedDay[];
  /** What is not learned until somebody classifies it, newest first. */
  readonly held: readonly Held[];
  /**
   * Judgements of the last day that other sessions may show to be wrong, the newest first, with
   * what was known when they were made; absent: none.
   */
  readonly kept?: readonly KeptJudgement[];
};

/** The judgements that are kept. */
export const keptIn = ({ kept = [] }: Learned): readonly KeptJudgement[] => kept;

/** With others kept. */
export function withKeptJudgements(learned: Learned, kept: readonly KeptJudgement[]): Learned {
  const draft = learnedDraft(learned);
  if (kept.length > 0) draft.kept = kept;
  else delete draft.kept;
  return draft;
}

/** A copy of what is learned, to be changed in place by its one maker (as `profileDraft`). */
export function learnedDraft(learned: Learned): Building<Learned> {
  const draft: Building<Learned> = {
    sessions: learned.sessions,
    places: learned.places,
    networks: learned.networks,
    prefixes: learned.prefixes,
    devices: learned.devices,
    gateways: learned.gateways,
    novelty: learned.novelty,
    marks: learned.marks,
    doubts: learned.doubts,
    held: learned.held,
  };
  if (learned.tripSince !== undefined) draft.tripSince = learned.tripSince;
  if (learned.expected) draft.expected = learned.expected;
  if (learned.week) draft.week = learned.week;
  if (learned.kept) draft.kept = learned.kept;
  return draft;
}

export const nothing: Novelty = { asked: none, fresh: none };

export const emptyLearned: Learned = {
  sessions: none,
  places: [],
  networks: [],
  prefixes: [],
  devices: [],
  gateways: [],
  novelty: features.map(() => nothing),
  marks: [],
  doubts: [],
  held: [],
};

const nowhere: Pick<Observation, 'place' | 'network' | 'prefix'> = {};

/**
 * An answer to a question of novelty: 1 new, 0 not, anything between where it is a matter of
 * degree.
 */
export type Answers = Partial<Record<Feature, number>>;

/**
 * Learns one observation with the given weight (0.05 to 1): what of it is `fresh` in its session.
 * `answers` holds the questions that were asked of it, `moved` how new its neighbourhood of
 * addresses is on a known network.
 */
export function learn(
  learned: Learned,
  observation: Observation,
  weight: number,
  answers: Answers,
  fresh: { readonly isSession: boolean; readonly isLocation: boolean; readonly isDevice: boolean },
  moved?: number,
): Learned {
  const { time, located, gatewayId } = observation;
  const { place, network, prefix } = fresh.isLocation ? observation : nowhere;
  // Mobile carriers hand out another address every time: none of them becomes a habit.
  const isRoaming = network?.type === 'mobile' || network?.type === 'satellite';
  const device = fresh.isDevice ? observation.device : undefined;
  const move = { moved, weight, time };
  const added = { weight, time };
  const next = learnedDraft(learned);
  if (place !== undefined) {
    const { lat, lon, radiusKm } = pointOf(located);
    const known = (level: Level): KnownPlace => ({ key: place, lat, lon, radiusKm, level });
    next.places = strengthen(learned.places, place, known, added, learnedPlacesMax);
  }
  if (network) {
    const [key, { type }] = [`${network.asn}`, network];
    const moves = movesWith(learned, network, move);
    const known = (level: Level): KnownNetwork => ({ key, type, level, moves });
    next.networks = strengthen(learned.networks, key, known, added, learnedNetworksMax);
  }
  if (prefix && !isRoaming) {
    const known = knownAs(prefix.key);
    next.prefixes = strengthen(learned.prefixes, prefix.key, known, added, learnedPrefixesMax);
  }
  if (device) {
    const known = knownAs(device.key);
    next.devices = strengthen(learned.devices, device.key, known, added, learnedDevicesMax);
  }
  if (fresh.isSession) {
    const known = knownAs(gatewayId);
    next.sessions = addWeight(learned.sessions, weight, time);
    next.gateways = strengthen(learned.gateways, gatewayId, known, added, learnedGatewaysMax);
    next.novelty = answered(learned.novelty, answers, weight, time);
  }
  return next;
}

const knownAs =
  (key: string) =>
  (level: Level): Known => ({ key, level });

/** How often the neighbourhood was new on a network, with one more answer. */
function movesWith(
  { networks }: Learned,
  { asn }: { readonly asn: number },
  move: { readonly moved: number | undefined; readonly weight: number; readonly time: UnixMs },
): Novelty {
  const { moved, weight, time } = move;
  const { asked, fresh } = networks.find(({ key }) => key === `${asn}`)?.moves ?? nothing;
  if (moved === undefined) return { asked, fresh };
  return {
    asked: addWeight(asked, weight, time, noveltyHalfLifeMs),
    fresh: moved < 0.01 ? fresh : addWeight(fresh, weight * moved, time, noveltyHalfLifeMs),
  };
}

/** Adds the answers to the counters, by weight. */
export function answered(
  novelty: readonly Novelty[],
  answers: Answers,
  weight: number,
  time: UnixMs,
): readonly Novelty[] {
  return features.map((feature, at) => {
    const counter = novelty[at] ?? nothing;
    const answer = answers[feature];
    if (answer === undefined) return counter;
    return {
      asked: addWeight(counter.asked, weight, time, noveltyHalfLifeMs),
      // A trace of doubt about a known value is not worth a logarithm.
      fresh:
        answer < 0.01
          ? counter.fresh
          : addWeight(counter.fresh, weight * answer, time, noveltyHalfLifeMs),
    };
  });
}

/** How often a question was asked and answered "new", as of `now`. */
export function noveltyAt(
  novelty: readonly Novelty[],
  feature: Feature,
  now: UnixMs,
): { readonly asked: number; readonly fresh: number } {
  const counter = novelty[features.indexOf(feature)] ?? nothing;
  return {
    asked: weightAt(counter.asked, now, noveltyHalfLifeMs),
    fresh: weightAt(counter.fresh, now, noveltyHalfLifeMs),
  };
}

function pointOf(located: Observation['located']): Omit<KnownPlace, 'key' | 'level'> {
  // A special address has no position: its radius says that nothing is near it.
  if (!located) return { lat: 0, lon: 0, radiusKm: -1 };
  return { lat: located.lat, lon: located.lon, radiusKm: located.radiusKm };
}
