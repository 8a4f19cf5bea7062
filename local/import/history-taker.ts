// Who reads files of history and hands their records to a relay: all of it happens where the relay
// runs, in this thread or in its own (local/relay-thread/). Promise: files are read to their end
// before the first record is taken; what was taken is shipped when it resolves.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FilePlan,
  gatewayMapping,
  planFiles,
  UnreadableFile,
} from '../../relay/cli/import/import-plan.ts';
import { type ImportProgress, runImport } from '../../relay/cli/import/import-run.ts';
import type { RelayLink } from '../../relay/cli/import/relay-link.ts';
import { RelayError } from '../../relay/errors.ts';
import { HistoryGateways } from '../../relay/import/history-gateways.ts';
import { accountingPorts, type HistorySettings } from '../../relay/import/history-record.ts';
import type { ImportService } from '../../relay/import/import-service.ts';
import { wallClockOf } from '../../relay/import/wall-clock.ts';
import type { GatewayConfig } from '../../relay/radius/gateway.ts';
import type { HistoryOptions } from '../options.ts';

/** What cannot be imported, as a sentence; nothing of the files was. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

export type HistoryTaker = {
  /**
   * Reads all files once.
   * @param writeLost takes a line for each of the first records that cannot be taken
   * @throws HistoryError when a file or an option cannot be used
   */
  plan(history: HistoryOptions, writeLost: (line: string) => void): Promise<readonly FilePlan[]>;
  /** Reads them again and hands their records over; resolves when they are shipped. */
  take(
    plans: readonly FilePlan[],
    history: HistoryOptions,
    onProgress: (progress: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportProgress>;
};

const busyPauseMs = 20;
const stillMsMax = 60_000;

/** For a relay of this thread. @param gateways what it knows gateways by */
export function historyTaker(
  imports: ImportService,
  gateways: readonly GatewayConfig[],
): HistoryTaker {
  return {
    async plan(options, writeLost) {
      const { history, mapping } = readingOf(options, gateways);
      const meaning = JSON.stringify([[...mapping].sort(), options.timeZone]);
      const given = { history, mapping, meaning };
      return planFiles(options.files, given, writeLost).catch(refuseFile);
    },
    async take(plans, options, onProgress, signal) {
      const { history } = readingOf(options, gateways);
      return runImport({ plans, link: linkTo(imports, signal), history, onProgress, stillMsMax });
    },
  };
}

/** @throws HistoryError naming the option that says nothing */
function readingOf(
  { gateways, timeZone }: HistoryOptions,
  known: readonly GatewayConfig[],
): { readonly history: HistorySettings; readonly mapping: ReadonlyMap<string, string> } {
  const mapping = usable(() => gatewayMapping(gateways));
  usable(() => wallClockOf(timeZone));
  const history: HistorySettings = {
    gateways: new HistoryGateways(known, mapping),
    ports: new Set(accountingPorts),
    // Nothing leaves this machine, and whoever runs this holds no secrets of those gateways.
    isUnverifiedTaken: true,
    timeZone,
  };
  return { history, mapping };
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
