// `journal cat`: prints records, oldest first.
// Promise: with --json every record as NDJSON, damaged ones by their position, passwords as zeros;
// without it one line each that names no user. It changes nothing, also beside a running relay, and
// treats a torn end as the end.

import { type JournalEntry, makeReader } from '../../journal/reader.ts';
import { escapeJson, escapeText } from '../../plain-text.ts';
import { configuredName, type GatewayConfig } from '../../radius/gateway.ts';
import type { VerbIo, VerbOptions } from '../command-line.ts';
import { viewRecord } from './record-view.ts';

const pageRecords = 128;
const pageBytes = 1 << 20;

/** Prints until the end of the journal, `--count` records, or until the output is closed. */
export async function printJournal(
  directory: string,
  options: VerbOptions,
  gatewayNamed: (name: string) => GatewayConfig | undefined,
  io: VerbIo,
): Promise<number> {
  const { json, gateway, from, count = Number.POSITIVE_INFINITY } = options;
  const reader = makeReader({ directory });
  try {
    let next = Math.max(from ?? 1, (await reader.oldestPosition()) ?? 1);
    for (let printed = 0; printed < count; ) {
      const { entries } = await reader.readFrom(next, pageRecords, pageBytes);
      const last = entries.at(-1);
      if (!last) break;
      next = last.position + 1;
      const wanted = entries
        .filter((entry) => gateway === undefined || isOf(entry, gateway))
        .slice(0, count - printed);
      printed += wanted.length;
      io.stdout(wanted.map((entry) => lineOf(entry, json, gatewayNamed)).join(''));
      if (!(await io.flushed())) break;
    }
    return 0;
  } finally {
    await reader.close();
  }
}

function isOf(entry: JournalEntry, gateway: string): boolean {
  return entry.kind === 'record' && configuredName(entry.record.gatewayId) === gateway;
}

function lineOf(
  entry: JournalEntry,
  json: boolean,
  gatewayNamed: (name: string) => GatewayConfig | undefined,
): string {
  const { position } = entry;
  if (entry.kind === 'damaged') {
    return json ? `{"position":${position},"damaged":true}\n` : `${position}  damaged\n`;
  }
  const { record } = entry;
  const view = viewRecord(record, gatewayNamed(configuredName(record.gatewayId)));
  if (json) return `${escapeJson(JSON.stringify(view))}\n`;
  const { arrival, event, undecodable, raw } = view;
  const what = event ? event.kind : `undecodable (${undecodable})`;
  const flags = [...(event?.flags ?? [])].join(' ');
  const gateway = escapeText(record.gatewayId);
  const cells = [position, arrival, gateway, what, `${raw.length / 2} octets`, flags];
  return `${cells.join('  ').trimEnd()}\n`;
}
