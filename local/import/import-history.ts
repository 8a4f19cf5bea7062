// History of one's own in the local run: files are read, planned, handed to the relay and shipped
// like live packets. Promise: killed on its way, the same command goes on where it stopped, and
// nothing is missing or double.

import type { ImportProgress } from '../../relay/cli/import/import-run.ts';
import { notConfiguredText, planText, progressText } from '../../relay/cli/import/import-text.ts';
import type { HistoryOptions } from '../options.ts';
import type { ProgressLine } from '../progress-line.ts';
import { HistoryError, type HistoryTaker } from './history-taker.ts';

export type ImportSurroundings = {
  readonly taker: HistoryTaker;
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

/**
 * Imports the files and waits until all of it is processed.
 * @throws HistoryError before the first record, when a file or an option cannot be used
 */
export async function importHistory(
  options: HistoryOptions,
  { taker, progress, signal, write, writeLost, processed }: ImportSurroundings,
): Promise<ImportedHistory> {
  const plans = await unlessStopped(taker.plan(options, writeLost), signal);
  const total = plans.reduce((sum, { records }) => sum + records, 0);
  const profileOnly = plans.reduce((sum, plan) => sum + plan.profileOnly, 0);
  const skipped = plans.reduce((sum, plan) => sum + plan.skipped, 0);
  write(planText(plans));
  const notConfigured = notConfiguredText(plans);
  if (notConfigured !== undefined) throw new HistoryError(notConfigured.trimEnd());
  if (total === 0) throw new HistoryError('there is nothing to import in these files');
  const began = performance.now();
  const show = (now: ImportProgress): void => progress.show(progressText(now, total));
  const done = await taker.take(plans, options, show, signal);
  await processed();
  const seconds = (performance.now() - began) / 1000;
  progress.end(progressText({ ...done, waiting: 0 }, total));
  return { ...done, waiting: 0, seconds, total, profileOnly, skipped };
}

/** Years of records take a while to be read: nobody who stops the run waits for that. */
async function unlessStopped<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
