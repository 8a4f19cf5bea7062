// Reads what learned-pack.ts writes: the learned part of a packed profile.

import type { NetworkType } from '../location.ts';
import type { Building } from '../session/merge-values.ts';
import { type Known, type Level, none } from './known-values.ts';
import {
  type CountedWeek,
  type ExpectedMark,
  type FeedbackMark,
  features,
  type Held,
  type KnownNetwork,
  type KnownPlace,
  type Learned,
  type Novelty,
  nothing,
} from './learned.ts';
import { trustSteps } from './learned-pack.ts';
import type { ByteReader } from './packed-bytes.ts';
import {
  markFlags,
  markKinds,
  networkTypes,
  type PackOrigin,
  severities,
} from './profile-pack-words.ts';

/** The first version that keeps apart what stands in an open detection. */
const heldSince = 5;

/** What the profile lists, in its order: learned values are named by their place there. */
export type ListedKeys = Readonly<Record<'places' | 'devices' | 'gateways', readonly string[]>>;

/** Reads how many there are, then each. */
export function each<Item>(from: ByteReader, read: () => Item): Item[] {
  const length = from.whole();
  const items: Item[] = [];
  for (let at = 0; at < length; at += 1) items.push(read());
  return items;
}

/** The word at a place of a list; a RangeError where there is none. */
export function wordAt<Word>(words: readonly Word[], at: number): Word {
  const word = words[at];
  if (word === undefined) throw new RangeError('a packed profile holds an unknown word');
  return word;
}

/** A key by its place in a list, or itself. */
export function readReference(from: ByteReader, keys: readonly string[]): string {
  const at = from.whole();
  return at === 0 ? from.text() : wordAt(keys, at - 1);
}

export const readType = (from: ByteReader): NetworkType => wordAt(networkTypes, from.byte());

export function readPosition(from: ByteReader): { lat: number; lon: number; radiusKm: number } {
  const head = from.whole();
  const scale = head % 2 === 1 ? 1000 : 10;
  const radiusKm = Math.floor(head / 2) - 1;
  return { lat: from.signed() / scale, lon: from.signed() / scale, radiusKm };
}

/** Bytes to learned state, as a version of packed profiles wrote it. */
export function readLearned(
  from: ByteReader,
  origin: PackOrigin,
  keys: ListedKeys,
  version: number,
): Learned {
  const { usual } = origin;
  const sessions = readLevel(from, usual);
  const places = each(from, (): KnownPlace => {
    const key = readReference(from, keys.places);
    const { lat, lon, radiusKm } = readPosition(from);
    return { key, lat, lon, radiusKm, level: readLevel(from, usual) };
  });
  const networks = each(from, (): KnownNetwork => {
    const key = `${from.whole()}`;
    const [type, level] = [readType(from), readLevel(from, usual)];
    const moves = version < heldSince ? nothing : readNovelty(from, origin);
    return { key, type, level, moves };
  });
  const prefixes = each(
    from,
    (): Known => ({ key: readPrefix(from), level: readLevel(from, usual) }),
  );
  const devices = readKnown(from, usual, keys.devices, version);
  const gateways = readKnown(from, usual, keys.gateways, version);
  const counters = each(from, () => readNovelty(from, origin));
  const trip = from.whole();
  const { marks, expected } = readMarks(from);
  const { week, doubts, held } =
    version < heldSince ? holdingNothing : readHolding(from, origin, keys, version);
  const learned: Building<Learned> = {
    sessions,
    places,
    networks,
    prefixes,
    devices,
    gateways,
    // Questions that are newer than the profile have not been asked yet.
    novelty: features.map((_, at) => counters[at] ?? nothing),
    marks,
    doubts,
    held,
  };
  if (trip > 0) learned.tripSince = (trip - 1) * 1000;
  if (expected.length > 0) learned.expected = expected;
  if (week) learned.week = week;
  return learned;
}

function readMarks(from: ByteReader): {
  readonly marks: readonly FeedbackMark[];
  readonly expected: readonly ExpectedMark[];
} {
  const marks: FeedbackMark[] = [];
  const expected: ExpectedMark[] = [];
  each(from, () => {
    const head = from.byte();
    const kind = wordAt(markKinds, head & 0x0f);
    const key = from.text();
    const until = from.whole() * 1000;
    if (head & markFlags.expected) {
      expected.push({ kind, key, from: from.whole() * 1000, until });
    } else if (kind === 'country') {
      throw new RangeError('a packed profile holds a decision about a country');
    } else {
      const classification = head & markFlags.malicious ? 'malicious' : 'benign';
      marks.push({ kind, key, classification, until });
    }
  });
  return { marks, expected };
}

type Holding = {
  readonly week: CountedWeek | undefined;
  readonly doubts: Learned['doubts'];
  readonly held: readonly Held[];
};

const holdingNothing: Holding = { week: undefined, doubts: [], held: [] };

/** What versions before did not keep. */
function readHolding(
  from: ByteReader,
  origin: PackOrigin,
  keys: ListedKeys,
  version: number,
): Holding {
  const number = from.whole();
  const week = number === 0 ? undefined : { week: number - 1, bin: from.whole() };
  const doubts = each(from, () => ({ day: from.whole(), count: from.whole() }));
  const held = each(
    from,
    (): Held => ({
      id: from.text(),
      place: readReference(from, keys.places),
      severity: wordAt(severities, from.byte()),
      since: from.whole() * 1000,
      sessions: from.whole(),
      trust: from.whole() / trustSteps,
      learned: readLearned(from, origin, keys, version),
    }),
  );
  return { week, doubts, held };
}

function readNovelty(from: ByteReader, { novelty }: PackOrigin): Novelty {
  return { asked: readLevel(from, novelty), fresh: readLevel(from, novelty) };
}

function readLevel(from: ByteReader, one: Level): Level {
  const head = from.whole();
  if (head === 0) return none;
  const off = head - 1;
  return one + (off % 2 === 1 ? -(off + 1) / 2 : off / 2);
}

function readPrefix(from: ByteReader): string {
  const length = from.byte();
  if (length === 4) return `${from.byte()}.${from.byte()}.${from.byte()}.${from.byte()}`;
  return Array.from(from.raw(length), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** Since version 4 a key that the profile lists is its place there. */
function readKnown(
  from: ByteReader,
  one: Level,
  listed: readonly string[],
  version: number,
): Known[] {
  return each(from, () => {
    const at = version < 4 ? 0 : from.whole();
    const key = at === 0 ? from.text() + from.letters() : wordAt(listed, at - 1);
    return { key, level: readLevel(from, one) };
  });
}
