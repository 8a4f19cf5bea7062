// What stands in an open detection and is not learned: a session that called for a Medium or High
// alert, and later ones that rest on the same values, are learned apart, with that detection. What
// was learned apart joins the rest when an analyst calls the detection benign, or a month after its
// first session; it is forgotten when they call it malicious (decision 0029). Pure.

import type { UnixMs } from '../accounting-event.ts';
import type { Severity } from '../detection.ts';
import {
  expectedMarksMax,
  heldDetectionsMax,
  heldMs,
  learnedDevicesMax,
  learnedGatewaysMax,
  learnedMarksMax,
  learnedNetworksMax,
  learnedPlacesMax,
  learnedPrefixesMax,
} from '../limits.ts';
import type { Observation } from '../session/observation.ts';
import { joinDoubts } from './doubts.ts';
import { addLevels, joinKnown, type Known, noveltyHalfLifeMs, timesLevel } from './known-values.ts';
import {
  type ExpectedMark,
  emptyLearned,
  type FeedbackMark,
  type Held,
  type KnownNetwork,
  type Learned,
  type Novelty,
  nothing,
} from './learned.ts';

/** Two learned states as one: weights add up, lists keep their bounds. */
export function joinLearned(a: Learned, b: Learned): Learned {
  const since = Math.max(a.tripSince ?? 0, b.tripSince ?? 0);
  const week = [a.week, b.week].sort((x, y) => (y?.week ?? 0) - (x?.week ?? 0))[0];
  return {
    sessions: addLevels(a.sessions, b.sessions),
    places: joinKnown(a.places, b.places, learnedPlacesMax),
    networks: joinKnown(a.networks, b.networks, learnedNetworksMax, joinMoves),
    prefixes: joinKnown(a.prefixes, b.prefixes, learnedPrefixesMax),
    devices: joinKnown(a.devices, b.devices, learnedDevicesMax),
    gateways: joinKnown(a.gateways, b.gateways, learnedGatewaysMax),
    novelty: a.novelty.map((novelty, at) => joinNovelty(novelty, b.novelty[at] ?? nothing)),
    ...(since > 0 ? { tripSince: since } : {}),
    ...(week ? { week } : {}),
    marks: joinMarks(a.marks, b.marks),
    ...joinExpected(a, b),
    doubts: joinDoubts(a.doubts, b.doubts),
    held: newestHeld([...a.held, ...b.held]),
    // Those of another key name its sessions: they are this user's under other names now.
    ...(a.kept ? { kept: a.kept } : {}),
  };
}

const joinNovelty = (a: Novelty, b: Novelty): Novelty => ({
  asked: addLevels(a.asked, b.asked, noveltyHalfLifeMs),
  fresh: addLevels(a.fresh, b.fresh, noveltyHalfLifeMs),
});

const joinMoves = (a: KnownNetwork, b: KnownNetwork): Pick<KnownNetwork, 'moves'> => ({
  moves: joinNovelty(a.moves, b.moves),
});

/** Of two decisions on one value the one that holds longer. */
function joinMarks(a: readonly FeedbackMark[], b: readonly FeedbackMark[]) {
  const byValue = new Map<string, FeedbackMark>();
  for (const mark of [...a, ...b]) {
    const name = `${mark.kind} ${mark.key}`;
    const known = byValue.get(name);
    if (!known || known.until < mark.until) byValue.set(name, mark);
  }
  return [...byValue.values()].sort((x, y) => y.until - x.until).slice(0, learnedMarksMax);
}

/** All that was said beforehand of either; each once. */
function joinExpected(a: Learned, b: Learned): Pick<Learned, 'expected'> {
  const all = [...(a.expected ?? []), ...(b.expected ?? [])];
  if (all.length === 0) return {};
  const nameOf = ({ kind, key, from, until }: ExpectedMark): string =>
    `${kind} ${from} ${until} ${key}`;
  const each = [...new Map(all.map((mark) => [nameOf(mark), mark])).values()];
  return { expected: each.sort((x, y) => y.until - x.until).slice(0, expectedMarksMax) };
}

/**
 * Beyond the bound the oldest goes, and with it what it would have taught: it stays unlearned.
 */
function newestHeld(held: readonly Held[]): readonly Held[] {
  const byId = new Map(held.map((one) => [one.id, one]));
  return [...byId.values()]
    .sort((a, b) => b.since - a.since || (a.id < b.id ? -1 : 1))
    .slice(0, heldDetectionsMax);
}

/** As if everything held had been learned. */
export function withHeld(learned: Learned): Learned {
  return learned.held.reduce((all, held) => joinLearned(all, held.learned), learned);
}

/**
 * With what a detection of this id teaches, which is held no longer: as far as its first session
 * was trusted.
 */
