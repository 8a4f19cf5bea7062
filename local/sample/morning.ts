// The sample morning, once per data directory. A file remembers when the morning began: after a
// crash the same morning is played again, and what had arrived before is known as a repeat.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type DataDir, readText, writeText } from '../data-dir.ts';
import { morningMinutes, planMorning } from './day.ts';
import { type PlayOptions, type PlayProgress, playRecords } from './player.ts';

const markFile = 'sample-morning.json';

type Mark = { readonly morningStart: UnixMs; readonly isPlayed: boolean };

async function readMark(dir: DataDir): Promise<Mark | undefined> {
  const text = await readText(dir, markFile);
  if (text === undefined) return undefined;
  const mark: unknown = JSON.parse(text);
  const isMark = typeof mark === 'object' && mark !== null && 'morningStart' in mark;
  return isMark ? (mark as Mark) : undefined;
}

/**
 * Plays the morning unless this data directory has seen it.
 *
 * @returns undefined when there was nothing to play
 * @throws UnansweredError when the relay does not answer
 */
export async function playMorning(
  dir: DataDir,
  options: PlayOptions,
): Promise<PlayProgress | undefined> {
  const mark = await readMark(dir);
  if (mark?.isPlayed) return undefined;
  const morningStart = mark?.morningStart ?? options.clock() - morningMinutes * 60_000;
  await writeText(dir, markFile, JSON.stringify({ morningStart, isPlayed: false }));
  const progress = await playRecords(planMorning(morningStart), options);
  await writeText(dir, markFile, JSON.stringify({ morningStart, isPlayed: true }));
  return progress;
}
