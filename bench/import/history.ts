// A year of an invented organisation as a FreeRADIUS detail file: each person works on most
// weekdays from home, on some days from elsewhere, one or two sessions a day, Start and Stop.
// Deterministic: the same seed writes the same octets.

import { closeSync, openSync, writeSync } from 'node:fs';
import type { Locator } from '../../geo/locator.ts';
import { recordText, type WrittenSession } from '../../test/support/detail-text.ts';
import { AddressBook, addressIn, type Block } from '../eval/address-book.ts';
import { Random } from '../eval/random.ts';

export type HistoryShape = {
  readonly records: number;
  readonly people: number;
  /** Unix ms of the last day's midnight. */
  readonly until: number;
  readonly seed: number;
};

/** What the file holds of one person. */
export type PersonTruth = {
  readonly user: string;
  readonly sessionIds: string[];
  /** Unix ms. */
  readonly starts: number[];
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const homeNetworks = [3320, 3209, 2856, 5089, 3215, 12322, 7922, 7018, 2516, 1221];
const blocksPerNetwork = 40;
/** One day in thirty from another place. */
const awayShare = 1 / 30;
const flushChars = 1 << 20;

type Written = {
  readonly session: WrittenSession;
  readonly status: 'Start' | 'Stop';
  readonly time: number;
};

/** Where the file says the sessions came in. */
export const nasAddress = '192.0.2.10';

/**
 * Writes the file, in the order in which a server would have.
 * @returns the sessions of each person
 */
export function writeHistory(
  path: string,
  shape: HistoryShape,
  locator: Locator,
): readonly PersonTruth[] {
  const homes = homesOf(locator);
  const random = new Random(shape.seed);
  const people = Array.from({ length: shape.people }, (_, at) => ({
    user: `person${String(at).padStart(5, '0')}`,
    home: homes[random.int(homes.length)] as Block,
    host: random.int(256),
    sessionIds: [] as string[],
    starts: [] as number[],
  }));
  const days = daysBefore(shape);
  const perDay = shape.records / 2 / days.length;
  const file = openSync(path, 'w');
  let sessions = 0;
  let pending = '';
  for (const [index, day] of days.entries()) {
    const written: Written[] = [];
    for (; sessions < Math.round(perDay * (index + 1)); sessions += 1) {
      const person = people[sessions % people.length];
      if (person) written.push(...sessionOf(person, { day, sessions, homes, random }));
    }
    written.sort((a, b) => a.time - b.time);
    for (const { session, status } of written) pending += recordText(session, status);
    if (pending.length < flushChars) continue;
    writeSync(file, pending);
    pending = '';
  }
  writeSync(file, pending);
  closeSync(file);
  return people;
}

type Day = {
  readonly day: number;
  /** Sessions before this one. */
  readonly sessions: number;
  readonly homes: readonly Block[];
  readonly random: Random;
};

function sessionOf(
  person: PersonTruth & { readonly home: Block; readonly host: number },
  { day, sessions, homes, random }: Day,
): readonly Written[] {
  const away = random.chance(awayShare) ? homes[random.int(homes.length)] : undefined;
  const start = day + 6 * hourMs + random.int(10 * 3600) * 1000;
  const session = {
    session: (0x10_0000 + sessions).toString(16).toUpperCase(),
    user: person.user,
    nas: nasAddress,
    start,
    seconds: 1800 + random.int(6 * 3600),
    address: addressIn(away ?? person.home, person.host),
  };
  person.sessionIds.push(session.session);
  person.starts.push(start);
  return [
    { session, status: 'Start', time: start },
    { session, status: 'Stop', time: start + session.seconds * 1000 },
  ];
}

function homesOf(locator: Locator): readonly Block[] {
  const book = new AddressBook(locator, blocksPerNetwork);
  return homeNetworks.flatMap((asn) => book.blocksOf(asn));
}

/** The weekdays of the year before, oldest first. */
function daysBefore({ until }: HistoryShape): readonly number[] {
  const all = Array.from({ length: 365 }, (_, at) => until - (365 - at) * dayMs);
  return all.filter((day) => ![0, 6].includes(new Date(day).getUTCDay()));
}
