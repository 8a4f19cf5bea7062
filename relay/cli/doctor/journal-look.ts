// Facts about gateways from the newest records of the journal: what they send, when they last sent,
// how many sessions are open. It works with and without a running relay.
// Promise: reads at most a few thousand records; keeps counts and times, none of their content.

import type { RelayConfig } from '../../config/relay-config.ts';
import { nodeDisk } from '../../journal/disk.ts';
import { type JournalEntry, makeReader } from '../../journal/reader.ts';
import type { JournalRecord } from '../../journal/record.ts';
import { segmentNames } from '../../journal/recover.ts';
import { configuredName } from '../../radius/gateway.ts';
import { toEvent } from '../../radius/to-event.ts';
import { type ActivityRow, GatewayActivity } from '../../status/gateway-activity.ts';
import { trialName } from '../try/trial-packet.ts';

export type JournalLook = {
  readonly records: number;
  /** Oldest position on disk, and the newest; 0 in an empty journal. */
  readonly firstPosition: number;
  readonly lastPosition: number;
  /** By configured gateway name, over the records looked at. */
  readonly activity: ReadonlyMap<string, ActivityRow>;
  readonly lastTime: ReadonlyMap<string, number>;
  /** Sessions that began among the records and did not end there. */
  readonly openSessions: ReadonlyMap<string, number>;
};

const recordsMax = 2_000;
const pageRecords = 512;
const pageBytes = 1 << 20;

/** @throws the system error when the journal cannot be read; JournalError JOURNAL_NEWER */
export async function lookIntoJournal(
  directory: string,
  config: RelayConfig | undefined,
): Promise<JournalLook> {
  const segments = segmentNames(await nodeDisk.list(directory));
  const newest = await newestRecords(directory);
  const activity = new GatewayActivity();
  const lastTime = new Map<string, number>();
  const open = new Map<string, Set<string>>();
  const configs = new Map(config?.gateways.map((gateway) => [gateway.name, gateway]));
  for (const record of newest.records) {
    const name = configuredName(record.gatewayId);
    const event = toEvent(record, configs.get(name));
    const isTrial = !('undecodable' in event) && event.user.raw === trialName;
    if (isTrial) continue;
    lastTime.set(name, record.receivedTime);
    if ('undecodable' in event) continue;
    activity.count(event);
    const sessions = open.get(name) ?? new Set();
    open.set(name, sessions);
    const id = `${event.session.id} ${event.user.account}`;
    if (event.kind === 'stop') sessions.delete(id);
    else if (event.kind === 'start' || event.kind === 'interim') sessions.add(id);
    else if (event.kind !== 'other') sessions.clear();
  }
  return {
    records: newest.records.length,
    firstPosition: segments[0]?.firstPosition ?? 0,
    lastPosition: newest.lastPosition,
    activity: activity.rows(),
    lastTime,
    openSessions: new Map([...open].map(([name, sessions]) => [name, sessions.size])),
  };
}

/** The newest records, oldest first. @throws the system error; JournalError JOURNAL_NEWER */
export async function newestRecords(
  directory: string,
): Promise<{ readonly records: readonly JournalRecord[]; readonly lastPosition: number }> {
  const segments = segmentNames(await nodeDisk.list(directory));
  const from = segments.at(-2) ?? segments.at(-1);
  if (!from) return { records: [], lastPosition: 0 };
  const reader = makeReader({ directory });
  let kept: JournalEntry[] = [];
  let next = from.firstPosition;
  try {
    for (;;) {
      const { entries } = await reader.readFrom(next, pageRecords, pageBytes);
      const last = entries.at(-1);
      if (!last) break;
      kept = [...kept, ...entries].slice(-recordsMax);
      next = last.position + 1;
    }
  } finally {
    await reader.close();
  }
  const records = kept.flatMap((entry) => (entry.kind === 'record' ? [entry.record] : []));
  return { records, lastPosition: next - 1 };
}
