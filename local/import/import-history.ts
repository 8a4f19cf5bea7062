// History of one's own in the local run: files are read, planned, handed to the relay in this
// process and shipped like live packets. Promise: killed on its way, the same command goes on where
// it stopped, and nothing is missing or double.

import { setTimeout as sleep } from 'node:timers/promises';
import { gatewayMapping, planFiles, UnreadableFile } from '../../relay/cli/import/import-plan.ts';
import { type ImportProgress, runImport } from '../../relay/cli/import/import-run.ts';
import { notConfiguredText, planText, progressText } from '../../relay/cli/import/import-text.ts';
import type { RelayLink } from '../../relay/cli/import/relay-link.ts';
import { RelayError } from '../../relay/errors.ts';
import { HistoryGateways } from '../../relay/import/history-gateways.ts';
import { accountingPorts, type HistorySettings } from '../../relay/import/history-record.ts';
import type { ImportService } from '../../relay/import/import-service.ts';
import { wallClockOf } from '../../relay/import/wall-clock.ts';
import type { GatewayConfig } from '../../relay/radius/gateway.ts';
import type { HistoryOptions } from '../options.ts';
import type { ProgressLine } from '../progress-line.ts';

/** What cannot be imported, as a sentence; nothing of the files was. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

export type ImportSurroundings = {
  readonly imports: ImportService;
  readonly gateways: readonly GatewayConfig[];
  readonly progress: ProgressLine;
  /** Takes the plan: what the files hold, a line each. */
  readonly write: (text: string) => void;
  /** Takes a line for each of the first records that cannot be taken. */
  readonly writeLost: (line: string) => void;
  /** Resolves when everything that was handed over is processed. */
  readonly processed: () => Promise<void>;
  readonly signal: AbortSignal;
};

export type ImportedHistory = ImportProgress & {
  readonly seconds: number;
  /** Records in all files. */
  readonly total: number;
  /** Records older than sessions are kept. */
  readonly profileOnly: number;
  /** Records, rows and lines that could not be taken. */
  readonly skipped: number;
};

const busyPauseMs = 20;
const stillMsMax = 60_000;

/**
 * Imports the files and waits until all of it is processed.
 * @throws HistoryError before the first record, when a file or an option cannot be used
 */
export async function importHistory(
  { files, gateways, timeZone }: HistoryOptions,
  surroundings: ImportSurroundings,
): Promise<ImportedHistory> {
  const { imports, progress, signal } = surroundings;
  const mapping = usable(() => gatewayMapping(gateways));
  usable(() => wallClockOf(timeZone));
  const history: HistorySettings = {
    gateways: new HistoryGateways(surroundings.gateways, mapping),
    ports: new Set(accountingPorts),
    // Nothing leaves this machine, and whoever runs this holds no secrets of those gateways.
    isUnverifiedTaken: true,
    timeZone,
  };
  const meaning = JSON.stringify([[...mapping].sort(), timeZone]);
  const given = { history, mapping, meaning };
  const plans = await planFiles(files, given, surroundings.writeLost).catch(refuseFile);
  const total = plans.reduce((sum, { records }) => sum + records, 0);
  const profileOnly = plans.reduce((sum, plan) => sum + plan.profileOnly, 0);
  const skipped = plans.reduce((sum, plan) => sum + plan.skipped, 0);
  surroundings.write(planText(plans));
  const notConfigured = notConfiguredText(plans);
  if (notConfigured !== undefined) throw new HistoryError(notConfigured.trimEnd());
  if (total === 0) throw new HistoryError('there is nothing to import in these files');
  const began = performance.now();
  const link = linkTo(imports, signal);
  const show = (now: ImportProgress): void => progress.show(progressText(now, total));
  const done = await runImport({ plans, link, history, onProgress: show, stillMsMax });
  await surroundings.processed();
  const seconds = (performance.now() - began) / 1000;
  progress.end(progressText({ ...done, waiting: 0 }, total));
  return { ...done, waiting: 0, seconds, total, profileOnly, skipped };
}

function usable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new HistoryError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws HistoryError naming the file and why it cannot be read */
function refuseFile(error: unknown): never {
  if (!(error instanceof UnreadableFile)) throw error;
  throw new HistoryError(`--import ${error.message}`, { cause: error });
}

/** The relay in this process; it is asked again while it is busy. */
function linkTo(imports: ImportService, signal: AbortSignal): RelayLink {
  return {
    begin: (id) => {
      signal.throwIfAborted();
      return imports.begin(id);
    },
    rest: (id) => imports.rest(id),
    async give(id, from, records) {
      for (let next = from; ; ) {
        signal.throwIfAborted();
        const state = await imports.take(id, next, records.slice(next - from));
        next = state.next;
        if (next >= from + records.length) return state;
        if (state.refusal !== undefined && !state.isTemporary) {
          throw new RelayError('RELAY_JOURNAL_UNUSABLE', state.refusal);
        }
        await sleep(busyPauseMs, undefined, { signal });
      }
    },
  };
}
