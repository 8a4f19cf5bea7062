// The sample, once per data directory: five weeks of history, then the morning. A file records when
// the morning began. After a crash the same is played again, and what had arrived before is
// recognised as a duplicate.

import { join } from 'node:path';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { type DataDir, DataDirError, readText, writeText } from '../data-dir.ts';
import { morningStartAt, planMorning } from './day.ts';
import { planHistory } from './history.ts';
import { type PlayOptions, type PlayProgress, playRecords } from './player.ts';

const markFile = 'sample-morning.json';

/** `hasHistory`: the weeks before are played. */
type Mark = {
  readonly morningStart: UnixMs;
  readonly isPlayed: boolean;
  readonly hasHistory?: boolean;
};

async function readMark(dir: DataDir): Promise<Mark | undefined> {
  const text = await readText(dir, markFile);
  if (text === undefined) return undefined;
  const mark = parsed(text);
  const isMark = typeof mark === 'object' && mark !== null && 'morningStart' in mark;
  if (isMark && Number.isSafeInteger(mark.morningStart)) return mark as Mark;
  throw new DataDirError(
    `${join(dir.path, markFile)} is damaged: remove it, and the sample is played once more`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How the sample is played; `whenProcessed` resolves when all that was answered is processed. */
export type SampleOptions = PlayOptions & {
  readonly whenProcessed: () => Promise<void>;
  /** Told of the records of the weeks before, as `onProgress` is of the morning's. */
  readonly onHistory?: (progress: PlayProgress) => void;
};

/**
 * Plays the five weeks and then the morning, unless this data directory has seen them.
 *
 * @returns the morning's progress; undefined when there was nothing to play
 * @throws UnansweredError when the relay does not answer
 */
export async function playSample(
  dir: DataDir,
  options: SampleOptions,
): Promise<PlayProgress | undefined> {
  const mark = await readMark(dir);
  if (mark?.isPlayed) return undefined;
  const now = options.clock();
  const morningStart = mark?.morningStart ?? morningStartAt(now);
  const write = (isPlayed: boolean, hasHistory: boolean): Promise<void> =>
    writeText(dir, markFile, JSON.stringify({ morningStart, isPlayed, hasHistory }));
  if (!mark?.hasHistory) {
    await write(false, false);
    const { onProgress: _, onHistory, ...rest } = options;
    const history = { ...rest, ...(onHistory ? { onProgress: onHistory } : {}) };
    await playRecords(planHistory(morningStart), history);
    // The morning is judged by what the weeks have taught.
    await options.whenProcessed();
    await write(false, true);
  }
  const progress = await playRecords(planMorning(morningStart, now), options);
  await write(true, true);
  return progress;
}
