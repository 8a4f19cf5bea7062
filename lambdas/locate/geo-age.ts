// Reports the age of the location data as a metric, at most once an hour and instance: old data
// places users where their provider was last year. It sees neither payload nor answer.

import type { Log } from '../shared/log.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Makes a function to call at each run.
 * @param dataDate date of the data, ISO 8601
 */
export function makeGeoAge({
  dataDate,
  now,
  log,
}: {
  readonly dataDate: string;
  readonly now: () => number;
  readonly log: Pick<Log, 'counts'>;
}): () => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - toldAt < hourMs) return;
    toldAt = now();
    log.counts('locate', { 'geo-data-days': Math.floor((now() - Date.parse(dataDate)) / dayMs) });
  };
}
