// Turns journal positions into the content of a batch: reads a span, decodes it in small turns of
// the event loop so that answers to gateways are never delayed, and keeps what becomes no event as
// a dead letter. One span is loaded at a time. It sends nothing.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { batchEventBytesMax } from '../../domain/limits.ts';
import type { PositionSpan } from '../journal/cursor.ts';
import {
  type DeadLetterFile,
  type DeadLetterLine,
  deadLetterLine,
} from '../journal/dead-letters.ts';
import type { Damage, JournalEntry, JournalReader } from '../journal/reader.ts';
import type { JournalRecord } from '../journal/record.ts';

export type ToEvent = (record: JournalRecord) => AccountingEvent | { readonly undecodable: string };

/** One position on its way to the cloud: the event as JSON, or why there is none. */
export type ShipItem =
  | { readonly position: number; readonly json: string; readonly record: JournalRecord }
  | { readonly position: number; readonly reason: string; readonly gatewayId?: string };

export type LoadDeps = {
  readonly reader: JournalReader;
  readonly toEvent: ToEvent;
  readonly deadLetters: DeadLetterFile;
  /** Records decoded per turn of the event loop: what an answer may have to wait for. */
  readonly decodePerTurn: number;
  /** Keeps a copy of a damaged stretch. May be called more than once for one; may fail. */
  readonly onDamage: (damage: Damage) => Promise<void>;
};

/** Reading a page takes one turn of the event loop, too. */
const pageRecordsMax = 128;
const pageBytesMax = 1 << 18;
const reasonPattern = /^[a-z0-9-]{1,64}$/;

/**
 * Loads a span, or its first part: consecutive positions from `span.first` on, none when the
 * journal has nothing there. Events that arrived before `lateBefore` are marked `late`.
 * @throws JournalError JOURNAL_NEWER; system errors of the journal's disk.
 */
export async function loadSpan(
  deps: LoadDeps,
  span: PositionSpan,
  lateBefore: number,
): Promise<readonly ShipItem[]> {
  const items: ShipItem[] = [];
  const kept: DeadLetterLine[] = [];
  for (let next = span.first; next <= span.last; ) {
    const recordsMax = Math.min(pageRecordsMax, span.last - next + 1);
    const page = await deps.reader.readFrom(next, recordsMax, pageBytesMax);
    // A copy that cannot be made must not hold up the records behind the damage.
    for (const damage of page.damage) await deps.onDamage(damage).catch(() => undefined);
    const { entries } = page;
    const last = entries.at(-1);
    if (!last) break;
    for (let from = 0; from < entries.length; from += deps.decodePerTurn) {
      for (const entry of entries.slice(from, from + deps.decodePerTurn)) {
        items.push(toItem(deps.toEvent, entry, lateBefore, kept));
      }
      await nextTurn();
    }
    next = last.position + 1;
  }
  await deps.deadLetters.keep(kept);
  return items;
}

/** Behind the datagrams and the durable callbacks that wait now. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function toItem(
  toEvent: ToEvent,
  entry: JournalEntry,
  lateBefore: number,
  kept: DeadLetterLine[],
): ShipItem {
  const { position } = entry;
  if (entry.kind === 'damaged') {
    kept.push({ position, reason: 'damaged' });
    return { position, reason: 'damaged' };
  }
  const { record } = entry;
  const { gatewayId } = record;
  const event = decode(toEvent, record);
  if ('undecodable' in event) {
    kept.push(deadLetterLine(record, event.undecodable));
    const isPlain = reasonPattern.test(event.undecodable);
    return { position, reason: isPlain ? event.undecodable : 'undecodable', gatewayId };
  }
  // An imported record is old by nature, not late.
  const isLate = record.type === 'datagram' && record.receivedTime < lateBefore;
  const marked: AccountingEvent = isLate ? { ...event, flags: [...event.flags, 'late'] } : event;
  const json = JSON.stringify(marked);
  if (Buffer.byteLength(json) <= batchEventBytesMax) return { position, json, record };
  kept.push(deadLetterLine(record, 'event-too-large'));
  return { position, reason: 'event-too-large', gatewayId };
}

/** A decoder that throws is a bug of ours; the record is kept and must not block the next one. */
function decode(toEvent: ToEvent, record: JournalRecord): ReturnType<ToEvent> {
  try {
    return toEvent(record);
  } catch {
    return { undecodable: 'decoder-failed' };
  }
}
