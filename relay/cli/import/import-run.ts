// Carries out a planned import: reads each file again and hands its records, stamped, to the
// running relay. Promise: it resumes where the relay's journal ends, so it may be killed and
// restarted at any time; it ends when the cloud has every record, or says that it does not wait.

import { setTimeout as sleep } from 'node:timers/promises';
import { chunkRecordsMax } from '../../import/chunk.ts';
import { historyRecords, openHistory } from '../../import/history-file.ts';
import {
  type HistoryRecord,
  type HistorySettings,
  noHistoryReport,
} from '../../import/history-record.ts';
import { stampPacket } from '../../import/import-stamp.ts';
import type { NewJournalRecord } from '../../journal/record.ts';
import type { FilePlan } from './import-plan.ts';
import type { RelayLink } from './relay-link.ts';

export type ImportProgress = {
  /** Records handed over in this run. */
  readonly taken: number;
  /** Records that the journal had already. */
  readonly known: number;
  /** Records that the cloud does not have yet. */
  readonly waiting: number;
};

export type RunOptions = {
  readonly plans: readonly FilePlan[];
  readonly link: RelayLink;
  readonly history: HistorySettings;
  readonly onProgress: (progress: ImportProgress) => void;
  /** The end is awaited this long after the last record, ms, as long as the cloud takes some. */
  readonly stillMsMax: number;
};

const askEveryMs = 250;

/** @throws RelayError when the relay does not take records; what reading a file throws */
export async function runImport(options: RunOptions): Promise<ImportProgress> {
  const progress = { taken: 0, known: 0, waiting: 0 };
  for (const plan of options.plans) {
    if (plan.records > 0) await importFile(plan, options, progress);
  }
  await untilShipped(options, progress);
  return progress;
}

type Mutable = { -readonly [Key in keyof ImportProgress]: ImportProgress[Key] };

async function importFile(plan: FilePlan, options: RunOptions, progress: Mutable): Promise<void> {
  const { link, history, onProgress } = options;
  const { id } = plan;
  const { next } = await link.begin(id);
  let ordinal = 0;
  let chunk: HistoryRecord[] = [];
  let giving: Promise<unknown> = Promise.resolve();
  /** The next records are read while the relay writes these. */
  const give = async (): Promise<void> => {
    await giving;
    const records: readonly NewJournalRecord[] = chunk;
    const from = ordinal - records.length;
    chunk = [];
    giving = link.give(id, from, records).then((state) => {
      progress.taken += records.length;
      progress.waiting = state.waiting;
      onProgress(progress);
    });
    // It is awaited before the next chunk; until then a failure must not count as unhandled.
    giving.catch(() => undefined);
  };
  const again = { ...history, ...noHistoryReport };
  for await (const records of historyRecords(await openHistory(plan.path), again)) {
    for (const record of records) {
      ordinal += 1;
      if (ordinal <= next) {
        progress.known += 1;
        continue;
      }
      stampPacket(record.payload, id, ordinal - 1);
      chunk.push(record);
      if (chunk.length === chunkRecordsMax) await give();
    }
  }
  if (chunk.length > 0) await give();
  await giving;
  await link.rest(id);
}

/** The relay ships by itself; the operator wants to see the end of it. */
async function untilShipped(options: RunOptions, progress: Mutable): Promise<void> {
  const last = options.plans.findLast(({ records }) => records > 0);
  if (!last) return;
  for (let stillMs = 0; stillMs < options.stillMsMax; ) {
    const { waiting } = await options.link.begin(last.id);
    stillMs = waiting < progress.waiting ? 0 : stillMs + askEveryMs;
    progress.waiting = waiting;
    options.onProgress(progress);
    if (waiting === 0) return;
    await sleep(askEveryMs);
  }
}
