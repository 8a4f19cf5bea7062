// What an analyst's classification of a detection changes, as pure functions over the profile.
// Benign: the anomalous values of the detection (place, network, address, device) no longer raise
// this user's score until the classification expires; other values still do; what stood in the
// detection is learned. Malicious: the
// anomalous values are forgotten and not learned again while the classification holds, and every
// later use of them by any user scores higher. What the detection itself found usual (the victim's
// own provider or device) is never marked. It keeps no record of the analyst: the triage row of the
// detection does.

import type { UnixMs } from '../accounting-event.ts';
import type { Detection } from '../detection.ts';
import { learnedMarksMax, profileDetectionsMax } from '../limits.ts';
import { deviceUseKey, networkUseKey, prefixUseKey } from '../population/use-keys.ts';
import { forgotten, released } from '../profile/held.ts';
import type { FeedbackMark, Learned } from '../profile/learned.ts';
import type { Profile } from '../profile/profile.ts';
import { prefixOf } from '../session/observation.ts';
import { anonymising } from './context/familiarity.ts';

/** An analyst's classification: `at` when it was given, `until` when it expires. */
export type Classification = {
  readonly classification: 'benign' | 'malicious';
  readonly at: UnixMs;
  readonly until: UnixMs;
};

type Value = Pick<FeedbackMark, 'kind' | 'key'>;

/** Terms whose positive weight says that a value of this kind was anomalous. */
const oddBy: Readonly<Record<FeedbackMark['kind'], readonly string[]>> = {
  place: ['place', 'travel'],
  network: ['network', 'network-type', 'burst'],
  prefix: ['prefix', 'network', 'network-type', 'burst', 'overlap'],
  device: ['device'],
};

/** The values of a detection that its reasons hold against the user. */
function oddValues(detection: Detection): readonly Value[] {
  const { place, network, clientAddress, device, reasons } = detection;
  const prefix = clientAddress === undefined ? undefined : prefixOf(clientAddress);
  const values: readonly Value[] = [
    { kind: 'place', key: place.key },
    ...(network && network.asn !== 0 ? [{ kind: 'network', key: `${network.asn}` } as const] : []),
    ...(prefix ? [{ kind: 'prefix', key: prefix.key } as const] : []),
    ...(device ? [{ kind: 'device', key: device.key } as const] : []),
  ];
  return values.filter(({ kind }) =>
    reasons.some(({ term, weight }) => weight > 0 && oddBy[kind].includes(term)),
  );
}

/**
 * The profile with an analyst's classification of one of its detections; a later one of the same
 * values replaces an earlier one. Idempotent. Write it with `UserStore.putProfile` and the version
 * read, and read again when that answers `conflict`.
 */
export function withClassification(
  profile: Profile,
  detection: Detection,
  given: Classification,
): Profile {
  const values = oddValues(detection);
  const { classification, at, until } = given;
  const isKept = (mark: FeedbackMark): boolean => mark.until > at && !holds(values, mark);
  const marks = [
    ...values.map((value): FeedbackMark => ({ ...value, classification, until })),
    ...profile.learned.marks.filter(isKept),
  ].slice(0, learnedMarksMax);
  // A burst speaks for the detections that fold into it.
  const ids = [detection.id, ...(detection.detections ?? [])];
  const learned =
    classification === 'malicious'
      ? without(ids.reduce(forgotten, profile.learned), values)
      : ids.reduce(released, profile.learned);
  return { ...profile, learned: { ...learned, marks } };
}

/**
 * The profile without any classification of the detection's values; what was forgotten is not
 * restored.
 */
export function withoutClassification(profile: Profile, detection: Detection): Profile {
  const values = oddValues(detection);
  const marks = profile.learned.marks.filter((mark) => !holds(values, mark));
  return { ...profile, learned: { ...profile.learned, marks } };
}

/** A decision about a detection that holds. */
export type Decision = { readonly detection: Detection; readonly given: Classification };

/**
 * The profile with a first decision about one of its detections, and with what it would be without
 * (`Undecided`), so that the decision can be taken back. Idempotent.
 */
export function decided(profile: Profile, { detection, given }: Decision): Profile {
  const { learned, detections, undecided } = profile;
  const before = undecided ?? { learned, detections, since: given.at, until: 0, marked: [] };
  return withDecision({ ...profile, undecided: before }, { detection, given });
}

function withDecision(profile: Profile, { detection, given }: Decision): Profile {
  const next = withClassification(profile, detection, given);
  const { undecided } = profile;
  if (!undecided) return next;
  const keys = given.classification === 'malicious' ? maliciousKeys(detection) : [];
  const marked = [...new Set([...undecided.marked, ...keys])];
  const until = Math.max(undecided.until, given.until);
  return { ...next, undecided: { ...undecided, marked, until } };
}

/**
 * The profile as if these decisions had been made, in their order, and no others since
 * `undecided.since`: what was learned meanwhile is what it would have been without any. Absent
 * `undecided`: nothing can be taken back, the profile stays.
 */
export function redecided(profile: Profile, decisions: readonly Decision[]): Profile {
  const { undecided, ...rest } = profile;
  if (!undecided) return profile;
  const ids = new Set(undecided.detections.map(({ id }) => id));
  // What came since and would not have come is listed all the same: it has been raised.
  // Of corrections the greater revision holds: none may be counted twice.
  const refs = undecided.detections.map((ref) => {
    const { revision = 0 } = profile.detections.find(({ id }) => id === ref.id) ?? {};
    return revision > (ref.revision ?? 0) ? { ...ref, revision } : ref;
  });
  const detections = [...refs, ...profile.detections.filter((r) => !ids.has(r.id))]
    .sort((a, b) => b.firstSeen - a.firstSeen || (a.id < b.id ? -1 : 1))
    .slice(0, profileDetectionsMax);
  const bare: Profile = { ...rest, learned: undecided.learned, detections };
  if (decisions.length === 0) return bare;
  const inOrder = [...decisions].sort((a, b) => a.given.at - b.given.at);
  const open = { ...bare, undecided: { ...undecided, until: 0, marked: [] } };
  return inOrder.reduce(withDecision, open);
}

/**
 * Keys for `PopulationStore.markMalicious`, of a detection called malicious: its anomalous address
 * and device, and its network if that is one of servers or anonymisers. A provider of homes is not
 * marked: the intruder's neighbours use it too.
 */
export function maliciousKeys(detection: Detection): readonly string[] {
  return oddValues(detection).flatMap(({ kind, key }) => {
    if (kind === 'prefix') return [prefixUseKey(key)];
    if (kind === 'device') return [deviceUseKey(key)];
    const isServers = detection.network && anonymising.has(detection.network.type);
    return kind === 'network' && isServers ? [networkUseKey(Number(key))] : [];
  });
}

function holds(values: readonly Value[], { kind, key }: Value): boolean {
  return values.some((value) => value.kind === kind && value.key === key);
}

function without(learned: Learned, values: readonly Value[]): Learned {
  const rest = <Known extends { readonly key: string }>(
    kind: FeedbackMark['kind'],
    list: readonly Known[],
  ): readonly Known[] => list.filter(({ key }) => !holds(values, { kind, key }));
  return {
    ...learned,
    places: rest('place', learned.places),
    networks: rest('network', learned.networks),
    prefixes: rest('prefix', learned.prefixes),
    devices: rest('device', learned.devices),
  };
}
