// One file of history, whatever its format: FreeRADIUS detail, radacct CSV, pcap or pcapng, each
// plain or gzip. Promise: the same file gives the same records in the same order, each as a journal
// record but for its stamp; what cannot be read or is not authentic is reported and skipped.

import { SessionNames } from '../receive/session-names.ts';
import { isCapture } from './capture-file.ts';
import { capturedRecords } from './captured-records.ts';
import { DetailReader, type DetailRecord } from './detail-file.ts';
import { packetOf } from './detail-packet.ts';
import type { HistoryOptions, HistoryRecord } from './history-record.ts';
import { octetLines, octetsOf, type Peeked, peek, unpacked } from './octet-lines.ts';
import { readPrintedTime } from './printed-time.ts';
import { isRadacctHeader, RadacctReader } from './radacct-rows.ts';
import { wallClockOf } from './wall-clock.ts';

export type HistoryKind = 'detail' | 'radacct' | 'capture';

export type OpenedHistory = Peeked & { readonly kind: HistoryKind };

/** Opens a file. @throws the system error, or zlib's */
export function openHistory(path: string): Promise<OpenedHistory> {
  return recognise(octetsOf(path));
}

/** Looks at the first octets of history. @throws what reading throws */
export async function recognise(octets: AsyncIterable<Buffer>): Promise<OpenedHistory> {
  const peeked = await peek(unpacked(octets));
  const [firstLine = ''] = peeked.start.toString('latin1', 0, 8192).split('\n', 1);
  const isCsv = isRadacctHeader(firstLine.replace(/\r$/, ''));
  const kind = isCapture(peeked.start) ? 'capture' : isCsv ? 'radacct' : 'detail';
  return { ...peeked, kind };
}

/** The records of an opened file, some hundreds at a time. @throws what reading throws */
export function historyRecords(
  opened: OpenedHistory,
  options: HistoryOptions,
): AsyncIterable<readonly HistoryRecord[]> {
  const isCapture = opened.kind === 'capture';
  const read = isCapture
    ? capturedRecords(opened.chunks, options)
    : printedRecords(opened, options);
  return named(read);
}

/** Records without User-Name are of whom their session came with. */
async function* named(
  read: AsyncIterable<readonly HistoryRecord[]>,
): AsyncIterable<readonly HistoryRecord[]> {
  const names = new SessionNames();
  for await (const records of read) {
    yield records.map((record) => {
      const name = names.nameOf(record.gatewayId, record.payload);
      return name === undefined ? record : { ...record, sessionUserName: name };
    });
  }
}

type LineReader = {
  take(lines: readonly string[]): readonly DetailRecord[];
  end(): readonly DetailRecord[];
};

async function* printedRecords(
  { chunks, kind }: OpenedHistory,
  options: HistoryOptions,
): AsyncIterable<readonly HistoryRecord[]> {
  const reader = kind === 'radacct' ? radacctReader(options) : detailReader(options);
  for await (const lines of octetLines(chunks)) {
    yield reader.take(lines).flatMap((record) => printed(record, options));
  }
  yield reader.end().flatMap((record) => printed(record, options));
}

function detailReader({ onSkipped, onUnfinished }: HistoryOptions): LineReader {
  const reader = new DetailReader((line) => onSkipped(line, 'it is no "Attribute = value"'));
  let isStamped = false;
  return {
    take(lines) {
      const records = lines.flatMap((line) => reader.take(line) ?? []);
      const last = records.at(-1);
      if (last) isStamped = endsInTimestamp(last);
      return records;
    },
    end() {
      const record = reader.end();
      if (!record) return [];
      if (!isStamped || endsInTimestamp(record)) return [record];
      onUnfinished(record.line);
      return [];
    },
  };
}

/** rlm_detail writes it last: a record without it, where others have it, is cut off. */
const endsInTimestamp = ({ attributes }: DetailRecord): boolean =>
  attributes.at(-1)?.name === 'Timestamp';

function radacctReader(options: HistoryOptions): LineReader {
  const utcOf = wallClockOf(options.timeZone);
  const hasZone = /(?:Z|[+-]\d{2}(?::?\d{2})?|[A-Z]{3,4})$/;
  const timeOf = (text: string): number | undefined => {
    const time = text === '' ? undefined : readPrintedTime(text);
    const isLocal = !/^\d+$/.test(text) && !hasZone.test(text.slice(11));
    return time !== undefined && isLocal ? utcOf(time) : time;
  };
  return new RadacctReader({
    timeOf,
    onOddRow: options.onSkipped,
    onDropped: options.onDropped,
  });
}

function printed(record: DetailRecord, options: HistoryOptions): HistoryRecord[] {
  const read = packetOf(record);
  if ('unreadable' in read) {
    options.onSkipped(record.line, read.unreadable);
    return [];
  }
  for (const name of read.dropped) options.onDropped(record.line, name);
  const { id, config } = options.gateways.of(read);
  return [
    {
      type: 'imported',
      receivedTime: read.receivedTime,
      source: { address: read.sources[0] ?? '::', port: 0 },
      gatewayId: id,
      isRepeated: false,
      payload: read.packet,
      gateway: config,
    },
  ];
}
