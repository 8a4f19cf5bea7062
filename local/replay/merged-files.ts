// Several files as the one stream they were once: records of all of them in order of arrival,
// however many gateways' folders they lie in. Promise: a file is open from its first record on
// until its last, and no longer; within one file the order is the file's own.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Notice, Portion } from './portions.ts';

/** Opens a file's events. `look`: to see when it begins; `read`: for good. */
export type OpenEvents = (
  file: string,
  purpose: 'look' | 'read',
) => AsyncIterable<readonly AccountingEvent[]>;

type Source = {
  readonly events: AsyncIterator<readonly AccountingEvent[]>;
  /** Not empty while the source is in use. */
  pending: readonly AccountingEvent[];
  next: number;
};

/**
 * The events of all files in order of arrival, some at a time.
 * @param isReadOnce files that cannot be looked at beforehand: they are open from the beginning
 */
export async function* mergedEvents(
  files: readonly string[],
  open: OpenEvents,
  isReadOnce: (file: string) => boolean,
): AsyncIterable<readonly AccountingEvent[]> {
  const waiting: { readonly file: string; readonly firstTime: number }[] = [];
  for (const file of files) {
    const isAlone = files.length === 1 || isReadOnce(file);
    const firstTime = isAlone ? Number.NEGATIVE_INFINITY : await firstTimeOf(open(file, 'look'));
    waiting.push({ file, firstTime });
  }
  waiting.sort((a, b) => a.firstTime - b.firstTime);
  const sources: Source[] = [];
  for (;;) {
    const earliest = earliestOf(sources);
    const [due] = waiting;
    if (due && (!earliest || due.firstTime <= timeOf(earliest))) {
      waiting.shift();
      const source = {
        events: open(due.file, 'read')[Symbol.asyncIterator](),
        pending: [],
        next: 0,
      };
      if (await advance(source)) sources.push(source);
      continue;
    }
    if (!earliest) return;
    const isAlone = sources.length === 1 && !due;
    const until = isAlone ? earliest.pending.length : earliest.next + 1;
    yield earliest.pending.slice(earliest.next, until);
    earliest.next = until;
    if (!(await advance(earliest))) sources.splice(sources.indexOf(earliest), 1);
  }
}

/** Arrival of a file's first record. One without any comes first: it may have to be refused. */
async function firstTimeOf(events: AsyncIterable<readonly AccountingEvent[]>): Promise<number> {
  for await (const [first] of events) if (first) return first.receivedTime;
  return Number.NEGATIVE_INFINITY;
}

const timeOf = ({ pending, next }: Source): number => pending[next]?.receivedTime ?? 0;

function earliestOf(sources: readonly Source[]): Source | undefined {
  let earliest: Source | undefined;
  for (const source of sources) {
    if (!earliest || timeOf(source) < timeOf(earliest)) earliest = source;
  }
  return earliest;
}

/** Makes sure that an event is pending; false at the end of the file. */
async function advance(source: Source): Promise<boolean> {
  while (source.next >= source.pending.length) {
    const more = await source.events.next();
    if (more.done === true) return false;
    source.pending = more.value;
    source.next = 0;
  }
  return true;
}

/** What is said of a portion is said before its events are taken. */
export async function* eventsOf(
  portions: AsyncIterable<Portion>,
  note: (notice: Notice) => void,
): AsyncIterable<readonly AccountingEvent[]> {
  for await (const { notices, events } of portions) {
    for (const notice of notices) note(notice);
    yield events;
  }
}

/** @throws Error when a file that is not empty holds nothing that can be read */
export async function* notEmpty(
  events: AsyncIterable<readonly AccountingEvent[]>,
  file: string,
): AsyncIterable<readonly AccountingEvent[]> {
  let isEmpty = true;
  let isBlank = true;
  for await (const some of events) {
    isBlank = false;
    if (some.length > 0) isEmpty = false;
    yield some;
  }
  if (isEmpty && !isBlank) {
    throw new Error(`${file}: holds no accounting record that can be read`);
  }
}
