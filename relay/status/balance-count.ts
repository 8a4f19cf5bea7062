// Counts records per gateway in the journal's files: at start where each of them stands, and at a
// request those that still wait.
// Promise: everything comes from segments, cursor and dead-letter files, nothing is carried over
// from an earlier run. It reads in small turns of the event loop and changes nothing.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type Covered, isCovered, positionsIn, unshippedSpans } from '../journal/covered.ts';
import type { PositionSpan } from '../journal/cursor.ts';
import type { DeadLetterMark } from '../journal/dead-letter-lines.ts';
import type { JournalEntry, JournalReader } from '../journal/reader.ts';
import { configuredName } from '../radius/gateway.ts';

/** Records of one gateway: those on disk, and where the covered ones of them went. */
export type FoundRow = { acked: number; shipped: number; setAside: number };

export type Found = {
  /** By configured gateway name; `''` holds records whose gateway cannot be read. */
  readonly rows: ReadonlyMap<string, FoundRow>;
  /** Arrival of the oldest record. */
  readonly since?: UnixMs;
};

/** Records per turn of the event loop: a fraction of a millisecond. */
const pageRecords = 128;
const pageBytes = 128 * 1024;
/** Above this many waiting records counting them one by one takes too long for a look. */
export const countedWaitingMax = 20_000;

export type CountOptions = {
  readonly reader: JournalReader;
  /** The dead letters, as it stands in the dead-letter files. */
  readonly marks: ReadonlyMap<number, DeadLetterMark>;
  readonly covered: Covered;
  readonly lastPosition: number;
  readonly isStopping: () => boolean;
};

/**
 * Says for every record that is kept where it stands.
 * @returns undefined when it was stopped
 * @throws what reading the journal throws
 */
export async function countJournal(options: CountOptions): Promise<Found | undefined> {
  const { reader, marks, covered, lastPosition } = options;
  const rows = new Map<string, FoundRow>();
  const oldest = Math.min((await reader.oldestPosition()) ?? lastPosition + 1, lastPosition + 1);
  let since: UnixMs | undefined;
  for (let next = oldest; next <= lastPosition; ) {
    if (options.isStopping()) return undefined;
    const count = Math.min(pageRecords, lastPosition - next + 1);
    const { entries } = await reader.readFrom(next, count, pageBytes);
    const last = entries.at(-1);
    if (!last) break;
    for (const entry of await stillThere(reader, entries)) {
      if (entry.kind === 'record' && entry.record.type === 'datagram') {
        since ??= entry.record.receivedTime;
      }
      countEntry(rows, entry, marks.get(entry.position), covered);
    }
    next = last.position + 1;
    await nextTurn();
  }
  for (const [position, { gatewayId, isRequeued }] of marks) {
    if (position >= oldest || isRequeued || !isCovered(covered, position)) continue;
    // Its segment is gone: the dead letters is all there is of it, and it still counts.
    const row = rowOf(rows, configuredName(gatewayId));
    row.acked += 1;
    row.setAside += 1;
  }
  // Positions that were never shipped and whose segments were removed by hand.
  const lost = positionsIn(unshippedSpans(covered, oldest - 1));
  if (lost > 0) rowOf(rows, '').acked += lost;
  return { rows, ...(since !== undefined && { since }) };
}

/** Shipped segments may be deleted while we count: what they held counts no more. */
async function stillThere(
  reader: JournalReader,
  entries: readonly JournalEntry[],
): Promise<readonly JournalEntry[]> {
  if (entries.every(({ kind }) => kind === 'record')) return entries;
  const oldest = (await reader.oldestPosition()) ?? 0;
  return entries.filter(({ position }) => position >= oldest);
}

function countEntry(
  rows: Map<string, FoundRow>,
  entry: JournalEntry,
  mark: DeadLetterMark | undefined,
  covered: Covered,
): void {
  // It lives on under another position.
  if (mark?.isRequeued) return;
  const row = rowOf(rows, gatewayIn(entry, mark));
  row.acked += 1;
  if (!isCovered(covered, entry.position)) return;
  if (mark) row.setAside += 1;
  else row.shipped += 1;
}

function gatewayIn(entry: JournalEntry, mark?: DeadLetterMark): string {
  return configuredName(entry.kind === 'record' ? entry.record.gatewayId : (mark?.gatewayId ?? ''));
}

function rowOf(rows: Map<string, FoundRow>, name: string): FoundRow {
  const known = rows.get(name);
  if (known) return known;
  const row = { acked: 0, shipped: 0, setAside: 0 };
  rows.set(name, row);
  return row;
}

/**
 * Counts waiting records per gateway name by reading them.
 * @returns undefined when there are too many
 */
export async function countWaiting(
  reader: Pick<JournalReader, 'readFrom'>,
  spans: readonly PositionSpan[],
): Promise<ReadonlyMap<string, number> | undefined> {
  if (positionsIn(spans) > countedWaitingMax) return undefined;
  const waiting = new Map<string, number>();
  for (const span of spans) {
    for (let next = span.first; next <= span.last; ) {
      const count = Math.min(pageRecords, span.last - next + 1);
      const { entries } = await reader.readFrom(next, count, pageBytes);
      for (const entry of entries) {
        const name = gatewayIn(entry);
        waiting.set(name, (waiting.get(name) ?? 0) + 1);
      }
      const last = entries.at(-1);
      if (!last) break;
      next = last.position + 1;
      await nextTurn();
    }
  }
  return waiting;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
