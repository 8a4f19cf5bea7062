// Records to append and short ways to append and read them all.

import type { JournalDisk } from '../../relay/journal/disk.ts';
import type { Journal } from '../../relay/journal/journal.ts';
import { makeReader } from '../../relay/journal/reader.ts';
import type { JournalRecord, NewJournalRecord } from '../../relay/journal/record.ts';

/** A record whose payload is told by its number. */
export function sampleRecord(number: number): NewJournalRecord {
  return {
    type: 'datagram',
    receivedTime: 1_790_000_000_000 + number,
    source: { address: '192.0.2.10', port: 50_000 + (number % 1000) },
    gatewayId: 'asa-lisbon',
    isRepeated: false,
    payload: Buffer.from(`datagram ${number} ${'x'.repeat(number % 37)}`),
  };
}

/** Appends in one go; resolves to the positions, rejects with the first error. */
export function appendAll(
  journal: Journal,
  records: readonly NewJournalRecord[],
): Promise<readonly number[]> {
  return Promise.all(
    records.map(
      (record) =>
        new Promise<number>((resolve, reject) => {
          journal.append(record, (error, position) => (error ? reject(error) : resolve(position)));
        }),
    ),
  );
}

type Place = {
  readonly directory: string;
  readonly disk?: JournalDisk;
  readonly durablePosition?: () => number;
};

/** Every record from `position` on, in small pages; damaged positions are left out. */
export async function readAll(place: Place, position = 1): Promise<readonly JournalRecord[]> {
  const { records } = await readEverything(place, position);
  return records;
}

/** Records, damaged positions and damage of a whole journal. */
export async function readEverything(place: Place, position = 1, pageRecords = 7) {
  const reader = makeReader(place);
  const records: JournalRecord[] = [];
  const damaged: number[] = [];
  let stretches = 0;
  for (let next = position; ; ) {
    const page = await reader.readFrom(next, pageRecords, 1 << 20);
    stretches += page.damage.length;
    for (const entry of page.entries) {
      if (entry.kind === 'record') records.push(entry.record);
      else damaged.push(entry.position);
    }
    const last = page.entries.at(-1);
    if (!last) break;
    next = last.position + 1;
  }
  await reader.close();
  return { records, damaged, stretches };
}
