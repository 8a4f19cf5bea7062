// A user's month by UTC day: how many sessions began, how long they were in all, and from where. It
// follows from the rows of the sessions alone, so any order of records and any repeats end in the
// same (decision 0045). Pure.

import type { UnixMs } from '../accounting-event.ts';
import { type PlaceKey, placeKey } from '../location.ts';
import type { Session } from '../session/session.ts';
import { ByteReader, ByteWriter } from './packed-bytes.ts';

/** A day of a month. */
export type DayBucket = {
  /** Of the month, 1 to 31. */
  readonly day: number;
  readonly sessions: number;
  /** Of all of them together, as far as they were heard of. */
  readonly seconds: number;
  /** Sessions by the place of their first address, most first; of many the others are left out. */
  readonly places: readonly { readonly place: PlaceKey; readonly sessions: number }[];
};

const placesPerDayMax = 8;
const dayMs = 24 * 3600 * 1000;

/** The UTC month of a time, as `202611`. */
export const monthOf = (time: UnixMs): string =>
  new Date(Math.max(0, time)).toISOString().slice(0, 7).replace('-', '');

/** When a UTC month begins and ends, ms. */
export function monthRange(month: string): { readonly from: UnixMs; readonly to: UnixMs } {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(4))];
  return { from: Date.UTC(year, number - 1), to: Date.UTC(year, number) };
}

/** The UTC day that a time lies in, as its beginning. */
export const dayStart = (time: UnixMs): UnixMs => Math.floor(time / dayMs) * dayMs;

/** Buckets of sessions of one month, by the day that their row begins on. */
export function bucketsOf(sessions: readonly Session[]): readonly DayBucket[] {
  const days = new Map<number, Session[]>();
  for (const session of sessions) {
    const day = new Date(session.rowStart).getUTCDate();
    const known = days.get(day);
    if (known) known.push(session);
    else days.set(day, [session]);
  }
  return [...days].sort(([a], [b]) => a - b).map(([day, own]) => bucketOf(day, own));
}

function bucketOf(day: number, sessions: readonly Session[]): DayBucket {
  const places = new Map<PlaceKey, number>();
  let seconds = 0;
  for (const { sightings, startedAt, lastSeen } of sessions) {
    seconds += Math.max(0, Math.round((lastSeen - startedAt) / 1000));
    const [first] = sightings;
    if (!first) continue;
    const place = placeKey(first.location);
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  const sorted = [...places]
    .map(([place, count]) => ({ place, sessions: count }))
    .sort((a, b) => b.sessions - a.sessions || (a.place < b.place ? -1 : 1));
  return { day, sessions: sessions.length, seconds, places: sorted.slice(0, placesPerDayMax) };
}

/** The month with one day as it is now; a day without sessions is not in it any more. */
export function withDay(
  month: readonly DayBucket[],
  day: number,
  bucket: DayBucket | undefined,
): readonly DayBucket[] {
  const others = month.filter((one) => one.day !== day);
  return [...others, ...(bucket ? [bucket] : [])].sort((a, b) => a.day - b.day);
}

const version = 1;

/** Packs a month: a usual one is a write unit. */
export function packMonth(days: readonly DayBucket[]): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(version);
  const names = [...new Set(days.flatMap(({ places }) => places.map(({ place }) => place)))].sort();
  writer.whole(names.length);
  let previous = '';
  for (const name of names) {
    writer.textAfter(previous, name);
    previous = name;
  }
  for (const { day, sessions, seconds, places } of days) {
    writer.byte(day);
    writer.whole(sessions);
    writer.whole(seconds);
    writer.whole(places.length);
    for (const { place, sessions: count } of places) {
      writer.whole(names.indexOf(place));
      writer.whole(count);
    }
  }
  return writer.finish();
}

/** @throws RangeError when the bytes are not those of `packMonth` */
export function unpackMonth(bytes: Uint8Array): readonly DayBucket[] {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== version) throw new RangeError('a packed month has an unknown version');
  let previous = '';
  const names = Array.from({ length: reader.whole() }, () => {
    previous = reader.textAfter(previous);
    return previous;
  });
  const days: DayBucket[] = [];
  while (!reader.isAtEnd) {
    const [day, sessions, seconds] = [reader.byte(), reader.whole(), reader.whole()];
    const places = Array.from({ length: reader.whole() }, () => ({
      place: names[reader.whole()] ?? '',
      sessions: reader.whole(),
    }));
    days.push({ day, sessions, seconds, places });
  }
  return days;
}
