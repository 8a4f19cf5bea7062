// From journal positions to what a batch holds: reads a span, decodes it in small turns of the event
// loop so that answers to gateways are never held up, and keeps aside what becomes no event.
// One span is loaded at a time. It sends nothing.

import type { AccountingEvent } from '../domain/accounting-event.ts';
import { batchEventBytesMax } from '../domain/limits.ts';
import { eventBytes } from '../wire/batch.ts';
import type { PositionSpan } from './journal/cursor.ts';
import type { Damage, JournalEntry, JournalReader } from './journal/reader.ts';
import type { JournalRecord } from './journal/record.ts';
import { type AsideFile, type AsideLine, asideLine } from './set-aside.ts';

export type ToEvent = (record: JournalRecord) => AccountingEvent | { readonly undecodable: string };

/** One position on its way to the cloud. */
export type ShipItem =
  | { readonly position: number; readonly event: AccountingEvent; readonly record: JournalRecord }
  | { readonly position: number; readonly reason: string };

export type LoadDeps = {
  readonly reader: JournalReader;
  readonly toEvent: ToEvent;
  readonly aside: AsideFile;
  /** Records decoded per turn of the event loop. */
  readonly decodePerTurn: number;
  /** Keeps a copy of a damaged stretch. May be told of one more than once; may fail. */
  readonly onDamage: (damage: Damage) => Promise<void>;
};

const pageBytesMax = 1 << 20;
/** An event may still be marked `late` when it is packed. */
const lateFlagBytes = ',"late"'.length;
const reasonPattern = /^[a-z0-9-]{1,64}$/;

/**
 * Loads a span, or its first part: consecutive positions from `span.first` on, none when the journal
 * has nothing there.
 * @throws JournalError JOURNAL_NEWER; system errors of the journal's disk.
 */
export async function loadSpan(deps: LoadDeps, span: PositionSpan): Promise<readonly ShipItem[]> {
  const items: ShipItem[] = [];
  const kept: AsideLine[] = [];
  for (let next = span.first; next <= span.last; ) {
    const page = await deps.reader.readFrom(next, span.last - next + 1, pageBytesMax);
    // A copy that cannot be made must not hold up the records behind the damage.
    for (const damage of page.damage) await deps.onDamage(damage).catch(() => undefined);
    const { entries } = page;
    const last = entries.at(-1);
    if (!last) break;
    for (let from = 0; from < entries.length; from += deps.decodePerTurn) {
      for (const entry of entries.slice(from, from + deps.decodePerTurn)) {
        items.push(toItem(deps, entry, kept));
      }
      await nextTurn();
    }
    next = last.position + 1;
  }
  await deps.aside.keep(kept);
  return items;
}

/** Behind the datagrams and the durable callbacks that wait now. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function toItem(deps: LoadDeps, entry: JournalEntry, kept: AsideLine[]): ShipItem {
  const { position } = entry;
  if (entry.kind === 'damaged') {
    kept.push({ position, reason: 'damaged' });
    return { position, reason: 'damaged' };
  }
  const { record } = entry;
  const decoded = decode(deps.toEvent, record);
  if ('undecodable' in decoded) {
    kept.push(asideLine(record, decoded.undecodable));
    const isPlain = reasonPattern.test(decoded.undecodable);
    return { position, reason: isPlain ? decoded.undecodable : 'undecodable' };
  }
  if (eventBytes(decoded) + lateFlagBytes > batchEventBytesMax) {
    kept.push(asideLine(record, 'event-too-large'));
    return { position, reason: 'event-too-large' };
  }
  return { position, event: decoded, record };
}

/** A decoder that throws is a bug of ours; the record is kept and must not block the next one. */
function decode(toEvent: ToEvent, record: JournalRecord): ReturnType<ToEvent> {
  try {
    return toEvent(record);
  } catch {
    return { undecodable: 'decoder-failed' };
  }
}
