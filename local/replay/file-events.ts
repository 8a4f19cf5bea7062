// The accounting events of a file: the project's JSON lines, or history in any format that the
// import reads (FreeRADIUS detail, radacct CSV, captures), told by its first octets, plain or gzip.
// Promise: streaming, in the order of the file; what cannot be read is reported with its place and
// skipped.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { historyRecords, type OpenedHistory, recognise } from '../../relay/import/history-file.ts';
import type {
  HistoryOptions,
  HistoryRecord,
  HistorySettings,
} from '../../relay/import/history-record.ts';
import { octetLines } from '../../relay/import/octet-lines.ts';
import { toEvent } from '../../relay/radius/to-event.ts';
import { readEventLine } from './event-line.ts';

export type FileEventOptions = {
  readonly chunks: AsyncIterable<Buffer>;
  readonly history: HistorySettings;
  /** Told of a record, line or value that could not be read. */
  readonly onUnreadable: (place: number, reason: string) => void;
  /** Told what is no record, each time. */
  readonly onPassedOver: (what: string) => void;
};

/** Events in the order of the file, some hundreds at a time. */
export async function* fileEvents(
  options: FileEventOptions,
): AsyncIterable<readonly AccountingEvent[]> {
  const opened = await recognise(options.chunks);
  const isJson = opened.kind === 'detail' && /^\s*\{/.test(opened.start.toString('latin1', 0, 64));
  if (isJson) yield* jsonEvents(opened, options);
  else yield* historyEvents(opened, options);
}

async function* jsonEvents(
  { chunks }: OpenedHistory,
  { onUnreadable }: FileEventOptions,
): AsyncIterable<readonly AccountingEvent[]> {
  let number = 0;
  for await (const lines of octetLines(chunks)) {
    yield lines.flatMap((line) => {
      number += 1;
      if (line.trim() === '') return [];
      const event = readEventLine(Buffer.from(line, 'latin1').toString('utf8'));
      if (!('unreadable' in event)) return [event];
      onUnreadable(number, event.unreadable);
      return [];
    });
  }
}

async function* historyEvents(
  opened: OpenedHistory,
  { history, onUnreadable, onPassedOver }: FileEventOptions,
): AsyncIterable<readonly AccountingEvent[]> {
  const options: HistoryOptions = {
    ...history,
    onSkipped: onUnreadable,
    onDropped: (place, name) => onUnreadable(place, `the value of ${name} cannot be one`),
    onPassedOver,
    onUnfinished: (place) => onUnreadable(place, 'it is still being written'),
  };
  let number = 0;
  for await (const records of historyRecords(opened, options)) {
    yield records.flatMap((record) => {
      number += 1;
      const event = eventOf(record);
      if (!('undecodable' in event)) return [event];
      onUnreadable(number, `its packet is ${event.undecodable}`);
      return [];
    });
  }
}

function eventOf({ gateway, ...record }: HistoryRecord): ReturnType<typeof toEvent> {
  return toEvent({ ...record, position: 1 }, gateway);
}
