// What an import of history came to, in words.

import { sessionRetentionDays } from '../../domain/limits.ts';
import type { ImportedHistory } from './import-history.ts';

const counted = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

const number = (value: number): string => value.toLocaleString('en-US');

/** Some sentences: how many, how fast, and what is not listed or was not taken. */
export function importedText(done: ImportedHistory): string {
  const { taken, known, seconds, profileOnly, skipped } = done;
  const rate = taken > 0 && seconds > 0 ? `, ${number(Math.round(taken / seconds))} a second` : '';
  const before = known === 0 ? '' : `; ${number(known)} were here before`;
  const lines = [
    `${counted(taken, 'record', 'records')} imported in ${timeText(seconds)}${rate}${before}.`,
  ];
  if (profileOnly > 0) {
    lines.push(
      `${number(profileOnly)} of them are older than the ${sessionRetentionDays} days that ` +
        'sessions are kept: they were only learned from, and are not listed as activities.',
    );
  }
  if (skipped > 0)
    lines.push(
      `${counted(skipped, 'record or line', 'records or lines')} could not be taken, see above.`,
    );
  return `${lines.join('\n')}\n`;
}

function timeText(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
}
