// The stored form of a profile's recent sessions. A backlog leaves dozens of them in one fold, and
// the item is billed by its size: so what each has counted, the same for most, is written once, and
// starts are counted from the one before. Versions 2 and 3 of packed profiles wrote each out.

import type { ByteReader, ByteWriter } from './packed-bytes.ts';
import { type RecentSession, sessionMark } from './recent.ts';

/** Since this version what sessions have counted is a list of its own. */
const listsSince = 4;
/** Since this version an entry says by which start it was counted. */
const startSince = 3;

/** An identity as all of them are: 12 letters of base64url. */
const identityPattern = /^[\w-]{12}$/;
const identityLetters = 12;

const secondsOf = (ms: number): number => Math.floor(ms / 1000);

/** Writes them in their order. */
export function writeRecent(to: ByteWriter, recent: readonly RecentSession[]): void {
  const lists = new Map<string, number>();
  const marks: (readonly string[])[] = [];
  const listOf = recent.map(({ counted }) => {
    const text = counted.join(' ');
    const at = lists.get(text) ?? lists.size;
    if (at === lists.size) {
      lists.set(text, at);
      marks.push(counted);
    }
    return at;
  });
  to.whole(marks.length);
  for (const list of marks) {
    to.whole(list.length);
    for (const mark of list) to.whole(mark === sessionMark ? 0 : Number.parseInt(mark, 36) + 1);
  }
  to.whole(recent.length);
  let previous = 0;
  for (const [at, { rowStart, identity, start = rowStart }] of recent.entries()) {
    const isPlain = identityPattern.test(identity);
    const isMoved = secondsOf(start) !== secondsOf(rowStart);
    const list = listOf[at] ?? 0;
    to.whole(list * 4 + (isMoved ? 2 : 0) + (isPlain ? 1 : 0));
    to.signed(secondsOf(rowStart) - previous);
    previous = secondsOf(rowStart);
    if (isMoved) to.signed(secondsOf(start) - secondsOf(rowStart));
    if (isPlain) to.sixBits(identity);
    else to.text(identity);
  }
}

/** Reads what a version wrote. */
export function readRecent(from: ByteReader, version: number): readonly RecentSession[] {
  if (version < listsSince) return readWrittenOut(from, version);
  const lists = times(from.whole(), () => readMarks(from));
  let previous = 0;
  return times(from.whole(), () => {
    const head = from.whole();
    const counted = lists[Math.floor(head / 4)];
    if (!counted) throw new RangeError('a packed profile names a list that is not there');
    previous += from.signed();
    const rowStart = previous * 1000;
    const start = rowStart + (head & 2 ? from.signed() * 1000 : 0);
    const identity = head & 1 ? from.sixBits(identityLetters) : from.text();
    return { rowStart, identity, start, counted };
  });
}

function readWrittenOut(from: ByteReader, version: number): readonly RecentSession[] {
  return times(from.whole(), () => {
    const rowStart = from.whole() * 1000;
    const identity = from.letters();
    const start = version < startSince ? {} : { start: rowStart + from.signed() * 1000 };
    return { rowStart, identity, ...start, counted: readMarks(from) };
  });
}

function readMarks(from: ByteReader): readonly string[] {
  return times(from.whole(), () => {
    const value = from.whole();
    return value === 0 ? sessionMark : (value - 1).toString(36).padStart(5, '0');
  });
}

function times<Item>(count: number, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < count; at += 1) items.push(read());
  return items;
}
