// The stored form of what is learned: part of a packed profile (profile-pack.ts). Weights are whole
// levels, values that the profile lists are named by their place there. learned-unpack.ts reads it.

import { parseAddress } from '../address.ts';
import type { NetworkType } from '../location.ts';
import { type Known, type Level, none } from './known-values.ts';
import type { Held, Learned, Novelty } from './learned.ts';
import type { ByteWriter } from './packed-bytes.ts';
import {
  markFlags,
  markKinds,
  networkTypes,
  type PackOrigin,
  seconds,
  severities,
} from './profile-pack-words.ts';

/** Writes how many there are, then each. */
export function each<Item>(
  to: ByteWriter,
  items: readonly Item[],
  write: (item: Item) => void,
): void {
  to.whole(items.length);
  for (const item of items) write(item);
}

/** Where each key of a list stands. */
export function positions(entries: readonly [string, unknown][]): ReadonlyMap<string, number> {
  return new Map(entries.map(([key], at) => [key, at]));
}

/** Place in a list plus one; 0 and the text itself when it is not there. */
export function writeReference(to: ByteWriter, at: ReadonlyMap<string, number>, key: string): void {
  const found = at.get(key);
  to.whole(found === undefined ? 0 : found + 1);
  if (found === undefined) to.text(key);
}

export const writeType = (to: ByteWriter, type: NetworkType): void =>
  to.byte(networkTypes.indexOf(type));

type Position = { readonly lat: number; readonly lon: number; readonly radiusKm: number };

/** Degrees come rounded to 0.1; finer ones are kept to 0.001. */
export function writePosition(to: ByteWriter, { lat, lon, radiusKm }: Position): void {
  const isCoarse = [lat, lon].every(
    (value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-6,
  );
  const scale = isCoarse ? 10 : 1000;
  to.whole((Math.round(radiusKm) + 1) * 2 + (isCoarse ? 0 : 1));
  to.signed(Math.round(lat * scale));
  to.signed(Math.round(lon * scale));
}

/** Where the profile lists what learned values name. */
export type ListedAt = Readonly<
  Record<'places' | 'devices' | 'gateways', ReadonlyMap<string, number>>
>;

/** Learned state to bytes. */
export function writeLearned(
  to: ByteWriter,
  learned: Learned,
  origin: PackOrigin,
  at: ListedAt,
): void {
  const { usual } = origin;
  writeLevel(to, learned.sessions, usual);
  each(to, learned.places, (place) => {
    writeReference(to, at.places, place.key);
    writePosition(to, place);
    writeLevel(to, place.level, usual);
  });
  each(to, learned.networks, (network) => {
    to.whole(Number(network.key));
    writeType(to, network.type);
    writeLevel(to, network.level, usual);
    writeNovelty(to, network.moves, origin);
  });
  each(to, learned.prefixes, ({ key, level }) => {
    writePrefix(to, key);
    writeLevel(to, level, usual);
  });
  writeKnown(to, learned.devices, usual, at.devices);
  writeKnown(to, learned.gateways, usual, at.gateways);
  each(to, learned.novelty, (novelty) => writeNovelty(to, novelty, origin));
  to.whole(learned.tripSince === undefined ? 0 : seconds(learned.tripSince) + 1);
  writeMarks(to, learned);
  to.whole(learned.week === undefined ? 0 : learned.week.week + 1);
  if (learned.week) to.whole(learned.week.bin);
  each(to, learned.doubts, ({ day, count }) => {
    to.whole(day);
    to.whole(count);
  });
  each(to, learned.held, (held) => writeHeld(to, held, origin, at));
}

/** What was decided and what was said beforehand, in one list. */
function writeMarks(to: ByteWriter, { marks, expected = [] }: Learned): void {
  const decided = marks.map((mark) => ({
    ...mark,
    flag: mark.classification === 'malicious' ? markFlags.malicious : 0,
    from: undefined,
  }));
  const foretold = expected.map((mark) => ({ ...mark, flag: markFlags.expected }));
  each(to, [...decided, ...foretold], ({ kind, key, flag, from, until }) => {
    to.byte(markKinds.indexOf(kind) + flag);
    to.text(key);
    to.whole(seconds(until));
    if (from !== undefined) to.whole(seconds(from));
  });
}

/** Steps of `trust`: hundredths. */
export const trustSteps = 100;

function writeHeld(to: ByteWriter, held: Held, origin: PackOrigin, at: ListedAt): void {
  to.text(held.id);
  writeReference(to, at.places, held.place);
  to.byte(severities.indexOf(held.severity));
  to.whole(seconds(held.since));
  to.whole(held.sessions);
  to.whole(Math.round(held.trust * trustSteps));
  writeLearned(to, held.learned, origin, at);
}

function writeNovelty(to: ByteWriter, { asked, fresh }: Novelty, { novelty }: PackOrigin): void {
  writeLevel(to, asked, novelty);
  writeLevel(to, fresh, novelty);
}

/** 0 stands for no weight at all. */
function writeLevel(to: ByteWriter, level: Level, one: Level): void {
  const off = level - one;
  to.whole(level === none ? 0 : (off < 0 ? -2 * off - 1 : 2 * off) + 1);
}

/** IPv4: its octets; IPv6: the eight of the /64. */
function writePrefix(to: ByteWriter, key: string): void {
  const octets = key.includes('.') ? parseAddress(key) : undefined;
  to.byte(octets ? 4 : 8);
  if (octets) to.raw(octets);
  else for (let at = 0; at < 16; at += 2) to.byte(Number.parseInt(key.slice(at, at + 2), 16));
}

/** Devices and gateways: mostly those that the profile lists. */
function writeKnown(
  to: ByteWriter,
  list: readonly Known[],
  one: Level,
  at: ReadonlyMap<string, number>,
): void {
  each(to, list, ({ key, level }) => {
    const found = at.get(key);
    to.whole(found === undefined ? 0 : found + 1);
    if (found === undefined) {
      const kind = key.slice(0, key.indexOf(':') + 1);
      to.text(kind);
      to.letters(key.slice(kind.length));
    }
    writeLevel(to, level, one);
  });
}
