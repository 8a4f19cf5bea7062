// The running relay's side of an import: appends records of history to its own journal, so that
// they are shipped like live packets, once each, whatever is killed on the way. Promise: the
// checkpoint of each file is found in the journal after a crash; live packets come first: an import
// waits while more than a few batches are unshipped.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorText } from '../errors.ts';
import { type Covered, positionsIn, unshippedSpans } from '../journal/covered.ts';
import { nodeDisk } from '../journal/disk.ts';
import { readDurable, writeDurable } from '../journal/durable-value.ts';
import { JournalError } from '../journal/errors.ts';
import type { Journal } from '../journal/journal.ts';
import { makeReader } from '../journal/reader.ts';
import type { NewJournalRecord } from '../journal/record.ts';
import { type ImportId, stampedOrdinal } from './import-stamp.ts';

/** How far an import is. */
export type ImportState = {
  /** Number of the first record of the file that is not in the journal. */
  readonly next: number;
  /** Records up to the last one of this import that the cloud does not have yet. */
  readonly waiting: number;
  /** Why the records that were offered were not taken; absent when they were. */
  readonly refusal?: string;
  /** Offer them again in a moment; without it an operator has to act. */
  readonly isTemporary?: boolean;
};

export type ImportService = {
  /** Where to go on with a file. */
  begin(id: ImportId): Promise<ImportState>;
  /** Takes records of a file, of which the first has number `from`. */
  take(id: ImportId, from: number, records: readonly NewJournalRecord[]): Promise<ImportState>;
  /** Notes what was taken, so that the next `begin` need not look for it. */
  rest(id: ImportId): Promise<ImportState>;
};

export type ImportServiceDeps = {
  readonly journal: Pick<Journal, 'append' | 'durablePosition' | 'stats'>;
  readonly journalBytesMax: number;
  readonly covered: Covered;
  /** True where records leave this machine. */
  readonly isShipping: boolean;
  /** The journal's folder. */
  readonly directory: string;
  /** Told in the turn in which an imported record is durable. */
  readonly onImported: (gatewayId: string) => void;
};

/** Unshipped records above which an import waits: below what makes a backlog (ship/plan.ts). */
const waitingMax = 8000;
/** Share of the journal that history may fill while nothing is shipped. */
const bytesShareMax = 0.5;
const pageRecords = 512;
const pageBytes = 1 << 19;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** `isClean`: nothing was taken since this was written. `position`: of the last record taken. */
const stateSchema = v.object({
  version: v.literal(1),
  next: count,
  position: count,
  isClean: v.boolean(),
});

type FileState = { next: number; position: number; isClean: boolean; isBusy: boolean };

export function makeImportService(deps: ImportServiceDeps): ImportService {
  const folder = join(deps.directory, 'imports');
  const files = new Map<ImportId, FileState>();

  const save = async (id: ImportId, state: FileState, isClean: boolean): Promise<void> => {
    const { next, position } = state;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeDurable(nodeDisk, folder, id, { version: 1, next, position, isClean });
    state.isClean = isClean;
  };
  const answer = (state: FileState, refusal?: string, isTemporary = false): ImportState => ({
    next: state.next,
    waiting: positionsIn(unshippedSpans(deps.covered, state.position)),
    ...(refusal !== undefined && { refusal, isTemporary }),
  });
  /** One request of a file at a time: its records stand in the journal in their order. */
  const alone = async (
    id: ImportId,
    work: (state: FileState) => Promise<ImportState>,
  ): Promise<ImportState> => {
    const state = files.get(id) ?? (await open(deps, folder, id));
    files.set(id, state);
    if (state.isBusy) return answer(state, 'this file is being imported already', true);
    state.isBusy = true;
    try {
      return await work(state);
    } catch (error) {
      return answer(state, errorText(error), isPassing(error));
    } finally {
      state.isBusy = false;
    }
  };
  return {
    begin: (id) => alone(id, async (state) => answer(state)),
    take: (id, from, records) =>
      alone(id, async (state) => {
        if (from !== state.next) return answer(state, `record ${state.next} comes next`, true);
        const obstacle = obstacleTo(deps);
        if (obstacle !== undefined) return answer(state, obstacle, true);
        // Before the first record: a crash from here on means looking into the journal.
        if (state.isClean) await save(id, state, false);
        await appendAll(deps, state, records);
        return answer(state);
      }),
    rest: (id) =>
      alone(id, async (state) => {
        if (!state.isClean) await save(id, state, true);
        return answer(state);
      }),
  };
}

/** Why no history can be taken now. */
function obstacleTo({ journal, covered, isShipping, journalBytesMax }: ImportServiceDeps) {
  const waiting = positionsIn(unshippedSpans(covered, journal.durablePosition));
  if (isShipping && waiting > waitingMax) return `${waiting} records wait to be shipped`;
  const { bytes } = journal.stats();
  const isFull = waiting > waitingMax && bytes > journalBytesMax * bytesShareMax;
  return isFull ? 'history fills half of the journal and nothing is shipped' : undefined;
}

/** Full disks heal, and busy ones. */
const isPassing = (error: unknown): boolean =>
  error instanceof JournalError && ['JOURNAL_BUSY', 'JOURNAL_FULL'].includes(error.code);

/**
 * Appends in order; what stands in the journal is always a first part of `records`.
 * @throws the journal's error when it does not take them all
 */
async function appendAll(
  { journal, onImported }: ImportServiceDeps,
  state: FileState,
  records: readonly NewJournalRecord[],
): Promise<void> {
  let failure: Error | undefined;
  await Promise.all(
    records.map(
      (record) =>
        new Promise<void>((resolve) => {
          // The journal has refused one: what came behind it would leave a gap.
          if (failure) return resolve();
          journal.append(record, (error, position) => {
            if (error) {
              failure ??= error;
            } else {
              state.next += 1;
              state.position = position;
              onImported(record.gatewayId);
            }
            resolve();
          });
        }),
    ),
  );
  if (failure) throw failure;
}

/** What is known of a file: noted, and where the note is old, found in the journal. */
async function open(deps: ImportServiceDeps, folder: string, id: ImportId): Promise<FileState> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const noted = await readDurable(nodeDisk, folder, id, stateSchema);
  const state: FileState = { next: 0, position: 0, isClean: true, ...noted, isBusy: false };
  if (!state.isClean) await lookForRecords(deps, state, Buffer.from(id, 'hex'));
  return state;
}

async function lookForRecords(
  deps: ImportServiceDeps,
  state: FileState,
  id: Buffer,
): Promise<void> {
  const last = deps.journal.durablePosition;
  const reader = makeReader({ directory: deps.directory, durablePosition: () => last });
  try {
    let from = Math.max(state.position + 1, (await reader.oldestPosition()) ?? 1);
    while (from <= last) {
      const { entries } = await reader.readFrom(from, pageRecords, pageBytes);
      for (const entry of entries) {
        if (entry.kind !== 'record' || entry.record.type !== 'imported') continue;
        const ordinal = stampedOrdinal(entry.record.payload, id);
        if (ordinal === undefined || ordinal < state.next) continue;
        state.next = ordinal + 1;
        state.position = entry.position;
      }
      const end = entries.at(-1);
      if (!end) return;
      from = end.position + 1;
    }
  } finally {
    await reader.close();
  }
}
