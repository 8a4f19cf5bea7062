// The index of open sessions as the API reads it, twice a minute for hours: an instance keeps what
// it has read. While the same parts count and nobody was taken out of them, the next reading needs
// only the rows of words that were written since, and those that a wrong clock may have dated
// before (decision 0056).
// Promise: the answer is that of a reading from the beginning.

import type { UnixMs } from '../../../domain/accounting-event.ts';
import { JoinedSessions } from '../../../domain/process/joined-sessions.ts';
import type { OpenRead } from '../../query/ports.ts';
import { sha256Hash } from '../../shared/hash.ts';
import { type OpenMeta, type OpenTable, readMeta } from './open-meta.ts';
import { readLog, readParts, settledMs, wordsRetentionMs } from './open-rows.ts';
import type { Item } from './user-rows.ts';

/** What was kept is read from the beginning after so long, whatever happened. */
const keptMsMax = 3600 * 1000;
/** While the next generation is written, what was read of this one may be torn. */
const attemptsMax = 3;

type Kept = {
  /** Which parts, and how often users were taken out of them. */
  readonly state: string;
  readonly index: JoinedSessions;
  /** When it was read from the beginning. */
  readonly since: UnixMs;
  /** When rows were last read. */
  at: UnixMs;
  /** Times of rows that are in the index, by key: those that are read once more. */
  readonly rows: Map<string, UnixMs>;
};

const stateOf = ({ generation, forgotten = 0 }: OpenMeta): string => `${generation}.${forgotten}`;
const rowName = (item: Item): string => `${item['pk']?.S}\0${item['sk']?.S}`;

/** Makes the reader. */
export function makeOpenReader(table: OpenTable): () => Promise<OpenRead> {
  let kept: Kept | undefined;
  return async () => {
    for (let attempt = 1; ; attempt += 1) {
      const { meta } = await readMeta(table);
      const now = table.now();
      const known = kept && isOfUse(kept, meta, now) ? kept : undefined;
      // What is of no use is let go first: two indexes at a time would be twice the memory.
      if (!known) kept = undefined;
      const reading = known ?? begun(meta, now);
      const since = known ? Math.max(meta.cutoff, known.at - settledMs) : beginOf(meta, now);
      const [parts, log] = await Promise.all([
        known ? { news: [], isWhole: true } : readParts(table, meta),
        readLog(table, meta, since, (row) => take(reading, row), {
          isKnown: (item) => reading.rows.has(rowName(item)),
        }),
      ]);
      const isTorn = !parts.isWhole || log.isOutdated;
      // What was kept may be of before rows that this reading saw the first of.
      kept = undefined;
      if (isTorn && attempt < attemptsMax) continue;
      for (const news of parts.news) reading.index.add({ time: meta.cutoff, news, words: [] });
      if (log.isWhole && !isTorn) kept = forget(reading, now);
      const { index } = reading;
      const isWhole = log.isWhole && !isTorn && !meta.isCut;
      return { sessions: index.sessions(), visits: index.visits(now), isWhole };
    }
  };
}

const beginOf = ({ cutoff }: OpenMeta, now: UnixMs): UnixMs =>
  Math.max(cutoff, now - wordsRetentionMs);

const begun = (meta: OpenMeta, now: UnixMs): Kept => ({
  state: stateOf(meta),
  index: new JoinedSessions(sha256Hash),
  since: now,
  at: now,
  rows: new Map(),
});

const isOfUse = ({ state, since, at }: Kept, meta: OpenMeta, now: UnixMs): boolean =>
  state === stateOf(meta) && at <= now && now - since < keptMsMax;

function take(reading: Kept, row: Parameters<Parameters<typeof readLog>[3]>[0]): void {
  reading.index.add(row);
  reading.rows.set(rowName(row.item), row.time);
}

/** Rows that will not be read again need not be known. */
function forget(reading: Kept, now: UnixMs): Kept {
  for (const [name, time] of reading.rows) {
    if (time < now - settledMs) reading.rows.delete(name);
  }
  reading.at = now;
  return reading;
}