export function released(learned: Learned, id: string): Learned {
  const held = learned.held.find((one) => one.id === id);
  if (!held) return learned;
  const taught = faded(held.learned, held.trust);
  const rest = forgotten(learned, id);
  // Its sessions were the user's own after all.
  const doubts = rest.held.length === 0 ? [] : rest.doubts;
  return { ...joinLearned(rest, taught), doubts };
}

/**
 * With what is held of a detection as it is said now: what does not call for Medium or High any
 * more is held no longer, and learned as far as it is trusted now.
 * @param trust of its first session, .05 to 1
 */
export function heldAs(
  learned: Learned,
  id: string,
  { severity, trust }: { readonly severity: Severity | undefined; readonly trust: number },
): Learned {
  if (learned.held.every((one) => one.id !== id)) return learned;
  const isHeld = severity !== undefined && severity !== 'low';
  const now = isHeld ? { severity, trust } : { trust };
  const held = learned.held.map((one) => (one.id === id ? { ...one, ...now } : one));
  return isHeld ? { ...learned, held } : released({ ...learned, held }, id);
}

/** A trip begins with a session at a new place of more than this trust (`detect/terms/trip.ts`). */
export const tripTrustMin = 0.5;

/** All weights times a factor. */
function faded(learned: Learned, factor: number): Learned {
  const all = <Item extends Known>(list: readonly Item[]): readonly Item[] =>
    list.map((known) => ({ ...known, level: timesLevel(known.level, factor) }));
  const novelty = ({ asked, fresh }: Novelty): Novelty => ({
    asked: timesLevel(asked, factor),
    fresh: timesLevel(fresh, factor),
  });
  const { tripSince: _, ...rest } = learned;
  return {
    ...(factor > tripTrustMin ? learned : rest),
    sessions: timesLevel(learned.sessions, factor),
    places: all(learned.places),
    networks: all(learned.networks).map((one) => ({ ...one, moves: novelty(one.moves) })),
    prefixes: all(learned.prefixes),
    devices: all(learned.devices),
    gateways: all(learned.gateways),
    novelty: learned.novelty.map(novelty),
  };
}

/** Without what a detection of this id would have taught. */
export function forgotten(learned: Learned, id: string): Learned {
  if (learned.held.every((one) => one.id !== id)) return learned;
  return { ...learned, held: learned.held.filter((one) => one.id !== id) };
}

/** With what was held for a month: nobody said that it was malicious. */
export function releasedAfterAMonth(learned: Learned, now: UnixMs): Learned {
  const due = learned.held.filter(({ since }) => now - since >= heldMs);
  return due.reduce((rest, { id }) => released(rest, id), learned);
}

/**
 * Learns something of a session apart, with its detection. Of detections that the state does not
 * hold yet a place is made.
 */
export function heldWith(
  learned: Learned,
  detection: Omit<Held, 'learned' | 'sessions'>,
  isSession: boolean,
  teach: (apart: Learned) => Learned,
): Learned {
  const known = learned.held.find(({ id }) => id === detection.id);
  const { sessions = 0, learned: apart = emptyLearned } = known ?? {};
  const next: Held = {
    ...detection,
    ...(known ? { since: known.since, place: known.place, trust: known.trust } : {}),
    sessions: sessions + (isSession || sessions === 0 ? 1 : 0),
    learned: teach(apart),
  };
  const others = learned.held.filter(({ id }) => id !== detection.id);
  return { ...learned, held: newestHeld([next, ...others]) };
}

/** Which of its values an observation has that only a held detection knows. */
export type Unfamiliar = {
  readonly country: boolean;
  readonly place: boolean;
  readonly network: boolean;
  readonly prefix: boolean;
  readonly device: boolean;
};

/**
 * The held detection that most of the observation's unfamiliar values stand in; of equals the
 * newest. Undefined: none does.
 */
export function standsIn(
  held: readonly Held[],
  { place, network, prefix, device }: Observation,
  unfamiliar: Unfamiliar,
): Held | undefined {
  if (held.length === 0) return undefined;
  const has = (list: readonly { readonly key: string }[], key: string | undefined): boolean =>
    key !== undefined && list.some((known) => known.key === key);
  const country = place?.slice(0, place.indexOf('/') + 1);
  const shared = held.map(
    ({ learned }) =>
      [
        unfamiliar.country &&
          !!country &&
          learned.places.some(({ key }) => key.startsWith(country)),
        unfamiliar.place && has(learned.places, place),
        unfamiliar.network && has(learned.networks, network && `${network.asn}`),
        unfamiliar.prefix && has(learned.prefixes, prefix?.key),
        unfamiliar.device && has(learned.devices, device?.key),
      ].filter(Boolean).length,
  );
  const most = Math.max(0, ...shared);
  return most === 0 ? undefined : held[shared.indexOf(most)];
}
