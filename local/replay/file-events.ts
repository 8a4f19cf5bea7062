// The accounting events of a file: a FreeRADIUS detail file or the project's JSON lines,
// distinguished by the first character, plain or gzip. Promise: streaming, in the order of the
// file; what cannot be read is reported with its line and skipped.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { DetailReader, type DetailRecord } from '../../relay/import/detail-file.ts';
import { packetOf } from '../../relay/import/detail-packet.ts';
import type { HistoryGateways } from '../../relay/import/history-gateways.ts';
import { octetLines, unpacked } from '../../relay/import/octet-lines.ts';
import { toEvent } from '../../relay/radius/to-event.ts';
import { readEventLine } from './event-line.ts';

export type FileEventOptions = {
  readonly chunks: AsyncIterable<Buffer>;
  readonly gateways: HistoryGateways;
  /** Told of a record or line that could not be read. */
  readonly onUnreadable: (line: number, reason: string) => void;
};

/** Events in the order of the file, some hundreds at a time. */
export async function* fileEvents(
  options: FileEventOptions,
): AsyncIterable<readonly AccountingEvent[]> {
  let reader: LineReader | undefined;
  for await (const lines of octetLines(unpacked(options.chunks))) {
    reader ??= readerFor(lines, options);
    const events: AccountingEvent[] = [];
    for (const line of lines) {
      const event = reader.take(line);
      if (event) events.push(event);
    }
    yield events;
  }
  const last = reader?.end();
  if (last) yield [last];
}

type LineReader = {
  take(line: string): AccountingEvent | undefined;
  end(): AccountingEvent | undefined;
};

function readerFor(lines: readonly string[], options: FileEventOptions): LineReader {
  const first = lines.find((line) => line.trim() !== '');
  return first?.trimStart().startsWith('{') ? jsonReader(options) : detailReader(options);
}

function jsonReader({ onUnreadable }: FileEventOptions): LineReader {
  let number = 0;
  return {
    take(line) {
      number += 1;
      if (line.trim() === '') return undefined;
      const event = readEventLine(Buffer.from(line, 'latin1').toString('utf8'));
      if (!('unreadable' in event)) return event;
      onUnreadable(number, event.unreadable);
      return undefined;
    },
    end: () => undefined,
  };
}

function detailReader({ gateways, onUnreadable }: FileEventOptions): LineReader {
  const reader = new DetailReader((line) => onUnreadable(line, 'it is no "Attribute = value"'));
  const read = (record: DetailRecord | undefined): AccountingEvent | undefined => {
    const event = record && eventOf(record, gateways);
    if (!event || !('unreadable' in event)) return event;
    onUnreadable(record.line, event.unreadable);
    return undefined;
  };
  return { take: (line) => read(reader.take(line)), end: () => read(reader.end()) };
}

function eventOf(
  record: DetailRecord,
  gateways: HistoryGateways,
): AccountingEvent | { readonly unreadable: string } {
  const read = packetOf(record);
  if ('unreadable' in read) return read;
  const gateway = gateways.of(read);
  const event = toEvent(
    {
      type: 'imported',
      position: 1,
      receivedTime: read.receivedTime,
      source: { address: read.sources[0] ?? '::', port: 0 },
      gatewayId: gateway.id,
      isRepeated: false,
      payload: read.packet,
    },
    gateway.config,
  );
  return 'undecodable' in event ? { unreadable: `its packet is ${event.undecodable}` } : event;
}
